using System.Text.Json;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.ChangeCapture.Messages;

/// <summary>The tables that canal's messages were of, by what the messages said of them. A table whose description changes gets a further entry: a new schema.</summary>
sealed class CanalTables(ChangeMessageOptions options)
{
    /// <summary>Descriptions of one table that are kept.</summary>
    const int VersionsMax = 16;

    readonly Dictionary<(string Database, string Table), List<CanalTable>> tables = [];
    byte[] scratch = new byte[256];

    /// <summary>Whether <c>mysqlType</c> says the types, so that a message with the same text has the same schema.</summary>
    public static bool IsTyped(CanalTable table) => table.MySqlType.Length > 0 && table.MySqlType[0] == '{';

    public CanalTable? Latest(string database, string name) => tables.TryGetValue((database, name), out List<CanalTable>? versions) ? versions[^1] : null;

    /// <summary>A row of this description was read: it is the table's latest.</summary>
    public void Touch(CanalTable table)
    {
        if (tables.TryGetValue((table.Schema.Database, table.Schema.Table), out List<CanalTable>? versions) && versions.Remove(table)) versions.Add(table);
    }

    public void Forget(string database, string name) => tables.Remove((database, name));

    /// <summary>The table as the message describes it.</summary>
    public CanalTable Find(in CanalEnvelope envelope, ReadOnlySpan<byte> text, string database, string name)
    {
        (JsonSlot mysqlType, JsonSlot sqlType) = Types(envelope);
        ReadOnlySpan<byte> rawMysql = mysqlType.Raw(text), rawSql = sqlType.Raw(text), rawKeys = envelope.KeyNames.Raw(text);
        if (tables.TryGetValue((database, name), out List<CanalTable>? versions))
        {
            for (int index = versions.Count - 1; index >= 0; index--)
            {
                CanalTable known = versions[index];
                if (!rawMysql.SequenceEqual(known.MySqlType) || !rawSql.SequenceEqual(known.SqlType) || !rawKeys.SequenceEqual(known.KeyNames)) continue;
                if (index < versions.Count - 1)
                {
                    versions.RemoveAt(index);
                    versions.Add(known);
                }

                return known;
            }
        }

        List<Column> columns = mysqlType.IsThere ? FromNames(mysqlType.Raw(text)) : sqlType.IsThere ? FromCodes(sqlType.Raw(text)) : [];
        IReadOnlyList<int>? keys = null;
        if (columns.Count == 0 && options.Declared(database, name) is { } declared)
        {
            columns.AddRange(declared.Columns);
            keys = declared.KeyColumns;
        }

        AddUnknown(columns, envelope.Data, text);
        return Remember(database, name, columns, keys, envelope, text, rawMysql, rawSql);
    }

    /// <summary>The table with the columns that the message has beside those that are known.</summary>
    public CanalTable Widen(CanalTable table, in CanalEnvelope envelope, ReadOnlySpan<byte> text)
    {
        var columns = new List<Column>(table.Schema.Columns);
        AddUnknown(columns, envelope.Data, text);
        if (envelope.Old.Token == JsonTokenType.StartArray) AddUnknown(columns, envelope.Old, text);
        tables[(table.Schema.Database, table.Schema.Table)].Remove(table);
        return Remember(table.Schema.Database, table.Schema.Table, columns, table.Schema.KeyColumns, envelope, text, table.MySqlType, table.SqlType);
    }

    static (JsonSlot MySql, JsonSlot Sql) Types(in CanalEnvelope envelope)
    {
        if (envelope.MySqlType.Token == JsonTokenType.StartObject) return (envelope.MySqlType, default);
        return envelope.SqlType.Token == JsonTokenType.StartObject ? (default, envelope.SqlType) : default;
    }

