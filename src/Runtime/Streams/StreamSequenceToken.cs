using System.Text.Json.Serialization;

namespace Orrery.Runtime;

/// <summary>Where an item stands in its stream. A consumer that stores the token of what it has done can resume from there.</summary>
public abstract class StreamSequenceToken : IEquatable<StreamSequenceToken?>, IComparable<StreamSequenceToken?>
{
    /// <summary>Rises from batch to batch.</summary>
    public abstract long SequenceNumber { get; protected set; }

    /// <summary>The item's place in its batch.</summary>
    public abstract int EventIndex { get; protected set; }

    public abstract bool Equals(StreamSequenceToken? other);

    public abstract int CompareTo(StreamSequenceToken? other);
}

public static class StreamSequenceTokenUtilities
{
    public static bool Newer(this StreamSequenceToken me, StreamSequenceToken other) => me.CompareTo(other) > 0;

    public static bool Older(this StreamSequenceToken me, StreamSequenceToken other) => me.CompareTo(other) < 0;
}

/// <summary>The token of streams over the log: an item's offset in its partition, and its place in the batch that was sent together.</summary>
public class EventSequenceTokenV2 : StreamSequenceToken
{
    public EventSequenceTokenV2()
    {
    }

    public EventSequenceTokenV2(long seqNumber) : this(seqNumber, 0)
    {
    }

    public EventSequenceTokenV2(long seqNumber, int eventInd)
    {
        SequenceNumber = seqNumber;
        EventIndex = eventInd;
    }

    [JsonInclude]
    public override long SequenceNumber { get; protected set; }

    [JsonInclude]
    public override int EventIndex { get; protected set; }

    public override bool Equals(object? obj) => Equals(obj as StreamSequenceToken);

    public override bool Equals(StreamSequenceToken? other) => other is EventSequenceTokenV2 && other.SequenceNumber == SequenceNumber && other.EventIndex == EventIndex;

    public override int CompareTo(StreamSequenceToken? other)
    {
        if (other is null) return 1;
        if (other is not EventSequenceTokenV2) throw new ArgumentOutOfRangeException(nameof(other), $"{other.GetType()} cannot be compared with {GetType()}: they are tokens of different providers.");
        int difference = SequenceNumber.CompareTo(other.SequenceNumber);
        return difference != 0 ? difference : EventIndex.CompareTo(other.EventIndex);
    }

    public override int GetHashCode() => HashCode.Combine(SequenceNumber, EventIndex);

    public override string ToString() => $"[EventSequenceTokenV2: SeqNum={SequenceNumber}, EventIndex={EventIndex}]";
}
