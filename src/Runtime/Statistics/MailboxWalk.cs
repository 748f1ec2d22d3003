using Orrery.Runtime.Hosting;

namespace Orrery.Runtime;

/// <summary>
/// Looks into every mailbox of a silo. With a million grains in memory that takes tens of milliseconds, so from <see cref="ManyActivations"/> on what it
/// found is used again until <see cref="CostRatio"/> times its own duration has passed: however many ask, it takes at most one part in so many of a core.
/// </summary>
internal sealed class MailboxWalk(Silo silo)
{
    public const int ManyActivations = 10_000;
    public const int CostRatio = 50;

    private readonly Lock _lock = new();
    private readonly Dictionary<GrainTypeRuntime, Depths> _found = [];
    private long _walkedAt;
    private TimeSpan _validFor;

    /// <summary>Every grain type, most activations first, then by name.</summary>
    public IReadOnlyList<GrainTypeSnapshot> Read()
    {
        lock (_lock)
        {
            if (_found.Count == 0 || silo.ActivationCount < ManyActivations || silo.Time.GetElapsedTime(_walkedAt) >= _validFor) WalkAll();
            return
            [
                .. silo.Directory.Types.Select(type => new GrainTypeSnapshot(
                        type.Name, type.Count, Interlocked.Read(ref type.Created), Interlocked.Read(ref type.FailedToActivate), Interlocked.Read(ref type.OverloadedCalls),
                        _found[type].Sum, _found[type].Max, _found[type].MaxKey))
                    .OrderByDescending(static type => type.Activations).ThenBy(static type => type.GrainType, StringComparer.Ordinal),
            ];
        }
    }

    private void WalkAll()
    {
        long started = silo.Time.GetTimestamp();
        foreach (var type in silo.Directory.Types) _found[type] = Walk(type);
        _walkedAt = silo.Time.GetTimestamp();
        _validFor = silo.Time.GetElapsedTime(started, _walkedAt) * CostRatio;
    }

    private static Depths Walk(GrainTypeRuntime type)
    {
        var depths = default(Depths);
        foreach (var activation in type.Activations)
        {
            int depth = activation.QueuedCount;
            depths.Sum += depth;
            if (depth <= depths.Max) continue;
            depths.Max = depth;
            depths.MaxKey = activation.Key;
        }

        return depths;
    }

    private struct Depths
    {
        public long Sum;
        public int Max;
        public string? MaxKey;
    }
}
