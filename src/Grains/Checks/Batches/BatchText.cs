using System.Text;
using System.Text.RegularExpressions;
using Orrery.Sql.Syntax;

namespace Orrery.Grains.Checks.Batches;

/// <summary>
/// Queries in the words of a database. They are the views' own texts, in what the dialects have in common; only names of types and of quotes are put in its way. What the database does not know it refuses, and the view is not compared.
/// </summary>
/// <param name="isMySql">MySQL and MariaDB; else PostgreSQL.</param>
sealed partial class BatchText(bool isMySql)
{
    static readonly (Regex From, string To)[] MySqlWords =
    [
        (MySqlInteger(), "AS SIGNED)"), (MySqlText(), "AS CHAR)"), (MySqlTime(), "AS DATETIME$1)"), (SameWords(), "<=>"),
    ];

    static readonly (Regex From, string To)[] PostgreSqlWords = [(PostgreSqlText(), "AS TEXT)"), (PostgreSqlBytes(), "AS BYTEA)")];

    /// <summary>A query as the database reads it.</summary>
    public string Of(QuerySyntax query)
    {
        var text = new StringBuilder();
        foreach ((string part, bool isQuoted) in Parts(SqlPrinter.Print(query)))
            text.Append(isQuoted ? Requoted(part) : (isMySql ? MySqlWords : PostgreSqlWords).Aggregate(part, static (left, word) => word.From.Replace(left, word.To)));
        return text.ToString();
    }

    /// <summary>A name as the texts of queries have it.</summary>
    string Name(string name) => Requoted(isMySql ? $"`{name.Replace("`", "``", StringComparison.Ordinal)}`" : SqlPrinter.Name(name));

    /// <summary>A name as the database has it.</summary>
    string Own(string name) => isMySql ? $"`{name.Replace("`", "``", StringComparison.Ordinal)}`" : $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>The rows of a view, as one SELECT that names all that it reads before it.</summary>
    public string Rows(BatchPlan plan, BatchView view)
    {
        var named = new List<string>();
        BatchView[] views = [.. plan.Needed(view.Name)];
        foreach (string table in views.SelectMany(static each => each.Reads).Where(plan.Tables.ContainsKey).Distinct(StringComparer.OrdinalIgnoreCase))
            named.Add($"{Name(table)} AS ({Rows(plan.Tables[table])})");
        foreach (BatchView each in views)
            named.Add($"{Name(each.Name)}{(each.Text.Columns.Count == 0 ? "" : $" ({string.Join(", ", each.Text.Columns.Select(column => Name(column.Name.Name)))})")} AS ({Of(each.Text.Query)})");
        return $"WITH {string.Join(", ", named)} SELECT * FROM {Name(view.Name)}";
    }

    string Rows(BatchTable table) => $"SELECT {string.Join(", ", table.Columns.Select(Name))} FROM {Own(table.Database)}.{Own(table.Table)}";

    /// <summary>What of a text stands in no quotes.</summary>
    public static string Bare(string text) => string.Join(' ', Parts(text).Where(static part => !part.IsQuoted).Select(static part => part.Text));

    static IEnumerable<(string Text, bool IsQuoted)> Parts(string text)
    {
        int from = 0;
        for (int at = 0; at < text.Length; at++)
        {
            char quote = text[at];
            if (quote is not ('\'' or '`'))
                continue;
            if (at > from)
                yield return (text[from..at], false);
            // A doubled quote within is two parts side by side, which come out as they were.
            int end = text.IndexOf(quote, at + 1) is >= 0 and var found ? found + 1 : text.Length;
            yield return (text[at..end], true);
            from = end;
            at = end - 1;
        }

        if (from < text.Length)
            yield return (text[from..], false);
    }

    string Requoted(string part) => !isMySql && part[0] == '`' ? $"\"{part.Trim('`')}\"" : part;

    [GeneratedRegex(@"\bAS (?:BIGINT|INTEGER|INT|SMALLINT|TINYINT)\)")]
    private static partial Regex MySqlInteger();

    [GeneratedRegex(@"\bAS (?:STRING|VARCHAR\(2147483647\))\)")]
    private static partial Regex MySqlText();

    [GeneratedRegex(@"\bAS TIMESTAMP(\(\d\))?\)")]
    private static partial Regex MySqlTime();

    [GeneratedRegex(@"\bIS NOT DISTINCT FROM\b")]
    private static partial Regex SameWords();

    [GeneratedRegex(@"\bAS STRING\)")]
    private static partial Regex PostgreSqlText();

    [GeneratedRegex(@"\bAS (?:BYTES|VARBINARY\(\d+\))\)")]
    private static partial Regex PostgreSqlBytes();
}
