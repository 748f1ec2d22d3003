namespace Orrery.Connectors.ChangeCapture.Messages;

/// <summary>How a column's value stands in JSON.</summary>
enum JsonForm
{
    /// <summary>As its type's text or number; JSON of any other kind as it stands.</summary>
    Plain,

    /// <summary>JSON as it stands, a string with its quotes.</summary>
    Json,

    /// <summary>Base64 of bytes.</summary>
    Base64,

    /// <summary>Base64 of an unscaled number's big-endian two's complement, or the number itself.</summary>
    Unscaled,

    /// <summary>Base64 of bits, low byte first.</summary>
    Bits,

    /// <summary>A decimal with its scale beside it.</summary>
    VariableScale,

    /// <summary>Whole days since 1970.</summary>
    Days,

    /// <summary>Milliseconds since midnight or 1970.</summary>
    Milliseconds,

    /// <summary>Microseconds since midnight or 1970.</summary>
    Microseconds,

    /// <summary>Nanoseconds since midnight or 1970.</summary>
    Nanoseconds,
}
