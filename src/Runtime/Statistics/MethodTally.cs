using System.Runtime.CompilerServices;
using Orrery.Runtime.CodeGeneration;
using Orrery.Runtime.Hosting;

namespace Orrery.Runtime;

/// <summary>Counts of calls by method, written by one thread without locks and read by others, who may see them a moment late.</summary>
internal sealed class MethodTally(Silo? silo)
{
    /// <summary>Of calls that run on their caller's thread, one in so many is timed, and counts for so many.</summary>
    public const int TimedEvery = 16;

    private MethodCount[] _counts = new MethodCount[64];

    public static MethodTally None { get; } = new(null);

    public Silo? Silo { get; } = silo;

    public MethodCount[] Counts => Volatile.Read(ref _counts);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref MethodCount Of(GrainMethod method)
    {
        var counts = _counts;
        if ((uint)method.Index < (uint)counts.Length) return ref counts[method.Index];
        return ref Grow(method.Index);
    }

    public void Add(GrainMethod method, long elapsed, bool failed)
    {
        ref var count = ref Of(method);
        count.Calls++;
        if (failed) count.Failed++;
        Silo!.Statistics.AddTime(ref count, elapsed, 1);
        Silo.Instruments.RecordDuration(method, elapsed);
    }

    public void EnsureCapacity(int count)
    {
        if (count > _counts.Length) Grow(count - 1);
    }

    private ref MethodCount Grow(int index)
    {
        var grown = new MethodCount[Math.Max(index + 16, _counts.Length * 2)];
        _counts.CopyTo(grown, 0);
        Volatile.Write(ref _counts, grown);
        return ref grown[index];
    }
}

/// <summary>Times are in ticks of the silo's <see cref="TimeProvider"/> timestamps.</summary>
internal struct MethodCount
{
    public long Calls;
    public long Failed;
    public long Timed;
    public long TimedTicks;
    public long TicksMax;

    /// <summary>By <see cref="LatencyBuckets"/>: 1 KB, made when the method is first timed on this thread.</summary>
    public long[]? Latency;

    public void AddTime(long elapsed, int weight, long nanoseconds)
    {
        Timed += weight;
        TimedTicks += elapsed * weight;
        if (elapsed > TicksMax) TicksMax = elapsed;
        (Latency ??= new long[LatencyBuckets.Count])[LatencyBuckets.Of(nanoseconds)] += weight;
    }

    public void Add(in MethodCount other)
    {
        Calls += other.Calls;
        Failed += other.Failed;
        Timed += other.Timed;
        TimedTicks += other.TimedTicks;
        TicksMax = Math.Max(TicksMax, other.TicksMax);
        if (other.Latency is not { } latency) return;
        Latency ??= new long[LatencyBuckets.Count];
        for (int bucket = 0; bucket < latency.Length; bucket++) Latency[bucket] += latency[bucket];
    }
}
