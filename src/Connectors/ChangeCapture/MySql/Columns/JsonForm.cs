using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Orrery.Connectors.ChangeCapture.MySql.Events;
using Orrery.Connectors.ChangeCapture.MySql.Protocol;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.ChangeCapture.MySql.Columns;

/// <summary>MySQL's binary JSON as text, spelled as the server spells it: <c>{"a": 1, "b": [true, null]}</c>. One instance serves one reader.</summary>
internal sealed class JsonForm
{
    const int DepthMax = 100, GrowthMax = 16;

    static readonly SearchValues<byte> Escaped = SearchValues.Create([.. Enumerable.Range(0, 32).Select(value => (byte)value), (byte)'"', (byte)'\\']);

    readonly ArrayBufferWriter<byte> text = new();
    int bytesMax;

    /// <summary>The text of a stored value. Valid until the next call.</summary>
    /// <exception cref="EventFormatException">The bytes are no value.</exception>
    public ReadOnlySpan<byte> ToText(ReadOnlySpan<byte> stored)
    {
        text.ResetWrittenCount();
        // Offsets of a damaged value can point at one part again and again: what it becomes is bounded by what it is.
        bytesMax = (int)Math.Min(int.MaxValue, stored.Length * (long)GrowthMax + 1024);
        if (stored.Length == 0) Add("null"u8);
        else Value(stored[0], stored[1..], 0);
        return text.WrittenSpan;
    }

    void Value(byte type, ReadOnlySpan<byte> bytes, int depth)
    {
        if (depth > DepthMax) throw new EventFormatException($"A JSON value is nested over {DepthMax} deep.");
        switch (type)
        {
            case 0 or 1: Container(bytes, isObject: true, isLarge: type == 1, depth); break;
            case 2 or 3: Container(bytes, isObject: false, isLarge: type == 3, depth); break;
            case 4: Literal(Part(bytes, 0, 1)[0]); break;
            case 5: Number(BinaryPrimitives.ReadInt16LittleEndian(Part(bytes, 0, 2))); break;
            case 6: Number(BinaryPrimitives.ReadUInt16LittleEndian(Part(bytes, 0, 2))); break;
            case 7: Number(BinaryPrimitives.ReadInt32LittleEndian(Part(bytes, 0, 4))); break;
            case 8: Number(BinaryPrimitives.ReadUInt32LittleEndian(Part(bytes, 0, 4))); break;
            case 9: Number(BinaryPrimitives.ReadInt64LittleEndian(Part(bytes, 0, 8))); break;
            case 10: Add(Encoding.ASCII.GetBytes(BinaryPrimitives.ReadUInt64LittleEndian(Part(bytes, 0, 8)).ToString(CultureInfo.InvariantCulture))); break;
            case 11: Double(BinaryPrimitives.ReadDoubleLittleEndian(Part(bytes, 0, 8))); break;
            case 12: Quoted(Sized(bytes)); break;
            case 15: Opaque((StoredType)Part(bytes, 0, 1)[0], Sized(bytes[1..])); break;
            default: throw new EventFormatException($"A JSON value of the unknown type {type}.");
        }
    }

    void Container(ReadOnlySpan<byte> bytes, bool isObject, bool isLarge, int depth)
    {
        int width = isLarge ? 4 : 2;
        long count = Offset(bytes, 0, width), size = Offset(bytes, width, width);
        if (size > bytes.Length) throw new EventFormatException($"A JSON container of {bytes.Length} bytes says {size}.");
        bytes = bytes[..(int)size];
        int keyBytes = isObject ? width + 2 : 0, valueBytes = 1 + width;
        if (2 * width + count * (keyBytes + valueBytes) > size) throw new EventFormatException($"A JSON container of {size} bytes says {count} values.");
        Add(isObject ? "{"u8 : "["u8);
        for (int index = 0; index < count; index++)
        {
            if (index > 0) Add(", "u8);
            if (isObject)
            {
                int entry = 2 * width + index * keyBytes;
                Quoted(Part(bytes, Offset(bytes, entry, width), Offset(bytes, entry + width, 2)));
                Add(": "u8);
            }

            int at = 2 * width + (int)count * keyBytes + index * valueBytes;
            byte type = bytes[at];
            bool inline = type is 4 or 5 or 6 || (isLarge && type is 7 or 8);
            if (inline)
            {
                Value(type, bytes.Slice(at + 1, width), depth + 1);
                continue;
            }

            long offset = Offset(bytes, at + 1, width);
            if (offset >= bytes.Length) throw new EventFormatException($"A JSON value at {offset} of {bytes.Length} bytes.");
            Value(type, bytes[(int)offset..], depth + 1);
        }

        Add(isObject ? "}"u8 : "]"u8);
    }

    void Literal(byte value) => Add(value switch
    {
        0 => "null"u8,
        1 => "true"u8,
        2 => "false"u8,
        _ => throw new EventFormatException($"A JSON literal {value}."),
    });

