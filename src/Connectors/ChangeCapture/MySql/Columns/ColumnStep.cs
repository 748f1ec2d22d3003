namespace Orrery.Connectors.ChangeCapture.MySql.Columns;

/// <summary>How a stored value becomes one of a row.</summary>
internal enum StepKind : byte
{
    Int8,
    UInt8,
    Int16,
    UInt16,
    Int24,
    UInt24,
    Int32,
    UInt32,
    Int64,
    UInt64,
    Float,
    Double,
    Decimal,
    Bit,
    Year,
    Date,
    OldTime,
    OldDateTime,
    OldTimestamp,
    Time,
    DateTime,
    Timestamp,
    Enum,
    Set,
    Text,
    Utf8,
    Bytes,
    PaddedBytes,
    Json,
    Uuid,
    Inet4,
    Inet6,
    CompressedText,
    CompressedBytes,
}

/// <summary>What reading one column takes.</summary>
internal struct ColumnStep
{
    public StepKind Kind;

    /// <summary>Bytes of the length before the value; 0 where the value's bytes are fixed.</summary>
    public byte LengthBytes;

    /// <summary>Bytes of a fixed value; of a padded one, what it is padded to.</summary>
    public int Bytes;

    /// <summary>Digits of a decimal or of a fraction.</summary>
    public int Precision;

    /// <summary>Digits behind a decimal's point.</summary>
    public int Scale;

    /// <summary>Turns text into UTF-8.</summary>
    public TextForm? Form;

    /// <summary>Labels in UTF-8.</summary>
    public byte[][]? Labels;
}
