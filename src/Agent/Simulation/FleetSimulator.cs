using System.Net;

namespace Orrery.Agent.Simulation;

/// <summary>
/// A fleet of ERP servers that do not exist: daily rhythm by time zone, month-end closings, and some trouble (a leak, a disk that fills,
/// a report that runs away, a broken line, a silent server, lock waits). They send over HTTP through the client, as real agents do.
/// </summary>
/// <param name="options">Which sites.</param>
/// <param name="time">The clock.</param>
public sealed class FleetSimulator(FleetSimulatorOptions options, TimeProvider time) : IDisposable
{
    const int BackfillersMax = 4;

    readonly TaskCompletionSource backfilled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    readonly HttpClient http = new(new SocketsHttpHandler
    {
        PooledConnectionLifetime = TimeSpan.FromMinutes(10),
        MaxConnectionsPerServer = 8,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
    })
    { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Invented tenants and sites: about 6 tenants for 20 sites.</summary>
    /// <param name="sites">0 to 1,000.</param>
    /// <param name="seed">Other seeds give other fleets.</param>
    public static IReadOnlyList<SimulatedSitePlan> Plan(int sites, ulong seed) => FleetPlan.Make(sites, seed);

    /// <summary>Completes when every site has brought its past.</summary>
    public Task Backfilled => backfilled.Task;

    /// <summary>Brings the past, then the present, until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var senders = new SimulatedSender[options.Sites.Count];
        for (int i = 0; i < senders.Length; i++)
            senders[i] = new SimulatedSender(options, i, time, http);
        try
        {
            await Parallel.ForEachAsync(senders, new ParallelOptions { MaxDegreeOfParallelism = BackfillersMax, CancellationToken = cancellationToken },
                async (sender, stop) => await sender.Backfill(Now(), stop).ConfigureAwait(false)).ConfigureAwait(false);
            backfilled.TrySetResult();
            await Live(senders, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Asked to stop.
        }
        finally
        {
            backfilled.TrySetCanceled(CancellationToken.None);
            foreach (SimulatedSender sender in senders)
                sender.Dispose();
        }
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => http.Dispose();

    async Task Live(SimulatedSender[] senders, CancellationToken cancellationToken)
    {
        long step = (long)options.Interval.TotalMilliseconds;
        var dueAt = new long[senders.Length];
        long start = Now();
        for (int i = 0; i < senders.Length; i++)
            dueAt[i] = start / step * step + senders[i].Offset;
        while (!cancellationToken.IsCancellationRequested)
        {
            long now = Now(), next = long.MaxValue;
            for (int i = 0; i < senders.Length; i++)
            {
                if (dueAt[i] <= now)
                {
                    senders[i].Send(now);
                    dueAt[i] = now / step * step + step + senders[i].Offset;
                }
                next = Math.Min(next, dueAt[i]);
            }
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Clamp(next - Now(), 1, step)), time, cancellationToken).ConfigureAwait(false);
        }
    }

    long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
