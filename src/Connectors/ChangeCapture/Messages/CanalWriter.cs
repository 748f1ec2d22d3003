using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.ChangeCapture.Messages;

/// <summary>
/// Writes changes as canal's flat messages, for those who read canal's topics today: the same order of fields, every value a string or null, <c>sqlType</c> raised where an
/// unsigned value exceeds the signed range (the last row's word stands, as with canal), <c>old</c> with the before values of the columns that changed in this row or in
/// one before it in the message. The rows of one event, up to a bound, make one message. Rows of a snapshot are inserts. A truncate is its statement. Markers are not written.
/// </summary>
/// <param name="clock">Says when a message was made (<c>ts</c>).</param>
/// <param name="rowsMax">Rows of one message; 500 by default, as many as an event of MySQL has with usual rows.</param>
public sealed partial class CanalWriter(TimeProvider clock, int rowsMax = 500)
{
    const int SchemasMax = 10_000;

    /// <summary>Bytes of changes beyond which a message ends with the row that reaches them.</summary>
    const int MessageBytes = 256 << 10;

    readonly Dictionary<ulong, MySqlForm[]> forms = [];
    readonly HashSet<int> changed = [];
    readonly StringBuilder text = new();

    /// <summary>Writes a batch's messages in order.</summary>
    /// <param name="batch">The changes.</param>
    /// <param name="id">Id of the batch, the same in all its messages.</param>
    /// <param name="write">Takes a message, and the changes that it carries, as a range of the batch's entries.</param>
    public void Write(ChangeBatch batch, long id, Action<ReadOnlyMemory<byte>, Range> write) =>
        Write(batch, id, 1, static _ => 0, (message, rows, _) => write(message, rows[0]..(rows[^1] + 1)));

    /// <summary>Writes a batch's messages for several places, such as a topic's partitions: each place's changes in order, rows of one event that go to one place sharing messages.</summary>
    /// <param name="batch">The changes.</param>
    /// <param name="id">Id of the batch, the same in all its messages.</param>
    /// <param name="places">How many places there are.</param>
    /// <param name="placeOf">Where a change goes, from 0.</param>
    /// <param name="write">Takes a message, the indexes of the entries that it carries, valid during the call, and its place.</param>
    public void Write(ChangeBatch batch, long id, int places, Func<ChangeEntry, int> placeOf, Action<ReadOnlyMemory<byte>, IReadOnlyList<int>, int> write)
    {
        var rows = new List<int>[places];
        long[] bytes = new long[places];
        for (int place = 0; place < places; place++) rows[place] = [];
        for (int index = 0; index < batch.Count; index++)
        {
            ChangeEntry entry = batch.Entries[index];
            if (index > 0 && !SharesEvent(batch.Entries[index - 1], entry))
                for (int each = 0; each < places; each++)
                    Flush(each);
            if (entry.Kind == ChangeKind.Marker) continue;
            int place = placeOf(entry);
            rows[place].Add(index);
            bytes[place] += entry.ValueLength;
            if (!IsRow(entry) || rows[place].Count >= rowsMax || bytes[place] >= MessageBytes) Flush(place);
        }

        for (int place = 0; place < places; place++) Flush(place);

        void Flush(int place)
        {
            if (rows[place].Count == 0) return;
            ChangeEntry first = batch.Entries[rows[place][0]];
            if (IsRow(first)) WriteRows(batch, id, rows[place]);
            else WriteStatement(batch, id, first);
            write(Encoding.UTF8.GetBytes(text.ToString()), rows[place], place);
            rows[place].Clear();
            bytes[place] = 0;
        }
    }

    static bool IsRow(in ChangeEntry entry) => entry.Kind is ChangeKind.Insert or ChangeKind.Read or ChangeKind.Update or ChangeKind.Delete;

    static bool SharesEvent(in ChangeEntry left, in ChangeEntry right) => left.Kind == right.Kind && left.Schema == right.Schema && left.Sequence == right.Sequence;

    void WriteRows(ChangeBatch batch, long id, List<int> rows)
    {
        ReadOnlySpan<ChangeEntry> entries = batch.Entries;
        ChangeEntry first = entries[rows[0]];
        TableSchema schema = batch.Schemas[first.Schema];
        MySqlForm[] columns = FormsOf(schema);
        bool[] raised = new bool[columns.Length];
        text.Clear().Append("{\"data\":[");
        for (int index = 0; index < rows.Count; index++)
        {
            var change = new ChangeReader(batch.ValueOf(entries[rows[index]]).Span);
            if (index > 0) text.Append(',');
            AppendRow(schema, columns, change.Kind == ChangeKind.Delete ? change.Before : change.After, raised);
        }

        text.Append("],\"database\":");
        AppendString(schema.Database);
        text.Append(CultureInfo.InvariantCulture, $",\"es\":{first.TimestampMilliseconds},\"id\":{id},\"isDdl\":false,\"mysqlType\":{{");
        for (int column = 0; column < columns.Length; column++)
        {
            AppendName(columns[column].Column.Name, column == 0);
            AppendString(columns[column].Text);
        }

        text.Append("},\"old\":");
        if (first.Kind == ChangeKind.Update) AppendOld(batch, schema, rows);
        else text.Append("null");
        text.Append(",\"pkNames\":");
        if (schema.KeyColumns.Count == 0) text.Append("null");
        else AppendKeyNames(schema);
        text.Append(",\"sql\":\"\",\"sqlType\":{");
        for (int column = 0; column < columns.Length; column++)
        {
            AppendName(columns[column].Column.Name, column == 0);
            text.Append(raised[column] ? columns[column].RaisedCode : columns[column].Code);
        }

        text.Append("},\"table\":");
        AppendString(schema.Table);
        string type = first.Kind == ChangeKind.Update ? "UPDATE" : first.Kind == ChangeKind.Delete ? "DELETE" : "INSERT";
        text.Append(CultureInfo.InvariantCulture, $",\"ts\":{clock.GetUtcNow().ToUnixTimeMilliseconds()},\"type\":\"{type}\"}}");
    }

