using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orrery.Dataflow.Checkpoints;
using Orrery.Grains.Sql.Checkpoints;
using Orrery.Grains.Storing;
using Orrery.Grains.Topics;
using Orrery.Interfaces;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Paging;
using Orrery.Interfaces.Tags;
using Orrery.Interfaces.Topics;
using Orrery.Log;

namespace Orrery.Grains.Tags;

sealed class TagIndexState
{
    public int Term { get; set; }
}

/// <summary>
/// Follows the topic of its tags' changes, and tells the segments' topic who enters and leaves.
/// <code>
/// read a slice, apply it  --> events with numbers that rise  --> append them, the last one's number as the batch's sequence
/// now and then, and with each change of definitions: the whole index, the offset and the events that wait, as a checkpoint
/// </code>
/// A new activation reads the newest checkpoint and goes on from its offset: the same changes give the same events with the same numbers, and the log says up to which number they were told. An activation that was cut
/// off appends under an older term, which the log refuses, and writes checkpoints under older names.
/// </summary>
[Reentrant]
sealed partial class TagIndexGrain : Grain, ITagIndexGrain
{
    const int ReadBytes = 1 << 20, ObjectsAskedMax = 1_000, PageMax = 10_000, SamplesMax = 20, CheckpointsKept = 2, EventsMax = 1_000;
    const string Consumer = "tags", CheckpointPrefix = "index-";
    static readonly TimeSpan ReadWait = TimeSpan.FromSeconds(1), StopPatience = TimeSpan.FromSeconds(10);

    readonly IPersistentState<TagIndexState> stored;
    readonly ICheckpointPlaces places;
    readonly TagOptions options;
    readonly TimeProvider time;
    readonly ILogger<TagIndexGrain> logger;
    readonly CancellationTokenSource ending = new();
    readonly SemaphoreSlim writing = new(1), defining = new(1);
    readonly Queue<SegmentEvent> waiting = new();
    readonly SortedDictionary<string, long> checkpoints = new(StringComparer.Ordinal);
    TagIndex index = new(0);
    Task work = Task.CompletedTask;
    TopicWriter? writer;
    long offset, published, checkpointedAt, bytesBehind, checkpointNumber;

    public TagIndexGrain(
        [PersistentState("tag-index")] IPersistentState<TagIndexState> stored, ICheckpointPlaces places, IOptions<TagOptions> options, TimeProvider time, ILogger<TagIndexGrain> logger)
    {
        this.stored = stored;
        this.places = places;
        this.options = options.Value;
        this.time = time;
        this.logger = logger;
    }

    string Key => this.GetPrimaryKeyString();

    string Tenant => EntityKeys.TenantOf(Key);

    string Type => EntityKeys.Leaf(Key);

    ICheckpointStore? Store => places.Of($"{Tenant}/tags-{Type}");

