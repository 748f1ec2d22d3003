using Orrery.Runtime.Hosting;
using Orrery.Runtime.Storage;
using Orrery.WebApi.Access;
using Orrery.WebApi.Errors;

namespace Orrery.WebApi.Cluster;

/// <summary>
/// Reads every silo when somebody asks, at most once a period for all who ask: while nobody looks, nothing is read. A few readings are kept, so that
/// rates and percentiles are those of the last seconds. A silo that does not answer in time is shown as such and asked again only once it has answered.
/// </summary>
internal sealed class ClusterWatch(IServiceProvider services, TimeProvider time)
{
    /// <summary>How often silos are read while somebody watches.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    /// <summary>How long a silo may take to answer.</summary>
    public static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(1.5);

    /// <summary>How long a silo may take to begin to leave.</summary>
    public static readonly TimeSpan OrderLimit = TimeSpan.FromSeconds(10);

    /// <summary>Rates and percentiles are those of so long before now, as far as there are readings.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    /// <summary>A reading older than this begins no interval any more.</summary>
    static readonly TimeSpan Remembered = TimeSpan.FromMinutes(1);

    readonly BoundedCache<string, ClusterReading> readings = new(1, Period * 0.9, time);
    readonly Lock tracking = new();
    readonly Dictionary<SiloId, Track> tracks = [];

    /// <exception cref="RefusedException">501: the engine of this process does not tell of its cluster.</exception>
    public IClusterManagement Management => services.GetService<IClusterManagement>()
        ?? throw new RefusedException(StatusCodes.Status501NotImplemented, "The actor engine of this process does not tell of its cluster here.");

    public Task<ClusterReading> ReadAsync() => readings.GetAsync("", _ => AskAllAsync());

    async Task<ClusterReading> AskAllAsync()
    {
        ClusterView view = Management.Read();
        ForgetOthers(view);
        SiloReading[] silos = await Task.WhenAll(view.Members.Select(AskAsync));
        return new ClusterReading(time.GetUtcNow(), view, silos);
    }

    async Task<SiloReading> AskAsync(ClusterMember member)
    {
        if (!member.Row.IsLive)
            return new SiloReading(member, null, null, null);
        Track track = TrackOf(member.Row.Id);
        if (track.Asked is { IsCompleted: false })
            return new SiloReading(member, null, null, $"It has not answered for {time.GetElapsedTime(track.AskedAt).TotalSeconds:0} s.");
        track.AskedAt = time.GetTimestamp();
        // Ends the wait on the other side too; the wait here ends by its own bound, whatever the other side does.
        using var limit = new CancellationTokenSource(AnswerLimit, time);
        try
        {
            track.Asked = Management.ReadSiloAsync(member.Row.Id, limit.Token);
            SiloSnapshot now = await track.Asked.WaitAsync(AnswerLimit, time);
            return new SiloReading(member, now, track.Add(now), null);
        }
        catch (Exception error) when (error is TimeoutException or OperationCanceledException)
        {
            return new SiloReading(member, null, null, $"It did not answer within {AnswerLimit.TotalSeconds} s.");
        }
        catch (SiloUnavailableException)
        {
            return new SiloReading(member, null, null, "It cannot be reached.");
        }
        catch (Exception error)
        {
            // Whatever went wrong at one silo, the others are shown.
            return new SiloReading(member, null, null, error.Message);
        }
    }

    Track TrackOf(SiloId silo)
    {
        lock (tracking)
        {
            if (!tracks.TryGetValue(silo, out Track? track))
                tracks.Add(silo, track = new Track());
            return track;
        }
    }

    void ForgetOthers(ClusterView view)
    {
        var live = view.Members.Where(member => member.Row.IsLive).Select(member => member.Row.Id).ToHashSet();
        lock (tracking)
            foreach (SiloId gone in tracks.Keys.Where(silo => !live.Contains(silo)).ToArray())
                tracks.Remove(gone);
    }

    /// <summary>What is remembered of one silo. Used by one reading at a time.</summary>
    sealed class Track
    {
        /// <summary>Oldest first; at most as many as fit in the window, and one before it.</summary>
        readonly Queue<SiloSnapshot> snapshots = new();

        public Task<SiloSnapshot>? Asked { get; set; }

        public long AskedAt { get; set; }

        /// <summary>Keeps the reading, and answers the one where its interval begins.</summary>
        public SiloSnapshot? Add(SiloSnapshot now)
        {
            while (snapshots.Count > 1 && now.Uptime - snapshots.ElementAt(1).Uptime >= Window)
                snapshots.Dequeue();
            while (snapshots.TryPeek(out SiloSnapshot? oldest) && (now.Uptime - oldest.Uptime > Remembered || now.Uptime <= oldest.Uptime))
                snapshots.Dequeue();
            SiloSnapshot? before = snapshots.TryPeek(out SiloSnapshot? first) ? first : null;
            snapshots.Enqueue(now);
            return before;
        }
    }
}
