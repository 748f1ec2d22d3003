using System.Globalization;
using System.Text.Json;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.ChangeCapture.Messages;

/// <summary>
/// Reads Maxwell's JSON. A message has one row: <c>data</c> is the row after the change (before a delete), <c>old</c> the columns that an update changed, as they were. Rows do
/// not say types: they come from the table's definition where Maxwell sent it (<c>output_ddl</c>), else from the declared schema, else all is text. Binary columns are
/// base64, sets arrays of labels, JSON columns JSON. <c>ts</c> is in seconds. The key's columns come from <c>primary_key_columns</c>, else from the record's key
/// (<c>pk.name</c>). The rows of a bootstrap are reads; its begin and end carry no change.
/// </summary>
public sealed class MaxwellReader(ChangeMessageOptions options) : IChangeMessageReader
{
    readonly PendingChanges pending = new();
    readonly MessageTables tables = new(options);
    readonly RowMessages rows = new();

    public int Read(in ChangeMessage message, ChangeBatch batch)
    {
        if (message.Value.IsEmpty) return 0;
        if (message.Value.Length > options.MessageBytesMax) throw new MessageException(MessageFault.Size, $"Message {message.Sequence} has {message.Value.Length} bytes; the bound is {options.MessageBytesMax} (MessageBytesMax).");
        pending.Begin(batch);
        try
        {
            Read(message, JsonFields.Of(message.Value), batch);
            return pending.Complete(batch);
        }
        catch (Exception error)
        {
            pending.Forget(batch);
            throw MessageErrors.Translate(error, "Maxwell", message.Sequence);
        }
    }

    void Read(in ChangeMessage message, JsonFields fields, ChangeBatch batch)
    {
        string type = fields.Text("type") ?? throw new MessageException(MessageFault.Envelope, "it has no 'type': it is no message of Maxwell");
        string database = fields.Text("database") ?? options.Database;
        string? name = fields.Text("table") ?? options.Table;
        long seconds = fields.Number("ts");
        // Statements have milliseconds.
        long time = seconds <= 0 ? message.TimestampMilliseconds : seconds > 100_000_000_000 ? seconds : seconds * 1000;
        ChangeKind kind;
        switch (type)
        {
            case "insert": kind = ChangeKind.Insert; break;
            case "update": kind = ChangeKind.Update; break;
            case "delete": kind = ChangeKind.Delete; break;
            case "bootstrap-insert": kind = ChangeKind.Read; break;
            case "bootstrap-start" or "bootstrap-complete" or "heartbeat": return;
            case "table-create" or "table-alter" or "table-drop" or "database-create" or "database-alter" or "database-drop":
                AddStatement(message, fields, type, database, name ?? "", time, batch);
                return;
            default: throw new MessageException(MessageFault.Envelope, $"its type is '{MessageErrors.Shorten(type)}', which Maxwell does not have");
        }

        if (string.IsNullOrEmpty(name)) throw new MessageException(MessageFault.Table, "it names no table; give the reader the table of this topic (ChangeMessageOptions.Table)");
        JsonSlot data = fields["data"], old = fields["old"];
        if (data.Token != JsonTokenType.StartObject) throw new MessageException(MessageFault.Envelope, $"a message of type {type} without its row in 'data'");
        MessageTable table = tables.FindOrLearn(database, name, KeyNames(message, fields), message.Value, FormOf, data, old);
        rows.Add(pending, batch, message, table, kind, data, old, oldIsWhole: false, time);
    }

    void AddStatement(in ChangeMessage message, JsonFields fields, string type, string database, string name, long time, ChangeBatch batch)
    {
        bool isGone = type == "table-drop";
        MessageTable? defined = isGone ? null : Define(message.Value, fields, database, name);
        TableSchema schema = (defined ?? tables.Find(database, name))?.Schema ?? UnknownColumns.Of(database, name);
        pending.AddStatement(batch, schema, isGone, fields.Text("sql") ?? "", time, message.Sequence);
        if (isGone) tables.Forget(database, name);
    }

    /// <summary>The table as a definition says it; null where there is none.</summary>
    MessageTable? Define(ReadOnlySpan<byte> message, JsonFields fields, string database, string name)
    {
        JsonFields definition = fields.In(fields["def"]);
        JsonSlot list = definition["columns"];
        if (list.Token != JsonTokenType.StartArray) return null;
        List<Column> columns = [];
        List<JsonForm> forms = [];
        var json = new Utf8JsonReader(list.Raw(message));
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.StartObject)
        {
            JsonSlot slot = JsonSlot.Take(ref json, list.Start);
            JsonFields column = definition.In(slot);
            string type = column.Text("type") ?? "", native = type;
            if (column.Number("column-length") is > 0 and var length) native = string.Create(CultureInfo.InvariantCulture, $"{type}({length})");
            if (column["signed"].Token == JsonTokenType.False) native += " unsigned";
            ColumnType parsed = MySqlTypeText.Parse(native);
            // Maxwell writes geometries as text.
            if (parsed.Kind == ColumnKind.Binary && !type.Contains("blob", StringComparison.Ordinal) && !type.Contains("binary", StringComparison.Ordinal)) parsed = new ColumnType(ColumnKind.Text);
            columns.Add(new Column(column.Text("name") ?? throw new MessageException(MessageFault.Schema, "a column of its definition has no name"), parsed, native, true));
            forms.Add(FormOf(columns[^1]));
            if (columns.Count > TableSchema.ColumnsMax) throw new MessageException(MessageFault.Schema, $"its definition has more than {TableSchema.ColumnsMax} columns");
        }

        List<string> keys = Strings(message, definition["primary-key"]) ?? [];
        return tables.Remember(new MessageTable(MessageTables.MakeSchema(database, name, columns, MessageTables.KeyColumns(columns, keys)), forms));
    }

    static JsonForm FormOf(Column column) => column.Type.Kind switch
    {
        ColumnKind.Binary => JsonForm.Base64,
        ColumnKind.Json => JsonForm.Json,
        _ => JsonForm.Plain,
    };

    static List<string>? KeyNames(in ChangeMessage message, JsonFields fields)
    {
        if (Strings(message.Value, fields["primary_key_columns"]) is { } named) return named;
        if (message.Key.IsEmpty || message.Key[0] != '{') return null;
        var names = new List<string>();
        var json = new Utf8JsonReader(message.Key);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.GetString() is { } name && name.StartsWith("pk.", StringComparison.Ordinal)) names.Add(name[3..]);
            json.Skip();
        }

        return names.Count == 0 ? null : names;
    }

    static List<string>? Strings(ReadOnlySpan<byte> message, JsonSlot slot)
    {
        if (slot.Token != JsonTokenType.StartArray) return null;
        var texts = new List<string>();
        var json = new Utf8JsonReader(slot.Raw(message));
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.String) texts.Add(json.GetString()!);
        return texts;
    }
}
