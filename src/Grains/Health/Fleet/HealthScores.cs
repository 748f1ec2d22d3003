using Orrery.Interfaces.Health;

namespace Orrery.Grains.Health.Fleet;

/// <summary>How scores of servers become scores of sites, tenants and the fleet: half the worst one's, half the mean.</summary>
/// <remarks>The mean alone would hide one dead server among a hundred; the worst alone would not tell one from ten.</remarks>
static class HealthScores
{
    public const int Best = 100;
    public const int HealthyMin = 80;
    public const int DegradedMin = 50;
    public const int WorstOfTenantMax = 20;
    public const int WorstOfFleetMax = 50;

    public static HealthStatus StatusOf(int score) => score switch
    {
        >= HealthyMin => HealthStatus.Healthy,
        >= DegradedMin => HealthStatus.Degraded,
        _ => HealthStatus.Critical,
    };

    /// <summary>Half the least, half the mean, rounded; 100 for no scores.</summary>
    public static int Combine(IEnumerable<int> scores)
    {
        int worst = Best;
        long sum = 0;
        int count = 0;
        foreach (int score in scores)
        {
            worst = Math.Min(worst, score);
            sum += score;
            count++;
        }

        return count == 0 ? Best : (int)Math.Round((worst + ((double)sum / count)) / 2, MidpointRounding.AwayFromZero);
    }

    public static StatusCounts Count(IEnumerable<HealthSummary> servers)
    {
        int healthy = 0, degraded = 0, critical = 0, silent = 0;
        foreach (var server in servers)
        {
            switch (server.Status)
            {
                case HealthStatus.Healthy: healthy++; break;
                case HealthStatus.Degraded: degraded++; break;
                case HealthStatus.Critical: critical++; break;
                default: silent++; break;
            }
        }

        return new StatusCounts(healthy, degraded, critical, silent);
    }

    public static StatusCounts Add(IEnumerable<StatusCounts> counts) => counts.Aggregate(
        new StatusCounts(0, 0, 0, 0),
        static (sum, next) => new StatusCounts(sum.Healthy + next.Healthy, sum.Degraded + next.Degraded, sum.Critical + next.Critical, sum.Silent + next.Silent));

    public static IEnumerable<HealthSummary> WorstFirst(IEnumerable<HealthSummary> servers) =>
        servers.OrderBy(static server => server.Score).ThenBy(static server => server.UnwellSince ?? DateTimeOffset.MaxValue).ThenBy(static server => server.Server, StringComparer.Ordinal);

    public static SiteHealth Site(string site, IReadOnlyCollection<HealthSummary> servers)
    {
        int score = Combine(servers.Select(static server => server.Score));
        var counts = Count(servers);
        var status = counts.All > 0 && counts.Silent == counts.All ? HealthStatus.Silent : StatusOf(score);
        return new SiteHealth(site, score, status, counts);
    }

    /// <param name="tenant">The tenant's id.</param>
    /// <param name="sites">Keys of its sites, those without servers too.</param>
    /// <param name="servers">Summaries of its servers.</param>
    /// <param name="now">UTC.</param>
    public static TenantHealth Tenant(string tenant, IEnumerable<string> sites, IReadOnlyCollection<HealthSummary> servers, DateTimeOffset now)
    {
        var bySite = servers.ToLookup(static server => Interfaces.EntityKeys.SiteOf(server.Server));
        SiteHealth[] healths =
        [
            .. sites.Union(bySite.Select(static site => site.Key)).Select(site => Site(site, [.. bySite[site]]))
                .OrderBy(static site => site.Score).ThenBy(static site => site.Site, StringComparer.Ordinal),
        ];
        return new TenantHealth(
            tenant, Combine(healths.Select(static site => site.Score)), healths, Add(healths.Select(static site => site.Counts)),
            [.. WorstFirst(servers).Where(static server => server.Status != HealthStatus.Healthy).Take(WorstOfTenantMax)], now);
    }

    public static FleetHealth Fleet(IReadOnlyCollection<TenantHealth> tenants, DateTimeOffset now) => new(
        Combine(tenants.Select(static tenant => tenant.Score)),
        [.. tenants.OrderBy(static tenant => tenant.Score).ThenBy(static tenant => tenant.Tenant, StringComparer.Ordinal).Select(static tenant => tenant with { Worst = [] })],
        [.. WorstFirst(tenants.SelectMany(static tenant => tenant.Worst)).Take(WorstOfFleetMax)],
        Add(tenants.Select(static tenant => tenant.Counts)),
        now);
}
