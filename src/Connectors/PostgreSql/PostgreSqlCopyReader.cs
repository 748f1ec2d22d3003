using System.Buffers.Binary;
using System.Globalization;
using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.PostgreSql;

/// <summary>
/// Reads the stream of a binary COPY: a header of 19 bytes, then per row a count of fields and per field a length (-1 for null) and bytes, then -1.
/// What no strict type carries (infinity, NaN in a decimal, years outside of 1 to 9999) is an error that names the column and the value.
/// </summary>
sealed class PostgreSqlCopyReader(Stream stream, IReadOnlyList<ColumnDefinition> columns)
{
    /// <summary>2000-01-01, from which PostgreSQL counts.</summary>
    const int EpochDays = 10957;
    const long EpochTicks = EpochDays * TimeSpan.TicksPerDay;
    const int HeaderBytes = 19;

    static readonly int DaysMin = ZeroDates.Days(1, 1, 1), DaysMax = ZeroDates.Days(9999, 12, 31);

    static readonly long MicrosecondsMin = (DaysMin - EpochDays) * 86_400_000_000L, MicrosecondsMax = (DaysMax + 1 - EpochDays) * 86_400_000_000L - 1;

    byte[] buffer = new byte[1 << 17];
    int position, end;
    bool headerRead;

    /// <summary>Writes the next row; false at the end.</summary>
    public bool ReadRow(RowBatch batch)
    {
        if (!headerRead)
        {
            Ensure(HeaderBytes);
            position += HeaderBytes;
            headerRead = true;
        }

        Ensure(2);
        int fields = BinaryPrimitives.ReadInt16BigEndian(buffer.AsSpan(position));
        position += 2;
        if (fields < 0) return false;
        RowWriter writer = batch.Writer;
        writer.BeginRow(columns.Count);
        for (int index = 0; index < fields; index++)
        {
            Ensure(4);
            int length = BinaryPrimitives.ReadInt32BigEndian(buffer.AsSpan(position));
            position += 4;
            if (length < 0)
            {
                writer.WriteNull();
                continue;
            }

            Ensure(length);
            WriteField(batch, columns[index], buffer.AsSpan(position, length));
            position += length;
        }

        writer.EndRow();
        return true;
    }

    static void WriteField(RowBatch batch, ColumnDefinition column, ReadOnlySpan<byte> field)
    {
        RowWriter writer = batch.Writer;
        switch (column.Type.Kind)
        {
            case ColumnKind.Boolean: writer.WriteBoolean(field[0] != 0); break;
            case ColumnKind.Int16: writer.WriteInt16(BinaryPrimitives.ReadInt16BigEndian(field)); break;
            case ColumnKind.Int32: writer.WriteInt32(BinaryPrimitives.ReadInt32BigEndian(field)); break;
            case ColumnKind.Int64: writer.WriteInt64(BinaryPrimitives.ReadInt64BigEndian(field)); break;
            case ColumnKind.UInt32: writer.WriteUInt32(BinaryPrimitives.ReadUInt32BigEndian(field)); break;
            case ColumnKind.Float32: writer.WriteFloat32(BinaryPrimitives.ReadSingleBigEndian(field)); break;
            case ColumnKind.Float64: writer.WriteFloat64(BinaryPrimitives.ReadDoubleBigEndian(field)); break;
            case ColumnKind.Decimal:
                if (PostgreSqlNumeric.Read(field, column.Type, out Int128 unscaled, out string? bound)) writer.WriteDecimal(unscaled);
                else throw Refused(batch, column, PostgreSqlNumeric.Text(field), bound!);
                break;
            case ColumnKind.Date: WriteDate(batch, column, BinaryPrimitives.ReadInt32BigEndian(field)); break;
            case ColumnKind.Time: writer.WriteTime(BinaryPrimitives.ReadInt64BigEndian(field) * 10); break;
            case ColumnKind.Timestamp: writer.WriteTimestamp(Ticks(batch, column, BinaryPrimitives.ReadInt64BigEndian(field))); break;
            case ColumnKind.TimestampWithZone: writer.WriteTimestampWithZone(Ticks(batch, column, BinaryPrimitives.ReadInt64BigEndian(field)), 0); break;
            case ColumnKind.Uuid: writer.WriteUuid(new Guid(field, bigEndian: true)); break;
            default: writer.WriteBytes(field); break;
        }
    }

    static void WriteDate(RowBatch batch, ColumnDefinition column, int days)
    {
        if (days is int.MaxValue or int.MinValue) throw Refused(batch, column, days > 0 ? "infinity" : "-infinity", "it is no day");
        int carried = days + EpochDays;
        if (carried < DaysMin || carried > DaysMax) throw Refused(batch, column, string.Create(CultureInfo.InvariantCulture, $"2000-01-01 {days:+0;-0} days"), "years 1 to 9999 are carried");
        batch.Writer.WriteDate(carried);
    }

    static long Ticks(RowBatch batch, ColumnDefinition column, long microseconds)
    {
        if (microseconds is long.MaxValue or long.MinValue) throw Refused(batch, column, microseconds > 0 ? "infinity" : "-infinity", "it is no moment");
        if (microseconds < MicrosecondsMin || microseconds > MicrosecondsMax) throw Refused(batch, column, string.Create(CultureInfo.InvariantCulture, $"2000-01-01 {microseconds:+0;-0} microseconds"), "years 1 to 9999 are carried");
        return microseconds * 10 + EpochTicks;
    }

    static ValueRangeException Refused(RowBatch batch, ColumnDefinition column, string value, string bound) => SqlDatabase.Unreadable(batch, column.ToColumn(), value, bound);

    void Ensure(int bytes)
    {
        if (end - position >= bytes) return;
        if (bytes > buffer.Length - position)
        {
            // What is left goes to the front, in a larger buffer where a value wants one.
            byte[] to = bytes > buffer.Length ? new byte[(int)Math.Min(Array.MaxLength, Math.Max(bytes, buffer.Length * 2L))] : buffer;
            Buffer.BlockCopy(buffer, position, to, 0, end - position);
            (buffer, end, position) = (to, end - position, 0);
        }

        while (end - position < bytes)
        {
            int read = stream.Read(buffer, end, buffer.Length - end);
            if (read == 0) throw new EndOfStreamException($"The server's copy ended within a row ({bytes} bytes were wanted, {end - position} came).");
            end += read;
        }
    }
}
