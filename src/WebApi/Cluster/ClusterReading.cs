using Orrery.Runtime.Hosting;

namespace Orrery.WebApi.Cluster;

/// <summary>What was read of the cluster at one moment.</summary>
internal sealed record ClusterReading(DateTimeOffset At, ClusterView View, IReadOnlyList<SiloReading> Silos);

/// <param name="Member">The silo.</param>
/// <param name="Now">What it does; null where it is not live, or did not answer.</param>
/// <param name="Before">What it did when the interval began; null where the interval is its whole life.</param>
/// <param name="Problem">Why a live silo did not answer.</param>
internal sealed record SiloReading(ClusterMember Member, SiloSnapshot? Now, SiloSnapshot? Before, string? Problem)
{
    /// <summary>The interval that rates and percentiles are of. Above zero where the silo answered.</summary>
    public TimeSpan Interval => Now is null ? TimeSpan.Zero : TimeSpan.FromTicks(Math.Max(1, (Now.Uptime - (Before?.Uptime ?? TimeSpan.Zero)).Ticks));
}
