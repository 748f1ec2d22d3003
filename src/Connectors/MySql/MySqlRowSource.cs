using System.Text;
using MySql.Data.MySqlClient;
using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.MySql;

/// <summary>Writes what the driver's reader gives as rows. What the dialect selects as text is parsed here, exactly.</summary>
sealed class MySqlRowSource(MySqlDataReader reader, IReadOnlyList<ColumnDefinition> columns)
{
    const int BytesPerPiece = 1 << 16;

    readonly ColumnDefinition[] columns = [.. columns];

    public bool ReadRow(RowBatch batch)
    {
        if (!reader.Read()) return false;
        RowWriter writer = batch.Writer;
        writer.BeginRow(columns.Length);
        for (int index = 0; index < columns.Length; index++)
        {
            if (reader.IsDBNull(index)) writer.WriteNull();
            else WriteValue(batch, index);
        }

        writer.EndRow();
        return true;
    }

    void WriteValue(RowBatch batch, int index)
    {
        RowWriter writer = batch.Writer;
        switch (columns[index].Type.Kind)
        {
            case ColumnKind.Boolean: writer.WriteBoolean(reader.GetUInt64(index) != 0); break;
            case ColumnKind.Int8: writer.WriteInt8(reader.GetSByte(index)); break;
            case ColumnKind.UInt8: writer.WriteUInt8(reader.GetByte(index)); break;
            case ColumnKind.Int16: writer.WriteInt16(reader.GetInt16(index)); break;
            case ColumnKind.UInt16: writer.WriteUInt16(reader.GetUInt16(index)); break;
            case ColumnKind.Int32: writer.WriteInt32(reader.GetInt32(index)); break;
            case ColumnKind.UInt32: writer.WriteUInt32(reader.GetUInt32(index)); break;
            case ColumnKind.Int64: writer.WriteInt64(reader.GetInt64(index)); break;
            case ColumnKind.UInt64: writer.WriteUInt64(reader.GetUInt64(index)); break;
            case ColumnKind.Float32: writer.WriteFloat32((float)reader.GetDouble(index)); break;
            case ColumnKind.Float64: writer.WriteFloat64(reader.GetDouble(index)); break;
            case ColumnKind.Text or ColumnKind.Json: writer.WriteText(reader.GetString(index)); break;
            case ColumnKind.Binary: WriteBinary(writer, index); break;
            default: WriteParsed(batch, index, reader.GetString(index)); break;
        }
    }

    void WriteParsed(RowBatch batch, int index, string text)
    {
        RowWriter writer = batch.Writer;
        ColumnType type = columns[index].Type;
        Span<byte> bytes = stackalloc byte[128];
        if (!Encoding.UTF8.TryGetBytes(text, bytes, out int length)) throw Refused(batch, index, text, "it is too long");
        bytes = bytes[..length];
        switch (type.Kind)
        {
            case ColumnKind.Decimal:
                if (!ExactDecimal.TryParse(bytes, type.Scale, out Int128 unscaled)) throw Refused(batch, index, text, $"{ColumnType.DecimalDigitsMax} digits are carried");
                writer.WriteDecimal(unscaled);
                break;
            case ColumnKind.Date:
                if (!TimeText.TryParseDate(bytes, out int days)) throw Refused(batch, index, text, "it is no date");
                writer.WriteDate(days);
                break;
            case ColumnKind.Time:
                if (!TimeText.TryParseTime(bytes, out long time)) throw Refused(batch, index, text, "it is no time");
                writer.WriteTime(time);
                break;
            case ColumnKind.Timestamp:
                if (!TimeText.TryParseTimestamp(bytes, out long ticks)) throw Refused(batch, index, text, "it is no timestamp");
                writer.WriteTimestamp(ticks);
                break;
            case ColumnKind.TimestampWithZone:
                if (!TimeText.TryParseTimestamp(bytes, out long utc) || ZeroDates.IsZero(utc)) throw Refused(batch, index, text, "it is no instant");
                writer.WriteTimestampWithZone(utc, 0);
                break;
            default:
                if (!Guid.TryParseExact(text, "D", out Guid uuid)) throw Refused(batch, index, text, "it is no uuid");
                writer.WriteUuid(uuid);
                break;
        }
    }

    void WriteBinary(RowWriter writer, int index)
    {
        long length = reader.GetBytes(index, 0, null, 0, 0);
        var bytes = new byte[length];
        for (long at = 0; at < length;) at += reader.GetBytes(index, at, bytes, (int)at, (int)Math.Min(BytesPerPiece, length - at));
        writer.WriteBytes(bytes);
    }

    ValueRangeException Refused(RowBatch batch, int index, string value, string bound) => SqlDatabase.Unreadable(batch, columns[index].ToColumn(), value, bound);
}
