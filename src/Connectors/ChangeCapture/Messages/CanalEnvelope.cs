using System.Text.Json;

namespace Orrery.Connectors.ChangeCapture.Messages;

/// <summary>The fields of a flat message, in whatever order they came.</summary>
readonly record struct CanalEnvelope(
    string? Database, string? Table, string Type, bool? IsDdl, string Sql, long Es, long Ts, JsonSlot DatabaseSlot, JsonSlot TableSlot,
    JsonSlot Data, JsonSlot Old, JsonSlot MySqlType, JsonSlot SqlType, JsonSlot KeyNames)
{
    /// <summary>What happened to the rows; the default where none did.</summary>
    public ChangeKind Kind => Type.ToUpperInvariant() switch
    {
        "INSERT" => ChangeKind.Insert,
        "UPDATE" => ChangeKind.Update,
        "DELETE" => ChangeKind.Delete,
        "INIT" => ChangeKind.Read,
        "QUERY" or "GTID" or "XACOMMIT" or "XAROLLBACK" or "MHEARTBEAT" => default,
        _ => throw new MessageException(MessageFault.Envelope, $"its type is '{MessageErrors.Shorten(Type)}'; known are INSERT, UPDATE, DELETE, INIT and those of DDL"),
    };

    /// <summary>Whether it is DDL. Producers without <c>isDdl</c> are known by the type.</summary>
    public bool IsStatement => IsDdl ?? (Type.ToUpperInvariant() is "CREATE" or "ALTER" or "ERASE" or "TRUNCATE" or "RENAME" or "CINDEX" or "DINDEX" && Data.Token != JsonTokenType.StartArray);

    public static CanalEnvelope Read(ReadOnlySpan<byte> text, ref byte[] scratch)
    {
        var json = new Utf8JsonReader(text);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject) throw new MessageException(MessageFault.Envelope, $"it is {json.TokenType}, not an object");
        string? database = null, table = null, type = null, sql = null;
        bool? isDdl = null;
        long es = 0, ts = 0;
        JsonSlot databaseSlot = default, tableSlot = default, data = default, old = default, mysqlType = default, sqlType = default, keyNames = default;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("data"u8)) data = Next(ref json);
            else if (json.ValueTextEquals("old"u8)) old = Next(ref json);
            else if (json.ValueTextEquals("mysqlType"u8)) mysqlType = Next(ref json);
            else if (json.ValueTextEquals("sqlType"u8)) sqlType = Next(ref json);
            else if (json.ValueTextEquals("pkNames"u8)) keyNames = Next(ref json);
            else if (json.ValueTextEquals("database"u8)) database = String(ref json, "database", out databaseSlot);
            else if (json.ValueTextEquals("table"u8)) table = String(ref json, "table", out tableSlot);
            else if (json.ValueTextEquals("type"u8)) type = String(ref json, "type", out _);
            else if (json.ValueTextEquals("sql"u8)) sql = String(ref json, "sql", out _);
            else if (json.ValueTextEquals("es"u8)) es = Number(ref json, text, ref scratch);
            else if (json.ValueTextEquals("ts"u8)) ts = Number(ref json, text, ref scratch);
            else if (json.ValueTextEquals("isDdl"u8)) isDdl = Flag(ref json);
            else Next(ref json);
        }

        if (json.Read()) throw new MessageException(MessageFault.Json, $"something follows the object, at byte {json.TokenStartIndex}");
        if (type is null) throw new MessageException(MessageFault.Envelope, "it has no 'type': it is no flat message of canal");
        return new CanalEnvelope(database, table, type, isDdl, sql ?? "", es, ts, databaseSlot, tableSlot, data, old, mysqlType, sqlType, keyNames);
    }

    static JsonSlot Next(ref Utf8JsonReader json)
    {
        json.Read();
        return JsonSlot.Take(ref json, 0);
    }

    static string? String(ref Utf8JsonReader json, string name, out JsonSlot slot)
    {
        json.Read();
        if (json.TokenType is not (JsonTokenType.String or JsonTokenType.Null)) throw new MessageException(MessageFault.Envelope, $"'{name}' is {json.TokenType}, not a string");
        string? value = json.GetString();
        slot = JsonSlot.Take(ref json, 0);
        return value;
    }

    static long Number(ref Utf8JsonReader json, ReadOnlySpan<byte> text, ref byte[] scratch)
    {
        JsonSlot slot = Next(ref json);
        return slot.Token is JsonTokenType.Number or JsonTokenType.String && ValueText.TryLong(slot.Text(text, ref scratch), out long number) ? number : 0;
    }

    static bool? Flag(ref Utf8JsonReader json) => Next(ref json).Token switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        _ => null,
    };
}
