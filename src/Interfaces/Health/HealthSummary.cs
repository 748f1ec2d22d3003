using Orrery.Interfaces.Alarms;

namespace Orrery.Interfaces.Health;

/// <summary>How a server is, in one value that fits into lists of thousands.</summary>
/// <param name="Server">The server's key.</param>
/// <param name="Score">0 (down) to 100 (nothing to say).</param>
/// <param name="Status">The score in one word.</param>
/// <param name="Causes">What lowered the score, worst first, at most 10. The penalties add up to <c>100 - Score</c> unless the score is 0.</param>
/// <param name="UnwellSince">Since when the status is not <see cref="HealthStatus.Healthy"/>, or null.</param>
/// <param name="LastSampleAt">Newest sample, UTC, or null.</param>
/// <param name="Headline">Newest values of the headline metrics: <c>cpu</c>, <c>memory</c>, <c>disk</c>, <c>load</c>, as far as known. Percent but load.</param>
/// <param name="Series">Series held.</param>
/// <param name="ComputedAt">UTC.</param>
public sealed record HealthSummary(
    string Server, int Score, HealthStatus Status, IReadOnlyList<HealthCause> Causes, DateTimeOffset? UnwellSince,
    DateTimeOffset? LastSampleAt, IReadOnlyDictionary<string, double> Headline, int Series, DateTimeOffset ComputedAt);

public enum HealthStatus
{
    /// <summary>80 to 100.</summary>
    Healthy,

    /// <summary>50 to 79.</summary>
    Degraded,

    /// <summary>0 to 49.</summary>
    Critical,

    /// <summary>No samples for longer than <c>HealthOptions.SilentAfter</c>.</summary>
    Silent,
}

/// <param name="Kind"><c>alarm</c>, <c>silent</c>, <c>anomaly</c>.</param>
/// <param name="Text">For people, in English; with <paramref name="Code"/> and <paramref name="Arguments"/> the portal says it in other languages.</param>
/// <param name="Code">A stable word: the rule's id, <c>silent</c>, <c>anomaly</c>.</param>
/// <param name="Arguments">Values for the text: metric, value, threshold, labels.</param>
/// <param name="Penalty">Points taken from 100.</param>
/// <param name="Since">UTC.</param>
/// <param name="Severity">How bad.</param>
/// <param name="Alarm">Id of the alarm, if it is one.</param>
public sealed record HealthCause(
    string Kind, string Text, string Code, IReadOnlyDictionary<string, string> Arguments, int Penalty, DateTimeOffset Since, Severity Severity, string? Alarm);

/// <summary>The health of one tenant's sites and servers. Key: the tenant's id.</summary>
public interface ITenantHealthGrain : IGrainWithStringKey
{
    /// <summary>Called by a server when its summary changed enough to matter, and at least once a minute; null when it was deleted.</summary>
    Task Report(string server, HealthSummary? summary);

    /// <summary>Summaries of the tenant's servers, worst first.</summary>
    [ReadOnly] Task<IReadOnlyList<HealthSummary>> ListServers(string? site);

    [ReadOnly] Task<TenantHealth> Get();

    /// <summary>Called by a tenant that is deleted: the fleet forgets it.</summary>
    Task TenantDeleted();
}

/// <summary>The health of the whole fleet. One grain, key <see cref="EntityKeys.Fleet"/>.</summary>
public interface IFleetHealthGrain : IGrainWithStringKey
{
    Task Report(string tenant, TenantHealth? health);

    [ReadOnly] Task<FleetHealth> Get();
}

/// <param name="Tenant">The tenant's id.</param>
/// <param name="Score">Half the worst site's, half the mean of sites.</param>
/// <param name="Sites">Score per site, worst first.</param>
/// <param name="Counts">Servers by status.</param>
/// <param name="Worst">The worst servers, at most 20.</param>
public sealed record TenantHealth(string Tenant, int Score, IReadOnlyList<SiteHealth> Sites, StatusCounts Counts, IReadOnlyList<HealthSummary> Worst, DateTimeOffset ComputedAt);

/// <param name="Site">The site's key.</param>
/// <param name="Score">Half the worst server's, half the mean of servers; 100 for a site without servers.</param>
public sealed record SiteHealth(string Site, int Score, HealthStatus Status, StatusCounts Counts);

public sealed record StatusCounts(int Healthy, int Degraded, int Critical, int Silent)
{
    public int All => Healthy + Degraded + Critical + Silent;
}

/// <param name="Score">Half the worst tenant's, half the mean of tenants.</param>
/// <param name="Tenants">Worst first, without their <see cref="TenantHealth.Worst"/> lists.</param>
/// <param name="Worst">The worst servers of the fleet, at most 50.</param>
/// <param name="Counts">Servers by status.</param>
public sealed record FleetHealth(int Score, IReadOnlyList<TenantHealth> Tenants, IReadOnlyList<HealthSummary> Worst, StatusCounts Counts, DateTimeOffset ComputedAt);
