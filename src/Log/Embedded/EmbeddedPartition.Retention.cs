namespace Orrery.Log.Embedded;

sealed partial class EmbeddedPartition
{
    readonly Dictionary<string, long> holds = new(StringComparer.Ordinal);
    readonly long openedMilliseconds;

    public void AdvanceLowWater(long offset)
    {
        lock (gate)
        {
            if (offset > Active.EndOffset) throw new ArgumentOutOfRangeException(nameof(offset), offset, $"The low water of {this} cannot pass its end, {Active.EndOffset}.");
            if (offset <= lowWater) return;
            lowWater = offset;
            if (!Options.Compacts && (segments[0].EndOffset > offset || segments.Count == 1)) return;
        }

        topic.ScheduleRetention();
    }

    public void Hold(string consumer, long offset)
    {
        ArgumentException.ThrowIfNullOrEmpty(consumer);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(closed, this);
            if (offset > Active.EndOffset) throw new ArgumentOutOfRangeException(nameof(offset), offset, $"'{consumer}' cannot hold {this} from beyond its end, {Active.EndOffset}.");
            if (!holds.ContainsKey(consumer) && holds.Count >= Options.HoldsLimit)
                throw new LogOverloadedException($"'{consumer}' cannot hold {this}: {holds.Count} consumers do, and {Options.HoldsLimit} may (HoldsLimit). Release those that are gone.");
            holds[consumer] = offset;
        }

        topic.ScheduleRetention();
    }

    public void Release(string consumer)
    {
        lock (gate)
        {
            if (!holds.Remove(consumer)) return;
        }

        topic.ScheduleRetention();
    }

    /// <summary>Deletes the oldest segments that no rule keeps.</summary>
    public void Retain()
    {
        lock (upkeep)
        {
            long now = topic.Time.GetUtcNow().ToUnixTimeMilliseconds();
            lock (gate)
            {
                if (closed) return;
                long bytes = segments.Sum(segment => segment.Bytes);
                while (segments.Count > 1 && MayDelete(segments[0], bytes, now))
                {
                    bytes -= segments[0].Bytes;
                    doomed.Add(segments[0]);
                    segments.RemoveAt(0);
                }

                lowWater = Math.Max(lowWater, segments[0].BaseOffset);
            }

            DeleteDoomed();
        }
    }

    bool MayDelete(Segment segment, long partitionBytes, long nowMilliseconds)
    {
        if (segment.EndOffset > HeldOffset()) return false;
        if (Options.RetainAge is null && Options.RetainBytes is null) return segment.EndOffset <= lowWater && !Options.Compacts;
        if (segment.EndOffset > ReadOffset(nowMilliseconds)) return false;
        return (Options.RetainAge is { } age && nowMilliseconds - segment.AppendedMilliseconds > age.TotalMilliseconds)
            || (Options.RetainBytes is { } limit && partitionBytes > limit);
    }

    /// <summary>The least offset that a consumer holds.</summary>
    long HeldOffset() => holds.Count == 0 ? long.MaxValue : holds.Values.Min();

    /// <summary>
    /// The offset below which rules may take records away: the low water; the least hold, since every consumer that says so is beyond it; or any, where the topic deletes what
    /// nobody read. The latter two only once consumers have had the time to state their holds.
    /// </summary>
    long ReadOffset(long nowMilliseconds)
    {
        if (nowMilliseconds - openedMilliseconds < Options.HoldGrace.TotalMilliseconds) return lowWater;
        return holds.Count > 0 || Options.DeletesUnread ? Math.Max(lowWater, HeldOffset()) : lowWater;
    }

    /// <summary>Oldest first, each durably before the next, so that a power cut leaves no hole between segments.</summary>
    void DeleteDoomed()
    {
        if (doomed.Count == 0) return;
        int deleted = 0;
        try
        {
            using var taken = LockAsOwner();
            while (doomed.Count > 0)
            {
                Files.Delete(doomed[0].Path);
                Files.SyncDirectory(directory);
                foreach (string path in doomed[0].SidePaths) Files.Delete(path);
                doomed.RemoveAt(0);
                deleted++;
            }
        }
        catch (LogFencedException)
        {
            // They are the successor's now.
            doomed.Clear();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or LogException)
        {
            topic.Logger.UpkeepFailed(error, topic.Name, Number);
        }

        if (deleted > 0) topic.Logger.SegmentsDeleted(topic.Name, Number, deleted, StartOffset);
    }
}
