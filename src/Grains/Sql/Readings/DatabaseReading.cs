using System.Buffers;
using System.Data.Common;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Orrery.Connectors.Dialects;
using Orrery.Grains.Sql.Sinks;
using Orrery.Grains.Sql.Values;
using Orrery.Interfaces.Errors;
using Orrery.Sql.Catalogs;
using Orrery.Sql.Types;

namespace Orrery.Grains.Sql.Readings;

/// <summary>Reads all rows that a table is to have from its database: of <c>'table'</c>, or of <c>'query'</c>, whose columns are found by name.</summary>
static class DatabaseReading
{
    const int RowsMax = 1_000_000, RowsAtOnce = 5_000, TimeoutSeconds = 600;
    const long BytesMax = 256L << 20;
    static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(15);

    /// <exception cref="InvalidInputException">The table says neither what to read nor how its rows are told apart.</exception>
    public static void Check(Relation relation)
    {
        if (relation.PrimaryKey.Count == 0)
            throw new InvalidInputException("text", $"Table '{relation.Name}' is read again and again, and what differs is found by key: give it a PRIMARY KEY (...) NOT ENFORCED.");
        if (relation.Options.ContainsKey("query") == relation.Options.ContainsKey("table"))
            throw new InvalidInputException("text", $"Table '{relation.Name}': say what is read, by the option 'table' or by the option 'query'.");
    }

    /// <summary>Each row as a table of one's own keeps it. Blocks: to be called on a thread of its own.</summary>
    /// <exception cref="InvalidInputException">A row does not fit the table.</exception>
    /// <exception cref="DbException">The database cannot be read.</exception>
    public static List<byte[]> Read(Relation relation, IDialect dialect, string connection, SqlOptions options, CancellationToken cancellationToken)
    {
        int[] stored = [.. Enumerable.Range(0, relation.Schema.Count).Where(place => !relation.Computed.ContainsKey(place))];
        using IDatabase database = dialect.Open(connection, ConnectTimeout);
        using DbCommand command = database.Connection.CreateCommand();
        command.CommandTimeout = TimeoutSeconds;
        command.CommandText = relation.Options.TryGetValue("query", out string? query) ? query
            : $"SELECT {string.Join(", ", stored.Select(place => dialect.Quote(relation.Schema[place].Name)))} FROM {dialect.Quote(SinkTarget.Named(relation.Options["table"]))}";
        using CancellationTokenRegistration ending = cancellationToken.Register(command.Cancel);
        using DbDataReader reader = command.ExecuteReader();
        int[] columns = [.. stored.Select(place => Place(reader, relation.Schema[place].Name, relation.Name))];
        var rows = new List<byte[]>();
        var text = new ArrayBufferWriter<byte>();
        long bytes = 0;
        int waiting = 0;
        text.Write("["u8);
        while (reader.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (waiting > 0)
                text.Write(","u8);
            using (Utf8JsonWriter writer = JsonRows.Writer(text))
            {
                writer.WriteStartArray();
                for (int index = 0; index < stored.Length; index++)
                    Write(writer, reader.IsDBNull(columns[index]) ? null : reader.GetValue(columns[index]), relation.Schema[stored[index]].Type);
                writer.WriteEndArray();
            }

            if (++waiting == RowsAtOnce || text.WrittenCount > options.InsertBytesMax / 2)
                Take();
        }

        Take();
        return rows;

        void Take()
        {
            text.Write("]"u8);
            byte[][] some = RowChecks.Encode(text.WrittenSpan.ToArray(), relation, options);
            rows.AddRange(some);
            bytes += some.Sum(static row => (long)row.Length);
            if (rows.Count > RowsMax || bytes > BytesMax)
                throw new InvalidInputException("rows", $"More than {RowsMax:N0} rows, or {BytesMax:N0} bytes of them, were read for '{relation.Name}', which is the most. Read less by the option 'query', or follow the table by a channel.");
            text.ResetWrittenCount();
            text.Write("["u8);
            waiting = 0;
        }
    }

    static int Place(DbDataReader reader, string column, string table)
    {
        for (int place = 0; place < reader.FieldCount; place++)
            if (reader.GetName(place).Equals(column, StringComparison.OrdinalIgnoreCase))
                return place;
        throw new InvalidInputException("rows", $"What is read for '{table}' has no column '{column}'; it has {string.Join(", ", Enumerable.Range(0, reader.FieldCount).Select(reader.GetName))}.");
    }

    static void Write(Utf8JsonWriter writer, object? value, SqlType type)
    {
        switch (value)
        {
            case null: writer.WriteNullValue(); break;
            case bool truth when type.Kind == SqlTypeKind.Boolean: writer.WriteBooleanValue(truth); break;
            case bool truth: writer.WriteNumberValue(truth ? 1 : 0); break;
            case sbyte or short or int or long or byte or ushort or uint or ulong when type.Kind == SqlTypeKind.Boolean: writer.WriteBooleanValue(Convert.ToInt64(value, CultureInfo.InvariantCulture) != 0); break;
            case DateTime time when type.Kind == SqlTypeKind.Date: writer.WriteStringValue(time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)); break;
            case DateTime time: writer.WriteStringValue(time.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture)); break;
            case DateTimeOffset time: writer.WriteStringValue(time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture)); break;
            case DateOnly date: writer.WriteStringValue(date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)); break;
            case TimeOnly time: writer.WriteStringValue(time.ToString("HH:mm:ss.ffffff", CultureInfo.InvariantCulture)); break;
            case TimeSpan time: writer.WriteStringValue(time.ToString(@"hh\:mm\:ss\.ffffff", CultureInfo.InvariantCulture)); break;
            case byte[] bytes: writer.WriteStringValue(type.Kind == SqlTypeKind.Binary ? Convert.ToHexString(bytes) : Encoding.UTF8.GetString(bytes)); break;
            case float number: writer.WriteStringValue(number.ToString("R", CultureInfo.InvariantCulture)); break;
            case double number: writer.WriteStringValue(number.ToString("R", CultureInfo.InvariantCulture)); break;
            default: writer.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture)); break;
        }
    }
}
