namespace Orrery.Runtime.Storage;

public enum GrainStateOperationKind : byte
{
    /// <summary>
    /// Reads a row and makes it the caller's: inserts an empty one (version 0, no value) where there is none, and raises the row's term to
    /// the operation's. Repeating it is harmless. Outcome: the version and the value.
    /// </summary>
    Claim,

    /// <summary>Replaces the value where the row's version equals <see cref="GrainStateOperation.ExpectedVersion"/> and its term is not newer; sets term, adds one to the version.</summary>
    Write,

    /// <summary>As <see cref="Write"/>, and removes the value. The row stays.</summary>
    Clear,
}

public enum GrainStateOutcome : byte
{
    None,
    Succeeded,

    /// <summary>The row has a newer term: another silo owns the grain.</summary>
    StaleTerm,

    /// <summary>The row has another version, or (for writes) there is no row.</summary>
    StaleVersion,
}

/// <summary>One operation on one row, and its outcome. Providers read the upper half and call one of the methods.</summary>
public sealed class GrainStateOperation
{
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public GrainStateOperation(GrainStateOperationKind kind, GrainStateKey key, int shard, long term, long expectedVersion, ReadOnlyMemory<byte> value)
    {
        Kind = kind;
        Key = key;
        Shard = shard;
        Term = term;
        ExpectedVersion = expectedVersion;
        Value = value;
    }

    public GrainStateOperationKind Kind { get; }

    public GrainStateKey Key { get; }

    /// <summary>The shard that the grain belongs to: 0 to 1023.</summary>
    public int Shard { get; }

    /// <summary>The term in which the caller owns the shard.</summary>
    public long Term { get; }

    /// <summary>The version that a write or a clear replaces; unused by a claim.</summary>
    public long ExpectedVersion { get; }

    /// <summary>The value to write, UTF-8 JSON unless another serializer is chosen; empty for others than writes.</summary>
    public ReadOnlyMemory<byte> Value { get; }

    public GrainStateOutcome Outcome { get; private set; }

    /// <summary>The row's version after a success; the stored version after a refusal, or -1 where there is no row.</summary>
    public long StoredVersion { get; private set; }

    /// <summary>The row's term after a refusal.</summary>
    public long StoredTerm { get; private set; }

    /// <summary>The value read by a claim; null where none is stored.</summary>
    public ReadOnlyMemory<byte>? StoredValue { get; private set; }

    internal Task Completion => _completion.Task;

    /// <summary>The operation is in the transaction that is about to be committed.</summary>
    /// <param name="version">The row's version now.</param>
    /// <param name="value">For a claim: the stored value, null where there is none. The engine keeps no reference to it after parsing.</param>
    public void Succeed(long version, ReadOnlyMemory<byte>? value = null)
    {
        Outcome = GrainStateOutcome.Succeeded;
        StoredVersion = version;
        StoredTerm = Term;
        StoredValue = value;
    }

    /// <summary>The row has a newer term.</summary>
    public void RefuseStaleTerm(long storedTerm, long storedVersion)
    {
        Outcome = GrainStateOutcome.StaleTerm;
        StoredTerm = storedTerm;
        StoredVersion = storedVersion;
    }

    /// <summary>The row has another version than expected; -1 where there is no row.</summary>
    public void RefuseVersion(long storedVersion)
    {
        Outcome = GrainStateOutcome.StaleVersion;
        StoredTerm = Term;
        StoredVersion = storedVersion;
    }

    /// <summary>Wakes the caller, after the commit.</summary>
    internal void Complete() => _completion.TrySetResult();

    internal void Fail(Exception error) => _completion.TrySetException(error);
}
