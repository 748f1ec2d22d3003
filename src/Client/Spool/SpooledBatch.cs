namespace Orrery.Client.Spool;

/// <summary>Which door a batch goes to. Stored on disk: never renumber.</summary>
internal enum BatchKind : byte
{
    Samples = 1,
    Logs = 2,
}

/// <summary>One request's body, kept until the cloud has taken it.</summary>
internal sealed class SpooledBatch
{
    public BatchKind Kind;
    public ulong Sequence;
    /// <summary>Samples or lines in it, for the counts.</summary>
    public int Items;
    /// <summary>Bytes of the body.</summary>
    public int Length;
    /// <summary>The body, gzip; null while it is only on disk.</summary>
    public byte[]? Body;
    /// <summary>Where it lies on disk; null while it is only in memory.</summary>
    public Segment? Segment;
    public long Offset;
    public bool InFlight;
}
