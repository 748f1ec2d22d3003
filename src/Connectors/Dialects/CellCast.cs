using System.Text;
using System.Text.Json;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.Dialects;

/// <summary>
/// One column's cast from the type that a row carries to the type that a database's column has. Which pairs there are is in <see cref="IsPossible"/>; each keeps
/// the value exactly, or answers the bound that it breaks. Nothing is rounded, cut, padded or parsed out of free text (a uuid's own notation aside).
/// </summary>
sealed class CellCast(Column from, ColumnBound to)
{
    const int JsonDepthMax = 1000;

    readonly ColumnType source = from.Type;
    readonly ColumnType target = to.Type;
    readonly Int128 numberMin = Max(to.NumberMin, MinOf(to.Type.Kind)), numberMax = Min(to.NumberMax, MaxOf(to.Type.Kind));
    readonly long step = Math.Max(to.TicksStep, (long)Math.Pow(10, 7 - Math.Clamp(to.Type.Precision, 0, 7)));

    public Column From => from;

    public ColumnBound To => to;

    public static bool IsPossible(ColumnKind from, ColumnKind to) => from == to || (from, to) switch
    {
        _ when IsNumber(from) => IsNumber(to),
        (ColumnKind.Float32, ColumnKind.Float64) or (ColumnKind.Float64, ColumnKind.Float32) => true,
        (ColumnKind.Text, ColumnKind.Json) or (ColumnKind.Json, ColumnKind.Text) => true,
        (ColumnKind.Uuid, ColumnKind.Binary or ColumnKind.Text) or (ColumnKind.Binary or ColumnKind.Text, ColumnKind.Uuid) => true,
        (ColumnKind.Date, ColumnKind.Timestamp) or (ColumnKind.Timestamp, ColumnKind.Date) => true,
        (ColumnKind.Date or ColumnKind.Time or ColumnKind.Timestamp or ColumnKind.TimestampWithZone, ColumnKind.Text) => true,
        _ => false,
    };

    /// <summary>Booleans, integers and decimals: one family, exact.</summary>
    public static bool IsNumber(ColumnKind kind) => kind is >= ColumnKind.Boolean and <= ColumnKind.Decimal;

    /// <summary>Writes the value, or answers the bound that it breaks and writes nothing.</summary>
    public string? Write(in RowReader reader, RowWriter writer)
    {
        if (reader.IsNull)
        {
            if (to.RefusesNull) return "it takes no null";
            writer.WriteNull();
            return null;
        }

        return source.Kind switch
        {
            <= ColumnKind.Decimal => WriteNumber(reader, writer),
            ColumnKind.Float32 => WriteFloat(reader.GetFloat32(), writer),
            ColumnKind.Float64 => WriteFloat(reader.GetFloat64(), writer),
            ColumnKind.Text or ColumnKind.Json => WriteText(reader.Value, writer),
            ColumnKind.Binary => WriteBinary(reader, writer),
            ColumnKind.Uuid => WriteUuid(reader, writer),
            ColumnKind.Date => WriteDate(reader, writer),
            ColumnKind.Time => WriteTime(reader, writer),
            ColumnKind.Timestamp => WriteTimestamp(reader.GetTimestamp(), writer),
            _ => WriteInstant(reader, writer),
        };
    }

    string? WriteNumber(in RowReader reader, RowWriter writer)
    {
        Int128 value = source.Kind switch
        {
            ColumnKind.Boolean or ColumnKind.UInt8 => reader.GetUInt8(),
            ColumnKind.Int8 => reader.GetInt8(),
            ColumnKind.Int16 => reader.GetInt16(),
            ColumnKind.Int32 => reader.GetInt32(),
            ColumnKind.Int64 => reader.GetInt64(),
            ColumnKind.UInt16 => reader.GetUInt16(),
            ColumnKind.UInt32 => reader.GetUInt32(),
            ColumnKind.UInt64 => reader.GetUInt64(),
            _ => reader.GetDecimal(),
        };
        int scale = source.Kind == ColumnKind.Decimal ? source.Scale : 0, wanted = target.Kind == ColumnKind.Decimal ? target.Scale : 0;
        while (scale > wanted)
        {
            (Int128 quotient, Int128 rest) = Int128.DivRem(value, 10);
            if (rest != 0) return $"it keeps {wanted} digits behind the point";
            value = quotient;
            scale--;
        }

        if (target.Kind == ColumnKind.Decimal)
        {
            if (to.TakesUnsignedOnly && value < 0) return "it takes nothing below zero";
            Int128 limit = ExactDecimal.PowerOfTen(Math.Clamp(Math.Min(target.Precision, 38) - wanted + scale, 0, 38));
            if (value >= limit || value <= -limit) return $"it keeps {Math.Min(target.Precision, 38) - wanted} digits before the point";
            writer.WriteDecimal(value * ExactDecimal.PowerOfTen(wanted - scale));
            return null;
        }

        if (value < numberMin || value > numberMax) return $"it takes {ColumnBound.Number(numberMin)} to {ColumnBound.Number(numberMax)}";
        switch (target.Kind)
        {
            case ColumnKind.Boolean or ColumnKind.UInt8: writer.WriteUInt8((byte)value); break;
            case ColumnKind.Int8: writer.WriteInt8((sbyte)value); break;
            case ColumnKind.Int16: writer.WriteInt16((short)value); break;
            case ColumnKind.Int32: writer.WriteInt32((int)value); break;
            case ColumnKind.Int64: writer.WriteInt64((long)value); break;
            case ColumnKind.UInt16: writer.WriteUInt16((ushort)value); break;
            case ColumnKind.UInt32: writer.WriteUInt32((uint)value); break;
            default: writer.WriteUInt64((ulong)value); break;
        }

        return null;
    }