    void AppendRow(TableSchema schema, MySqlForm[] columns, ReadOnlySpan<byte> row, bool[] raised)
    {
        text.Append('{');
        bool first = true;
        var value = new RowReader(schema, row);
        while (value.Read())
        {
            if (value.IsMissing) continue;
            AppendName(value.Column.Name, first);
            first = false;
            raised[value.Index] = !value.IsNull && columns[value.Index].IsUnsigned && columns[value.Index].IsBeyondSigned(value);
            AppendValue(value);
        }

        text.Append('}');
    }

    void AppendOld(ChangeBatch batch, TableSchema schema, List<int> rows)
    {
        changed.Clear();
        text.Append('[');
        for (int index = 0; index < rows.Count; index++)
        {
            var change = new ChangeReader(batch.ValueOf(batch.Entries[rows[index]]).Span);
            text.Append(index > 0 ? ",{" : "{");
            var after = new RowReader(schema, change.After);
            var before = new RowReader(schema, change.Before);
            bool first = true;
            while (after.Read() && before.Read())
            {
                if (before.IsMissing) continue;
                if (after.IsMissing || after.IsNull != before.IsNull || !after.Value.SequenceEqual(before.Value)) changed.Add(before.Index);
                if (!changed.Contains(before.Index)) continue;
                AppendName(before.Column.Name, first);
                first = false;
                AppendValue(before);
            }

            text.Append('}');
        }

        text.Append(']');
    }

    void AppendKeyNames(TableSchema schema)
    {
        text.Append('[');
        for (int key = 0; key < schema.KeyColumns.Count; key++)
        {
            if (key > 0) text.Append(',');
            AppendString(schema.Columns[schema.KeyColumns[key]].Name);
        }

        text.Append(']');
    }

    void WriteStatement(ChangeBatch batch, long id, in ChangeEntry entry)
    {
        TableSchema? schema = entry.Schema < 0 ? null : batch.Schemas[entry.Schema];
        string statement = entry.Kind == ChangeKind.Truncate ? $"TRUNCATE TABLE `{schema?.Table.Replace("`", "``", StringComparison.Ordinal)}`" : new ChangeReader(batch.ValueOf(entry).Span).Statement;
        text.Clear().Append("{\"data\":null,\"database\":");
        AppendString(schema?.Database ?? "");
        text.Append(CultureInfo.InvariantCulture, $",\"es\":{entry.TimestampMilliseconds},\"id\":{id},\"isDdl\":true,\"mysqlType\":null,\"old\":null,\"pkNames\":null,\"sql\":");
        AppendString(statement);
        text.Append(",\"sqlType\":null,\"table\":");
        AppendString(schema?.Table ?? "");
        text.Append(CultureInfo.InvariantCulture, $",\"ts\":{clock.GetUtcNow().ToUnixTimeMilliseconds()},\"type\":\"{TypeOf(statement)}\"}}");
    }

    /// <summary>canal's name of a statement's kind.</summary>
    internal static string TypeOf(string statement)
    {
        Match words = FirstWords().Match(statement);
        string first = words.Groups[1].Value.ToUpperInvariant(), second = words.Groups[2].Value.ToUpperInvariant();
        return (first, second) switch
        {
            ("CREATE", "INDEX" or "UNIQUE" or "FULLTEXT" or "SPATIAL") => "CINDEX",
            ("DROP", "INDEX") => "DINDEX",
            ("CREATE", "TABLE" or "TEMPORARY") => "CREATE",
            ("DROP", "TABLE" or "TEMPORARY") => "ERASE",
            ("ALTER", "TABLE" or "ONLINE" or "OFFLINE" or "IGNORE") => "ALTER",
            ("RENAME", _) => "RENAME",
            ("TRUNCATE", _) => "TRUNCATE",
            _ => "QUERY",
        };
    }

    MySqlForm[] FormsOf(TableSchema schema)
    {
        if (forms.TryGetValue(schema.Fingerprint, out MySqlForm[]? known)) return known;
        if (forms.Count >= SchemasMax) forms.Clear();
        return forms[schema.Fingerprint] = [.. schema.Columns.Select(column => new MySqlForm(column))];
    }

    void AppendName(string name, bool first)
    {
        if (!first) text.Append(',');
        AppendString(name);
        text.Append(':');
    }

    void AppendValue(in RowReader value)
    {
        if (value.IsNull) text.Append("null");
        else AppendString(CanalValue.Text(value));
    }

    static readonly SearchValues<char> Escapes = SearchValues.Create([.. Enumerable.Range(0, 32).Select(code => (char)code), '"', '\\', .. Enumerable.Range(0x7F, 0x21).Select(code => (char)code), '\u2028', '\u2029']);

    /// <summary>A string with the escapes that canal's JSON library writes.</summary>
    void AppendString(string value)
    {
        text.Append('"');
        ReadOnlySpan<char> rest = value;
        while (true)
        {
            int plain = rest.IndexOfAny(Escapes);
            if (plain < 0) break;
            text.Append(rest[..plain]);
            char part = rest[plain];
            rest = rest[(plain + 1)..];
            _ = part switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                _ => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)part:X4}"),
            };
        }

        text.Append(rest).Append('"');
    }

    [GeneratedRegex(@"^(?:\s|/\*[\s\S]*?\*/|--[^\n]*(?:\n|$)|#[^\n]*(?:\n|$))*(\w+)(?:\s+(\w+))?")]
    private static partial Regex FirstWords();
}
