using System.Globalization;
using Microsoft.Data.Sqlite;
using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;
using SQLitePCL;

namespace Orrery.Connectors.Sqlite;

/// <summary>Binds cast rows to an INSERT, one after the other.</summary>
sealed class SqliteRowSink(sqlite3 database, sqlite3_stmt statement, IReadOnlyList<ColumnDefinition> columns)
{
    readonly ColumnDefinition[] columns = [.. columns];
    readonly bool[] isTextual = [.. columns.Select(column => column.NativeType.StartsWith("DECIMAL_TEXT", StringComparison.OrdinalIgnoreCase))];

    public void Write(RowBatch batch)
    {
        for (int row = 0; row < batch.Count; row++)
        {
            RowReader reader = batch.Read(row);
            while (reader.Read())
            {
                int result = reader.IsNull ? raw.sqlite3_bind_null(statement, reader.Index + 1) : Bind(in reader, reader.Index + 1);
                if (result != raw.SQLITE_OK) SqliteException.ThrowExceptionForRC(result, database);
            }

            int done = raw.sqlite3_step(statement);
            if (done != raw.SQLITE_DONE) SqliteException.ThrowExceptionForRC(done, database);
            raw.sqlite3_reset(statement);
        }
    }

    int Bind(in RowReader reader, int parameter)
    {
        ColumnType type = columns[reader.Index].Type;
        Span<byte> text = stackalloc byte[64];
        int length;
        switch (reader.Kind)
        {
            case ColumnKind.Boolean or ColumnKind.UInt8: return raw.sqlite3_bind_int64(statement, parameter, reader.GetUInt8());
            case ColumnKind.Int8: return raw.sqlite3_bind_int64(statement, parameter, reader.GetInt8());
            case ColumnKind.Int16: return raw.sqlite3_bind_int64(statement, parameter, reader.GetInt16());
            case ColumnKind.UInt16: return raw.sqlite3_bind_int64(statement, parameter, reader.GetUInt16());
            case ColumnKind.Int32: return raw.sqlite3_bind_int64(statement, parameter, reader.GetInt32());
            case ColumnKind.UInt32: return raw.sqlite3_bind_int64(statement, parameter, reader.GetUInt32());
            case ColumnKind.Int64: return raw.sqlite3_bind_int64(statement, parameter, reader.GetInt64());
            case ColumnKind.UInt64 when reader.GetUInt64() <= long.MaxValue: return raw.sqlite3_bind_int64(statement, parameter, (long)reader.GetUInt64());
            // Twenty digits, so that texts are in the order of numbers, behind all smaller ones.
            case ColumnKind.UInt64: reader.GetUInt64().TryFormat(text, out length, "D20", CultureInfo.InvariantCulture); break;
            case ColumnKind.Decimal: length = ExactDecimal.Format(reader.GetDecimal(), type.Scale, text); break;
            case ColumnKind.Float32: return raw.sqlite3_bind_double(statement, parameter, reader.GetFloat32());
            case ColumnKind.Float64: return raw.sqlite3_bind_double(statement, parameter, reader.GetFloat64());
            case ColumnKind.Text or ColumnKind.Json: return BindText(parameter, reader.Value);
            case ColumnKind.Binary: return reader.Value.IsEmpty ? raw.sqlite3_bind_zeroblob(statement, parameter, 0) : raw.sqlite3_bind_blob(statement, parameter, reader.Value);
            case ColumnKind.Uuid: reader.GetUuid().TryFormat(text, out length, "D"); break;
            case ColumnKind.Date: length = TimeText.FormatDate(reader.GetDate(), text); break;
            case ColumnKind.Time: length = TimeText.FormatTime(reader.GetTime(), type.Precision, text); break;
            case ColumnKind.Timestamp: length = TimeText.FormatTimestamp(reader.GetTimestamp(), type.Precision, text); break;
            default:
                (long ticks, short offset) = reader.GetTimestampWithZone();
                length = TimeText.FormatInstant(ticks, offset, type.Precision, text);
                break;
        }

        return BindText(parameter, text[..length]);
    }

    int BindText(int parameter, ReadOnlySpan<byte> text) =>
        text.IsEmpty ? raw.sqlite3_bind_text(statement, parameter, "") : raw.sqlite3_bind_text(statement, parameter, text);
}