    string? WriteFloat(double value, RowWriter writer)
    {
        if (double.IsNaN(value) && !to.TakesNaN) return "it takes no NaN";
        if (double.IsInfinity(value) && !to.TakesInfinity) return "it takes no infinity";
        if (to.TakesUnsignedOnly && value < 0) return "it takes nothing below zero";
        if (to.FloatDigits is { } digits and <= 15 && Math.Round(value, digits) != value && !double.IsNaN(value)) return $"it keeps {digits} digits behind the point";
        if (target.Kind == ColumnKind.Float64)
        {
            writer.WriteFloat64(value);
            return null;
        }

        float narrow = (float)value;
        if (narrow != value && !double.IsNaN(value)) return "it keeps 24 bits of mantissa and 8 of exponent";
        writer.WriteFloat32(narrow);
        return null;
    }

    string? WriteText(ReadOnlySpan<byte> text, RowWriter writer)
    {
        if (target.Kind == ColumnKind.Uuid)
        {
            if (text.Length != 36 || !Guid.TryParseExact(Encoding.ASCII.GetString(text), "D", out Guid uuid)) return "it takes uuids of the form 8-4-4-4-12";
            writer.WriteUuid(uuid);
            return null;
        }

        if (source.Kind == ColumnKind.Text && target.Kind == ColumnKind.Json && !IsJson(text)) return "it takes JSON";
        if (TextBound(text) is { } bound) return bound;
        writer.WriteBytes(text);
        return null;
    }

    string? TextBound(ReadOnlySpan<byte> text)
    {
        if (to.RefusesNul && text.IndexOf((byte)0) >= 0) return "it takes no text with the character 0";
        if (to.RefusesEmpty && text.IsEmpty) return "an empty text is a null there";
        if (to.RefusesTrailingSpaces && text.Length > 0 && text[^1] == ' ') return "it would lose the blanks at the text's end, as texts of fixed length do";
        if (to.BytesMax is { } bytes && text.Length > bytes) return $"it takes {bytes} bytes and the text has {text.Length}";
        if (to.RefusesSupplementary && text.IndexOfAnyInRange((byte)0xf0, (byte)0xff) >= 0) return "its character set has no characters beyond U+FFFF";
        if (target.Length > 0 && text.Length > target.Length)
        {
            int characters = 0;
            foreach (byte part in text)
                characters += (part & 0xc0) == 0x80 ? 0 : part >= 0xf0 && to.CountsUtf16 ? 2 : 1;
            if (characters > target.Length) return $"it takes {target.Length} characters and the text has {characters}";
        }

        return null;
    }

    string? WriteBinary(in RowReader reader, RowWriter writer)
    {
        ReadOnlySpan<byte> bytes = reader.Value;
        if (target.Kind == ColumnKind.Uuid)
        {
            if (bytes.Length != 16) return $"a uuid has 16 bytes and the value {bytes.Length}";
            writer.WriteUuid(new Guid(bytes, bigEndian: true));
            return null;
        }

        if (to.BytesExact is { } exact && bytes.Length != exact) return $"it has exactly {exact} bytes and the value {bytes.Length}";
        long limit = Math.Min(to.BytesMax ?? long.MaxValue, target.Length > 0 ? target.Length : long.MaxValue);
        if (bytes.Length > limit) return $"it takes {limit} bytes and the value has {bytes.Length}";
        writer.WriteBytes(bytes);
        return null;
    }

    string? WriteUuid(in RowReader reader, RowWriter writer)
    {
        if (target.Kind == ColumnKind.Uuid)
        {
            writer.WriteEncoded(reader.Encoded);
            return null;
        }

        if (target.Kind == ColumnKind.Text)
        {
            Span<byte> text = stackalloc byte[36];
            reader.GetUuid().TryFormat(text, out _, "D");
            if (TextBound(text) is { } bound) return bound;
            writer.WriteBytes(text);
            return null;
        }

        if (to.BytesExact is { } exact && exact != 16) return $"it has exactly {exact} bytes and a uuid 16";
        if (Math.Min(to.BytesMax ?? 16, target.Length > 0 ? target.Length : 16) < 16) return "a uuid has 16 bytes";
        writer.WriteBytes(reader.Value);
        return null;
    }

