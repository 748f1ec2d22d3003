using Orrery.Interfaces.Health;
using Orrery.WebApi.Access;

namespace Orrery.WebApi.Metrics;

/// <summary>Range queries over series of samples.</summary>
internal static class MetricEndpoints
{
    public static void Map(RouteGroupBuilder api) =>
        api.MapGet("/metrics/query", Query).RequireAuthorization(Policies.Person).Produces<SeriesView>().WithSummary("Aligned points of the series that match.");

    static Task Query(HttpContext http, Caller caller, RangeQuery query, [AsParameters] QueryParameters parameters) => query.AnswerAsync(http, caller, parameters);
}

/// <summary>What a range query answers; written directly, described by this.</summary>
/// <param name="Start">Unix time of the first point, milliseconds.</param>
/// <param name="Step">Distance of points, milliseconds.</param>
/// <param name="Points">Points of each series.</param>
/// <param name="Resolution">The coarsest that was used: <c>raw</c>, <c>1m</c> or <c>1h</c>.</param>
/// <param name="Series">Ordered by server.</param>
internal sealed record SeriesView(long Start, long Step, int Points, string Resolution, IReadOnlyList<SeriesPointsView> Series);

/// <param name="Labels">All labels with <c>__name__</c>, and <c>server</c>: the server's key.</param>
/// <param name="Values">One value a point; null where there is none.</param>
internal sealed record SeriesPointsView(IReadOnlyDictionary<string, string> Labels, double?[] Values);
