namespace Orrery.Log.Format;

/// <summary>What a batch's header says.</summary>
/// <param name="Form">How its records are written.</param>
/// <param name="OffsetSpan">How many offsets it covers; its records, unless compaction took some away.</param>
readonly record struct BatchHeader(
    BatchForm Form, int BodyBytes, long BaseOffset, long AppendedMilliseconds, uint BodyCrc, int OffsetSpan, LogProducer Producer, LogReceipt Receipt)
{
    public long EndOffset => BaseOffset + OffsetSpan;

    public long TotalBytes => BatchFormat.HeaderBytes + (long)BodyBytes;
}

/// <summary>How a batch's records are written.</summary>
enum BatchForm
{
    /// <summary>"ORB1": key, value; time after the first event time. Read, no longer written.</summary>
    Plain = 1,

    /// <summary>"ORB2": with headers; time after the record before.</summary>
    Headed = 2,

    /// <summary>"ORB3": as ORB2, and each record says how many offsets before it were taken away. Only compaction writes it.</summary>
    Sparse = 3,
}
