using System.Globalization;
using System.Text;
using Orrery.Connectors.Rows;

namespace Orrery.Jobs.DataX;

/// <summary>
/// Casts that DataX's jobs count on and that our own do not make: texts that hold numbers, dates and truth values, and back. What does not hold one is dirty. Nothing is rounded or cut: a fraction is no
/// whole number. Dates and times without zone are those of this machine's zone where the other side has one.
/// </summary>
sealed class DataXValues(TimeZoneInfo zone)
{
    static readonly string[] DateForms = ["yyyy-MM-dd", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm:ss.FFFFFFF", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", "yyyyMMdd", "yyyy/MM/dd", "yyyy/MM/dd HH:mm:ss", "HH:mm:ss"];
    static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>A value as text.</summary>
    /// <exception cref="FormatException">Bytes that are no UTF-8.</exception>
    public static string? Text(object? value, string? dateFormat = null) => value switch
    {
        null => null,
        string text => text,
        bool flag => flag ? "true" : "false",
        float number => number.ToString("R", CultureInfo.InvariantCulture),
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        DateOnly date => date.ToString(dateFormat ?? "yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTime time => time.ToString(dateFormat ?? "yyyy-MM-dd HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture),
        DateTimeOffset instant => instant.ToString(dateFormat ?? "yyyy-MM-dd HH:mm:ss.FFFFFFFzzz", CultureInfo.InvariantCulture),
        TimeSpan time => time.ToString("c", CultureInfo.InvariantCulture),
        byte[] bytes => Decode(bytes),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };

