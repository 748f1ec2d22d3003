using Orrery.Runtime.CodeGeneration;
using Orrery.Runtime.Hosting;

namespace Orrery.Runtime;

/// <summary>Adds up what the threads have counted.</summary>
internal sealed class SiloStatistics(Silo silo) : ISiloStatistics
{
    private readonly Lock _lock = new();
    private readonly List<(Thread Thread, MethodTally Tally)> _tallies = [];
    private readonly MethodTally _ofEndedThreads = new(null);

    public MethodTally TallyOfThisThread()
    {
        var thread = Thread.CurrentThread;
        lock (_lock)
        {
            foreach (var (owner, known) in _tallies)
                if (ReferenceEquals(owner, thread)) return known;
            foreach (var (owner, ended) in _tallies)
                if (!owner.IsAlive) AddUp(ended, _ofEndedThreads);
            _tallies.RemoveAll(pair => !pair.Thread.IsAlive);
            var made = new MethodTally(silo);
            _tallies.Add((thread, made));
            return made;
        }
    }

    public MethodCount[] CountByMethod()
    {
        var sum = new MethodTally(null);
        lock (_lock)
        {
            AddUp(_ofEndedThreads, sum);
            foreach (var (_, tally) in _tallies) AddUp(tally, sum);
        }

        return sum.Counts;
    }

    public SiloSnapshot Read()
    {
        var counts = CountByMethod();
        var methods = new List<MethodSnapshot>();
        foreach (var method in GrainMethod.All)
        {
            if (method.Index >= counts.Length || counts[method.Index].Calls == 0) continue;
            var count = counts[method.Index];
            methods.Add(new MethodSnapshot(method.InterfaceName, method.Name, count.Calls, count.Failed,
                ToTime(count.Timed == 0 ? 0 : count.TimedTicks / (double)count.Timed), ToTime(count.TicksMax)));
        }

        methods.Sort(static (left, right) => (right.MeanDuration * right.Calls).CompareTo(left.MeanDuration * left.Calls));
        return new SiloSnapshot(silo.Options.SiloName, silo.ActivationCount, silo.Calls.CountPending(),
            [.. silo.Directory.Types.Select(Read).OrderByDescending(type => type.Activations).ThenBy(type => type.GrainType, StringComparer.Ordinal)], methods, silo.Reminders.Read());
    }

    private static GrainTypeSnapshot Read(GrainTypeRuntime type)
    {
        int activations = 0, deepest = 0;
        foreach (var activation in type.Activations)
        {
            activations++;
            deepest = Math.Max(deepest, activation.QueuedCount);
        }

        return new GrainTypeSnapshot(type.Name, activations, Interlocked.Read(ref type.Created), Interlocked.Read(ref type.FailedToActivate), Interlocked.Read(ref type.OverloadedCalls), deepest);
    }

    private TimeSpan ToTime(double ticks) => TimeSpan.FromSeconds(ticks / silo.Time.TimestampFrequency);

    private static void AddUp(MethodTally from, MethodTally to)
    {
        var counts = from.Counts;
        to.EnsureCapacity(counts.Length);
        for (int index = 0; index < counts.Length; index++) to.Counts[index].Add(counts[index]);
    }
}
