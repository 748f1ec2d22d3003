using Orrery.Connectors.ChangeCapture.MySql.Columns;

namespace Orrery.Connectors.ChangeCapture.MySql.Schemas;

/// <summary>ALTER TABLE and ALTER DATABASE.</summary>
internal sealed partial class Statement
{
    List<MySqlColumn> columns = [];
    List<string> keys = [];
    string charset = "";
    bool changesRows, dropsRows;

    void Alter()
    {
        if (words.Take("DATABASE") || words.Take("SCHEMA"))
        {
            string name = words.Kind is WordKind.Name or WordKind.QuotedName && !words.Is("CHARACTER") && !words.Is("DEFAULT") && !words.Is("COLLATE") && !words.Is("CHARSET") ? words.Name() : context.Database;
            DatabaseCharset(name);
            return;
        }

        while (words.Take("ONLINE") || words.Take("OFFLINE") || words.Take("IGNORE")) { }
        if (!words.Take("TABLE")) return;
        words.Take("IF", "EXISTS");
        (string database, string table) = TableName();
        var before = history.Find(database, table);
        target = (database, table);
        if (before is null)
        {
            // Nobody knows what it was; its rows' own description, or the server, may say what it is.
            changes.Add(new SchemaChange(SchemaChangeKind.Unknown, database, table, null, null) { ChangesRows = true });
            return;
        }

        AlterTable(before);
    }

    void AlterTable(MySqlTable before)
    {
        columns = [.. before.Columns];
        keys = [.. before.Keys];
        charset = before.Charset;
        (string Database, string Name) name = (before.Database, before.Name);
        if (words.Take("WAIT")) words.Number();
        words.Take("NOWAIT");
        while (!words.AtEnd)
        {
            if (words.Take("RENAME")) name = Renamed(name);
            else Action();
            if (!words.AtEnd && !words.Take(',')) SkipAction(); // PARTITION BY and the like stand without a comma.
        }

        var after = Keyed(new MySqlTable(before.Database, before.Name, charset, columns, keys));
        bool moved = name != (before.Database, before.Name);
        if (moved)
        {
            history.Remove(before.Database, before.Name);
            Add(SchemaChangeKind.Dropped, before.Database, before.Name, null, before);
            after = after.With(database: name.Database, name: name.Name);
        }

        history.Set(after);
        changes.Add(new SchemaChange(SchemaChangeKind.Defined, name.Database, name.Name, after, moved ? null : before) { ChangesRows = changesRows || moved, DropsRows = dropsRows });
    }

    (string Database, string Name) Renamed((string, string) name)
    {
        if (words.Take("COLUMN"))
        {
            words.Take("IF", "EXISTS");
            int index = IndexOf(words.Name());
            if (!words.Take("TO")) throw words.Unexpected("TO");
            string to = words.Name();
            RenameKey(columns[index].Name, to);
            columns[index] = columns[index] with { Name = to };
            changesRows = true; // Who holds rows by names has them under the old one.
            return name;
        }

        if (words.Take("INDEX") || words.Take("KEY"))
        {
            SkipAction();
            return name;
        }

        if (!words.Take("TO") && !words.Take("AS")) words.Take('=');
        return TableName();
    }

    void Action()
    {
        if (words.Take("ADD")) AddAction();
        else if (words.Take("DROP")) DropAction();
        else if (words.Take("CHANGE"))
        {
            words.Take("COLUMN");
            if (words.Take("IF", "EXISTS") && !columns.Exists(column => column.Name.Equals(words.Text, StringComparison.OrdinalIgnoreCase))) SkipAction();
            else Replace(IndexOf(words.Name()));
        }
        else if (words.Take("MODIFY"))
        {
            words.Take("COLUMN");
            if (words.Take("IF", "EXISTS") && !columns.Exists(column => column.Name.Equals(words.Text, StringComparison.OrdinalIgnoreCase))) SkipAction();
            else Replace(IndexOf(words.Text));
        }
        else if (words.Take("CONVERT"))
        {
            ConvertCharset();
        }
        else if (words.Take("DEFAULT") || words.Is("CHARACTER") || words.Is("CHARSET") || words.Is("COLLATE"))
        {
            var reader = new ColumnWords(words, context);
            if (words.Take("CHARACTER", "SET") || words.Take("CHARSET")) charset = reader.Charset();
            else if (words.Take("COLLATE")) charset = reader.CollationCharset(charset) ?? charset;
        }
        else if (words.Is("TRUNCATE") || words.Is("EXCHANGE") || words.Is("REORGANIZE") || words.Is("DISCARD") || words.Is("IMPORT"))
        {
            dropsRows = true;
            SkipAction();
        }
        else
        {
            SkipAction();
        }
    }

