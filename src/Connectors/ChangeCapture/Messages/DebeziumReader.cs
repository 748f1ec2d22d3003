using System.Text.Json;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.ChangeCapture.Messages;

/// <summary>
/// Reads Debezium's change events as JSON, with the schema in each message (<c>{"schema": ..., "payload": ...}</c>) or without it.
///
/// With it, columns have the types that it says: Connect's and Debezium's logical ones for decimals, dates, times, bits, UUIDs and JSON, whole and exact; a decimal of
/// variable scale is text. Without it, the declared schema gives the types, by the units that Debezium uses by default (days; microseconds for times; milliseconds up to
/// three digits of a second's fraction, then microseconds, then nanoseconds; base64 for decimals and binary); without that, every column is text.
///
/// The record's key names the key's columns. A tombstone is no change. <c>before</c> may be null, or lack columns: what is not said is missing. So is a value that
/// Debezium calls unavailable. A DDL event gives its statement and the schema known before. Tables of databases with schemas are named <c>schema.table</c>.
/// Begin and end of transactions, heartbeats and logical messages carry no change. MongoDB's events are refused: they have no columns.
/// </summary>
public sealed class DebeziumReader(ChangeMessageOptions options) : IChangeMessageReader
{
    readonly PendingChanges pending = new();
    readonly MessageTables tables = new(options);
    readonly DebeziumSchemas schemas = new(options);
    readonly RowMessages rows = new();

    public int Read(in ChangeMessage message, ChangeBatch batch)
    {
        if (message.Value.IsEmpty || message.Value.SequenceEqual("null"u8)) return 0;
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
            throw MessageErrors.Translate(error, "Debezium", message.Sequence);
        }
    }

    void Read(in ChangeMessage message, JsonFields fields, ChangeBatch batch)
    {
        JsonSlot schema = default;
        if (fields.Has("payload") && !fields.Has("op"))
        {
            schema = fields["schema"];
            if (fields["payload"].Token == JsonTokenType.Null) return;
            fields = fields.In(fields["payload"]);
        }

        JsonFields source = fields.In(fields["source"]);
        long time = source.Number("ts_ms") is > 0 and var committed ? committed : fields.Number("ts_ms") is > 0 and var read ? read : message.TimestampMilliseconds;
        if (fields.Text("op") is not { } op)
        {
            if (fields.Has("ddl") || fields.Has("tableChanges")) AddStatement(message, fields, source, time, batch);
            else if (!fields.Has("status") && !fields.Has("ts_ms")) throw new MessageException(MessageFault.Envelope, "it has no 'op': it is no change event of Debezium");
            return;
        }

        if (op == "m") return;
        string database = source.Text("db") ?? options.Database;
        string? name = source.Text("table") ?? options.Table;
        if (source.Has("collection") || fields["after"].Token == JsonTokenType.String || fields["before"].Token == JsonTokenType.String) throw new MessageException(MessageFault.Envelope, "it is of a document database, whose rows have no columns");
        if (string.IsNullOrEmpty(name)) throw new MessageException(MessageFault.Table, "it names no table; give the reader the table of this topic (ChangeMessageOptions.Table)");
        if (source.Text("schema") is { Length: > 0 } owner) name = owner + "." + name;
        AddRow(message, fields, schema, op, database, name, time, batch);
    }

    void AddRow(in ChangeMessage message, JsonFields fields, JsonSlot schema, string op, string database, string name, long time, ChangeBatch batch)
    {
        if (op == "t")
        {
            pending.AddTruncate(batch, Known(database, name), time, message.Sequence);
            return;
        }

        ChangeKind kind = op switch
        {
            "c" => ChangeKind.Insert,
            "u" => ChangeKind.Update,
            "d" => ChangeKind.Delete,
            "r" => ChangeKind.Read,
            _ => throw new MessageException(MessageFault.Envelope, $"its op is '{MessageErrors.Shorten(op)}'; known are c, u, d, r, t and m"),
        };
        JsonSlot before = fields["before"], after = fields["after"], current = kind == ChangeKind.Delete ? before : after;
        if (current.Token != JsonTokenType.StartObject) throw new MessageException(MessageFault.Envelope, $"a change '{op}' without its row in '{(kind == ChangeKind.Delete ? "before" : "after")}'");
        IReadOnlyList<string>? keys = KeyNames(message.Key);
        MessageTable table = schema.Token == JsonTokenType.StartObject
            ? schemas.Find(database, name, keys, schema.Raw(message.Value))
            : tables.FindOrLearn(database, name, keys, message.Value, FormOf, before, after);
        rows.Add(pending, batch, message, table, kind, current, before, oldIsWhole: true, time);
    }

    void AddStatement(in ChangeMessage message, JsonFields fields, JsonFields source, long time, ChangeBatch batch)
    {
        string statement = fields.Text("ddl") ?? "";
        string database = fields.Text("databaseName") ?? source.Text("db") ?? options.Database;
        int before = pending.Count;
        if (fields["tableChanges"].Token == JsonTokenType.StartArray)
        {
            var json = new Utf8JsonReader(fields["tableChanges"].Raw(message.Value));
            json.Read();
            while (json.Read() && json.TokenType == JsonTokenType.StartObject)
            {
                JsonFields change = fields.In(JsonSlot.Take(ref json, fields["tableChanges"].Start));
                // "database"."table" or "database"."schema"."table"
                string[] parts = (change.Text("id") ?? "").Split("\".\"", StringSplitOptions.None);
                string name = string.Join('.', parts.Skip(1)).TrimEnd('"');
                bool isGone = change.Text("type") == "DROP";
                pending.AddStatement(batch, Known(database, name), isGone, statement, time, message.Sequence);
                if (isGone) Forget(database, name);
            }
        }

        if (pending.Count == before) pending.AddStatement(batch, Known(database, source.Text("table") ?? ""), false, statement, time, message.Sequence);
    }

    TableSchema Known(string database, string name) => schemas.Latest(database, name) ?? tables.Find(database, name)?.Schema ?? UnknownColumns.Of(database, name);

    void Forget(string database, string name)
    {
        schemas.Forget(database, name);
        tables.Forget(database, name);
    }

    JsonForm FormOf(Column column) => column.Type.Kind switch
    {
        ColumnKind.Decimal => options.DecimalsAreText ? JsonForm.Plain : JsonForm.Unscaled,
        ColumnKind.Date => JsonForm.Days,
        ColumnKind.Time => JsonForm.Microseconds,
        ColumnKind.Timestamp => column.Type.Precision <= 3 ? JsonForm.Milliseconds : column.Type.Precision <= 6 ? JsonForm.Microseconds : JsonForm.Nanoseconds,
        ColumnKind.Binary => JsonForm.Base64,
        ColumnKind.UInt64 when column.NativeType.StartsWith("bit", StringComparison.OrdinalIgnoreCase) => JsonForm.Bits,
        _ => JsonForm.Plain,
    };

    /// <summary>The names of the key's columns; null where the key does not say them.</summary>
    static List<string>? KeyNames(ReadOnlySpan<byte> key)
    {
        if (key.IsEmpty || key[0] != '{') return null;
        var names = new List<string>();
        JsonFields fields = JsonFields.Of(key);
        JsonSlot payload = fields.Has("payload") && fields.Has("schema") ? fields["payload"] : default;
        var json = new Utf8JsonReader(payload.IsThere ? payload.Raw(key) : key);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject) return null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            names.Add(json.GetString()!);
            json.Skip();
        }

        return names.Count == 0 ? null : names;
    }
}
