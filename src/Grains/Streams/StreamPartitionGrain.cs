using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orrery.Grains.Storing;
using Orrery.Grains.Topics;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Topics;

namespace Orrery.Grains.Streams;

/// <summary>
/// Delivers one partition's items.
/// <para>The pump reads a slice, gives each stream's items to its subscribers, in order for each subscriber and side by side for different ones, and goes on when all have taken
/// theirs. Every so often it stores how far it came; after a crash what came since is delivered again.</para>
/// <para>A subscription that begins, or is rewound, before that place has a place of its own: it is given its items apart from the others until it has caught up with
/// what the pump has read.</para>
/// <para>A consumer that throws is given its items again a few times, then hears of an error and goes on behind them. One that cannot be reached is waited for.</para>
/// </summary>
sealed partial class StreamPartitionGrain : Grain, IStreamPartitionGrain, IRemindable
{
    const string WakeReminder = "deliver";

    static readonly TimeSpan WakePeriod = TimeSpan.FromMinutes(1);
    static readonly TimeSpan ReadWait = TimeSpan.FromSeconds(5);

    readonly IPersistentState<StreamPartitionState> stored;
    readonly StateWriter writer;
    readonly ImplicitSubscribers implicitly;
    readonly LogStreamOptions options;
    readonly TimeProvider time;
    readonly ILogger<StreamPartitionGrain> logger;
    readonly CancellationTokenSource ending = new();
    readonly HashSet<Guid> catchingUp = [];
    string provider = "", space = "", topic = "";
    int number;
    long next, reading; // delivered up to here; being delivered up to here
    long committed = -1;

    public StreamPartitionGrain(
        [PersistentState("stream")] IPersistentState<StreamPartitionState> stored, ImplicitSubscribers implicitly, IOptions<LogStreamOptions> options, TimeProvider time,
        ILogger<StreamPartitionGrain> logger)
    {
        this.stored = stored;
        this.implicitly = implicitly;
        this.options = options.Value;
        this.time = time;
        this.logger = logger;
        writer = new StateWriter(stored, DeactivateOnIdle);
    }

    StreamPartitionState State => stored.State;

    string Key => this.GetPrimaryKeyString();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        (provider, space, number) = StreamKeys.Parse(Key);
        topic = space.Length > 0 ? $"stream-{space}" : "streams";
        next = reading = State.Next;
        if (!stored.RecordExists) await this.RegisterOrUpdateReminder(WakeReminder, WakePeriod, WakePeriod);
        this.RegisterGrainTimer(CommitAsync, new GrainTimerCreationOptions(options.CommitPeriod, options.CommitPeriod) { Interleave = true, KeepAlive = true });
        StreamMessages.Delivering(logger, Key, next, State.Subscriptions.Count);
        foreach (var behind in State.Subscriptions.Where(static subscription => subscription.Position is not null)) _ = CatchUpAsync(behind);
        _ = PumpAsync();
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await ending.CancelAsync();
        if (reason.ReasonCode is not DeactivationReasonCode.ApplicationError) await CommitAsync(cancellationToken);
    }

    public Task Wake() => Task.CompletedTask;

    public Task ReceiveReminder(string reminderName, TickStatus status) => Task.CompletedTask;

    public async Task<StreamSubscriptionEntry> Subscribe(string stream, string consumer, long? from)
    {
        CheckRoom();
        long end = (await PartitionGrain.Info()).End;
        var made = new StreamSubscriptionState { Id = StreamKeys.Name($"{Key} {++State.Made}"), Stream = stream, Consumer = consumer, From = from ?? end };
        if (made.From < reading) made.Position = made.From;
        State.Subscriptions.Add(made);
        await writer.WriteAsync();
        if (made.Position is not null) _ = CatchUpAsync(made);
        return made.Entry;
    }

    public async Task Rewind(StreamSubscriptionEntry subscription, long from)
    {
        var found = State.Subscriptions.FirstOrDefault(known => known.Id == subscription.Id);
        if (found is null)
        {
            // One that a class has by its attribute; it gets a place of its own.
            CheckRoom();
            found = new StreamSubscriptionState { Id = subscription.Id, Stream = subscription.Stream, Consumer = subscription.Consumer };
            State.Subscriptions.Add(found);
        }

        found.From = from;
        found.Position = from < reading ? from : null;
        await writer.WriteAsync();
        if (found.Position is not null) _ = CatchUpAsync(found);
    }

    public async Task Unsubscribe(Guid subscription)
    {
        if (State.Subscriptions.RemoveAll(known => known.Id == subscription) > 0) await writer.WriteAsync();
    }

    public Task<StreamSubscriptionEntry[]> List(string stream, string consumer) =>
        Task.FromResult(State.Subscriptions.Where(known => known.Stream == stream && known.Consumer == consumer).Select(static known => known.Entry).ToArray());

    ITopicPartitionGrain PartitionGrain => GrainFactory.GetGrain<ITopicPartitionGrain>(TopicKeys.Partition(topic, number));

    void CheckRoom()
    {
        if (State.Subscriptions.Count >= options.SubscriptionsMax)
            throw new LimitReachedException($"Stream partition {Key} has {State.Subscriptions.Count} subscriptions, and {options.SubscriptionsMax} are the most (LogStreamOptions.SubscriptionsMax).");
    }

    /// <summary>Stores how far everything is delivered, and lets the log keep what is not.</summary>
    async Task CommitAsync(CancellationToken cancellationToken)
    {
        long least = State.Subscriptions.Where(static known => known.Position is not null).Select(static known => known.Position!.Value).Append(next).Min();
        if (next == State.Next && least == committed) return;
        State.Next = next;
        await writer.WriteAsync();
        committed = least;
        try
        {
            await PartitionGrain.Hold($"streams/{provider}", least);
        }
        catch (Exception later) when (later is TopicUnavailableException or OverloadedException or SiloUnavailableException or TimeoutException)
        {
            committed = -1; // The next round says it again.
        }
    }
}
