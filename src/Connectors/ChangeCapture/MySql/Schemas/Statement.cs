namespace Orrery.Connectors.ChangeCapture.MySql.Schemas;

/// <summary>
/// Applies a logged statement to a <see cref="SchemaHistory"/>. Definitions of tables and databases are followed; other statements change nothing here. A statement
/// that defines a table and is not understood forgets the table, so that nobody goes on with a wrong definition.
/// </summary>
internal sealed partial class Statement
{
    readonly SchemaHistory history;
    readonly StatementContext context;
    readonly SqlWords words;
    readonly List<SchemaChange> changes = [];

    Statement(SchemaHistory history, StatementContext context, string sql)
    {
        this.history = history;
        this.context = context;
        words = new SqlWords(sql, context.QuotesNames, context.KeepsBackslashes);
    }

    /// <summary>Applies it. Answers the tables it changed, in order; empty for a statement that changes none.</summary>
    public static IReadOnlyList<SchemaChange> Apply(SchemaHistory history, StatementContext context, string sql)
    {
        Statement? statement = null;
        try
        {
            statement = new Statement(history, context, sql);
            statement.Run();
            return statement.changes;
        }
        catch (Exception error) when (error is FormatException or NotSupportedException or ArgumentException)
        {
            if (statement?.target is not { } target) return statement?.changes ?? [];
            history.Remove(target.Database, target.Name);
            statement.changes.Add(new SchemaChange(SchemaChangeKind.Unknown, target.Database, target.Name, null, null) { ChangesRows = true, DropsRows = true });
            return statement.changes;
        }
    }

    /// <summary>The table that is being defined, should the rest not be understood.</summary>
    (string Database, string Name)? target;

    void Run()
    {
        if (words.Take("SET", "STATEMENT"))
        {
            while (!words.AtEnd && !words.Take("FOR")) words.Next();
        }

        if (words.Take("CREATE")) Create();
        else if (words.Take("ALTER")) Alter();
        else if (words.Take("DROP")) Drop();
        else if (words.Take("RENAME"))
        {
            if (words.Take("TABLE") || words.Take("TABLES")) RenameTables();
        }
        else if (words.Take("TRUNCATE"))
        {
            words.Take("TABLE");
            (string database, string name) = TableName();
            Add(SchemaChangeKind.Truncated, database, name, history.Find(database, name), history.Find(database, name));
        }
        else
        {
            Rows();
        }
    }

    void Create()
    {
        bool replaces = words.Take("OR", "REPLACE");
        if (words.Take("TEMPORARY")) return;
        if (words.Take("DATABASE") || words.Take("SCHEMA"))
        {
            words.Take("IF", "NOT");
            words.Take("EXISTS");
            DatabaseCharset(words.Name());
            return;
        }

        if (!words.Take("TABLE")) return;
        bool unlessThere = words.Take("IF", "NOT");
        if (unlessThere) words.Take("EXISTS");
        (string database, string name) = TableName();
        if (unlessThere && !replaces && history.Find(database, name) is not null) return;
        target = (database, name);
        var before = history.Find(database, name);
        bool inner = words.IsSymbol('(');
        var mark = words.Mark();
        if (inner) words.Next();
        if (words.Take("LIKE"))
        {
            (string fromDatabase, string fromName) = TableName();
            var from = history.Find(fromDatabase, fromName) ?? throw new FormatException($"{fromDatabase}.{fromName} is not known.");
            Define(from.With(database: database, name: name), before);
            return;
        }

        words.Reset(mark);
        Define(Definition(database, name), before);
    }

    MySqlTable Definition(string database, string name)
    {
        // The table's character set stands behind its columns: read them twice.
        string charset = history.CharsetOf(database) ?? context.Charset;
        var mark = words.Mark();
        words.SkipParentheses();
        charset = TableOptions(charset);
        if (words.Is("SELECT") || words.Is("AS") || words.Is("IGNORE") || words.Is("REPLACE")) throw new FormatException("Columns come from a query.");
        words.Reset(mark);
        var reader = new ColumnWords(words, context);
        var columns = new List<MySqlColumn>();
        words.Expect('(');
        do
        {
            if (words.IsSymbol(')')) break; // a versioned comment that left its comma
            if (reader.AtKey()) reader.Key();
            else columns.Add(reader.Column(charset, out _, out _, out _));
        }
        while (words.Take(','));
        words.Expect(')');
        if (columns.Count == 0) throw new FormatException("There are no columns.");
        return Keyed(new MySqlTable(database, name, charset, columns, reader.Keys ?? []));
    }

