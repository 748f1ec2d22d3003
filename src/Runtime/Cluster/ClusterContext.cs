using Orrery.Runtime.Hosting;
using Orrery.Runtime.Storage;

namespace Orrery.Runtime;

/// <summary>What the parts of one process's membership share: its clocks, its options, and a bounded way to the cluster store.</summary>
internal sealed class ClusterContext(string name, ClusterOptions options, IClusterStore store, TimeProvider time, ClusterSeams seams, TurnScheduler scheduler, ClusterLog log)
{
    /// <summary>The process's name: a silo's keeps its shards over restarts.</summary>
    public string Name => name;

    public ClusterOptions Options => options;

    public TimeProvider Time => time;

    public TurnScheduler Scheduler => scheduler;

    public ClusterLog Log => log;

    public Random Random => seams.Random;

    public ProtocolFaults Faults => seams.Faults;

    /// <summary>The time by which leases are judged, of this process alone.</summary>
    public TimeSpan LeaseNow => seams.Faults.JudgesLeaseByWallClock ? time.GetUtcNow() - DateTimeOffset.UnixEpoch : seams.Clock.Now;

    /// <summary>The cluster's identity as the store told it when it was opened.</summary>
    public string Cluster { get; set; } = "";

    /// <summary>Who this process is; set once it has joined.</summary>
    public SiloId Self { get; set; }

    /// <summary>A period with up to a tenth more or less, so that processes do not go in step.</summary>
    public TimeSpan Jitter(TimeSpan period)
    {
        lock (seams.Random) return period * (0.9 + 0.2 * seams.Random.NextDouble());
    }

    /// <summary>Runs an operation of the store. After a time-out its outcome is not known, and it may still happen.</summary>
    /// <exception cref="TimeoutException">The store did not answer within <see cref="ClusterOptions.StoreTimeout"/>.</exception>
    public async Task<T> StoreAsync<T>(string what, Func<IClusterStore, CancellationToken, Task<T>> operation, CancellationToken cancellationToken = default)
    {
        using var timeout = new CancellationTokenSource(options.StoreTimeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await operation(store, stop.Token).WaitAsync(stop.Token);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            throw new TimeoutException($"The cluster store did not {what} within {options.StoreTimeout} (ClusterOptions.StoreTimeout).");
        }
    }

    /// <inheritdoc cref="StoreAsync{T}"/>
    public Task StoreAsync(string what, Func<IClusterStore, CancellationToken, Task> operation) => StoreAsync(
        what,
        async (store, stop) =>
        {
            await operation(store, stop);
            return true;
        });
}
