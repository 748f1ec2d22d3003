using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Orrery.Retail.Changes;
using Orrery.Retail.Schema;

namespace Orrery.Retail.Canal;

/// <summary>
/// Writes transactions as canal does: rows of one table that changed alike and one behind the other share an event, whose rows are one message for each partition; fields in canal's order, every value a
/// string or null; <c>old</c> has the columns that changed in the row or in one before it in the message; <c>es</c> is the commit's second. It is written from canal's description, apart from the product's own writer.
/// </summary>
public sealed class CanalEncoder(int partitions = 8)
{
    const int RowsMax = 200;
    static readonly JsonWriterOptions Form = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly ArrayBufferWriter<byte> buffer = new();

    /// <summary>Partitions of each topic.</summary>
    public int Partitions { get; } = partitions is > 0 and <= 1_024 ? partitions : throw new ArgumentException($"{partitions} partitions: a topic can have 1 to 1,024.");

    /// <summary>The messages of a transaction in their order.</summary>
    public IEnumerable<CanalMessage> Encode(RetailTransaction transaction)
    {
        int from = 0;
        IReadOnlyList<RowChange> changes = transaction.Changes;
        while (from < changes.Count)
        {
            int to = from + 1;
            while (to < changes.Count && to - from < RowsMax && changes[to].Table == changes[from].Table && changes[to].Kind == changes[from].Kind)
                to++;
            foreach (IGrouping<int, RowChange> rows in changes.Skip(from).Take(to - from).GroupBy(PartitionOf))
                yield return Message(transaction, [.. rows], rows.Key);
            from = to;
        }
    }

    /// <summary>The text of a value as canal has it; null for null.</summary>
    public static string? Text(object? value, RetailColumn column) => value switch
    {
        null => null,
        decimal number => number.ToString("F" + column.Scale, CultureInfo.InvariantCulture),
        DateTime time => time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };

    static string KeyOf(RowChange change) => Text(change.Row[change.Table.PartitionColumn], change.Table.Columns[change.Table.PartitionColumn])!;

    int PartitionOf(RowChange change)
    {
        // FNV-1a: the same everywhere and at every start.
        uint hash = 2_166_136_261;
        foreach (char letter in KeyOf(change))
            hash = (hash ^ letter) * 16_777_619;
        return (int)(hash % (uint)Partitions);
    }

    CanalMessage Message(RetailTransaction transaction, RowChange[] rows, int partition)
    {
        RetailTable table = rows[0].Table;
        long es = new DateTimeOffset(transaction.At, TimeSpan.Zero).ToUnixTimeMilliseconds();
        buffer.ResetWrittenCount();
        using var json = new Utf8JsonWriter(buffer, Form);
        json.WriteStartObject();
        json.WriteStartArray("data");
        foreach (RowChange change in rows)
            WriteRow(json, table, change.Row, static _ => true);
        json.WriteEndArray();
        json.WriteString("database", table.Database);
        json.WriteNumber("es", es);
        json.WriteNumber("id", transaction.Number);
        json.WriteBoolean("isDdl", false);
        json.WriteStartObject("mysqlType");
        foreach (RetailColumn column in table.Columns)
            json.WriteString(column.Name, column.Type);
        json.WriteEndObject();
        WriteOld(json, table, rows);
        json.WriteStartArray("pkNames");
        foreach (int place in table.KeyColumns)
            json.WriteStringValue(table.Columns[place].Name);
        json.WriteEndArray();
        json.WriteString("sql", "");
        json.WriteStartObject("sqlType");
        foreach (RetailColumn column in table.Columns)
            json.WriteNumber(column.Name, column.JdbcType);
        json.WriteEndObject();
        json.WriteString("table", table.Name);
        json.WriteNumber("ts", es + 400);
        json.WriteString("type", rows[0].Kind switch { RowChangeKind.Insert => "INSERT", RowChangeKind.Update => "UPDATE", _ => "DELETE" });
        json.WriteEndObject();
        json.Flush();
        return new CanalMessage(table.Topic, partition, KeyOf(rows[0]), buffer.WrittenSpan.ToArray(), rows.Length);
    }

    static void WriteOld(Utf8JsonWriter json, RetailTable table, RowChange[] rows)
    {
        if (rows[0].Kind != RowChangeKind.Update)
        {
            json.WriteNull("old");
            return;
        }

        var changed = new bool[table.Columns.Count];
        json.WriteStartArray("old");
        foreach (RowChange change in rows)
        {
            for (int place = 0; place < changed.Length; place++)
                changed[place] |= !Equals(change.Before![place], change.After![place]);
            WriteRow(json, table, change.Before!, place => changed[place]);
        }

        json.WriteEndArray();
    }

    static void WriteRow(Utf8JsonWriter json, RetailTable table, object?[] row, Func<int, bool> isWanted)
    {
        json.WriteStartObject();
        for (int place = 0; place < row.Length; place++)
            if (isWanted(place))
                json.WriteString(table.Columns[place].Name, Text(row[place], table.Columns[place]));
        json.WriteEndObject();
    }
}