    ITopicPartitionGrain Changes => GrainFactory.GetGrain<ITopicPartitionGrain>(TopicKeys.Partition(TagKeys.Changes(Tenant, Type), 0));

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        stored.State.Term++;
        await stored.WriteStateAsync(cancellationToken);
        await RestoreAsync(cancellationToken);
        if (index.Version > 0)
            Begin();
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await ending.CancelAsync();
        await StateWriter.Settled(work.WaitAsync(StopPatience, time, CancellationToken.None));
        if (index.Version > 0 && bytesBehind > 0)
            await StateWriter.Settled(CheckpointAsync());
    }

    public async Task Define(TagIndexOrder order)
    {
        await defining.WaitAsync();
        try
        {
            await DefineAsync(order);
        }
        finally
        {
            defining.Release();
        }
    }

    async Task DefineAsync(TagIndexOrder order)
    {
        if (order.Version <= index.Version)
            return;
        bool isFirst = index.Version == 0;
        if (isFirst)
        {
            offset = order.StartOffset;
            index.Begin(published = (await NewWriter().LastOfAsync(0, ending.Token))?.Sequence ?? 0);
        }

        index.Define(order, time.GetUtcNow().ToUnixTimeMilliseconds());
        await CheckpointAsync();
        if (isFirst)
            Begin();
    }

    public async Task<IReadOnlyList<ObjectTags>> TagsOf(IReadOnlyList<string> objects)
    {
        Bounded(objects);
        await DefinedAsync();
        return [.. objects.Select(index.TagsOf)];
    }

    public async Task<TagSizes> Sizes()
    {
        await DefinedAsync();
        return index.Sizes();
    }

    public async Task<IReadOnlyList<SizePoint>> History(string? tag, string? segment)
    {
        await DefinedAsync();
        TagSizes sizes = index.Sizes();
        long now = segment is not null ? sizes.Segments.GetValueOrDefault(segment) : sizes.Tags.GetValueOrDefault(tag ?? "");
        return [.. index.History(tag, segment), new SizePoint(time.GetUtcNow(), now)];
    }

    public async Task<Page<string>> Members(string expression, PageRequest page)
    {
        await DefinedAsync();
        return Paged(index.Evaluate(SegmentExpression.Parse(expression, index.KindOf)), page);
    }

    public async Task<Page<string>> SegmentMembers(string segment, PageRequest page)
    {
        await DefinedAsync();
        return Paged(index.SegmentMembers(segment), page);
    }

    public async Task<Page<string>> Everything(PageRequest page)
    {
        await DefinedAsync();
        return Paged(index.Everything, page);
    }

    public async Task<IReadOnlyList<bool>> AreIn(string segment, IReadOnlyList<string> objects)
    {
        Bounded(objects);
        await DefinedAsync();
        return [.. objects.Select(name => index.IsIn(segment, name))];
    }

    public async Task<SegmentTrial> Try(string expression)
    {
        await DefinedAsync();
        SegmentNode tree = SegmentExpression.Parse(expression, index.KindOf);
        ObjectBitmap members = index.Evaluate(tree);
        return new SegmentTrial(members.Count, index.Objects, index.Page(members, 0, SamplesMax).Names, tree);
    }

    public async Task<SegmentOverlap> Overlap(string first, string second)
    {
        await DefinedAsync();
        return TagIndex.Overlap(index.Evaluate(SegmentExpression.Parse(first, index.KindOf)), index.Evaluate(SegmentExpression.Parse(second, index.KindOf)));
    }

    public async Task<SegmentEvents> Events(string segment, long? cursor)
    {
        await DefinedAsync();
        index.SegmentMembers(segment);
        string topic = TagKeys.Events(Tenant, Type);
        PartitionInfo info = await GrainFactory.GetGrain<ITopicPartitionGrain>(TopicKeys.Partition(topic, 0)).Info();
        if (cursor is null || cursor > info.End)
            return new SegmentEvents([], info.End);
        var found = new List<SegmentEvent>();
        var reader = new TopicReader(GrainFactory, topic, 0, Math.Max(cursor.Value, info.Start), time, new Random(1));
        while (found.Count < EventsMax && reader.Offset < info.End)
        {
            TopicSlice slice = await reader.ReadAsync(ReadBytes, TimeSpan.Zero, ending.Token);
            foreach ((_, LogRecord record) in slice.Records())
                if (SegmentRecord.Read(record) is var told && told.Segment == segment)
                    found.Add(told);
        }

        return new SegmentEvents(found, reader.Offset);
    }

    public async Task Forget()
    {
        await ending.CancelAsync();
        await StateWriter.Settled(work.WaitAsync(StopPatience, time, CancellationToken.None));
        if (Store is { } store)
            foreach (string name in await store.List(CancellationToken.None))
                await store.Delete(name, CancellationToken.None);
        try
        {
            await Changes.Release(Consumer);
        }
        catch (NotFoundException)
        {
            // A topic that is gone is held by nobody.
        }

        index = new TagIndex(0);
        await stored.ClearStateAsync();
        DeactivateOnIdle();
    }

    void Begin() => work = FollowAsync(ending.Token);

    /// <summary>After a restart without a checkpoint the tenant's book says what there is.</summary>
    async Task DefinedAsync()
    {
        if (index.Version == 0)
            await GrainFactory.GetGrain<ITagBookGrain>(Tenant).Wake();
        if (index.Version == 0)
            throw new NotFoundException($"There is no object type '{Type}' of the tenant '{Tenant}'.");
    }

    async Task FollowAsync(CancellationToken cancellationToken)
    {
        TimeSpan pause = options.RetryPause;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await OpenAsync(cancellationToken);
                var reader = new TopicReader(GrainFactory, TagKeys.Changes(Tenant, Type), 0, offset, time, new Random(stored.State.Term));
                while (true)
                {
                    TopicSlice slice = await reader.ReadAsync(ReadBytes, ReadWait, cancellationToken);
                    foreach ((long at, LogRecord record) in slice.Records())
                        Apply(at, record);
                    offset = slice.Next;
                    await PublishAsync(cancellationToken);
                    if (bytesBehind >= options.CheckpointBytes || (bytesBehind > 0 && time.GetElapsedTime(checkpointedAt) >= options.CheckpointPeriod))
                        await CheckpointAsync();
                    pause = options.RetryPause;
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                TagMessages.Failed(logger, Key, offset, pause, failure);
            }

            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, options.RetryPauseMax.Ticks));
        }
    }

    /// <summary>Up to which event the segments' topic has them.</summary>
    async Task OpenAsync(CancellationToken cancellationToken)
    {
        writer = NewWriter();
        published = Math.Max(published, (await writer.LastOfAsync(0, cancellationToken))?.Sequence ?? 0);
        while (waiting.TryPeek(out SegmentEvent? told) && told.Id <= published)
            waiting.Dequeue();
    }

    TopicWriter NewWriter() => new(GrainFactory, TagKeys.Events(Tenant, Type), 1, TopicWriter.ProducerOf($"tags/{Key}"), stored.State.Term, time, new Random(stored.State.Term));

    void Apply(long at, LogRecord record)
    {
        if (at < offset)
            return;
        TagChange change;
        try
        {
            change = TagChange.Read(record);
        }
        catch (Exception fault) when (fault is JsonException or FormatException or InvalidOperationException)
        {
            // Somebody else wrote into the topic; it is no word of a tag.
            TagMessages.PassedOver(logger, Key, $"the record at offset {at} is no change of a tag: {fault.Message}");
            return;
        }

        bytesBehind += record.Key.Length + record.Value.Length;
        if (change.IsSet)
            index.Apply(change.Number, change.Object, change.Bits, record.TimestampMilliseconds);
        else
            index.Apply(change.Number, change.Object, change.Value, record.TimestampMilliseconds);
    }

    async Task PublishAsync(CancellationToken cancellationToken)
    {
        if (waiting.Count == 0 || writer is null)
            return;
        long last = 0;
        int count = 0;
        foreach (SegmentEvent told in waiting)
        {
            writer.AddTo(0, JsonSerializer.SerializeToUtf8Bytes(new[] { told.Segment, told.Object }), SegmentRecord.Write(told), told.At.ToUnixTimeMilliseconds());
            (last, count) = (told.Id, count + 1);
            if (writer.WantsFlush)
                break;
        }

        await writer.FlushAsync(last, cancellationToken);
        published = last;
        for (; count > 0; count--)
            waiting.Dequeue();
        if (waiting.Count > 0)
            await PublishAsync(cancellationToken);
    }

    async Task RestoreAsync(CancellationToken cancellationToken)
    {
        index = New();
        if (Store is not { } store)
            return;
        foreach (string name in (await store.List(cancellationToken)).Where(static name => name.StartsWith(CheckpointPrefix, StringComparison.Ordinal)).OrderDescending(StringComparer.Ordinal))
        {
            try
            {
                byte[] bytes = await store.Get(name, cancellationToken) ?? throw new InvalidDataException("It is gone.");
                (offset, IReadOnlyList<SegmentEvent> left) = index.Read(bytes);
                foreach (SegmentEvent told in left)
                    waiting.Enqueue(told);
                checkpoints[name] = offset;
                TagMessages.Restored(logger, Key, offset, bytes.Length);
                return;
            }
            catch (Exception fault) when (fault is InvalidDataException or EndOfStreamException or IOException)
            {
                TagMessages.PassedOver(logger, Key, $"{name}: {fault.Message}");
                index = New();
            }
        }
    }

    TagIndex New() => new(options.ObjectsMax)
    {
        Told = told =>
        {
            if (told.Id > published)
                waiting.Enqueue(told);
        },
    };

    async Task CheckpointAsync()
    {
        if (Store is not { } store)
        {
            await Changes.Hold(Consumer, 0);
            return;
        }

        await writing.WaitAsync();
        try
        {
            byte[] bytes = index.Write(offset, waiting);
            (long at, bytesBehind, checkpointedAt) = (offset, 0, time.GetTimestamp());
            string name = string.Create(CultureInfo.InvariantCulture, $"{CheckpointPrefix}{stored.State.Term:d10}-{++checkpointNumber:d10}");
            await store.Put(name, bytes, CancellationToken.None);
            checkpoints[name] = at;
            while (checkpoints.Count > CheckpointsKept)
            {
                string oldest = checkpoints.Keys.First();
                checkpoints.Remove(oldest);
                await store.Delete(oldest, CancellationToken.None);
            }

            await Changes.Hold(Consumer, checkpoints.Count < CheckpointsKept ? 0 : checkpoints.Values.Min());
            TagMessages.CheckpointWritten(logger, Key, at, bytes.Length);
        }
        finally
        {
            writing.Release();
        }
    }

    Page<string> Paged(ObjectBitmap members, PageRequest page)
    {
        if (page.Limit is < 1 or > PageMax)
            throw new InvalidInputException("limit", $"limit is {page.Limit}; it can be 1 to {PageMax}.");
        int from = 0;
        if (page.After is { } cursor && !int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out from))
            throw new InvalidInputException("cursor", $"'{cursor}' is no cursor of this list; leave it out to begin at its beginning.");
        (IReadOnlyList<string> names, int? next) = index.Page(members, from, page.Limit);
        return new Page<string>(names, next?.ToString(CultureInfo.InvariantCulture), (int)members.Count);
    }

    static void Bounded(IReadOnlyList<string> objects)
    {
        if (objects.Count is < 1 or > ObjectsAskedMax)
            throw new InvalidInputException("objects", $"{objects.Count} objects were asked for; ask for 1 to {ObjectsAskedMax} at once.");
    }
}