    /// <summary>Reads a table's options up to what defines its rows, and answers its character set.</summary>
    string TableOptions(string charset)
    {
        var reader = new ColumnWords(words, context);
        while (!words.AtEnd && !words.Is("PARTITION") && !words.Is("SELECT") && !words.Is("AS"))
        {
            words.Take("DEFAULT");
            if (words.Take("CHARACTER", "SET") || words.Take("CHARSET")) charset = reader.Charset();
            else if (words.Take("COLLATE")) charset = reader.CollationCharset(charset) ?? charset;
            else if (words.IsSymbol('(')) words.SkipParentheses();
            else if (!words.AtEnd) words.Next();
        }

        return charset;
    }

    void DatabaseCharset(string database)
    {
        history.SetCharset(database, TableOptions(context.Charset));
    }

    void Drop()
    {
        if (words.Take("TEMPORARY")) return;
        if (words.Take("DATABASE") || words.Take("SCHEMA"))
        {
            words.Take("IF", "EXISTS");
            string database = words.Name();
            foreach (var table in history.Tables.Where(table => Same(table.Database, database)).ToList()) Dropped(table.Database, table.Name);
            return;
        }

        if (!words.Take("TABLE") && !words.Take("TABLES")) return;
        words.Take("IF", "EXISTS");
        do
        {
            (string database, string name) = TableName();
            Dropped(database, name);
        }
        while (words.Take(','));
    }

    void RenameTables()
    {
        words.Take("IF", "EXISTS");
        do
        {
            (string database, string name) = TableName();
            if (words.Take("WAIT")) words.Number();
            words.Take("NOWAIT");
            if (!words.Take("TO")) throw words.Unexpected("TO");
            (string newDatabase, string newName) = TableName();
            Rename(database, name, newDatabase, newName);
        }
        while (words.Take(','));
    }

    void Rename(string database, string name, string newDatabase, string newName)
    {
        var table = history.Find(database, name);
        history.Remove(database, name);
        Add(SchemaChangeKind.Dropped, database, name, null, table);
        if (table is null)
        {
            changes.Add(new SchemaChange(SchemaChangeKind.Unknown, newDatabase, newName, null, null) { ChangesRows = true });
            return;
        }

        var renamed = table.With(database: newDatabase, name: newName);
        history.Set(renamed);
        // Its rows are there at once, under a name where nobody has seen them.
        changes.Add(new SchemaChange(SchemaChangeKind.Defined, newDatabase, newName, renamed, null) { ChangesRows = true });
    }

    /// <summary>Row changes that were logged as text: they name their table, and what they did to its rows is not in the log.</summary>
    void Rows()
    {
        bool all = false;
        if (words.Take("INSERT") || words.Take("REPLACE"))
        {
            while (words.Take("LOW_PRIORITY") || words.Take("DELAYED") || words.Take("HIGH_PRIORITY") || words.Take("IGNORE")) { }
            words.Take("INTO");
        }
        else if (words.Take("UPDATE"))
        {
            while (words.Take("LOW_PRIORITY") || words.Take("IGNORE")) { }
        }
        else if (words.Take("DELETE"))
        {
            while (words.Take("LOW_PRIORITY") || words.Take("QUICK") || words.Take("IGNORE")) { }
            all = words.Take("FROM");
        }
        else if (words.Take("LOAD"))
        {
            while (!words.AtEnd && !words.Take("TABLE")) words.Next();
        }
        else
        {
            return;
        }

        if (words.AtEnd) return;
        (string database, string name) = TableName();
        var table = history.Find(database, name);
        // A server that starts anew logs DELETE FROM of each table that it kept in memory only.
        Add(all && words.AtEnd ? SchemaChangeKind.Truncated : SchemaChangeKind.RowsAsText, database, name, table, table);
    }

    void Define(MySqlTable table, MySqlTable? before)
    {
        history.Set(table);
        changes.Add(new SchemaChange(SchemaChangeKind.Defined, table.Database, table.Name, table, before) { Replaces = before is not null });
    }

    void Dropped(string database, string name)
    {
        var before = history.Find(database, name);
        history.Remove(database, name);
        Add(SchemaChangeKind.Dropped, database, name, null, before);
    }

    void Add(SchemaChangeKind kind, string database, string name, MySqlTable? table, MySqlTable? before) => changes.Add(new SchemaChange(kind, database, name, table, before));

    (string Database, string Name) TableName()
    {
        string first = words.Name();
        return words.Take('.') ? (first, words.Name()) : (context.Database, first);
    }

    bool Same(string left, string right) => string.Equals(left, right, history.FoldsCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);

    /// <summary>A primary key's columns are never null, and spelled as the columns are.</summary>
    static MySqlTable Keyed(MySqlTable table)
    {
        var keys = table.Keys.Select(key => table.IndexOf(key) is >= 0 and var index ? table.Columns[index].Name : throw new FormatException($"Key column '{key}' is none of the table's.")).ToList();
        return table.With(columns: [.. table.Columns.Select(column => keys.Contains(column.Name) ? column with { Nullable = false } : column)], keys: keys);
    }
}
