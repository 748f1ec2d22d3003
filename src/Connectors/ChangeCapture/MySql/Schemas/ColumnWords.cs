using Orrery.Connectors.ChangeCapture.MySql.Columns;

namespace Orrery.Connectors.ChangeCapture.MySql.Schemas;

/// <summary>Reads columns and keys of a definition.</summary>
internal sealed class ColumnWords(SqlWords words, StatementContext context)
{
    /// <summary>Columns of a primary key that was read; null where there was none.</summary>
    public List<string>? Keys { get; private set; }

    /// <summary>Whether a key, constraint or check begins here, rather than a column.</summary>
    public bool AtKey() => words.Is("PRIMARY") || words.Is("KEY") || words.Is("INDEX") || words.Is("UNIQUE") || words.Is("FULLTEXT") || words.Is("SPATIAL")
        || words.Is("FOREIGN") || words.Is("CONSTRAINT") || words.Is("CHECK") || Pair("PERIOD", "FOR") || Pair("VECTOR", "INDEX") || Pair("VECTOR", "KEY");

    /// <summary>Reads a key or constraint, up to the comma or parenthesis behind it.</summary>
    public void Key()
    {
        if (words.Take("CONSTRAINT") && !words.Is("PRIMARY") && !words.Is("UNIQUE") && !words.Is("FOREIGN") && !words.Is("CHECK")) words.Next();
        if (words.Take("PRIMARY"))
        {
            words.Take("KEY");
            while (!words.IsSymbol('(')) SkipOne();
            Keys = KeyColumns();
        }

        SkipToComma();
    }

    /// <summary>Reads a column, its name included.</summary>
    /// <param name="charset">The table's.</param>
    /// <param name="isFirst">Whether it goes to the front.</param>
    /// <param name="after">The column that it goes behind; null where it does not say.</param>
    /// <param name="fills">Whether rows that are there get another value than null.</param>
    public MySqlColumn Column(string charset, out bool isFirst, out string? after, out bool fills)
    {
        string name = words.Name();
        isFirst = fills = false;
        after = null;
        bool serial = words.Is("SERIAL");
        var type = TypeWords.Read(words, context.IsMariaDb);
        bool? nullable = serial ? false : null;
        if (serial) Keys ??= [name];
        string? own = type.Charset;
        while (!words.AtEnd && !words.IsSymbol(',') && !words.IsSymbol(')'))
        {
            if (words.Take("UNSIGNED") || words.Take("ZEROFILL")) type = type with { Unsigned = true };
            else if (words.Take("CHARACTER", "SET") || words.Take("CHARSET")) own = Charset();
            else if (words.Take("COLLATE")) own = CollationCharset(own);
            else if (words.Take("ASCII")) own = "latin1";
            else if (words.Take("UNICODE")) own = "ucs2";
            else if (words.Take("NOT", "NULL")) nullable = false;
            else if (words.Take("SET", "NULL") || words.Take("SET", "DEFAULT")) { }
            else if (words.Take("NULL")) nullable = true;
            else if (words.Take("DEFAULT")) fills |= Default();
            else if (words.Take("GENERATED") || words.Take("AS") || words.Take("AUTO_INCREMENT")) fills = true;
            else if (words.Take("UNIQUE")) words.Take("KEY");
            else if (words.Take("PRIMARY", "KEY") || words.Take("PRIMARY") || words.Take("KEY")) (Keys, nullable) = ([name], false);
            else if (words.Take("COMMENT")) words.Next();
            else if (words.Take("REFERENCES")) Reference();
            else if (words.Take("FIRST")) isFirst = true;
            else if (words.Take("AFTER")) after = words.Name();
            else SkipOne();
        }

        bool usual = type.Name != "timestamp" || context.TimestampsMayBeNull;
        bool mayBeNull = nullable ?? usual;
        return new MySqlColumn(name, TypeWords.Finish(type, own ?? charset), mayBeNull) is var column && !mayBeNull ? Filled(column, out fills) : column;
    }

    /// <summary>Passes over what is left up to a comma or closing parenthesis of this level.</summary>
    public void SkipToComma()
    {
        while (!words.AtEnd && !words.IsSymbol(',') && !words.IsSymbol(')')) SkipOne();
    }

    public string Charset()
    {
        words.Take('=');
        string name = words.Kind == WordKind.Text ? words.Text : words.Text;
        words.Next();
        return Charsets.Normal(name);
    }

    public string CollationCharset(string? known)
    {
        words.Take('=');
        string collation = words.Text;
        words.Next();
        // MariaDB's collations of Unicode 14 go with several character sets and do not name one.
        return collation.StartsWith("uca1400", StringComparison.OrdinalIgnoreCase) ? known ?? "utf8mb4" : Charsets.OfCollation(collation);
    }

    static MySqlColumn Filled(MySqlColumn column, out bool fills)
    {
        fills = true; // Rows that are there get the type's zero.
        return column;
    }

    bool Pair(string first, string second)
    {
        if (!words.Is(first)) return false;
        var mark = words.Mark();
        bool pair = words.Take(first, second);
        words.Reset(mark);
        return pair;
    }

    bool Default()
    {
        if (words.Take("NULL")) return false;
        if (words.Take('-') || words.Take('+')) words.Next();
        else SkipOne();
        return true;
    }

    void Reference()
    {
        words.Name();
        if (words.Take('.')) words.Name();
        if (words.IsSymbol('(')) words.SkipParentheses();
    }

    void SkipOne()
    {
        if (words.AtEnd) throw words.Unexpected("more");
        if (words.IsSymbol('(')) words.SkipParentheses();
        else words.Next();
    }

    List<string> KeyColumns()
    {
        var columns = new List<string>();
        words.Expect('(');
        do
        {
            columns.Add(words.Name());
            if (words.IsSymbol('(')) words.SkipParentheses();
            while (!words.IsSymbol(',') && !words.IsSymbol(')')) SkipOne();
        }
        while (words.Take(','));
        words.Expect(')');
        return columns;
    }
}
