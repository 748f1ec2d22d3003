using System.Text.Json;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.ChangeCapture.Messages;

/// <summary>The tables of formats whose messages say their columns by their values alone: what was declared, or said by a definition, and what rows had beside it.</summary>
sealed class MessageTables(ChangeMessageOptions options)
{
    readonly Dictionary<(string Database, string Table), MessageTable> tables = [];

    public MessageTable? Find(string database, string name) => tables.GetValueOrDefault((database, name));

    public MessageTable Remember(MessageTable table)
    {
        if (tables.Count >= options.SchemasMax) tables.Clear();
        return tables[(table.Schema.Database, table.Schema.Table)] = table;
    }

    public void Forget(string database, string name) => tables.Remove((database, name));

    /// <summary>The table with the key columns that a message names and all columns that its rows have; what nobody declared is text.</summary>
    /// <param name="database">Its database.</param>
    /// <param name="name">Its name.</param>
    /// <param name="keys">Names of the key's columns; null where the message does not say.</param>
    /// <param name="message">The message.</param>
    /// <param name="formOf">How a declared column's values stand in JSON.</param>
    /// <param name="rows">Rows' objects within the message.</param>
    public MessageTable FindOrLearn(string database, string name, IReadOnlyList<string>? keys, ReadOnlySpan<byte> message, Func<Column, JsonForm> formOf, params ReadOnlySpan<JsonSlot> rows)
    {
        MessageTable? known = Find(database, name);
        if (known is null && options.Declared(database, name) is { } declared) known = Remember(new MessageTable(declared, [.. declared.Columns.Select(column => formOf(column))]));
        List<string>? added = null;
        foreach (JsonSlot row in rows)
        {
            if (row.Token != JsonTokenType.StartObject) continue;
            var json = new Utf8JsonReader(row.Raw(message));
            json.Read();
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                string column = json.GetString()!;
                json.Skip();
                if ((known is null || known.Find(column) < 0) && added?.Contains(column) != true) (added ??= []).Add(column);
                if (added?.Count > TableSchema.ColumnsMax) throw new MessageException(MessageFault.Schema, $"its rows have more than {TableSchema.ColumnsMax} columns");
            }
        }

        if (known is not null && added is null && (keys is null || SameKeys(known.Schema, keys))) return known;
        List<Column> columns = [.. known?.Schema.Columns ?? []];
        List<JsonForm> forms = [.. known?.Forms ?? []];
        foreach (string column in added ?? [])
        {
            columns.Add(new Column(column, new ColumnType(ColumnKind.Text), "", true));
            forms.Add(JsonForm.Plain);
        }

        return Remember(new MessageTable(MakeSchema(database, name, columns, keys is null ? known?.Schema.KeyColumns ?? [] : KeyColumns(columns, keys)), forms));
    }

    /// <exception cref="MessageException">The columns make no schema.</exception>
    public static TableSchema MakeSchema(string database, string name, IReadOnlyList<Column> columns, IReadOnlyList<int> keys)
    {
        try
        {
            return new TableSchema(database, name, columns, keys);
        }
        catch (ArgumentException error)
        {
            throw new MessageException(MessageFault.Schema, error.Message, error);
        }
    }

    public static List<int> KeyColumns(List<Column> columns, IReadOnlyList<string> keys)
    {
        var indexes = new List<int>();
        foreach (string key in keys)
        {
            int index = columns.FindIndex(column => column.Name == key);
            if (index < 0) throw new MessageException(MessageFault.Schema, $"its key has '{MessageErrors.Shorten(key)}', which is none of the columns");
            if (!indexes.Contains(index)) indexes.Add(index);
        }

        return indexes;
    }

    static bool SameKeys(TableSchema schema, IReadOnlyList<string> keys)
    {
        if (schema.KeyColumns.Count != keys.Count) return false;
        for (int key = 0; key < keys.Count; key++)
            if (schema.Columns[schema.KeyColumns[key]].Name != keys[key]) return false;
        return true;
    }
}
