using System.Buffers.Binary;
using Orrery.Connectors.ChangeCapture.MySql.Columns;
using Orrery.Connectors.ChangeCapture.MySql.Protocol;
using Orrery.Connectors.ChangeCapture.MySql.Schemas;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.ChangeCapture.MySql.Snapshots;

/// <summary>Reads binary rows of a prepared statement into the same rows that the log's images give. The connection speaks utf8mb4 and UTC.</summary>
internal sealed class SnapshotDecoder
{
    enum Form : byte
    {
        One,
        Two,
        Four,
        Eight,
        Bytes,
        Decimal,
        Bit,
        Date,
        Timestamp,
        TimestampWithZone,
        Time,
        Uuid,
    }

    readonly Form[] forms;
    readonly byte[] scales;
    readonly int[] starts;
    readonly int[] keys;

    public SnapshotDecoder(MySqlTable table)
        : this(table.Schema)
    {
    }

    public SnapshotDecoder(TableSchema schema)
    {
        Schema = schema;
        forms = [.. Schema.Columns.Select(column => FormOf(column.Type.Kind, column.NativeType))];
        scales = [.. Schema.Columns.Select(column => (byte)column.Type.Scale)];
        starts = new int[forms.Length + 1];
        keys = [.. Schema.KeyColumns];
    }

    public TableSchema Schema { get; }

    /// <summary>Writes a row alone.</summary>
    /// <param name="column">The column that was read when an error is thrown.</param>
    /// <exception cref="ValueRangeException">A value cannot be carried.</exception>
    public void Read(ReadOnlySpan<byte> packet, RowWriter row, out int column)
    {
        column = 0;
        ReadRow(packet, row, ref column);
    }

    /// <summary>Adds a row to a batch.</summary>
    /// <exception cref="ChangeSourceException">A value cannot be carried.</exception>
    public void Add(ReadOnlySpan<byte> packet, ChangeBatch batch, int schema, long sequence, long timestampMilliseconds, int row)
    {
        var bytes = batch.Bytes;
        int valueStart = bytes.Position, column = 0;
        try
        {
            ChangeWriter.BeginChange(bytes, ChangeKind.Read, Schema.Fingerprint, sequence, row);
            int rowStart = bytes.Position;
            ReadRow(packet, bytes, ref column);
            int keyStart = bytes.Position;
            if (keys.Length == 0)
            {
                batch.Add(new ChangeEntry(ChangeKind.Read, schema, timestampMilliseconds, sequence, rowStart, keyStart - rowStart, valueStart, keyStart - valueStart));
                return;
            }

            bytes.BeginRow(keys.Length);
            foreach (int key in keys) bytes.WriteEncoded(bytes.Written[starts[key]..starts[key + 1]]);
            bytes.EndRow();
            batch.Add(new ChangeEntry(ChangeKind.Read, schema, timestampMilliseconds, sequence, keyStart, bytes.Position - keyStart, valueStart, keyStart - valueStart));
        }
        catch (ValueRangeException error)
        {
            throw new ChangeSourceException(ChangeSourceFault.Value, $"A row of {Schema} cannot be carried: column '{Schema.Columns[column].Name}': {error.Message}.", error);
        }
    }

    void ReadRow(ReadOnlySpan<byte> packet, RowWriter row, ref int column)
    {
        int bitmap = (forms.Length + 9) >> 3, position = 1 + bitmap;
        if (packet.Length < position || packet[0] != 0) throw new EventFormatException($"A row of {Schema} of {packet.Length} bytes ends within its bitmap.");
        var nulls = packet.Slice(1, bitmap);
        row.BeginRow(forms.Length);
        for (; column < forms.Length; column++)
        {
            starts[column] = row.Position;
            if ((nulls[(column + 2) >> 3] & 1 << ((column + 2) & 7)) != 0) row.WriteNull();
            else Value(forms[column], column, packet, ref position, row);
        }

        starts[forms.Length] = row.Position;
        row.EndRow();
    }

