namespace Orrery.Connectors.ChangeCapture.Messages;

/// <summary>Why a message cannot be read.</summary>
public enum MessageFault
{
    /// <summary>It is no JSON, or its text is no UTF-8.</summary>
    Json = 1,

    /// <summary>It is JSON, but not of this format.</summary>
    Envelope = 2,

    /// <summary>It names no table, and the reader was given none.</summary>
    Table = 3,

    /// <summary>Its columns make no schema, or its rows do not agree with it.</summary>
    Schema = 4,

    /// <summary>A value does not fit its column's type.</summary>
    Value = 5,

    /// <summary>It is larger than a bound of the reader.</summary>
    Size = 6,
}

/// <summary>A message that cannot be read, now or later: it belongs to the dead letters, with this reason. The batch is as it was before the message.</summary>
public sealed class MessageException(MessageFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    public MessageFault Fault { get; } = fault;
}
