using System.Buffers;
using System.Text;
using System.Text.Json;
using Orrery.Connectors.ChangeCapture.MySql.Columns;

namespace Orrery.Connectors.ChangeCapture.MySql.Schemas;

/// <summary>The tables' definitions as of a position of the log. Statements move it on; a checkpoint carries it.</summary>
internal sealed class SchemaHistory(bool foldsCase)
{
    readonly Dictionary<(string Database, string Name), MySqlTable> tables = [];
    readonly Dictionary<string, string> databases = new(StringComparer.Ordinal);
    string? written;

    /// <summary>Whether the server keeps names in lower case.</summary>
    public bool FoldsCase => foldsCase;

    public IReadOnlyCollection<MySqlTable> Tables => tables.Values;

    /// <summary>Rises with every change.</summary>
    public int Version { get; private set; }

    public MySqlTable? Find(string database, string name) => tables.GetValueOrDefault(Key(database, name));

    public void Set(MySqlTable table)
    {
        tables[Key(table.Database, table.Name)] = table;
        Changed();
    }

    public void Remove(string database, string name)
    {
        if (tables.Remove(Key(database, name))) Changed();
    }

    /// <summary>What tables of a database get that name no character set; null where it is not known.</summary>
    public string? CharsetOf(string database) => databases.GetValueOrDefault(Fold(database));

    public void SetCharset(string database, string charset)
    {
        databases[Fold(database)] = charset;
        Changed();
    }

    /// <summary>The whole as compact JSON.</summary>
    public string Write()
    {
        if (written is not null) return written;
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteBoolean("fold", foldsCase);
            json.WriteStartObject("charsets");
            foreach ((string database, string charset) in databases) json.WriteString(database, charset);
            json.WriteEndObject();
            json.WriteStartArray("tables");
            foreach (var table in tables.Values) Write(json, table);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return written = Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <exception cref="FormatException">The text is not one that <see cref="Write()"/> made.</exception>
    public static SchemaHistory Read(JsonElement json)
    {
        try
        {
            var history = new SchemaHistory(json.GetProperty("fold").GetBoolean());
            foreach (var charset in json.GetProperty("charsets").EnumerateObject()) history.databases[charset.Name] = charset.Value.GetString()!;
            foreach (var table in json.GetProperty("tables").EnumerateArray())
            {
                var columns = table.GetProperty("c").EnumerateArray().Select(column => new MySqlColumn(
                    column[0].GetString()!, TypeWords.Parse(column[1].GetString()!, column[3].GetString()), column[2].GetInt32() != 0));
                history.Set(new MySqlTable(
                    table.GetProperty("d").GetString()!, table.GetProperty("n").GetString()!, table.GetProperty("s").GetString()!, [.. columns],
                    [.. table.GetProperty("k").EnumerateArray().Select(key => key.GetString()!)]));
            }

            return history;
        }
        catch (Exception error) when (error is KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException)
        {
            throw new FormatException($"The definitions of a checkpoint cannot be read: {error.Message}", error);
        }
    }

    static void Write(Utf8JsonWriter json, MySqlTable table)
    {
        json.WriteStartObject();
        json.WriteString("d", table.Database);
        json.WriteString("n", table.Name);
        json.WriteString("s", table.Charset);
        json.WriteStartArray("k");
        foreach (string key in table.Keys) json.WriteStringValue(key);
        json.WriteEndArray();
        json.WriteStartArray("c");
        foreach (var column in table.Columns)
        {
            json.WriteStartArray();
            json.WriteStringValue(column.Name);
            json.WriteStringValue(column.Type.ToString());
            json.WriteNumberValue(column.Nullable ? 1 : 0);
            json.WriteStringValue(column.Type.Charset);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    void Changed()
    {
        Version++;
        written = null;
    }

    (string Database, string Name) Key(string database, string name) => (Fold(database), Fold(name));

    string Fold(string name) => foldsCase ? name.ToLowerInvariant() : name;
}