    void Value(Form form, int column, ReadOnlySpan<byte> packet, ref int position, RowWriter row)
    {
        switch (form)
        {
            case Form.One: row.WriteUInt8(Take(packet, ref position, 1)[0]); return;
            case Form.Two: row.WriteUInt16(BinaryPrimitives.ReadUInt16LittleEndian(Take(packet, ref position, 2))); return;
            case Form.Four: row.WriteUInt32(BinaryPrimitives.ReadUInt32LittleEndian(Take(packet, ref position, 4))); return;
            case Form.Eight: row.WriteUInt64(BinaryPrimitives.ReadUInt64LittleEndian(Take(packet, ref position, 8))); return;
        }

        var value = Take(packet, ref position, Length(packet, ref position));
        switch (form)
        {
            case Form.Bytes:
                row.WriteBytes(value);
                break;
            case Form.Decimal:
                if (!ExactDecimal.TryParse(value, scales[column], out var unscaled))
                    throw new ValueRangeException($"a decimal with more than {ColumnType.DecimalDigitsMax} significant digits ({System.Text.Encoding.ASCII.GetString(value)}); {ColumnType.DecimalDigitsMax} can be carried");
                row.WriteDecimal(unscaled);
                break;
            case Form.Bit:
                ulong bits = 0;
                foreach (byte part in value) bits = bits << 8 | part;
                row.WriteUInt64(bits);
                break;
            case Form.Date:
                row.WriteDate(Day(value));
                break;
            case Form.Timestamp:
                row.WriteTimestamp(ZeroDates.Ticks(Day(value), OfDay(value, 4)));
                break;
            case Form.TimestampWithZone:
                row.WriteTimestampWithZone(ZeroDates.Ticks(Day(value), OfDay(value, 4)), 0);
                break;
            case Form.Time:
                row.WriteTime(Span(value));
                break;
            case Form.Uuid:
                row.WriteUuid(System.Buffers.Text.Utf8Parser.TryParse(value, out Guid uuid, out _) ? uuid : throw new EventFormatException($"A UUID of {value.Length} bytes."));
                break;
        }
    }

    static int Day(ReadOnlySpan<byte> value) => value.Length < 4 ? ZeroDates.Days(0, 0, 0) : ZeroDates.Days(BinaryPrimitives.ReadUInt16LittleEndian(value), value[2], value[3]);

    static long OfDay(ReadOnlySpan<byte> value, int from) =>
        value.Length < from + 3 ? 0 : TimeForm.OfDay(value[from], value[from + 1], value[from + 2], Micros(value, from + 3));

    static long Span(ReadOnlySpan<byte> value)
    {
        if (value.Length < 8) return 0;
        long days = BinaryPrimitives.ReadUInt32LittleEndian(value[1..]);
        long ticks = TimeForm.Ticks((int)(days * 24 + value[5]), value[6], value[7], Micros(value, 8));
        return value[0] != 0 ? -ticks : ticks;
    }

    static long Micros(ReadOnlySpan<byte> value, int from) => value.Length >= from + 4 ? BinaryPrimitives.ReadUInt32LittleEndian(value[from..]) : 0;

    static long Length(ReadOnlySpan<byte> packet, ref int position)
    {
        if (position < packet.Length && packet[position] < 251) return packet[position++];
        var reader = new PacketReader(packet[position..]);
        ulong length = reader.Length();
        position += reader.Position;
        return (long)Math.Min(length, int.MaxValue);
    }

    static ReadOnlySpan<byte> Take(ReadOnlySpan<byte> packet, ref int position, long bytes)
    {
        if (bytes > packet.Length - position) throw new EventFormatException($"A row of {packet.Length} bytes ends within a value of {bytes}.");
        var part = packet.Slice(position, (int)bytes);
        position += (int)bytes;
        return part;
    }

    static Form FormOf(ColumnKind kind, string native) => kind switch
    {
        ColumnKind.Int8 or ColumnKind.UInt8 => Form.One,
        ColumnKind.Int16 or ColumnKind.UInt16 => Form.Two,
        ColumnKind.Int32 or ColumnKind.UInt32 or ColumnKind.Float32 => Form.Four,
        ColumnKind.UInt64 when native.StartsWith("bit", StringComparison.Ordinal) => Form.Bit,
        ColumnKind.Int64 or ColumnKind.UInt64 or ColumnKind.Float64 => Form.Eight,
        ColumnKind.Decimal => Form.Decimal,
        ColumnKind.Date => Form.Date,
        ColumnKind.Timestamp => Form.Timestamp,
        ColumnKind.TimestampWithZone => Form.TimestampWithZone,
        ColumnKind.Time => Form.Time,
        ColumnKind.Uuid => Form.Uuid,
        _ => Form.Bytes,
    };
}