    void AddAction()
    {
        var reader = new ColumnWords(words, context);
        if (words.Take("PARTITION"))
        {
            SkipAction();
            return;
        }

        if (reader.AtKey())
        {
            reader.Key();
            if (reader.Keys is { } added) keys = added;
            return;
        }

        if (words.Is("SYSTEM")) throw new FormatException("System versioning adds columns that are not seen.");
        words.Take("COLUMN");
        bool unlessThere = words.Take("IF", "NOT");
        if (unlessThere) words.Take("EXISTS");
        if (words.Take('('))
        {
            do
            {
                if (reader.AtKey()) reader.Key();
                else Insert(reader, unlessThere);
            }
            while (words.Take(','));
            words.Expect(')');
        }
        else
        {
            Insert(reader, unlessThere);
        }

        if (reader.Keys is { } own) keys = own;
    }

    void Insert(ColumnWords reader, bool unlessThere)
    {
        var column = reader.Column(charset, out bool isFirst, out string? after, out bool fills);
        if (columns.Exists(other => other.Name.Equals(column.Name, StringComparison.OrdinalIgnoreCase)))
        {
            if (unlessThere) return;
            throw new FormatException($"Column '{column.Name}' is there already.");
        }

        changesRows |= fills;
        Place(column, isFirst, after, columns.Count);
    }

    void Replace(int index)
    {
        var reader = new ColumnWords(words, context);
        var old = columns[index];
        var column = reader.Column(charset, out bool isFirst, out string? after, out _);
        columns.RemoveAt(index);
        RenameKey(old.Name, column.Name);
        if (reader.Keys is { } own) keys = own;
        if (old.Type != column.Type && (old.Type.ToString() != column.Type.ToString() || old.Type.Charset != column.Type.Charset)) changesRows = true;
        if (old.Name != column.Name || (old.Nullable && !column.Nullable)) changesRows = true;
        Place(column, isFirst, after, index);
    }

    void Place(MySqlColumn column, bool isFirst, string? after, int otherwise) =>
        columns.Insert(isFirst ? 0 : after is null ? otherwise : IndexOf(after) + 1, column);

    void DropAction()
    {
        if (words.Take("PRIMARY"))
        {
            words.Take("KEY");
            keys = [];
            return;
        }

        if (words.Take("PARTITION"))
        {
            dropsRows = true;
            SkipAction();
            return;
        }

        if (words.Is("SYSTEM")) throw new FormatException("System versioning drops columns that are not seen.");
        bool named = words.Take("COLUMN");
        if (!named && (words.Is("INDEX") || words.Is("KEY") || words.Is("FOREIGN") || words.Is("CONSTRAINT") || words.Is("CHECK") || words.Is("PERIOD")))
        {
            SkipAction();
            return;
        }

        bool ifThere = words.Take("IF", "EXISTS");
        string name = words.Name();
        int index = columns.FindIndex(column => column.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (index < 0 && !ifThere) throw new FormatException($"There is no column '{name}'.");
        if (index >= 0)
        {
            columns.RemoveAt(index);
            keys.RemoveAll(key => key.Equals(name, StringComparison.OrdinalIgnoreCase));
        }

        SkipAction();
    }

    void ConvertCharset()
    {
        words.Take("TO");
        var reader = new ColumnWords(words, context);
        if (words.Take("CHARACTER", "SET") || words.Take("CHARSET")) charset = words.Is("DEFAULT") ? history.CharsetOf(context.Database) ?? context.Charset : reader.Charset();
        if (words.Take("COLLATE")) charset = reader.CollationCharset(charset) ?? charset;
        // A text may become a larger one, so that it holds as many characters: the rows' own description tells.
        for (int index = 0; index < columns.Count; index++)
        {
            if (!columns[index].Type.HasCharset) continue;
            columns[index] = columns[index] with { Type = TypeWords.Finish(columns[index].Type with { Charset = charset }, charset) };
        }
    }

    void RenameKey(string from, string to)
    {
        for (int key = 0; key < keys.Count; key++)
            if (keys[key].Equals(from, StringComparison.OrdinalIgnoreCase))
                keys[key] = to;
    }

    int IndexOf(string name)
    {
        int index = columns.FindIndex(column => column.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        return index >= 0 ? index : throw new FormatException($"There is no column '{name}'.");
    }

    void SkipAction()
    {
        while (!words.AtEnd && !words.IsSymbol(','))
        {
            if (words.IsSymbol('(')) words.SkipParentheses();
            else words.Next();
        }
    }
}
