using System.Globalization;

namespace Orrery.Connectors.Rows;

/// <summary>A column's type.</summary>
/// <param name="Kind">What its values are.</param>
/// <param name="Precision">Decimal: digits in all, 1 to 65 (values over 38 digits are refused). Time and timestamps: digits of a second's fraction, 0 to 7. Else 0.</param>
/// <param name="Scale">Decimal: digits behind the point, 0 to 38. Else 0.</param>
/// <param name="Length">Text: characters at most; Binary: bytes at most; 0: no bound is known. Else 0.</param>
public readonly record struct ColumnType(ColumnKind Kind, int Precision = 0, int Scale = 0, int Length = 0)
{
    /// <summary>Digits of the largest decimal that a row carries.</summary>
    public const int DecimalDigitsMax = 38;

    /// <summary>Bytes of a present value; 0 where it varies.</summary>
    public int FixedBytes => FixedBytesOf(Kind);

    internal static int FixedBytesOf(ColumnKind kind) => kind switch
    {
        ColumnKind.Boolean or ColumnKind.Int8 or ColumnKind.UInt8 => 1,
        ColumnKind.Int16 or ColumnKind.UInt16 => 2,
        ColumnKind.Int32 or ColumnKind.UInt32 or ColumnKind.Float32 or ColumnKind.Date => 4,
        ColumnKind.Int64 or ColumnKind.UInt64 or ColumnKind.Float64 or ColumnKind.Time or ColumnKind.Timestamp => 8,
        ColumnKind.TimestampWithZone => 10,
        ColumnKind.Uuid => 16,
        _ => 0,
    };

    /// <summary>As schemas spell it: <c>Decimal(10,2)</c>, <c>Text(50)</c>, <c>Timestamp(6)</c>, <c>Int32</c>.</summary>
    public override string ToString() => Kind switch
    {
        ColumnKind.Decimal => string.Create(CultureInfo.InvariantCulture, $"{Kind}({Precision},{Scale})"),
        ColumnKind.Text or ColumnKind.Binary when Length > 0 => string.Create(CultureInfo.InvariantCulture, $"{Kind}({Length})"),
        ColumnKind.Time or ColumnKind.Timestamp or ColumnKind.TimestampWithZone => string.Create(CultureInfo.InvariantCulture, $"{Kind}({Precision})"),
        _ => Kind.ToString(),
    };

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    /// <exception cref="FormatException">It is no such text.</exception>
    public static ColumnType Parse(string text)
    {
        int open = text.IndexOf('(', StringComparison.Ordinal);
        string name = open < 0 ? text : text[..open];
        if (!Enum.TryParse(name, ignoreCase: false, out ColumnKind kind) || !Enum.IsDefined(kind) || (open >= 0 && text[^1] != ')'))
            throw new FormatException($"'{text}' is no column type.");
        int[] numbers = open < 0 ? [] : [.. text[(open + 1)..^1].Split(',').Select(part =>
            int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : throw new FormatException($"'{text}' is no column type: '{part}' is no number."))];
        return (kind, numbers.Length) switch
        {
            (ColumnKind.Decimal, 2) => new ColumnType(kind, numbers[0], numbers[1]),
            (ColumnKind.Text or ColumnKind.Binary, 1) => new ColumnType(kind, Length: numbers[0]),
            (ColumnKind.Time or ColumnKind.Timestamp or ColumnKind.TimestampWithZone, 1) => new ColumnType(kind, numbers[0]),
            (_, 0) => new ColumnType(kind),
            _ => throw new FormatException($"'{text}' is no column type: {numbers.Length} numbers do not belong to {kind}."),
        };
    }
}
