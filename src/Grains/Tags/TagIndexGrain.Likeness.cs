using System.Text.Json;
using Orrery.Grains.Topics;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Tags;
using Orrery.Interfaces.Topics;
using Orrery.Log;

namespace Orrery.Grains.Tags;

/// <summary>How tags are spread, overlap, are alike and came about.</summary>
sealed partial class TagIndexGrain
{
    const int OverlapsMax = 12, PeersMax = 100, TimelineRecords = 50_000, MomentsMax = 500;

    public async Task<SegmentMatrix> Overlaps(IReadOnlyList<string> expressions)
    {
        if (expressions.Count is < 2 or > OverlapsMax)
            throw new InvalidInputException("expressions", $"{expressions.Count} expressions were given; give 2 to {OverlapsMax}.");
        await DefinedAsync();
        ObjectBitmap[] members = [.. expressions.Select(expression => index.Evaluate(SegmentExpression.Parse(expression, index.KindOf)))];
        long[][] both = [.. members.Select(_ => new long[members.Length])];
        for (int row = 0; row < members.Length; row++)
            for (int column = row; column < members.Length; column++)
                both[row][column] = both[column][row] = row == column ? members[row].Count : ObjectBitmap.And(members[row], members[column]).Count;
        return new SegmentMatrix(both);
    }

    public async Task<TagSpread> Spread(string tag)
    {
        await DefinedAsync();
        return index.Spread(tag);
    }

    public async Task<TagPeers> Peers(string @object, int limit)
    {
        if (limit is < 1 or > PeersMax)
            throw new InvalidInputException("limit", $"limit is {limit}; it can be 1 to {PeersMax}.");
        await DefinedAsync();
        return index.Peers(@object, limit);
    }

    public async Task<TagTimeline> Timeline(string @object)
    {
        await DefinedAsync();
        var moments = new List<TagMoment>();
        var words = new Dictionary<(bool IsSet, int Number), TagChange>();
        DateTimeOffset? from = await RecentAsync(TagKeys.Changes(Tenant, Type), record =>
        {
            if (Read(record) is not { } change || change.Object != @object)
                return;
            bool wasTold = words.TryGetValue((change.IsSet, change.Number), out TagChange before);
            words[(change.IsSet, change.Number)] = change;
            // What was before the first word is not known: the tags that the object still has are told by their since.
            if (wasTold)
                moments.AddRange(Moments(before, change, At(record)));
        });
        DateTimeOffset? told = await RecentAsync(TagKeys.Events(Tenant, Type), record =>
        {
            if (SegmentRecord.Read(record) is var moved && moved.Object == @object)
                moments.Add(new TagMoment("segment", moved.Segment, moved.Event, null, moved.At));
        });
        foreach (ObjectTag has in index.TagsOf(@object).Tags)
            if (!moments.Exists(moment => moment.Kind == "tag" && moment.Name == has.Tag && moment.Event == "enter" && moment.At >= has.Since))
                moments.Add(new TagMoment("tag", has.Tag, "enter", has.Value, has.Since));
        return new TagTimeline([.. moments.OrderByDescending(static moment => moment.At).ThenBy(static moment => moment.Name, StringComparer.Ordinal).Take(MomentsMax)], from > told || told is null ? from : told);
    }

    IEnumerable<TagMoment> Moments(TagChange before, TagChange now, DateTimeOffset at)
    {
        if (!now.IsSet)
        {
            if (index.OfNumber(now.Number) is { } tag && (before.Value is null) != (now.Value is null))
                yield return new TagMoment("tag", tag.Id, now.Value is null ? "leave" : "enter", now.Value is { Length: > 0 } value ? value : null, at);
            yield break;
        }

        for (ulong changed = (ulong)(before.Bits ^ now.Bits); changed != 0; changed &= changed - 1)
        {
            int bit = System.Numerics.BitOperations.TrailingZeroCount(changed);
            if (index.OfBit(now.Number, bit) is { } tag)
                yield return new TagMoment("tag", tag.Id, (now.Bits >> bit & 1) != 0 ? "enter" : "leave", null, at);
        }
    }

    /// <summary>The newest records of a topic.</summary>
    /// <returns>The time of the first one; null: there is none.</returns>
    async Task<DateTimeOffset?> RecentAsync(string topic, Action<LogRecord> each)
    {
        PartitionInfo info = await GrainFactory.GetGrain<ITopicPartitionGrain>(TopicKeys.Partition(topic, 0)).Info();
        var reader = new TopicReader(GrainFactory, topic, 0, Math.Max(info.Start, info.End - TimelineRecords), time, new Random(1));
        DateTimeOffset? first = null;
        while (reader.Offset < info.End)
            foreach ((_, LogRecord record) in (await reader.ReadAsync(ReadBytes, TimeSpan.Zero, ending.Token)).Records())
            {
                first ??= At(record);
                each(record);
            }

        return first;
    }

    static TagChange? Read(LogRecord record)
    {
        try
        {
            return TagChange.Read(record);
        }
        catch (Exception fault) when (fault is JsonException or FormatException or InvalidOperationException)
        {
            // Somebody else wrote into the topic; it is no word of a tag.
            return null;
        }
    }

    static DateTimeOffset At(LogRecord record) => DateTimeOffset.FromUnixTimeMilliseconds(record.TimestampMilliseconds);
}