    string? WriteDate(in RowReader reader, RowWriter writer)
    {
        int days = reader.GetDate();
        if (target.Kind == ColumnKind.Timestamp) return WriteTimestamp(ZeroDates.Ticks(days, 0), writer);
        if (target.Kind == ColumnKind.Text)
        {
            Span<byte> text = stackalloc byte[TimeText.LengthMax];
            return WriteTimeText(text[..TimeText.FormatDate(days, text)], writer);
        }

        if (ZeroDates.IsZero(days))
        {
            if (!to.TakesZeroDates) return "it takes no dates with zero parts";
        }
        else if (TicksBound(days * TimeSpan.TicksPerDay) is { } bound)
        {
            return bound;
        }

        writer.WriteDate(days);
        return null;
    }

    string? WriteTime(in RowReader reader, RowWriter writer)
    {
        long ticks = reader.GetTime();
        if (target.Kind == ColumnKind.Text)
        {
            Span<byte> text = stackalloc byte[TimeText.LengthMax];
            return WriteTimeText(text[..TimeText.FormatTime(ticks, source.Precision, text)], writer);
        }

        if (ticks < to.TicksMin || ticks > to.TicksMax) return $"it takes {Time(to.TicksMin)} to {Time(to.TicksMax)}";
        if (ticks % step != 0) return StepBound();
        writer.WriteTime(ticks);
        return null;
    }

    string? WriteTimestamp(long ticks, RowWriter writer)
    {
        if (target.Kind == ColumnKind.Text)
        {
            Span<byte> text = stackalloc byte[TimeText.LengthMax];
            return WriteTimeText(text[..TimeText.FormatTimestamp(ticks, source.Precision, text)], writer);
        }

        (int days, long time) = ZeroDates.Split(ticks);
        if (target.Kind == ColumnKind.Date)
        {
            if (time != 0) return "it keeps no time of day";
            if (ZeroDates.IsZero(days) && !to.TakesZeroDates) return "it takes no dates with zero parts";
            writer.WriteDate(days);
            return null;
        }

        if (ZeroDates.IsZero(ticks))
        {
            if (!to.TakesZeroDates) return "it takes no dates with zero parts";
        }
        else if (TicksBound(ticks) is { } bound)
        {
            return bound;
        }

        if (time % step != 0) return StepBound();
        writer.WriteTimestamp(ticks);
        return null;
    }

    string? WriteInstant(in RowReader reader, RowWriter writer)
    {
        (long ticks, short offset) = reader.GetTimestampWithZone();
        if (target.Kind == ColumnKind.Text)
        {
            Span<byte> text = stackalloc byte[TimeText.LengthMax];
            return WriteTimeText(text[..TimeText.FormatInstant(ticks, offset, source.Precision, text)], writer);
        }

        if (TicksBound(ticks) is { } bound) return bound;
        if (ticks % step != 0) return StepBound();
        writer.WriteTimestampWithZone(ticks, offset);
        return null;
    }

    string? WriteTimeText(ReadOnlySpan<byte> text, RowWriter writer)
    {
        if (TextBound(text) is { } bound) return bound;
        writer.WriteBytes(text);
        return null;
    }

    string? TicksBound(long ticks) => ticks < to.TicksMin || ticks > to.TicksMax ? $"it takes {Moment(to.TicksMin ?? ZeroDates.Ticks(ZeroDates.Days(1, 1, 1), 0))} to {Moment(to.TicksMax ?? ZeroDates.Ticks(ZeroDates.Days(9999, 12, 31), 0))}" : null;

    string StepBound() => to.TicksStep > 0 ? $"it keeps time in steps of {to.TicksStep / 10_000.0:0.####} ms" : $"it keeps {target.Precision} digits of a second's fraction";

    static string Moment(long ticks)
    {
        Span<byte> text = stackalloc byte[TimeText.LengthMax];
        return Encoding.ASCII.GetString(text[..TimeText.FormatTimestamp(ticks, 6, text)]);
    }

    static string Time(long? ticks)
    {
        Span<byte> text = stackalloc byte[TimeText.LengthMax];
        return ticks is { } some ? Encoding.ASCII.GetString(text[..TimeText.FormatTime(some, 0, text)]) : "any";
    }

    static bool IsJson(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = JsonDepthMax });
        try
        {
            while (reader.Read()) { }
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    static Int128 Max(Int128? one, Int128 other) => one > other ? one.Value : other;

    static Int128 Min(Int128? one, Int128 other) => one < other ? one.Value : other;

    static Int128 MinOf(ColumnKind kind) => kind switch
    {
        ColumnKind.Int8 => sbyte.MinValue,
        ColumnKind.Int16 => short.MinValue,
        ColumnKind.Int32 => int.MinValue,
        ColumnKind.Int64 => long.MinValue,
        _ => 0,
    };

    static Int128 MaxOf(ColumnKind kind) => kind switch
    {
        ColumnKind.Boolean => 1,
        ColumnKind.Int8 => sbyte.MaxValue,
        ColumnKind.Int16 => short.MaxValue,
        ColumnKind.Int32 => int.MaxValue,
        ColumnKind.Int64 => long.MaxValue,
        ColumnKind.UInt8 => byte.MaxValue,
        ColumnKind.UInt16 => ushort.MaxValue,
        ColumnKind.UInt32 => uint.MaxValue,
        _ => ulong.MaxValue,
    };
}
