using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.Dialects;

/// <summary>
/// A row's canonical text, which every database can compute too, and digests over it. Columns stand in their order with a semicolon between them:
/// <list type="bullet">
/// <item>NULL: <c>N</c></item>
/// <item>booleans and integers: <c>-12</c>, <c>0</c>, <c>1</c>; decimals: <c>-12.5</c>, without zeros at the end, so that scale does not matter</item>
/// <item>floats by <see cref="FloatText"/>: <c>-0.5</c> from 0.0001 to 10^14, else (or always) <c>[-]odd mantissa p exponent of its highest bit</c>, for instance 1.5 = <c>3p0</c>; <c>0</c> also for minus zero; <c>NaN</c>, <c>Infinity</c></item>
/// <item>text and JSON: <c>length in UTF-8;text</c>; binary and uuid: upper-case hexadecimal digits</item>
/// <item>date <c>2020-07-17</c>; time <c>18:00:22</c> or <c>18:00:22.5</c>, without zeros at the end; timestamp both with a blank; an instant the same in UTC, its offset does not count</item>
/// </list>
/// The same value has the same text in a wider type of its family. For one thread at a time.
/// </summary>
public sealed class CanonicalText(FloatText floats = FloatText.Decimal)
{
    /// <summary>Between these, below the second one, all engines give the shortest decimal digits of a float without an exponent.</summary>
    const double DecimalMin = 1e-4, DecimalMax = 1e14;

    byte[] buffer = new byte[512];
    int length;

    public RowDigest Sum { get; private set; }

    /// <summary>Adds a row to the sum.</summary>
    public void Add(TableSchema schema, ReadOnlySpan<byte> row)
    {
        Write(new RowReader(schema, row));
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(buffer.AsSpan(0, length), hash);
        Sum += new RowDigest(1, BinaryPrimitives.ReadUInt64BigEndian(hash) >> 4);
    }

    /// <summary>Adds all rows of a batch.</summary>
    public void Add(RowBatch batch)
    {
        for (int row = 0; row < batch.Count; row++) Add(batch.Schema, batch[row]);
    }

    /// <summary>A row's canonical text, for looking at.</summary>
    public string Of(TableSchema schema, ReadOnlySpan<byte> row)
    {
        Write(new RowReader(schema, row));
        return Encoding.UTF8.GetString(buffer, 0, length);
    }

    void Write(RowReader reader)
    {
        length = 0;
        while (reader.Read())
        {
            Ensure(64 + reader.Value.Length * 2);
            if (reader.Index > 0) buffer[length++] = (byte)';';
            if (reader.IsMissing) throw new ValueRangeException($"Column '{reader.Column.Name}' is missing: a digest needs whole rows.");
            if (reader.IsNull) buffer[length++] = (byte)'N';
            else WriteValue(in reader);
        }
    }

    void WriteValue(in RowReader reader)
    {
        Span<byte> room = buffer.AsSpan(length);
        int written;
        switch (reader.Kind)
        {
            case ColumnKind.Boolean: room[0] = reader.GetBoolean() ? (byte)'1' : (byte)'0'; written = 1; break;
            case ColumnKind.Int8: reader.GetInt8().TryFormat(room, out written, default, CultureInfo.InvariantCulture); break;
            case ColumnKind.Int16: reader.GetInt16().TryFormat(room, out written, default, CultureInfo.InvariantCulture); break;
            case ColumnKind.Int32: reader.GetInt32().TryFormat(room, out written, default, CultureInfo.InvariantCulture); break;
            case ColumnKind.Int64: reader.GetInt64().TryFormat(room, out written, default, CultureInfo.InvariantCulture); break;
            case ColumnKind.UInt8: reader.GetUInt8().TryFormat(room, out written, default, CultureInfo.InvariantCulture); break;
            case ColumnKind.UInt16: reader.GetUInt16().TryFormat(room, out written, default, CultureInfo.InvariantCulture); break;
            case ColumnKind.UInt32: reader.GetUInt32().TryFormat(room, out written, default, CultureInfo.InvariantCulture); break;
            case ColumnKind.UInt64: reader.GetUInt64().TryFormat(room, out written, default, CultureInfo.InvariantCulture); break;
            case ColumnKind.Decimal: written = Trim(room, ExactDecimal.Format(reader.GetDecimal(), reader.Column.Type.Scale, room), reader.Column.Type.Scale > 0); break;
            case ColumnKind.Float32: written = Float(reader.GetFloat32(), room); break;
            case ColumnKind.Float64: written = Float(reader.GetFloat64(), room); break;
            case ColumnKind.Text or ColumnKind.Json:
                ReadOnlySpan<byte> text = reader.Value;
                text.Length.TryFormat(room, out written, default, CultureInfo.InvariantCulture);
                room[written++] = (byte)';';
                text.CopyTo(room[written..]);
                written += text.Length;
                break;
            case ColumnKind.Binary or ColumnKind.Uuid: Convert.TryToHexString(reader.Value, room, out written); break;
            case ColumnKind.Date: written = TimeText.FormatDate(reader.GetDate(), room); break;
            case ColumnKind.Time: written = Trim(room, TimeText.FormatTime(reader.GetTime(), 7, room), hasPoint: true); break;
            case ColumnKind.Timestamp: written = Trim(room, TimeText.FormatTimestamp(reader.GetTimestamp(), 7, room), hasPoint: true); break;
            case ColumnKind.TimestampWithZone: written = Trim(room, TimeText.FormatTimestamp(reader.GetTimestampWithZone().UtcTicks, 7, room), hasPoint: true); break;
            default: throw new RowFormatException($"Column '{reader.Column.Name}' has no known kind.");
        }

        length += written;
    }

    static int Trim(Span<byte> text, int length, bool hasPoint)
    {
        if (!hasPoint) return length;
        while (text[length - 1] == '0') length--;
        return text[length - 1] == '.' ? length - 1 : length;
    }

    int Float(double value, Span<byte> room)
    {
        int at = 0;
        if (floats == FloatText.Decimal && Math.Abs(value) is >= DecimalMin and < DecimalMax)
        {
            value.TryFormat(room, out at, "R", CultureInfo.InvariantCulture);
            return at;
        }

        if (!double.IsFinite(value)) return Encoding.ASCII.GetBytes(double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity", room);
        if (value == 0)
        {
            room[0] = (byte)'0';
            return 1;
        }

        long bits = BitConverter.DoubleToInt64Bits(value);
        if (bits < 0) room[at++] = (byte)'-';
        ulong mantissa = (ulong)bits & ((1UL << 52) - 1);
        int exponent = (int)(bits >> 52 & 2047) - 1023;
        if (exponent == -1023) exponent = BitOperations.Log2(mantissa) - 1074; // Below the normal range.
        else mantissa |= 1UL << 52;
        (mantissa >> BitOperations.TrailingZeroCount(mantissa)).TryFormat(room[at..], out int digits, default, CultureInfo.InvariantCulture);
        at += digits;
        room[at++] = (byte)'p';
        exponent.TryFormat(room[at..], out digits, default, CultureInfo.InvariantCulture);
        return at + digits;
    }

    void Ensure(int bytes)
    {
        if (buffer.Length - length < bytes) Array.Resize(ref buffer, Math.Max(buffer.Length * 2, length + bytes));
    }
}
