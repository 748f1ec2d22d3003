using System.Globalization;
using System.Text;
using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;
using StackExchange.Redis;

namespace Orrery.Connectors.Redis;

/// <summary>Values as fields of a hash: texts that other programs read too, and that are read back exactly. Binary is its bytes.</summary>
static class RedisTexts
{
    public static RedisValue Write(in RowReader reader)
    {
        Span<byte> text = stackalloc byte[64];
        switch (reader.Kind)
        {
            case ColumnKind.Text or ColumnKind.Json or ColumnKind.Binary: return reader.Value.ToArray();
            case ColumnKind.Boolean: return reader.GetBoolean() ? "1" : "0";
            case ColumnKind.Date: return text[..TimeText.FormatDate(reader.GetDate(), text)].ToArray();
            case ColumnKind.Time: return text[..TimeText.FormatTime(reader.GetTime(), reader.Column.Type.Precision, text)].ToArray();
            case ColumnKind.Timestamp: return text[..TimeText.FormatTimestamp(reader.GetTimestamp(), reader.Column.Type.Precision, text)].ToArray();
            case ColumnKind.TimestampWithZone:
                (long ticks, short offset) = reader.GetTimestampWithZone();
                return text[..TimeText.FormatInstant(ticks, offset, reader.Column.Type.Precision, text)].ToArray();
            case ColumnKind.Float32: return reader.GetFloat32().ToString("R", CultureInfo.InvariantCulture);
            case ColumnKind.Float64: return reader.GetFloat64().ToString("R", CultureInfo.InvariantCulture);
            case ColumnKind.Uuid: return reader.GetUuid().ToString("D");
            default: return RowKeys.Plain(RowValues.Get(reader)!);
        }
    }

    /// <exception cref="ValueRangeException">It is no value of the column's type.</exception>
    public static void Read(RowWriter writer, Column column, byte[] value, string key)
    {
        if (!TryRead(writer, column.Type, value))
            throw new ValueRangeException($"Redis key '{key}', field '{column.Name}': the value '{RowKeys.Show(Encoding.UTF8.GetString(value))}' is no {column.Type}. Another program may have written it.");
    }

    static bool TryRead(RowWriter writer, ColumnType type, byte[] value)
    {
        IFormatProvider plain = CultureInfo.InvariantCulture;
        switch (type.Kind)
        {
            case ColumnKind.Text or ColumnKind.Json or ColumnKind.Binary: writer.WriteBytes(value); return true;
            case ColumnKind.Boolean when value is [(byte)'0' or (byte)'1']: writer.WriteBoolean(value[0] == '1'); return true;
            case ColumnKind.Int8 when sbyte.TryParse(value, NumberStyles.AllowLeadingSign, plain, out sbyte number): writer.WriteInt8(number); return true;
            case ColumnKind.Int16 when short.TryParse(value, NumberStyles.AllowLeadingSign, plain, out short number): writer.WriteInt16(number); return true;
            case ColumnKind.Int32 when int.TryParse(value, NumberStyles.AllowLeadingSign, plain, out int number): writer.WriteInt32(number); return true;
            case ColumnKind.Int64 when long.TryParse(value, NumberStyles.AllowLeadingSign, plain, out long number): writer.WriteInt64(number); return true;
            case ColumnKind.UInt8 when byte.TryParse(value, NumberStyles.None, plain, out byte number): writer.WriteUInt8(number); return true;
            case ColumnKind.UInt16 when ushort.TryParse(value, NumberStyles.None, plain, out ushort number): writer.WriteUInt16(number); return true;
            case ColumnKind.UInt32 when uint.TryParse(value, NumberStyles.None, plain, out uint number): writer.WriteUInt32(number); return true;
            case ColumnKind.UInt64 when ulong.TryParse(value, NumberStyles.None, plain, out ulong number): writer.WriteUInt64(number); return true;
            case ColumnKind.Decimal when ExactDecimal.TryParse(value, type.Scale, out Int128 unscaled): writer.WriteDecimal(unscaled); return true;
            case ColumnKind.Float32 when float.TryParse(value, NumberStyles.Float, plain, out float number): writer.WriteFloat32(number); return true;
            case ColumnKind.Float64 when double.TryParse(value, NumberStyles.Float, plain, out double number): writer.WriteFloat64(number); return true;
            case ColumnKind.Date when TimeText.TryParseDate(value, out int days): writer.WriteDate(days); return true;
            case ColumnKind.Time when TimeText.TryParseTime(value, out long ticks): writer.WriteTime(ticks); return true;
            case ColumnKind.Timestamp when TimeText.TryParseTimestamp(value, out long ticks): writer.WriteTimestamp(ticks); return true;
            case ColumnKind.TimestampWithZone when TimeText.TryParseInstant(value, out long utc, out short offset): writer.WriteTimestampWithZone(utc, offset); return true;
            case ColumnKind.Uuid when Guid.TryParseExact(Encoding.ASCII.GetString(value), "D", out Guid uuid): writer.WriteUuid(uuid); return true;
            default: return false;
        }
    }
}
