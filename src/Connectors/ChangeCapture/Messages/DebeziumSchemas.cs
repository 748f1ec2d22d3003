using System.Globalization;
using System.Text.Json;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.ChangeCapture.Messages;

/// <summary>Schemas that came within messages, found again by their bytes: a message repeats its table's.</summary>
sealed class DebeziumSchemas(ChangeMessageOptions options)
{
    /// <summary>Schemas of one table that are kept.</summary>
    const int VersionsMax = 16;

    readonly Dictionary<(string Database, string Table), List<Version>> tables = [];

    public TableSchema? Latest(string database, string name) => tables.TryGetValue((database, name), out List<Version>? versions) ? versions[^1].Table.Schema : null;

    public void Forget(string database, string name) => tables.Remove((database, name));

    public MessageTable Find(string database, string name, IReadOnlyList<string>? keys, ReadOnlySpan<byte> schema)
    {
        string keyText = keys is null ? "" : string.Join('\0', keys);
        if (tables.TryGetValue((database, name), out List<Version>? versions))
        {
            for (int index = versions.Count - 1; index >= 0; index--)
                if (versions[index].Keys == keyText && schema.SequenceEqual(versions[index].Bytes))
                    return versions[index].Table;
        }

        List<Column> columns = [];
        List<JsonForm> forms = [];
        byte[] bytes = schema.ToArray();
        using (JsonDocument document = JsonDocument.Parse(bytes)) Parse(document.RootElement, columns, forms);
        var table = new MessageTable(MessageTables.MakeSchema(database, name, columns, keys is null ? [] : MessageTables.KeyColumns(columns, keys)), forms);
        if (tables.Count >= options.SchemasMax) tables.Clear();
        if (!tables.TryGetValue((database, name), out versions)) tables[(database, name)] = versions = [];
        if (versions.Count == VersionsMax) versions.RemoveAt(0);
        versions.Add(new Version(bytes, keyText, table));
        return table;
    }

    static void Parse(JsonElement envelope, List<Column> columns, List<JsonForm> forms)
    {
        JsonElement row = Field(envelope, "after") ?? Field(envelope, "before") ?? throw new MessageException(MessageFault.Schema, "its schema has neither 'after' nor 'before'");
        foreach (JsonElement field in Fields(row))
        {
            (ColumnType type, JsonForm form) = TypeOf(field);
            bool nullable = field.TryGetProperty("optional", out JsonElement optional) && optional.ValueKind == JsonValueKind.True;
            columns.Add(new Column(Text(field, "field") ?? throw new MessageException(MessageFault.Schema, "a column of its schema has no name"), type, NativeType(field), nullable));
            forms.Add(form);
        }
    }

    static JsonElement? Field(JsonElement parent, string name)
    {
        foreach (JsonElement field in Fields(parent))
            if (Text(field, "field") == name)
                return field;
        return null;
    }

    static IEnumerable<JsonElement> Fields(JsonElement parent)
    {
        if (!parent.TryGetProperty("fields", out JsonElement fields) || fields.ValueKind != JsonValueKind.Array) throw new MessageException(MessageFault.Schema, "its schema has a struct without fields");
        foreach (JsonElement field in fields.EnumerateArray())
        {
            if (field.ValueKind != JsonValueKind.Object) throw new MessageException(MessageFault.Schema, $"a field of its schema is {field.ValueKind}, not an object");
            yield return field;
        }
    }

    static string? Text(JsonElement parent, string name) => parent.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    static string? Parameter(JsonElement field, string name) => field.TryGetProperty("parameters", out JsonElement parameters) && parameters.ValueKind == JsonValueKind.Object ? Text(parameters, name) : null;

    static int Number(JsonElement field, string parameter, int byDefault) => int.TryParse(Parameter(field, parameter), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) ? number : byDefault;

    /// <summary>The database's type text, where the connector was told to send it.</summary>
    static string NativeType(JsonElement field)
    {
        if (Parameter(field, "__debezium.source.column.type") is not { } type) return "";
        string? length = Parameter(field, "__debezium.source.column.length"), scale = Parameter(field, "__debezium.source.column.scale");
        int space = type.IndexOf(' ', StringComparison.Ordinal);
        string head = space < 0 ? type : type[..space], tail = space < 0 ? "" : type[space..];
        return MySqlTypeText.Normalize(length is null ? type : $"{head}({length}{(scale is null ? "" : "," + scale)}){tail}");
    }

