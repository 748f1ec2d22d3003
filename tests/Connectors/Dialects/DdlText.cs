using System.Text;
using System.Text.RegularExpressions;
using Orrery.Connectors.Dialects;

namespace Orrery.Connectors.Tests.Dialects;

/// <summary>Statements of a script, and the columns of its tables: enough of SQL for scripts of test data.</summary>
static partial class DdlText
{
    static readonly string Folder = Environment.GetEnvironmentVariable("ORRERY_TEST_DATA") ?? Path.Combine(RepositoryRoot(), "../shared/data");

    /// <summary>The script's text. Skips the test where the data is absent.</summary>
    public static string Read(string path)
    {
        string file = Path.Combine(Folder, path);
        if (!File.Exists(file)) Assert.Skip($"the test data is not there: {path} (set ORRERY_TEST_DATA)");
        return File.ReadAllText(file);
    }

    /// <summary>Apart at semicolons outside of texts, without comments.</summary>
    public static IEnumerable<string> Statements(string script)
    {
        var statement = new StringBuilder();
        bool quoted = false;
        for (int at = 0; at < script.Length; at++)
        {
            char here = script[at];
            if (here == '\'') quoted = !quoted;
            if (!quoted && here == '-' && at + 1 < script.Length && script[at + 1] == '-')
            {
                at = script.IndexOf('\n', at);
                if (at < 0) break;
                continue;
            }

            if (!quoted && here == ';')
            {
                if (statement.ToString().Trim() is { Length: > 0 } text) yield return text;
                statement.Clear();
            }
            else
            {
                statement.Append(here);
            }
        }

        if (statement.ToString().Trim() is { Length: > 0 } last) yield return last;
    }

    /// <summary>Names and type texts of the columns that a CREATE TABLE makes.</summary>
    public static IEnumerable<(string Name, string Type)> Columns(string createTable)
    {
        string body = createTable[(createTable.IndexOf('(', StringComparison.Ordinal) + 1)..createTable.LastIndexOf(')')];
        foreach (string part in Parts(body))
        {
            Match column = Column().Match(part.Trim());
            if (column.Success && !column.Groups[1].Value.Equals("primary", StringComparison.OrdinalIgnoreCase)) yield return (column.Groups[1].Value, column.Groups[2].Value.Trim());
        }
    }

    public static string? TableName(string statement) => Create().Match(statement) is { Success: true } match ? match.Groups[1].Value : null;

    /// <summary>A table of these columns in a dialect.</summary>
    public static TableDefinition Table(IDialect dialect, string createTable) => new(new TableName(null, TableName(createTable)!.ToLowerInvariant().Replace('.', '_')),
    [
        .. Columns(createTable).Select((column, index) => new ColumnDefinition(column.Name, dialect.TypeOf(column.Type), column.Type, Nullable: index > 0)),
    ])
    { Key = [Columns(createTable).First().Name] };

    static IEnumerable<string> Parts(string body)
    {
        int depth = 0, from = 0;
        bool quoted = false;
        for (int at = 0; at < body.Length; at++)
        {
            if (body[at] == '\'') quoted = !quoted;
            if (quoted) continue;
            depth += body[at] switch { '(' => 1, ')' => -1, _ => 0 };
            if (body[at] != ',' || depth > 0) continue;
            yield return body[from..at];
            from = at + 1;
        }

        yield return body[from..];
    }

    static string RepositoryRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Cluster.sln"))) folder = Path.GetDirectoryName(folder);
        return folder ?? ".";
    }

    [GeneratedRegex(@"^(\w+)\s+(.*?)(\s+(not\s+null|null|default|primary\s+key)\b.*)?$", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex Column();

    [GeneratedRegex(@"^create\s+table\s+([\w.]+)", RegexOptions.IgnoreCase)]
    private static partial Regex Create();
}
