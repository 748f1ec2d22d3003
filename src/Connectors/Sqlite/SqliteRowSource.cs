using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;
using SQLitePCL;

namespace Orrery.Connectors.Sqlite;

/// <summary>Writes what a statement gives as rows. Each value has its own storage class here: one that is not of its column's strict type is refused.</summary>
sealed class SqliteRowSource(sqlite3 database, sqlite3_stmt statement, IReadOnlyList<ColumnDefinition> columns)
{
    readonly ColumnDefinition[] columns = [.. columns];

    public bool ReadRow(RowBatch batch)
    {
        int result = raw.sqlite3_step(statement);
        if (result == raw.SQLITE_DONE) return false;
        if (result != raw.SQLITE_ROW) SqliteException.ThrowExceptionForRC(result, database);
        batch.Writer.BeginRow(columns.Length);
        for (int index = 0; index < columns.Length; index++)
        {
            int storage = raw.sqlite3_column_type(statement, index);
            if (storage == raw.SQLITE_NULL) batch.Writer.WriteNull();
            else if (!TryWrite(batch.Writer, index, storage, columns[index].Type)) throw Refused(batch, index, storage);
        }

        batch.Writer.EndRow();
        return true;
    }

    bool TryWrite(RowWriter writer, int index, int storage, ColumnType type) => type.Kind switch
    {
        <= ColumnKind.UInt64 => TryWriteInteger(writer, index, storage, type.Kind),
        ColumnKind.Decimal => TryWriteDecimal(writer, index, storage, type),
        ColumnKind.Float32 or ColumnKind.Float64 => TryWriteFloat(writer, index, storage, type.Kind),
        ColumnKind.Binary => TryWriteBytes(writer, index, storage == raw.SQLITE_BLOB || columns[index].NativeType.Length == 0, raw.sqlite3_column_blob(statement, index)),
        ColumnKind.Uuid => TryWriteUuid(writer, index, storage),
        ColumnKind.Text or ColumnKind.Json => TryWriteBytes(writer, index, storage != raw.SQLITE_BLOB, Text(index)),
        _ => storage == raw.SQLITE_TEXT && TryWriteTime(writer, Text(index), type.Kind),
    };

    bool TryWriteInteger(RowWriter writer, int index, int storage, ColumnKind kind)
    {
        if (kind == ColumnKind.UInt64 && storage == raw.SQLITE_TEXT)
        {
            ReadOnlySpan<byte> text = Text(index);
            if (!Utf8Parser.TryParse(text, out ulong number, out int used) || used != text.Length) return false;
            writer.WriteUInt64(number);
            return true;
        }

        if (storage != raw.SQLITE_INTEGER) return false;
        long value = raw.sqlite3_column_int64(statement, index);
        switch (kind)
        {
            case ColumnKind.Boolean when value is 0 or 1: writer.WriteBoolean(value == 1); return true;
            case ColumnKind.Int8 when value is >= sbyte.MinValue and <= sbyte.MaxValue: writer.WriteInt8((sbyte)value); return true;
            case ColumnKind.Int16 when value is >= short.MinValue and <= short.MaxValue: writer.WriteInt16((short)value); return true;
            case ColumnKind.Int32 when value is >= int.MinValue and <= int.MaxValue: writer.WriteInt32((int)value); return true;
            case ColumnKind.Int64: writer.WriteInt64(value); return true;
            case ColumnKind.UInt8 when value is >= 0 and <= byte.MaxValue: writer.WriteUInt8((byte)value); return true;
            case ColumnKind.UInt16 when value is >= 0 and <= ushort.MaxValue: writer.WriteUInt16((ushort)value); return true;
            case ColumnKind.UInt32 when value is >= 0 and <= uint.MaxValue: writer.WriteUInt32((uint)value); return true;
            case ColumnKind.UInt64 when value >= 0: writer.WriteUInt64((ulong)value); return true;
            default: return false;
        }
    }

