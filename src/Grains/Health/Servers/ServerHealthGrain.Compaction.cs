using Orrery.Grains.Health.Series.Chunks;
using Orrery.Storage.Chunks;

namespace Orrery.Grains.Health.Servers;

/// <summary>Rewrites finished days for good, sums them up, and deletes what is past its retention: one server of a silo at a time, away from its turns.</summary>
sealed partial class ServerHealthGrain
{
    const int DaysPerRunMax = 8;

    static readonly TimeSpan CompactionPeriod = TimeSpan.FromMinutes(15);
    static readonly TimeSpan RetentionPeriod = TimeSpan.FromHours(6);

    Task compacting = Task.CompletedTask;
    DateTimeOffset compactedAt;
    DateTimeOffset retainedAt;

    void CompactWhenDue()
    {
        var now = Now;
        if (!compacting.IsCompleted || now - compactedAt < CompactionPeriod || !compactions.TryTake())
            return;
        compactedAt = now;
        compacting = Compact(now);
    }

    async Task Compact(DateTimeOffset now)
    {
        try
        {
            string owner = Key;
            // A day is finished when no sample of it can come any more but late ones, and none of it is in memory.
            long before = (now - options.MemoryKeep - options.OutOfOrderMax).ToUnixTimeMilliseconds();
            for (int days = 0; days < DaysPerRunMax; days++)
            {
                if (await SeriesCompaction.FindDayAsync(chunks, owner, before, CancellationToken.None) is not { } day)
                    break;
                await Task.Run(() => SeriesCompaction.RunAsync(chunks, owner, day, CancellationToken.None).AsTask());
                instruments.DayCompacted();
            }

            if (now - retainedAt >= RetentionPeriod)
            {
                await DeleteOld(owner, now);
                retainedAt = now;
            }
        }
        catch (Exception failure)
        {
            ServerHealthMessages.CompactionFailed(logger, Key, failure);
        }
        finally
        {
            compactions.Free();
        }
    }

    async Task DeleteOld(string owner, DateTimeOffset now)
    {
        (ChunkKind Kind, TimeSpan Retention)[] retentions =
        [
            (ChunkKind.Raw, options.RawRetention), (ChunkKind.Compacted, options.RawRetention), (ChunkKind.Minute, options.MinuteRetention), (ChunkKind.Hour, options.HourRetention),
        ];
        foreach (var (kind, retention) in retentions)
            await chunks.DeleteBeforeAsync(owner, kind, (now - retention).ToUnixTimeMilliseconds(), CancellationToken.None);
    }
}
