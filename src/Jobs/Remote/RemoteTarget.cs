using Orrery.Connectors.Dialects;
using Orrery.Jobs.Plans;

namespace Orrery.Jobs.Remote;

/// <summary>A call to the half that holds the target: carries a part of a session, and brings the answer. It blocks.</summary>
/// <exception cref="IOException">The other half cannot be reached; it may be asked again later.</exception>
/// <exception cref="Running.TokenOverruledException">The lease is another's.</exception>
public delegate byte[] RemoteCalls(int session, byte[] part);

/// <summary>
/// A target whose connections another process holds. Sessions are few and have numbers. One that was lost may still be at work there, even at a commit: before anything else is opened it is ended, so that whoever then asks the
/// target what it has is answered for good.
/// </summary>
/// <param name="calls">Carries parts.</param>
public sealed class RemoteTarget(RemoteCalls calls)
{
    /// <summary>Connections at once: of 64 channels, and the few that plan and compare.</summary>
    public const int SessionsMax = 128;

    readonly Lock gate = new();
    readonly SortedSet<int> free = [.. Enumerable.Range(0, SessionsMax)];
    readonly HashSet<int> lost = [];

    /// <summary>The target of this address, whose password is not known here.</summary>
    public DatabaseAddress At(DatabaseAddress address) => address.Through(() => Open(address));

    internal byte[] Call(int session, byte[] part) => calls(session, part);

    /// <summary>A session whose connection is closed over there, or, where that is not known, lost.</summary>
    internal void Ended(int session, bool isLost)
    {
        lock (gate) _ = isLost ? lost.Add(session) : free.Add(session);
    }

    RemoteDatabase Open(DatabaseAddress address)
    {
        int session;
        lock (gate)
        {
            foreach (int each in lost.ToArray())
            {
                RemoteDatabase.Close(this, each);
                lost.Remove(each);
                free.Add(each);
            }

            if (free.Count == 0) throw new InvalidOperationException($"The job has {SessionsMax} connections to its target already, which is the most.");
            session = free.Min;
            free.Remove(session);
        }

        var database = new RemoteDatabase(this, session, address.Dialect);
        try
        {
            database.Connect();
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }
}
