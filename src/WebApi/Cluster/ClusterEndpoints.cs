using Microsoft.AspNetCore.Http.HttpResults;
using Orrery.Interfaces.Errors;
using Orrery.Runtime.Hosting;
using Orrery.Runtime.Storage;
using Orrery.WebApi.Access;
using Orrery.WebApi.Errors;
using Orrery.WebApi.Live;

namespace Orrery.WebApi.Cluster;

/// <summary>The cluster that serves all this, for its operators: silos, shards, grains, history; and the orders to leave.</summary>
internal static class ClusterEndpoints
{
    const int ReasonLengthMax = 200;

    public static void Map(RouteGroupBuilder api)
    {
        RouteGroupBuilder cluster = api.MapGroup("/cluster");
        cluster.MapGet("", Get).RequireAuthorization(Policies.VendorChange).WithSummary("Sums, shards and silos of the cluster in one look.");
        cluster.MapGet("/silos", ListSilos).RequireAuthorization(Policies.VendorChange).WithSummary("Silos: live ones first, then those that ended.");
        cluster.MapGet("/silos/{silo}", GetSilo).RequireAuthorization(Policies.VendorChange).WithSummary("One silo with its shards, grains and methods.");
        cluster.MapPost("/silos/{silo}/drain", Drain).RequireAuthorization(Policies.VendorChange).Produces<LeavingView>(StatusCodes.Status202Accepted).WithSummary("Has a silo give its shards away and leave.");
        cluster.MapPost("/silos/{silo}/restart", Restart).RequireAuthorization(Policies.VendorChange).Produces<LeavingView>(StatusCodes.Status202Accepted).WithSummary("Drains a silo; its supervisor starts it anew.");
        cluster.MapGet("/shards", GetShards).RequireAuthorization(Policies.VendorChange).WithSummary("Owner and term of every shard.");
        cluster.MapGet("/grains", ListGrains).RequireAuthorization(Policies.VendorChange).WithSummary("Grain types with counts, rates, percentiles and mailboxes.");
        cluster.MapGet("/methods", ListMethods).RequireAuthorization(Policies.VendorChange).WithSummary("Methods of grains, slowest first.");
        cluster.MapGet("/history", GetHistory).RequireAuthorization(Policies.VendorChange).WithSummary("Who joined, left and died, newest first.");
        cluster.MapGet("/reminders", GetReminders).RequireAuthorization(Policies.VendorChange).WithSummary("The ledger of reminders by grain type, and what each silo has fired.");
        cluster.MapGet("/live", Live).RequireAuthorization(Policies.VendorChange).Produces<string>(StatusCodes.Status200OK, "text/event-stream").WithSummary("Events of the cluster: summary, shards, and the parts that are asked for.");
    }

    static async Task<ClusterSummary> Get(ClusterWatch watch) => ClusterPictures.Summary(await watch.ReadAsync());

    static async Task<IReadOnlyList<SiloRow>> ListSilos(ClusterWatch watch) => ClusterPictures.Summary(await watch.ReadAsync()).Silos;

    static async Task<SiloDetail> GetSilo(ClusterWatch watch, string silo)
    {
        ClusterReading reading = await watch.ReadAsync();
        return ClusterPictures.Detail(reading, reading.Silos.FirstOrDefault(item => item.Member.Row.Id.ToString() == silo) ?? throw NoSilo(silo));
    }

    // The map reads memory only, so it is never older than what this process knows.
    static ShardMap GetShards(ClusterWatch watch) => ClusterPictures.Shards(watch.Management.Read());

    static async Task<IReadOnlyList<GrainTypeRow>> ListGrains(ClusterWatch watch) => ClusterPictures.Grains((await watch.ReadAsync()).Silos);

    static async Task<IReadOnlyList<MethodRow>> ListMethods(ClusterWatch watch, string? type)
    {
        IReadOnlyList<MethodRow> methods = ClusterPictures.Methods((await watch.ReadAsync()).Silos, durations: true);
        return type is null ? methods : [.. methods.Where(method => method.Type == type)];
    }

