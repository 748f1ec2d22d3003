namespace Orrery.Log;

/// <summary>
/// Who appends a batch, and which of its batches this is. A partition remembers the last one of each producer and takes none that is not
/// above it, so a retry is not a duplicate.
/// </summary>
/// <param name="Id">Names the producer in a partition; 0 is no producer.</param>
/// <param name="Epoch">Rises when the producer begins anew: whatever has a lower one is a repeat.</param>
/// <param name="Sequence">Rises from batch to batch of an epoch; gaps are allowed, so it may be a position in the producer's source.</param>
public readonly record struct LogProducer(long Id, int Epoch, long Sequence)
{
    /// <summary>Nobody: the batch is always appended.</summary>
    public static LogProducer None => default;

    public bool IsNone => Id == 0;
}

/// <summary>How far a producer got in a partition.</summary>
/// <param name="Epoch">Its latest epoch.</param>
/// <param name="Sequence">The sequence of its last batch.</param>
public readonly record struct LogProducerPosition(int Epoch, long Sequence) : IComparable<LogProducerPosition>
{
    public int CompareTo(LogProducerPosition other) => Epoch != other.Epoch ? Epoch.CompareTo(other.Epoch) : Sequence.CompareTo(other.Sequence);

    public static bool operator >(LogProducerPosition left, LogProducerPosition right) => left.CompareTo(right) > 0;

    public static bool operator <(LogProducerPosition left, LogProducerPosition right) => left.CompareTo(right) < 0;

    public static bool operator >=(LogProducerPosition left, LogProducerPosition right) => left.CompareTo(right) >= 0;

    public static bool operator <=(LogProducerPosition left, LogProducerPosition right) => left.CompareTo(right) <= 0;
}
