using System.Text.RegularExpressions;
using Orrery.Interfaces;
using Orrery.Interfaces.Alarms;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Health;
using Orrery.Interfaces.Servers;
using Orrery.WebApi.Access;

namespace Orrery.WebApi.Live;

/// <summary>Server-sent events for what is live.</summary>
internal static class LiveEndpoints
{
    const int MetricsMax = 50;
    const int MetricLengthMax = 200;

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/servers/{tenant}/{site}/{server}/live", OfServer).RequireAuthorization(Policies.Person).Produces<string>(StatusCodes.Status200OK, "text/event-stream")
            .WithSummary("Events of one server: values, health, processes, alarms.");
        api.MapGet("/fleet/live", OfFleet).RequireAuthorization(Policies.Person).Produces<string>(StatusCodes.Status200OK, "text/event-stream")
            .WithSummary("The fleet, as often as it changes.");
    }

    static Task OfServer(HttpContext http, Caller caller, EventStream stream, string tenant, string site, string server, string? metrics)
    {
        var view = new LiveServer(
            caller.OfServer<IServerGrain>(tenant, site, server), caller.OfServer<IServerHealthGrain>(tenant, site, server),
            caller.OfTenant<IAlarmBookGrain>(tenant), EntityKeys.Server(tenant, site, server), ReadMetrics(metrics));
        return stream.RunAsync(http, caller, view.AskAsync);
    }

    static Task OfFleet(HttpContext http, Caller caller, EventStream stream, LiveFleet fleet)
    {
        byte[]? sent = null;
        return stream.RunAsync(http, caller, async events =>
        {
            byte[] now = await fleet.GetAsync(caller);
            if (ReferenceEquals(now, sent))
                return;
            sent = now;
            events.WriteJson("fleet", now);
        });
    }

    static IReadOnlyList<LabelMatcher> ReadMetrics(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return [new("__name__", MatchKind.NotEqual, "")];
        string[] names = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (names.Length is 0 or > MetricsMax || names.Any(name => name.Length > MetricLengthMax))
            throw new InvalidInputException("metrics", $"Give 1 to {MetricsMax} names of metrics with commas between, each of at most {MetricLengthMax} characters.");
        return names.Length == 1
            ? [new("__name__", MatchKind.Equal, names[0])]
            : [new("__name__", MatchKind.Matches, string.Join('|', names.Select(Regex.Escape)))];
    }
}
