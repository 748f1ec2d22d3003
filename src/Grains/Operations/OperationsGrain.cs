using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orrery.Grains.Input;
using Orrery.Grains.Secrets;
using Orrery.Grains.Storing;
using Orrery.Interfaces;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Operations;
using Orrery.Interfaces.Sites;

namespace Orrery.Grains.Operations;

/// <summary>
/// An operation is a state with a deadline. It is given to the agent that asks for it, again and again until that begins; of all that try to begin, the first attempt is let, and only it is heard from then on. So what runs, runs
/// once: an agent that lost its memory in between cannot begin a second time, and one that kept it goes on as the same attempt. What is not heard of again ends with its deadline.
/// </summary>
/// <remarks>Reentrant, because agents wait here for work. State is changed between two awaits and then written.</remarks>
[Reentrant]
sealed partial class OperationsGrain : Grain, IOperationsGrain, IRemindable
{
    const int KeptMax = 100, OpenMax = 20, AgentsMax = 500, ReasonLengthMax = 500;
    const string WakeReminder = "wake";
    static readonly TimeSpan ReminderPeriod = TimeSpan.FromMinutes(1);

    readonly IPersistentState<OperationsState> stored;
    readonly StateWriter writer;
    readonly Announcement announcement;
    readonly SecretSource random;
    readonly OperationOptions options;
    readonly TimeProvider time;
    readonly Dictionary<string, DateTimeOffset> seen = [];
    TaskCompletionSource came = new();
    IGrainTimer? looking;

    public OperationsGrain(
        [PersistentState("operations")] IPersistentState<OperationsState> stored, SecretSource random, IOptions<OperationOptions> options, TimeProvider time, ILogger<OperationsGrain> logger)
    {
        this.stored = stored;
        this.random = random;
        this.options = options.Value;
        this.time = time;
        writer = new StateWriter(stored, DeactivateOnIdle);
        announcement = new Announcement(this, "operations", Announce, logger);
    }

    string Key => this.GetPrimaryKeyString();

    List<StoredOperation> Operations => stored.State.Operations;

    IOperationDirectoryGrain Directory => GrainFactory.GetGrain<IOperationDirectoryGrain>(EntityKeys.Fleet);

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (Operations.Count > 0)
            announcement.Soon();
        KeepLooking();
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<OperationInfo>> List() => Task.FromResult<IReadOnlyList<OperationInfo>>([.. Operations.Select(static each => each.Info).Reverse()]);

    public Task<OperationInfo> Get(string operation) => Task.FromResult(Find(operation).Info);

    public Task<IReadOnlyList<OperationAgent>> Agents() =>
        Task.FromResult<IReadOnlyList<OperationAgent>>([.. stored.State.Agents.Values.Select(agent => agent with { SeenAt = seen.GetValueOrDefault(agent.Server, agent.SeenAt) })]);

    public async Task<OperationInfo> Ask(OperationRequest request, string user)
    {
        await GrainFactory.GetGrain<ISiteGrain>(Key).Get();
        OperationSettings settings = await Directory.Settings();
        request = request with { Id = request.Id is null ? NewId() : EntityKeys.CheckPart("id", request.Id), Reason = InputChecks.Text("reason", request.Reason, ReasonLengthMax)?.Trim() ?? throw new InvalidInputException("reason", "Say why: who approves it will ask.") };
        if (Operations.Find(each => each.Info.Request.Id == request.Id) is { } known)
            return known.Info.Request == request ? known.Info : throw new ConflictException($"The operation '{request.Id}' was asked for with other words. Choose another id.");
        CheckTarget(request);
        if (Operations.Count(static each => !each.Info.IsEnded) >= OpenMax)
            throw new LimitReachedException($"{OpenMax} operations are under way at the site '{Key}', the most there may be. Wait until some have ended, or cancel them.");
        bool needsApproval = settings.NeedApproval.Contains(request.Kind);
        DateTimeOffset now = time.GetUtcNow();
        OperationState state = needsApproval ? OperationState.Asked : OperationState.Approved;
        var asked = new OperationInfo(request, Key, state, needsApproval, now + (needsApproval ? options.ApprovalMax : options.FetchMax), [new OperationStep(state, now, user)], null, "", null, null, 0);
        Operations.Add(new StoredOperation(asked, null, 0));
        try
        {
            await StoreAsync();
        }
        catch (RefusalException)
        {
            Operations.RemoveAll(each => each.Info.Request.Id == request.Id);
            await writer.WriteAsync();
            throw;
        }

        await this.RegisterOrUpdateReminder(WakeReminder, ReminderPeriod, ReminderPeriod);
        await ForgetOldestAsync();
        return asked;
    }

    public async Task<OperationInfo> Approve(string operation, string user)
    {
        StoredOperation waiting = Find(operation);
        if (waiting.Info.State != OperationState.Asked)
            throw new ConflictException($"The operation '{operation}' is {Word(waiting.Info.State)} and waits for no approval.");
        if (waiting.Info.Steps[0].By == user)
            throw new ConflictException($"You asked for the operation '{operation}' yourself: another user is to approve it.");
        return await MoveAsync(waiting, OperationState.Approved, user, options.FetchMax);
    }

