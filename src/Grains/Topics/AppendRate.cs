namespace Orrery.Grains.Topics;

/// <summary>How much was appended in the last minute, in slots of one second.</summary>
sealed class AppendRate(TimeProvider time)
{
    const int SlotsCount = 60;

    readonly (long Second, long Records, long Bytes)[] slots = new (long, long, long)[SlotsCount];
    readonly long beganAt = time.GetTimestamp();

    public void Add(long records, long bytes)
    {
        long second = Second();
        ref var slot = ref slots[second % SlotsCount];
        if (slot.Second != second) slot = (second, 0, 0);
        slot.Records += records;
        slot.Bytes += bytes;
    }

    /// <summary>Records and bytes a second, over the last minute or since it was made.</summary>
    public (double Records, double Bytes) Read()
    {
        long now = Second(), records = 0, bytes = 0;
        foreach (var slot in slots)
        {
            if (now - slot.Second >= SlotsCount) continue;
            records += slot.Records;
            bytes += slot.Bytes;
        }

        double seconds = Math.Clamp(time.GetElapsedTime(beganAt).TotalSeconds, 1, SlotsCount);
        return (records / seconds, bytes / seconds);
    }

    long Second() => (long)time.GetElapsedTime(beganAt).TotalSeconds;
}