    static IReadOnlyList<HistoryEvent> GetHistory(ClusterWatch watch) => ClusterPictures.History(watch.Management.Read());

    static async Task<ReminderView> GetReminders(ClusterWatch watch, ReminderBooks books) => await books.ReadAsync(await watch.ReadAsync());

    static Task Live(HttpContext http, Caller caller, EventStream stream, ClusterWatch watch, ReminderBooks books, string? parts)
    {
        var view = new LiveCluster(watch, books, LiveCluster.ReadParts(parts));
        return stream.RunAsync(http, caller, view.AskAsync);
    }

    static async Task<IResult> Drain(Caller caller, ClusterWatch watch, string silo, DrainBody body)
    {
        (ClusterView view, ClusterMember member) = Find(watch, silo);
        if (view.Members.Count(other => other.Row.Status == MemberStatus.Active) == 1)
            throw new RefusedException(StatusCodes.Status409Conflict, $"{silo} is the only active silo: nobody would take its shards. Start another one first, or stop its process.");
        return await LeaveAsync(caller, watch, member, body.Reason, restart: false, supervisor: null);
    }

    static async Task<IResult> Restart(Caller caller, ClusterWatch watch, string silo, RestartBody body)
    {
        (_, ClusterMember member) = Find(watch, silo);
        // Whoever does not answer cannot be asked to leave either.
        ClusterReading reading = await watch.ReadAsync();
        string? supervisor = reading.Silos.FirstOrDefault(item => item.Member.Row.Id == member.Row.Id)?.Now?.Process.Supervisor;
        if (supervisor is null && !body.Unsupervised)
            throw new RefusedException(StatusCodes.Status409Conflict, $"Nobody is known to start the process of {silo} anew, so it would stay away. Send \"unsupervised\": true to end it nevertheless.");
        return await LeaveAsync(caller, watch, member, body.Reason, restart: true, supervisor);
    }

    static (ClusterView View, ClusterMember Member) Find(ClusterWatch watch, string silo)
    {
        ClusterView view = watch.Management.Read();
        ClusterMember member = view.Members.FirstOrDefault(item => item.Row.Id.ToString() == silo) ?? throw NoSilo(silo);
        return member.Row.Status == MemberStatus.Active
            ? (view, member)
            : throw new RefusedException(StatusCodes.Status409Conflict, $"{silo} is {member.Row.Status.ToString().ToLowerInvariant()} already.");
    }

    static async Task<IResult> LeaveAsync(Caller caller, ClusterWatch watch, ClusterMember member, string? reason, bool restart, string? supervisor)
    {
        if (reason?.Length > ReasonLengthMax)
            throw new InvalidInputException("reason", $"The reason has {reason.Length} characters; at most {ReasonLengthMax} are kept.");
        string said = $"{(restart ? "Restart" : "Drain")} asked for by {caller.Identity.Name}{(string.IsNullOrWhiteSpace(reason) ? "" : $": {reason.Trim()}")}";
        using var limit = new CancellationTokenSource(ClusterWatch.OrderLimit);
        try
        {
            await watch.Management.DrainAsync(member.Row.Id, restart, said, limit.Token);
        }
        catch (SiloUnavailableException error)
        {
            throw new RefusedException(StatusCodes.Status503ServiceUnavailable, error.Message);
        }
        catch (Exception error) when (error is TimeoutException or OperationCanceledException)
        {
            throw new RefusedException(StatusCodes.Status503ServiceUnavailable, $"{member.Row.Id} did not answer in time. It may have begun to leave: look at its state before you ask again.");
        }
        return TypedResults.Accepted((string?)null, new LeavingView(member.Row.Id.ToString(), restart ? SiloExit.Restart : SiloExit.Drained, supervisor));
    }

    static NotFoundException NoSilo(string silo) => new($"The cluster knows no silo '{(silo.Length <= 100 ? silo : silo[..100] + "...")}'. Silos are named name@generation.");
}
