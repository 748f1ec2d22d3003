using System.Data.Common;
using Orrery.Connectors.Dialects;

namespace Orrery.Jobs.Running;

/// <summary>Does something again and again, behind pauses that grow, while a database is away; up to a bound.</summary>
/// <param name="awayMax">How long it may be away.</param>
/// <param name="time">The clock.</param>
/// <param name="waiting">Hears what is waited for; null: no longer.</param>
sealed class Patience(TimeSpan awayMax, TimeProvider time, Action<string?> waiting)
{
    static readonly TimeSpan PauseFirst = TimeSpan.FromMilliseconds(500), PauseMax = TimeSpan.FromSeconds(30);

    /// <param name="what">For people.</param>
    /// <param name="work">Opens what is not open, and works. It is begun again from its start.</param>
    /// <param name="connections">Those that it uses, as they are when it fails.</param>
    /// <param name="close">Lets go of them.</param>
    /// <exception cref="GivenUpException">A database was away for longer than it may be.</exception>
    public void Retry(string what, Action work, Func<IEnumerable<IDatabase?>> connections, Action close, CancellationToken cancellationToken)
    {
        long? awaySince = null;
        TimeSpan pause = PauseFirst;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                work();
                if (awaySince is not null) waiting(null);
                return;
            }
            catch (Exception error) when (!cancellationToken.IsCancellationRequested && IsLost(error, connections()))
            {
                close();
                awaySince ??= time.GetTimestamp();
                if (time.GetElapsedTime(awaySince.Value) > awayMax) throw new GivenUpException($"{what}: {(Outage.IsFullDisk(error) ? "a disk was full" : "a database was away")} for more than {awayMax}: {error.Message} The same command goes on where it was.", error);
                waiting($"{what}: {(Outage.IsFullDisk(error) ? "a disk is full; the run goes on once there is space: " : "")}{error.Message}");
                Task.Delay(pause, time, cancellationToken).GetAwaiter().GetResult();
                pause = pause * 2 < PauseMax ? pause * 2 : PauseMax;
            }
        }
    }

    /// <summary>Whether an error goes away by itself: by its kind, or because the driver has given its connection up, whatever it says of it.</summary>
    public static bool IsLost(Exception error, IEnumerable<IDatabase?> connections) =>
        Outage.IsPassing(error) || (error is DbException or IOException or InvalidOperationException && connections.Any(static database => database?.IsBroken ?? false));

    /// <summary>Closes a connection that may be broken.</summary>
    public static void Close(IDatabase? database)
    {
        try
        {
            database?.Dispose();
        }
        catch (Exception error) when (error is DbException or IOException or InvalidOperationException)
        {
            // A connection that is broken cannot be closed in good order; the server's own end of it sees to the rest.
            return;
        }
    }
}

/// <summary>Something lasted longer than its bound, and is not tried again in the same run.</summary>
sealed class GivenUpException(string message, Exception? inner = null) : TimeoutException(message, inner);