    CanalTable Remember(string database, string name, List<Column> columns, IReadOnlyList<int>? keys, in CanalEnvelope envelope, ReadOnlySpan<byte> text, ReadOnlySpan<byte> mysqlType, ReadOnlySpan<byte> sqlType)
    {
        TableSchema schema;
        try
        {
            List<int> named = KeyColumns(columns, envelope.KeyNames, text);
            schema = new TableSchema(database, name, columns, named.Count > 0 || keys is null ? named : keys);
        }
        catch (ArgumentException error)
        {
            throw new MessageException(MessageFault.Schema, error.Message, error);
        }

        if (tables.Count >= options.SchemasMax) tables.Clear();
        if (!tables.TryGetValue((database, name), out List<CanalTable>? versions)) tables[(database, name)] = versions = [];
        if (versions.Count == VersionsMax) versions.RemoveAt(0);
        // The same columns under another spelling are the same schema.
        schema = versions.Find(version => version.Schema.Fingerprint == schema.Fingerprint)?.Schema ?? schema;
        var table = new CanalTable(schema, envelope.DatabaseSlot.Raw(text), envelope.TableSlot.Raw(text), mysqlType, sqlType, envelope.KeyNames.Raw(text));
        versions.Add(table);
        return table;
    }

    static List<Column> FromNames(ReadOnlySpan<byte> types)
    {
        var columns = new List<Column>();
        var json = new Utf8JsonReader(types);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string name = json.GetString()!;
            json.Read();
            if (json.TokenType is not (JsonTokenType.String or JsonTokenType.Null)) throw new MessageException(MessageFault.Envelope, $"'mysqlType' of column '{MessageErrors.Shorten(name)}' is {json.TokenType}, not a string");
            string type = MySqlTypeText.Normalize(json.GetString() ?? "");
            columns.Add(new Column(name, MySqlTypeText.Parse(type), type, true));
        }

        return columns;
    }

    static List<Column> FromCodes(ReadOnlySpan<byte> types)
    {
        var columns = new List<Column>();
        var json = new Utf8JsonReader(types);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string name = json.GetString()!;
            json.Read();
            if (json.TokenType != JsonTokenType.Number || !json.TryGetInt32(out int code)) throw new MessageException(MessageFault.Envelope, $"'sqlType' of column '{MessageErrors.Shorten(name)}' is no code of java.sql.Types");
            columns.Add(new Column(name, JdbcTypes.TypeOf(code), "", true));
        }

        return columns;
    }

    /// <summary>Columns that rows have and the types do not name, as text.</summary>
    void AddUnknown(List<Column> columns, JsonSlot rows, ReadOnlySpan<byte> text)
    {
        var names = columns.Select(column => column.Name).ToHashSet(StringComparer.Ordinal);
        var json = new Utf8JsonReader(rows.Raw(text));
        json.Read();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType == JsonTokenType.Null) continue;
            if (json.TokenType != JsonTokenType.StartObject) throw new MessageException(MessageFault.Envelope, $"a row is {json.TokenType}, not an object");
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                string name = json.GetString()!;
                if (names.Add(name)) columns.Add(new Column(name, new ColumnType(ColumnKind.Text), "", true));
                if (columns.Count > TableSchema.ColumnsMax) throw new MessageException(MessageFault.Schema, $"its rows have more than {TableSchema.ColumnsMax} columns");
                json.Read();
                json.Skip();
            }
        }
    }

    List<int> KeyColumns(List<Column> columns, JsonSlot names, ReadOnlySpan<byte> text)
    {
        var keys = new List<int>();
        if (names.Token != JsonTokenType.StartArray) return keys;
        var json = new Utf8JsonReader(names.Raw(text));
        json.Read();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType != JsonTokenType.String) throw new MessageException(MessageFault.Envelope, $"'pkNames' has a {json.TokenType}, not only strings");
            string name = json.GetString()!;
            int index = columns.FindIndex(column => column.Name == name);
            if (index < 0) throw new MessageException(MessageFault.Schema, $"'pkNames' has '{MessageErrors.Shorten(name)}', which is none of the columns");
            if (!keys.Contains(index)) keys.Add(index);
        }

        return keys;
    }
}
