using System.Buffers.Binary;
using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.PostgreSql;

/// <summary>Writes cast rows as the stream of a binary COPY (its form is told at <see cref="PostgreSqlCopyReader"/>).</summary>
sealed class PostgreSqlCopyWriter
{
    const int EpochDays = 10957;
    const long EpochTicks = EpochDays * TimeSpan.TicksPerDay;
    const int FlushBytes = 1 << 16, FieldBytesMax = 64;

    static readonly byte[] Header = [.. "PGCOPY\n"u8, 0xff, (byte)'\r', (byte)'\n', 0, 0, 0, 0, 0, 0, 0, 0, 0];

    readonly Stream stream;
    readonly bool[] isVersioned;
    readonly int[] scales;
    // Below what counts as a large object, as each write of a sink has one.
    byte[] buffer = new byte[FlushBytes + FlushBytes / 4];
    int position;

    public PostgreSqlCopyWriter(Stream stream, IReadOnlyList<ColumnDefinition> columns)
    {
        this.stream = stream;
        isVersioned = [.. columns.Select(column => PostgreSqlTypes.FormOf(column) == PostgreSqlForm.Versioned)];
        scales = [.. columns.Select(column => column.Type.Scale)];
        AsText = [.. columns.Select(column => PostgreSqlTypes.FormOf(column) == PostgreSqlForm.Cast && column.Type.Kind == ColumnKind.Decimal)];
        Header.CopyTo(buffer, 0);
        position = Header.Length;
    }

    public long Rows { get; private set; }

    /// <summary>Decimals that are staged as text.</summary>
    bool[] AsText { get; }

    public void Write(RowBatch batch)
    {
        for (int row = 0; row < batch.Count; row++)
        {
            RowReader reader = batch.Read(row);
            Ensure(2);
            BinaryPrimitives.WriteInt16BigEndian(buffer.AsSpan(position), (short)batch.Schema.Columns.Count);
            position += 2;
            while (reader.Read()) WriteField(in reader);
            if (position >= FlushBytes) Flush();
        }

        Rows += batch.Count;
    }

    public void End()
    {
        Ensure(2);
        BinaryPrimitives.WriteInt16BigEndian(buffer.AsSpan(position), -1);
        position += 2;
        Flush();
    }

    void WriteField(in RowReader reader)
    {
        if (reader.IsNull)
        {
            Ensure(4);
            BinaryPrimitives.WriteInt32BigEndian(buffer.AsSpan(position), -1);
            position += 4;
            return;
        }

        ReadOnlySpan<byte> value = reader.Value;
        Ensure(FieldBytesMax + value.Length);
        Span<byte> to = buffer.AsSpan(position + 4);
        int length;
        switch (reader.Kind)
        {
            case ColumnKind.Boolean: to[0] = value[0]; length = 1; break;
            case ColumnKind.Int16: BinaryPrimitives.WriteInt16BigEndian(to, reader.GetInt16()); length = 2; break;
            case ColumnKind.Int32 or ColumnKind.UInt32 or ColumnKind.Float32: BinaryPrimitives.WriteInt32BigEndian(to, reader.GetInt32()); length = 4; break;
            case ColumnKind.Int64 or ColumnKind.Float64: BinaryPrimitives.WriteInt64BigEndian(to, reader.GetInt64()); length = 8; break;
            case ColumnKind.Decimal: length = AsText[reader.Index] ? ExactDecimal.Format(reader.GetDecimal(), scales[reader.Index], to) : PostgreSqlNumeric.Write(reader.GetDecimal(), scales[reader.Index], to); break;
            case ColumnKind.Date: BinaryPrimitives.WriteInt32BigEndian(to, reader.GetDate() - EpochDays); length = 4; break;
            case ColumnKind.Time: BinaryPrimitives.WriteInt64BigEndian(to, reader.GetTime() / 10); length = 8; break;
            case ColumnKind.Timestamp or ColumnKind.TimestampWithZone: BinaryPrimitives.WriteInt64BigEndian(to, (BinaryPrimitives.ReadInt64LittleEndian(value) - EpochTicks) / 10); length = 8; break;
            default:
                length = 0;
                if (isVersioned[reader.Index]) to[length++] = 1;
                value.CopyTo(to[length..]);
                length += value.Length;
                break;
        }

        BinaryPrimitives.WriteInt32BigEndian(buffer.AsSpan(position), length);
        position += 4 + length;
    }

    void Ensure(int bytes)
    {
        if (buffer.Length - position >= bytes) return;
        Flush();
        if (buffer.Length < bytes) buffer = new byte[bytes];
    }

    void Flush()
    {
        stream.Write(buffer, 0, position);
        position = 0;
    }
}
