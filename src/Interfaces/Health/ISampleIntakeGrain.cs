namespace Orrery.Interfaces.Health;

/// <summary>
/// The way in for samples: appends them to the log, answers when they are durable, and hands them to their servers' grains.
/// Key: the partition's number, see <see cref="IntakeOptions"/>.
/// </summary>
/// <remarks>
/// After a crash the intake hands on again whatever the log holds beyond the servers' checkpoints; servers recognise what they have.
/// </remarks>
public interface ISampleIntakeGrain : IGrainWithStringKey
{
    /// <summary>Takes samples of several servers.</summary>
    /// <param name="batches">One batch a server. The arrays must not change afterwards.</param>
    /// <returns>One outcome a batch, in order, once everything accepted is durable.</returns>
    /// <exception cref="OverloadedException">Too many bytes are in flight, the log cannot be written, or a server cannot take its samples now. Send the call again later; what was kept is recognised.</exception>
    Task<SampleOutcome[]> Append(ServerSamples[] batches);

    /// <summary>Completes when everything that the log holds has reached the servers' grains. Called at start and by tests.</summary>
    Task CatchUp();

    /// <summary>Called by a server: everything of this intake up to the position is stored, so the log need not keep it.</summary>
    /// <param name="server">The server's key.</param>
    /// <param name="position">As given to <see cref="IServerHealthGrain.Apply"/>.</param>
    Task Stored(string server, long position);
}

/// <param name="Server">The server's key, <c>tenant/site/server</c>.</param>
/// <param name="Batch">Series and samples, encoded by <c>SampleBatchWriter</c>.</param>
public readonly record struct ServerSamples(string Server, ReadOnlyMemory<byte> Batch);

/// <summary>What became of one batch. The sum of the fields is the number of samples in it.</summary>
/// <param name="Accepted">New, durable, visible to queries.</param>
/// <param name="Duplicate">Same series, time and value as before: ignored.</param>
/// <param name="TooOld">Older than the retention, or further behind the series' newest sample than the out-of-order window.</param>
/// <param name="TooNew">Further ahead of the server's clock than <c>HealthOptions.FutureMax</c>.</param>
/// <param name="OverLimit">Of series beyond the server's bound.</param>
public readonly record struct SampleOutcome(int Accepted, int Duplicate, int TooOld, int TooNew, int OverLimit)
{
    public static SampleOutcome operator +(SampleOutcome a, SampleOutcome b) =>
        new(a.Accepted + b.Accepted, a.Duplicate + b.Duplicate, a.TooOld + b.TooOld, a.TooNew + b.TooNew, a.OverLimit + b.OverLimit);
}

/// <summary>How samples are spread over intake grains. Doors and silos of one cluster must agree.</summary>
public sealed class IntakeOptions
{
    /// <summary>Partitions of the samples topic, 1 to 64. Default 1: on one machine each costs an fsync a request. Fixed once samples were written.</summary>
    public int Partitions { get; set; } = 1;

    /// <summary>The intake grain's key for a server: a stable hash (FNV-1a) of the server's key, modulo <see cref="Partitions"/>.</summary>
    public int PartitionOf(string server)
    {
        uint hash = 2166136261;
        foreach (char c in server)
            hash = (hash ^ c) * 16777619;
        return (int)(hash % (uint)Partitions);
    }
}
