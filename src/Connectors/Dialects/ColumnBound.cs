using System.Globalization;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.Dialects;

/// <summary>What a column of a database takes of its strict type, where that is less than the type itself. A null means no further bound.</summary>
/// <param name="Type">The column's strict type.</param>
/// <param name="NativeType">For messages.</param>
public sealed record ColumnBound(ColumnType Type, string NativeType)
{
    /// <summary>Of integers.</summary>
    public Int128? NumberMin { get; init; }

    public Int128? NumberMax { get; init; }

    /// <summary>Bytes of the text in UTF-8, or of the binary value.</summary>
    public long? BytesMax { get; init; }

    /// <summary>Exactly so many bytes: a shorter value would be padded.</summary>
    public int? BytesExact { get; init; }

    /// <summary>The length is counted in UTF-16 units rather than code points.</summary>
    public bool CountsUtf16 { get; init; }

    /// <summary>Text without the character 0.</summary>
    public bool RefusesNul { get; init; }

    /// <summary>Fixed-length text: blanks at its end are padding, and a text that has some itself would lose them.</summary>
    public bool RefusesTrailingSpaces { get; init; }

    /// <summary>Text of at least one character, where an empty one is a null.</summary>
    public bool RefusesEmpty { get; init; }

    /// <summary>Characters of up to three bytes in UTF-8: MySQL's "utf8" of old.</summary>
    public bool RefusesSupplementary { get; init; }

    /// <summary>Ticks of time, timestamp or instant.</summary>
    public long? TicksMin { get; init; }

    public long? TicksMax { get; init; }

    /// <summary>Dates with zero parts.</summary>
    public bool TakesZeroDates { get; init; }

    /// <summary>Times are kept in steps of so many ticks; 0: by the digits of the type.</summary>
    public long TicksStep { get; init; }

    public bool TakesNaN { get; init; } = true;

    public bool TakesInfinity { get; init; } = true;

    /// <summary>A binary floating-point number is rounded to so many digits behind the point; null: it is kept as it is.</summary>
    public int? FloatDigits { get; init; }

    /// <summary>Of decimals and floats: none below zero.</summary>
    public bool TakesUnsignedOnly { get; init; }

    /// <summary>Whether nullness is refused.</summary>
    public bool RefusesNull { get; init; }

    internal static string Number(Int128 value) => value.ToString(CultureInfo.InvariantCulture);
}
