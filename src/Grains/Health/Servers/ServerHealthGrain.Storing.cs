using Orrery.Grains.Storing;
using Orrery.Interfaces.Health;

namespace Orrery.Grains.Health.Servers;

/// <summary>From memory into chunks.</summary>
sealed partial class ServerHealthGrain
{
    /// <summary>While a silo drains, an intake may be away; it asks by itself later, so nothing waits long for it.</summary>
    static readonly TimeSpan TellTimeout = TimeSpan.FromSeconds(3);

    Task flushing = Task.CompletedTask;
    DateTimeOffset? firstUnflushedAt;

    bool IsFlushDue => firstUnflushedAt is { } first && (Now - first >= OwnFlushAge || store.UnflushedSamples > options.FlushSamples);

    /// <summary>Three to five quarters of the option, by the server's key: after a start not all servers store at the same time.</summary>
    TimeSpan OwnFlushAge => options.FlushAge * (0.75 + (KeyHash.Of(Key) / (2.0 * uint.MaxValue)));

    /// <summary>Completes when everything that was applied before this call is in chunks and the checkpoint is written.</summary>
    async Task Flush()
    {
        var earlier = flushing;
        await StateWriter.Settled(earlier);
        // Another caller that waited for the same may have begun the next one, which has everything too.
        if (flushing == earlier)
            flushing = FlushNow();
        await flushing;
    }

    async Task FlushNow()
    {
        var beganAt = firstUnflushedAt;
        long began = time.GetTimestamp();
        firstUnflushedAt = null;
        var positions = new Dictionary<int, long>(applied);
        try
        {
            var flush = store.Flush();
            long sequence = State.NextChunk;
            if (flush.Chunks.Count > 0)
            {
                State.NextChunk += flush.Chunks.Count;
                await chunks.WriteAsync(flush.ToChunks(Key, sequence), CancellationToken.None);
            }

            State.Checkpoints = positions;
            State.LastArrivalAt = lastArrivalAt;
            State.UnwellSince = unwellSince;
            State.Anomalies = watch.ExportAnomalies();
            await writer.WriteAsync();
            store.Commit(flush);
            instruments.Flushed(flush.Samples, time.GetElapsedTime(began));
            long now = time.GetUtcNow().ToUnixTimeMilliseconds();
            store.Trim(now);
            watch.Forget(store.Entries, now);
        }
        catch
        {
            instruments.FlushFailed();
            firstUnflushedAt = beganAt;
            throw;
        }

        await TellIntakes(positions);
    }

    async Task TellIntakes(Dictionary<int, long> positions)
    {
        foreach (var (partition, position) in positions)
        {
            try
            {
                await GrainFactory.GetGrain<ISampleIntakeGrain>(partition.ToString(System.Globalization.CultureInfo.InvariantCulture)).Stored(Key, position).WaitAsync(TellTimeout, time);
            }
            catch (Exception failure)
            {
                // The intake asks by itself when the log grows old.
                ServerHealthMessages.IntakeNotTold(logger, Key, partition, failure);
            }
        }
    }
}