    static (ColumnType Type, JsonForm Form) TypeOf(JsonElement field)
    {
        string type = Text(field, "type") ?? throw new MessageException(MessageFault.Schema, "a column of its schema has no type");
        switch (Text(field, "name"))
        {
            case "org.apache.kafka.connect.data.Decimal":
                int scale = Number(field, "scale", 0), precision = Number(field, "connect.decimal.precision", ColumnType.DecimalDigitsMax);
                if (scale is < 0 or > 38) throw new MessageException(MessageFault.Schema, $"column '{MessageErrors.Shorten(Text(field, "field") ?? "")}' has scale {scale}; 0 to 38 can be carried");
                return (new ColumnType(ColumnKind.Decimal, Math.Clamp(precision, 1, 65), scale), JsonForm.Unscaled);
            case "io.debezium.data.VariableScaleDecimal": return (new ColumnType(ColumnKind.Text), JsonForm.VariableScale);
            case "io.debezium.time.Date" or "org.apache.kafka.connect.data.Date": return (new ColumnType(ColumnKind.Date), JsonForm.Days);
            case "io.debezium.time.Time" or "org.apache.kafka.connect.data.Time": return (new ColumnType(ColumnKind.Time, 3), JsonForm.Milliseconds);
            case "io.debezium.time.MicroTime": return (new ColumnType(ColumnKind.Time, 6), JsonForm.Microseconds);
            case "io.debezium.time.NanoTime": return (new ColumnType(ColumnKind.Time, 7), JsonForm.Nanoseconds);
            case "io.debezium.time.Timestamp" or "org.apache.kafka.connect.data.Timestamp": return (new ColumnType(ColumnKind.Timestamp, 3), JsonForm.Milliseconds);
            case "io.debezium.time.MicroTimestamp": return (new ColumnType(ColumnKind.Timestamp, 6), JsonForm.Microseconds);
            case "io.debezium.time.NanoTimestamp": return (new ColumnType(ColumnKind.Timestamp, 7), JsonForm.Nanoseconds);
            case "io.debezium.time.ZonedTimestamp": return (new ColumnType(ColumnKind.TimestampWithZone, 6), JsonForm.Plain);
            case "io.debezium.data.Bits": return Number(field, "length", 65) <= 64 ? (new ColumnType(ColumnKind.UInt64), JsonForm.Bits) : (new ColumnType(ColumnKind.Binary), JsonForm.Base64);
            case "io.debezium.data.Json": return (new ColumnType(ColumnKind.Json), JsonForm.Plain);
            case "io.debezium.data.Uuid": return (new ColumnType(ColumnKind.Uuid), JsonForm.Plain);
        }

        return type switch
        {
            "int8" => (new ColumnType(ColumnKind.Int8), JsonForm.Plain),
            "int16" => (new ColumnType(ColumnKind.Int16), JsonForm.Plain),
            "int32" => (new ColumnType(ColumnKind.Int32), JsonForm.Plain),
            "int64" => (new ColumnType(ColumnKind.Int64), JsonForm.Plain),
            "float" or "float32" => (new ColumnType(ColumnKind.Float32), JsonForm.Plain),
            "double" or "float64" => (new ColumnType(ColumnKind.Float64), JsonForm.Plain),
            "boolean" => (new ColumnType(ColumnKind.Boolean), JsonForm.Plain),
            "bytes" => (new ColumnType(ColumnKind.Binary), JsonForm.Base64),
            "string" => (new ColumnType(ColumnKind.Text), JsonForm.Plain),
            "struct" or "array" or "map" => (new ColumnType(ColumnKind.Json), JsonForm.Json),
            _ => throw new MessageException(MessageFault.Schema, $"a column of its schema has the type '{MessageErrors.Shorten(type)}', which Connect does not have"),
        };
    }

    sealed record Version(byte[] Bytes, string Keys, MessageTable Table);
}
