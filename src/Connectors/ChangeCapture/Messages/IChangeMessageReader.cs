namespace Orrery.Connectors.ChangeCapture.Messages;

/// <summary>One message as it stands in a topic.</summary>
/// <param name="key">The record's key; empty where there is none.</param>
/// <param name="value">The record's value; empty for a tombstone.</param>
/// <param name="sequence">The message's place as a number that rises from message to message, such as its offset; the rows of one message share it.</param>
/// <param name="timestampMilliseconds">When it was appended, Unix milliseconds; used where the message itself says no time.</param>
public readonly ref struct ChangeMessage(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long sequence, long timestampMilliseconds)
{
    public ReadOnlySpan<byte> Key { get; } = key;

    public ReadOnlySpan<byte> Value { get; } = value;

    public long Sequence { get; } = sequence;

    public long TimestampMilliseconds { get; } = timestampMilliseconds;
}

/// <summary>Reads change messages of one format. Remembers the tables' schemas from message to message. For one thread at a time.</summary>
public interface IChangeMessageReader
{
    /// <summary>
    /// Appends a message's changes to a batch: all of them or, with an exception, none. Answers how many; 0 for a message that carries no change
    /// (a tombstone, a transaction's begin or end, a heartbeat).
    /// </summary>
    /// <exception cref="MessageException">It cannot be read; the message says what, where, and the bound.</exception>
    int Read(in ChangeMessage message, ChangeBatch batch);
}