    /// <summary>A value as an object of a column's kind.</summary>
    /// <exception cref="FormatException">It holds none.</exception>
    public object? Convert(object? value, ColumnType to)
    {
        if (value is null) return null;
        switch (value, to.Kind)
        {
            case (DateTime time, ColumnKind.TimestampWithZone): return new DateTimeOffset(time, zone.GetUtcOffset(time));
            case (DateTimeOffset instant, ColumnKind.Timestamp): return TimeZoneInfo.ConvertTime(instant, zone).DateTime;
            case (DateTimeOffset instant, ColumnKind.Date): return DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, zone).DateTime);
            case (DateTime time, ColumnKind.Time): return time.TimeOfDay;
            case (byte[] bytes, ColumnKind.Binary): return bytes;
        }

        string text = Text(value)!;
        if (to.Kind is ColumnKind.Text or ColumnKind.Json) return text;
        if (to.Kind == ColumnKind.Binary) return Strict.GetBytes(text);
        // An empty text is no value of any other type: DataX writes null.
        string trimmed = text.Trim();
        if (trimmed.Length == 0) return null;
        return to.Kind switch
        {
            ColumnKind.Boolean => Flag(trimmed),
            <= ColumnKind.UInt64 => Whole(trimmed, to.Kind),
            ColumnKind.Decimal => Exact(trimmed, to.Scale),
            ColumnKind.Float32 => float.TryParse(trimmed, NumberStyles.Float, CultureInfo.InvariantCulture, out float single) ? single : throw Wrong(text, "number"),
            ColumnKind.Float64 => double.TryParse(trimmed, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : throw Wrong(text, "number"),
            ColumnKind.Date => DateOnly.FromDateTime(Date(trimmed, null)),
            ColumnKind.Timestamp => Date(trimmed, null),
            ColumnKind.TimestampWithZone => DateTimeOffset.TryParse(trimmed, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out DateTimeOffset instant)
                ? HasZone(trimmed) ? instant : new DateTimeOffset(Date(trimmed, null), zone.GetUtcOffset(Date(trimmed, null)))
                : throw Wrong(text, "time"),
            ColumnKind.Time => TimeSpan.TryParse(trimmed, CultureInfo.InvariantCulture, out TimeSpan time) ? time : throw Wrong(text, "time of day"),
            ColumnKind.Uuid => Guid.TryParse(trimmed, out Guid uuid) ? uuid : throw Wrong(text, "uuid"),
            _ => throw Wrong(text, to.ToString()),
        };
    }

    /// <summary>A text of a file or a constant, as the type that its column is said to have.</summary>
    /// <exception cref="FormatException">It holds none.</exception>
    public static object? Typed(string? text, DataXColumn column)
    {
        if (text is null) return null;
        string trimmed = text.Trim();
        if (column.Type is "string") return text;
        if (column.Type is "bytes") return Strict.GetBytes(text);
        if (trimmed.Length == 0) return null;
        return column.Type switch
        {
            "long" => Exact(trimmed, 0),
            // Digits are kept as they are written.
            "double" => double.TryParse(trimmed, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? trimmed : throw Wrong(text, "number"),
            "boolean" => Flag(trimmed),
            _ => Date(trimmed, column.Format),
        };
    }

    /// <summary>The type that <see cref="Typed"/> gives.</summary>
    public static ColumnType TypeOf(string type) => type switch
    {
        "long" => new ColumnType(ColumnKind.Decimal, ColumnType.DecimalDigitsMax),
        "boolean" => new ColumnType(ColumnKind.Boolean),
        "date" => new ColumnType(ColumnKind.Timestamp, 7),
        "bytes" => new ColumnType(ColumnKind.Binary),
        _ => new ColumnType(ColumnKind.Text),
    };

    public static DateTime Date(string text, string? format)
    {
        // Java's patterns for days and times are .NET's, but for fractions of a second.
        string[] forms = format is null ? DateForms : [format.Replace('S', 'f')];
        return DateTime.TryParseExact(text, forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime time) ? time : throw Wrong(text, format is null ? "date" : $"date of the form {format}");
    }

    static bool Flag(string text) => text.ToLowerInvariant() switch
    {
        "true" or "t" or "1" or "yes" or "y" => true,
        "false" or "f" or "0" or "no" or "n" => false,
        _ => throw Wrong(text, "truth value"),
    };

    static object Whole(string text, ColumnKind kind)
    {
        Int128 number = Exact(text, 0).Unscaled;
        try
        {
            return kind switch
            {
                ColumnKind.Int8 => (object)checked((sbyte)number),
                ColumnKind.Int16 => checked((short)number),
                ColumnKind.Int32 => checked((int)number),
                ColumnKind.Int64 => checked((long)number),
                ColumnKind.UInt8 => checked((byte)number),
                ColumnKind.UInt16 => checked((ushort)number),
                ColumnKind.UInt32 => checked((uint)number),
                _ => checked((ulong)number),
            };
        }
        catch (OverflowException)
        {
            throw Wrong(text, kind.ToString());
        }
    }

    static ExactDecimal Exact(string text, int scale)
    {
        string plain = text is "true" ? "1" : text is "false" ? "0" : text.TrimStart('+');
        if (plain.Contains('e', StringComparison.OrdinalIgnoreCase) && decimal.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number)) plain = number.ToString(CultureInfo.InvariantCulture);
        // Zeros behind the point are no digits more.
        if (plain.Contains('.', StringComparison.Ordinal)) plain = plain.TrimEnd('0').TrimEnd('.') is { Length: > 0 } digits and not "-" ? digits : "0";
        return ExactDecimal.TryParse(Encoding.UTF8.GetBytes(plain), scale, out Int128 unscaled) ? new ExactDecimal(unscaled, scale) : throw Wrong(text, scale == 0 ? "whole number" : $"number with up to {scale} digits behind the point");
    }

    static bool HasZone(string text) => text.EndsWith('Z') || (text.Length > 19 && text.AsSpan(19).IndexOfAny('+', '-') >= 0);

    static string Decode(byte[] bytes)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new FormatException($"{bytes.Length} bytes are no UTF-8 text");
        }
    }

    static FormatException Wrong(string text, string what) => new($"'{(text.Length > 100 ? text[..100] + "…" : text)}' is no {what}");
}