    public async Task<OperationInfo> Cancel(string operation, string user, string? reason)
    {
        StoredOperation open = Find(operation);
        if (open.Info.State >= OperationState.Running)
            throw new ConflictException($"The operation '{operation}' is {Word(open.Info.State)}: {(open.Info.IsEnded ? "there is nothing to take back" : $"what has begun is not broken off; it ends by {open.Info.Deadline:u}")}.");
        return await MoveAsync(open, OperationState.Cancelled, user, null, InputChecks.Text("reason", reason, ReasonLengthMax));
    }

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        await LookAsync();
        if (Operations.TrueForAll(static each => each.Info.IsEnded) && await this.GetReminder(WakeReminder) is { } reminder)
            await this.UnregisterReminder(reminder);
    }

    public async Task SiteDeleted()
    {
        if (!stored.RecordExists)
            return;
        foreach (StoredOperation each in Operations)
            await ClearArchiveAsync(each);
        if (await this.GetReminder(WakeReminder) is { } reminder)
            await this.UnregisterReminder(reminder);
        await writer.ClearAsync();
        stored.State = new OperationsState();
        await Announce();
    }

    /// <summary>Ends what lasted until its deadline.</summary>
    async Task LookAsync()
    {
        DateTimeOffset now = time.GetUtcNow();
        foreach (StoredOperation late in Operations.Where(each => each.Info.Deadline <= now).ToArray())
            await MoveAsync(late, OperationState.Expired, "orrery", null, late.Info.State switch
            {
                OperationState.Asked => "Nobody approved it in time.",
                OperationState.Approved => "No agent asked for it in time.",
                OperationState.Fetched => "The agent fetched it and did not begin in time.",
                _ => late.Info.Request.Kind == OperationKind.UpgradeAgent ? "The agent did not report the version in time." : "The agent was not heard of again in time; whether it took effect is not known.",
            });
    }

    void KeepLooking()
    {
        if (Operations.TrueForAll(static each => each.Info.IsEnded))
        {
            looking?.Dispose();
            looking = null;
        }
        else
        {
            looking ??= this.RegisterGrainTimer(_ => LookAsync(), new GrainTimerCreationOptions(options.LookPeriod, options.LookPeriod) { Interleave = true });
        }
    }

    async Task<OperationInfo> MoveAsync(StoredOperation operation, OperationState state, string by, TimeSpan? lasts, string? reason = null)
    {
        DateTimeOffset now = time.GetUtcNow();
        OperationInfo moved = operation.Info with { State = state, Deadline = lasts is { } span ? now + span : null, Steps = [.. operation.Info.Steps, new OperationStep(state, now, by)], Reason = reason ?? operation.Info.Reason };
        Replace(operation with { Info = moved });
        await StoreAsync();
        return moved;
    }

    void Replace(StoredOperation operation)
    {
        int at = Operations.FindIndex(each => each.Info.Request.Id == operation.Info.Request.Id);
        Operations[at] = operation;
    }

    /// <summary>Stores, tells the list of all, and wakes agents that wait.</summary>
    async Task StoreAsync()
    {
        await writer.WriteAsync();
        TaskCompletionSource waited = came;
        came = new();
        waited.TrySetResult();
        KeepLooking();
        await announcement.TryNow();
    }

    Task Announce() => Directory.Set(Key, [.. Operations.Where(static each => !each.Info.IsEnded).Select(static each => each.Info)]);

    async Task ForgetOldestAsync()
    {
        while (Operations.Count > KeptMax && Operations.Find(static each => each.Info.IsEnded) is { } oldest)
        {
            Operations.Remove(oldest);
            await ClearArchiveAsync(oldest);
            await writer.WriteAsync();
        }
    }

    void CheckTarget(OperationRequest request)
    {
        if (!stored.State.Agents.TryGetValue(request.Server, out OperationAgent? agent))
            throw new ConflictException($"No agent of '{Key}/{(request.Server.Length <= 64 ? request.Server : "")}' takes operations: name services or log folders under 'operations' in its settings.");
        (string what, IReadOnlyList<string> known) = request.Kind switch
        {
            OperationKind.RestartService => ("service", agent.Services),
            OperationKind.CollectLogs => ("log folder", agent.LogFolders),
            OperationKind.UpgradeAgent => ("version", []),
            _ => throw new InvalidInputException("kind", $"{request.Kind} is no kind of operation."),
        };
        if (request.Kind == OperationKind.UpgradeAgent)
        {
            if (!agent.MayUpgrade)
                throw new ConflictException($"The agent of '{Key}/{request.Server}' takes no wish for its version: its settings do not say operations.upgrade.");
            EntityKeys.CheckPart("target", request.Target);
        }
        else if (!known.Contains(request.Target, StringComparer.Ordinal))
        {
            throw new InvalidInputException("target", $"The settings of the agent of '{Key}/{request.Server}' name no {what} '{(request.Target.Length <= 64 ? request.Target : request.Target[..64])}'; they name: {(known.Count == 0 ? "none" : string.Join(", ", known))}.");
        }
    }

    StoredOperation Find(string operation) => Operations.Find(each => each.Info.Request.Id == operation) ?? throw new NotFoundException($"The site '{Key}' has no operation '{(operation.Length <= 80 ? operation : operation[..80])}'; the newest {KeptMax} are kept.");

    string NewId()
    {
        Span<byte> bytes = stackalloc byte[8];
        random.Fill(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    static string Word(OperationState state) => state.ToString().ToLowerInvariant();
}