    /// <summary>Numbers of other programs are often stored as floats; the shortest text that means the float is taken for what was meant.</summary>
    bool TryWriteDecimal(RowWriter writer, int index, int storage, ColumnType type)
    {
        Span<byte> room = stackalloc byte[64];
        ReadOnlySpan<byte> text = room;
        if (storage == raw.SQLITE_TEXT)
        {
            text = Text(index);
        }
        else if (storage == raw.SQLITE_INTEGER)
        {
            raw.sqlite3_column_int64(statement, index).TryFormat(room, out int length, default, CultureInfo.InvariantCulture);
            text = room[..length];
        }
        else if (storage == raw.SQLITE_FLOAT)
        {
            raw.sqlite3_column_double(statement, index).TryFormat(room, out int length, "R", CultureInfo.InvariantCulture);
            text = room[..length];
        }
        else
        {
            return false;
        }

        if (!ExactDecimal.TryParse(text, type.Scale, out Int128 unscaled)) return false;
        writer.WriteDecimal(unscaled);
        return true;
    }

    bool TryWriteFloat(RowWriter writer, int index, int storage, ColumnKind kind)
    {
        if (storage is not (raw.SQLITE_FLOAT or raw.SQLITE_INTEGER)) return false;
        double value = raw.sqlite3_column_double(statement, index);
        if (storage == raw.SQLITE_INTEGER && (long)value != raw.sqlite3_column_int64(statement, index)) return false;
        if (kind == ColumnKind.Float64)
        {
            writer.WriteFloat64(value);
            return true;
        }

        if ((float)value != value) return false;
        writer.WriteFloat32((float)value);
        return true;
    }

    static bool TryWriteBytes(RowWriter writer, int index, bool isOfType, ReadOnlySpan<byte> bytes)
    {
        if (isOfType) writer.WriteBytes(bytes);
        return isOfType;
    }

    bool TryWriteUuid(RowWriter writer, int index, int storage)
    {
        if (storage == raw.SQLITE_BLOB)
        {
            ReadOnlySpan<byte> bytes = raw.sqlite3_column_blob(statement, index);
            if (bytes.Length != 16) return false;
            writer.WriteUuid(new Guid(bytes, bigEndian: true));
            return true;
        }

        if (storage != raw.SQLITE_TEXT || !Guid.TryParseExact(Encoding.UTF8.GetString(Text(index)), "D", out Guid uuid)) return false;
        writer.WriteUuid(uuid);
        return true;
    }

    static bool TryWriteTime(RowWriter writer, ReadOnlySpan<byte> text, ColumnKind kind)
    {
        switch (kind)
        {
            case ColumnKind.Date when TimeText.TryParseDate(text, out int days): writer.WriteDate(days); return true;
            // Programs write dates with their midnight too.
            case ColumnKind.Date when TimeText.TryParseTimestamp(text, out long midnight) && ZeroDates.Split(midnight) is { TimeTicks: 0 } parts: writer.WriteDate(parts.Days); return true;
            case ColumnKind.Time when TimeText.TryParseTime(text, out long time): writer.WriteTime(time); return true;
            case ColumnKind.Timestamp when TimeText.TryParseTimestamp(text, out long ticks): writer.WriteTimestamp(ticks); return true;
            case ColumnKind.TimestampWithZone when TimeText.TryParseInstant(text, out long utc, out short offset): writer.WriteTimestampWithZone(utc, offset); return true;
            default: return false;
        }
    }

    /// <summary>The text's bytes, those behind a character 0 too.</summary>
    ReadOnlySpan<byte> Text(int index) => raw.sqlite3_column_blob(statement, index);

    ValueRangeException Refused(RowBatch batch, int index, int storage)
    {
        (string name, string value) = storage switch
        {
            raw.SQLITE_INTEGER => ("an integer", raw.sqlite3_column_int64(statement, index).ToString(CultureInfo.InvariantCulture)),
            raw.SQLITE_FLOAT => ("a float", raw.sqlite3_column_double(statement, index).ToString("R", CultureInfo.InvariantCulture)),
            raw.SQLITE_TEXT => ("a text", Encoding.UTF8.GetString(Text(index))),
            _ => ("bytes", "0x" + Convert.ToHexString(raw.sqlite3_column_blob(statement, index))),
        };
        return SqlDatabase.Unreadable(batch, columns[index].ToColumn(), value, $"SQLite stored it as {name}, and the column is declared '{columns[index].NativeType}'");
    }
}
