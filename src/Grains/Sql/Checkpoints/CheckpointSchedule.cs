namespace Orrery.Grains.Sql.Checkpoints;

/// <summary>When the next checkpoint is due: after so long or so much input, and never so often that the views stand still for more than a small share of the time.</summary>
sealed class CheckpointSchedule(SqlOptions options, TimeProvider time, long epoch)
{
    /// <summary>For a second in which views stand still for a checkpoint, they go on for so many.</summary>
    const int PauseFactor = 20;

    long takenAt = time.GetTimestamp();
    long takenEpoch = epoch;
    long bytes;
    TimeSpan lastRest;

    /// <summary>Input was carried through.</summary>
    public void Note(long inputBytes) => bytes += inputBytes;

    public bool IsDue(long now)
    {
        TimeSpan since = time.GetElapsedTime(takenAt);
        return now > takenEpoch && since >= lastRest * PauseFactor && (since >= options.CheckpointPeriod || bytes >= options.CheckpointBytes);
    }

    /// <summary>A checkpoint was taken, or tried: the next one is due a period later.</summary>
    /// <param name="now">Its epoch.</param>
    /// <param name="rest">How long the views stood still.</param>
    public void Taken(long now, TimeSpan rest)
    {
        (takenAt, takenEpoch, bytes, lastRest) = (time.GetTimestamp(), now, 0, rest);
    }

    /// <summary>What was taken did not become a checkpoint.</summary>
    public void Failed() => takenEpoch = -1;
}
