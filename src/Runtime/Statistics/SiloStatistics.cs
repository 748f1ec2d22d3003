using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Orrery.Runtime.CodeGeneration;
using Orrery.Runtime.Hosting;

namespace Orrery.Runtime;

/// <summary>Adds up what the threads have counted. Between readings it does nothing: whoever calls a grain writes to counts of its own thread.</summary>
internal sealed class SiloStatistics : ISiloStatistics
{
    private readonly Silo _silo;
    private readonly MailboxWalk _mailboxes;
    private readonly double _nanosecondsPerTick;
    private readonly long _started;
    private readonly Lock _lock = new();
    private readonly List<(Thread Thread, MethodTally Tally)> _tallies = [];
    private readonly MethodTally _ofEndedThreads = new(null);
    private readonly ConcurrentDictionary<GrainMethod, long> _timedOut = new();
    private Dictionary<string, string?>? _typesByInterface;

    public SiloStatistics(Silo silo)
    {
        _silo = silo;
        _mailboxes = new MailboxWalk(silo);
        _nanosecondsPerTick = 1e9 / silo.Time.TimestampFrequency;
        _started = silo.Time.GetTimestamp();
    }

    public TimeSpan Uptime => _silo.Time.GetElapsedTime(_started);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddTime(ref MethodCount count, long elapsed, int weight) => count.AddTime(elapsed, weight, (long)(elapsed * _nanosecondsPerTick));

    public void AddTimeOut(GrainMethod method) => _timedOut.AddOrUpdate(method, 1, static (_, count) => count + 1);

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
            var made = new MethodTally(_silo);
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

    public IReadOnlyList<GrainTypeSnapshot> ReadGrainTypes() => _mailboxes.Read();

    public SiloSnapshot Read() => new()
    {
        SiloName = _silo.Options.SiloName,
        Uptime = Uptime,
        Activations = _silo.ActivationCount,
        PendingCalls = _silo.Calls.CountPending(),
        GrainTypes = ReadGrainTypes(),
        Methods = ReadMethods(),
        Reminders = _silo.Reminders.Read(),
        Process = ProcessFigures.Read(),
    };

    private List<MethodSnapshot> ReadMethods()
    {
        var counts = CountByMethod();
        var methods = new List<MethodSnapshot>();
        foreach (var method in GrainMethod.All)
        {
            var count = method.Index < counts.Length ? counts[method.Index] : default;
            long timedOut = _timedOut.GetValueOrDefault(method);
            if (count.Calls == 0 && timedOut == 0) continue;
            methods.Add(new MethodSnapshot(
                FindGrainType(method.InterfaceName), method.InterfaceName, method.Name, count.Calls, count.Failed, timedOut,
                ToTime(count.Timed == 0 ? 0 : count.TimedTicks / (double)count.Timed), ToTime(count.TicksMax), ToHistogram(count.Latency)));
        }

        methods.Sort(static (left, right) => (right.MeanDuration * right.Calls).CompareTo(left.MeanDuration * left.Calls));
        return methods;
    }

    /// <summary>The class behind an interface, where it is one.</summary>
    private string? FindGrainType(string interfaceName)
    {
        var types = _typesByInterface;
        if (types is null)
        {
            types = new Dictionary<string, string?>(StringComparer.Ordinal);
            foreach (var type in _silo.Directory.Types)
                foreach (var grainInterface in type.Class.Interfaces)
                    types[grainInterface.FullName!] = types.ContainsKey(grainInterface.FullName!) ? null : type.Name;
            _typesByInterface = types;
        }

        return types.GetValueOrDefault(interfaceName);
    }

    private static LatencyHistogram ToHistogram(long[]? counts)
    {
        if (counts is null) return LatencyHistogram.Empty;
        int end = counts.AsSpan().LastIndexOfAnyExcept(0L) + 1;
        return new LatencyHistogram(counts[..end]);
    }

    private TimeSpan ToTime(double ticks) => TimeSpan.FromSeconds(ticks / _silo.Time.TimestampFrequency);

    private static void AddUp(MethodTally from, MethodTally to)
    {
        var counts = from.Counts;
        to.EnsureCapacity(counts.Length);
        for (int index = 0; index < counts.Length; index++) to.Counts[index].Add(counts[index]);
    }
}
