using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orrery.Grains.Alarms.Webhooks;
using Orrery.Grains.Secrets;
using Orrery.Grains.Storing;
using Orrery.Grains.Topics;
using Orrery.Interfaces;
using Orrery.Interfaces.Tags;
using Orrery.Interfaces.Topics;
using Orrery.Log;

namespace Orrery.Grains.Tags;

sealed class SegmentHookState
{
    public string Segment { get; set; } = "";

    public string Url { get; set; } = "";

    public byte[]? SealedSecret { get; set; }

    /// <summary>Of the segments' topic: everything below it is delivered.</summary>
    public long Offset { get; set; }

    /// <summary>Where a delivery ends that was tried; it is tried again as it is. 0: none is under way.</summary>
    public long Until { get; set; }

    public long Delivered { get; set; }
}

/// <summary>
/// Reads the segments' topic from where it has delivered, posts its segment's events in batches, and remembers how far it is. A batch that failed is sent again as it was, with the same id, after pauses that double.
/// A crash between the answer and its note sends the last batch once more, with the same id, too. What it has not delivered is not lost while the topic keeps it.
/// </summary>
[Reentrant]
sealed class SegmentHookGrain : Grain, ISegmentHookGrain
{
    const int ReadBytes = 256 << 10, EventsMax = 500;
    static readonly TimeSpan ReadWait = TimeSpan.FromSeconds(1), StopPatience = TimeSpan.FromSeconds(10);

    readonly IPersistentState<SegmentHookState> stored;
    readonly StateWriter writer;
    readonly WebhookSender sender;
    readonly SecretBox secrets;
    readonly TagOptions options;
    readonly TimeProvider time;
    readonly ILogger<SegmentHookGrain> logger;
    readonly CancellationTokenSource ending = new();
    Task work = Task.CompletedTask;
    string? status;
    DateTimeOffset? retryAt;

    public SegmentHookGrain(
        [PersistentState("segment-hook")] IPersistentState<SegmentHookState> stored, WebhookSender sender, SecretBox secrets, IOptions<TagOptions> options, TimeProvider time, ILogger<SegmentHookGrain> logger)
    {
        this.stored = stored;
        this.sender = sender;
        this.secrets = secrets;
        this.options = options.Value;
        this.time = time;
        this.logger = logger;
        writer = new StateWriter(stored, DeactivateOnIdle);
    }

    SegmentHookState State => stored.State;

    string Topic => TagKeys.Events(EntityKeys.TenantOf(this.GetPrimaryKeyString()), EntityKeys.Leaf(EntityKeys.SiteOf(this.GetPrimaryKeyString())));

    ITopicPartitionGrain Partition => GrainFactory.GetGrain<ITopicPartitionGrain>(TopicKeys.Partition(Topic, 0));

    public async Task Begin(string segment, string url, byte[]? sealedSecret)
    {
        (State.Segment, State.Url, State.SealedSecret, State.Offset) = (segment, url, sealedSecret, (await Partition.Info()).End);
        await writer.WriteAsync();
    }

    public Task<SegmentHook> Get() =>
        Task.FromResult(new SegmentHook(EntityKeys.Leaf(this.GetPrimaryKeyString()), State.Url, State.SealedSecret is not null, State.Delivered, status, retryAt));

    public Task Wake()
    {
        if (State.Url.Length > 0 && work.IsCompleted && !ending.IsCancellationRequested)
            work = DeliverAsync(ending.Token);
        return Task.CompletedTask;
    }

    public async Task Forget()
    {
        await ending.CancelAsync();
        await writer.ClearAsync();
        DeactivateOnIdle();
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await ending.CancelAsync();
        await StateWriter.Settled(work.WaitAsync(StopPatience, time, CancellationToken.None));
    }

    async Task DeliverAsync(CancellationToken cancellationToken)
    {
        TimeSpan pause = options.RetryPause;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                (status, bool isDelivered) = await DeliverNextAsync(cancellationToken);
                if (isDelivered)
                {
                    (retryAt, pause) = (null, options.RetryPause);
                    continue;
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                status = failure.Message;
            }

            retryAt = time.GetUtcNow() + pause;
            TagMessages.NotDelivered(logger, State.Segment, status ?? "", pause);
            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, options.RetryPauseMax.Ticks));
        }
    }

    /// <returns>What the receiver said last, and whether nothing of what was read is left to be delivered.</returns>
    async Task<(string? Status, bool IsDelivered)> DeliverNextAsync(CancellationToken cancellationToken)
    {
        var reader = new TopicReader(GrainFactory, Topic, 0, State.Offset, time, new Random(1));
        TopicSlice slice;
        try
        {
            slice = await reader.ReadAsync(ReadBytes, ReadWait, cancellationToken);
        }
        catch (TopicOffsetException gone)
        {
            TagMessages.EventsGone(logger, State.Segment, State.Offset, gone.StartOffset);
            State.Offset = gone.StartOffset;
            await writer.WriteAsync();
            return ("events were missed: it was away longer than they are kept", true);
        }

        var events = new List<SegmentEvent>();
        long until = State.Offset;
        foreach ((long offset, LogRecord record) in slice.Records())
        {
            if (events.Count == EventsMax || (State.Until > 0 && offset >= State.Until))
                break;
            if (SegmentRecord.Read(record) is var told && told.Segment == State.Segment)
                events.Add(told);
            until = offset + 1;
        }

        if (events.Count == 0)
        {
            // That others' events were passed is written down with the next delivery.
            State.Offset = until;
            return (status, true);
        }

        if (State.Until != until)
        {
            State.Until = until;
            await writer.WriteAsync();
        }

        var delivery = new Delivery($"{EntityKeys.Leaf(this.GetPrimaryKeyString())}-{events[0].Id}-{events[^1].Id}", State.Url, "segment", SegmentRecord.Text(events), events[0].At, 0, events[0].At);
        DeliveryResult result = await sender.SendAsync(delivery, State.SealedSecret is { } secret ? secrets.Open(secret, TagBookGrain.HookPurpose) : null, cancellationToken);
        if (!result.Delivered || cancellationToken.IsCancellationRequested)
            return (result.Status, false);
        (State.Offset, State.Until, State.Delivered) = (until, 0, State.Delivered + events.Count);
        await writer.WriteAsync();
        return (result.Status, true);
    }
}
