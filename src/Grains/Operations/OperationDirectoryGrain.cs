using Orrery.Grains.Paging;
using Orrery.Grains.Storing;
using Orrery.Interfaces;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Operations;
using Orrery.Interfaces.Paging;

namespace Orrery.Grains.Operations;

[Reentrant]
sealed class OperationDirectoryGrain : Grain, IOperationDirectoryGrain
{
    const int OpenMax = 5_000;

    readonly IPersistentState<OperationDirectoryState> stored;
    readonly StateWriter writer;

    public OperationDirectoryGrain([PersistentState("operation-directory")] IPersistentState<OperationDirectoryState> stored)
    {
        this.stored = stored;
        writer = new StateWriter(stored, DeactivateOnIdle);
    }

    SortedDictionary<string, OperationInfo[]> Sites => stored.State.Open;

    public Task<OperationSettings> Settings() => Task.FromResult(stored.State.Settings ?? new OperationSettings(Enum.GetValues<OperationKind>()));

    public Task SetSettings(OperationSettings settings)
    {
        if (settings.NeedApproval.FirstOrDefault(static kind => !Enum.IsDefined(kind), OperationKind.RestartService) is var unknown && !Enum.IsDefined(unknown))
            throw new InvalidInputException("needApproval", $"{unknown} is no kind of operation.");
        stored.State.Settings = new OperationSettings([.. settings.NeedApproval.Distinct().Order()]);
        return writer.WriteAsync();
    }

    public Task<Page<OperationInfo>> Open(PageRequest request, string? tenant) => Task.FromResult(Pages.Cut(
        Sites.Where(site => tenant is null || EntityKeys.TenantOf(site.Key) == tenant).SelectMany(static site => site.Value), static each => $"{each.Site}/{each.Request.Id}",
        static (each, text) => Pages.AnyContains(text, each.Site, each.Request.Server, each.Request.Target, each.Request.Reason), request));

    public Task Set(string site, IReadOnlyList<OperationInfo> operations)
    {
        int before = Sites.GetValueOrDefault(site, []).Length;
        if (operations.Count > before && Sites.Values.Sum(static each => each.Length) - before + operations.Count > OpenMax)
            throw new LimitReachedException($"{OpenMax:N0} operations are under way, the most there may be. Wait until some have ended.");
        if (operations.Count > 0)
            Sites[site] = [.. operations.Select(static each => each with { Output = "" })];
        else if (!Sites.Remove(site))
            return writer.Pending;
        return writer.WriteAsync();
    }
}