    void Number(long value)
    {
        Span<byte> digits = stackalloc byte[20];
        value.TryFormat(digits, out int length, default, CultureInfo.InvariantCulture);
        Add(digits[..length]);
    }

    void Double(double value)
    {
        string digits = value.ToString("R", CultureInfo.InvariantCulture).Replace("E+", "e", StringComparison.Ordinal).Replace('E', 'e');
        Add(Encoding.ASCII.GetBytes(digits.AsSpan().IndexOfAny('.', 'e') < 0 ? digits + ".0" : digits));
    }

    void Opaque(StoredType type, ReadOnlySpan<byte> data)
    {
        switch (type)
        {
            case StoredType.Decimal:
                int precision = Part(data, 0, 1)[0], scale = Part(data, 1, 1)[0];
                if (precision is 0 or > MySqlType.DecimalDigitsMax || scale > precision) throw new EventFormatException($"A JSON decimal of {precision} digits, {scale} behind the point.");
                if (!DecimalForm.TryRead(Part(data, 2, DecimalForm.Bytes(precision, scale)), precision, scale, out var unscaled))
                    throw new ValueRangeException($"A decimal within JSON has more than {ColumnType.DecimalDigitsMax} digits.");
                Span<byte> digits = stackalloc byte[ExactDecimal.TextLengthMax + 40];
                Add(digits[..ExactDecimal.Format(unscaled, scale, digits)]);
                break;
            case StoredType.Date or StoredType.DateTime or StoredType.Timestamp or StoredType.Time:
                Moment(type, BinaryPrimitives.ReadInt64LittleEndian(Part(data, 0, 8)));
                break;
            default:
                Add(Encoding.ASCII.GetBytes($"\"base64:type{(int)type}:{Convert.ToBase64String(data)}\""));
                break;
        }
    }

    void Moment(StoredType type, long packed)
    {
        bool negative = packed < 0;
        ulong size = (ulong)Math.Abs(Math.Max(packed, -long.MaxValue));
        ulong micros = size & 0xFFFFFF, whole = size >> 24;
        ulong second = whole & 63, minute = whole >> 6 & 63, hour = whole >> 12 & (type == StoredType.Time ? 1023u : 31u);
        ulong day = whole >> 17 & 31, months = whole >> 22;
        string date = $"{months / 13:D4}-{months % 13:D2}-{day:D2}", time = $"{hour:D2}:{minute:D2}:{second:D2}.{micros:D6}";
        Add(Encoding.ASCII.GetBytes(type switch
        {
            StoredType.Date => $"\"{date}\"",
            StoredType.Time => $"\"{(negative ? "-" : "")}{time}\"",
            _ => $"\"{date} {time}\"",
        }));
    }

    void Quoted(ReadOnlySpan<byte> value)
    {
        Add("\""u8);
        while (value.Length > 0)
        {
            int plain = value.IndexOfAny(Escaped);
            if (plain < 0) plain = value.Length;
            Add(value[..plain]);
            if (plain == value.Length) break;
            switch (value[plain])
            {
                case (byte)'"': Add("\\\""u8); break;
                case (byte)'\\': Add("\\\\"u8); break;
                case 8: Add("\\b"u8); break;
                case 9: Add("\\t"u8); break;
                case 10: Add("\\n"u8); break;
                case 12: Add("\\f"u8); break;
                case 13: Add("\\r"u8); break;
                case var control: Add(Encoding.ASCII.GetBytes($"\\u{control:x4}")); break;
            }

            value = value[(plain + 1)..];
        }

        Add("\""u8);
    }

    void Add(ReadOnlySpan<byte> part)
    {
        if (text.WrittenCount + part.Length > bytesMax) throw new EventFormatException($"A JSON value becomes more than {bytesMax} bytes.");
        text.Write(part);
    }

    static ReadOnlySpan<byte> Sized(ReadOnlySpan<byte> bytes)
    {
        long length = 0;
        for (int index = 0; index < 5; index++)
        {
            byte part = Part(bytes, index, 1)[0];
            length |= (long)(part & 127) << (7 * index);
            if (part < 128) return Part(bytes, index + 1, length);
        }

        throw new EventFormatException("A JSON length does not end.");
    }

    static long Offset(ReadOnlySpan<byte> bytes, long at, int width) =>
        width == 2 ? BinaryPrimitives.ReadUInt16LittleEndian(Part(bytes, at, 2)) : BinaryPrimitives.ReadUInt32LittleEndian(Part(bytes, at, 4));

    static ReadOnlySpan<byte> Part(ReadOnlySpan<byte> bytes, long at, long length) =>
        at + length <= bytes.Length ? bytes.Slice((int)at, (int)length) : throw new EventFormatException($"A JSON value at {at}, {length} bytes long, is beyond its {bytes.Length} bytes.");
}
