using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Orrery.Retail.Schema;

namespace Orrery.Retail.Pipelines;

/// <summary>The pipelines' statements, from <c>pipelines/*.sql</c>. Files from 50 on hold sinks; those before run without any server.</summary>
public static class RetailPipelines
{
    /// <summary>The file of the source tables, which follows from the schema.</summary>
    public const string SourcesFile = "00-ods.sql";

    const string Folder = "pipelines/";
    const int FirstSinkFile = 50;

    static readonly Lazy<IReadOnlyList<PipelineStatement>> Read = new(static () => [.. Resources.Names(Folder).SelectMany(static name => Parse(name[Folder.Length..], Resources.Read(name)))]);
    static readonly Lazy<IReadOnlyList<RetailTable>> Wanted = new(static () => [.. RetailSchema.Instance.Tables.Where(static table => Views.Any(view => Regex.IsMatch(view.Query, $@"\bods_{table.Name}\b")))]);

    /// <summary>All statements, in the order in which they run.</summary>
    public static IReadOnlyList<PipelineStatement> Statements => Read.Value;

    /// <summary>The views in their order.</summary>
    public static IEnumerable<PipelineStatement> Views => Statements.Where(static statement => statement.Kind is PipelineStatementKind.View or PipelineStatementKind.MaterializedView);

    /// <summary>The views whose rows are kept, for somebody to read.</summary>
    public static IEnumerable<PipelineStatement> Results => Statements.Where(static statement => statement.Kind == PipelineStatementKind.MaterializedView);

    /// <summary>The source tables that the views read.</summary>
    public static IReadOnlyList<RetailTable> SourcesRead => Wanted.Value;

    /// <summary>Topics that the sinks of <c>51-sinks-kafka.sql</c> write: wide rows and events.</summary>
    public static IEnumerable<string> OutputTopics => Results
        .Where(static result => result.Name.StartsWith("dwd_", StringComparison.Ordinal) || result.Name.StartsWith("flink_", StringComparison.Ordinal)).Select(static result => $"retail.{result.Name}_kafka");

    /// <summary>Statements that make the tables that are read and all views, where they are not there yet.</summary>
    /// <param name="options">What stands in WITH of a table.</param>
    public static string Script(Func<RetailTable, string> options) => string.Concat(Scripts(options).Select(static script => script.Text));

    /// <summary>As <see cref="Script"/>, one a file, in their order.</summary>
    public static IEnumerable<(string File, string Text)> Scripts(Func<RetailTable, string> options) =>
    [
        (SourcesFile, string.Concat(SourcesRead.Select(table => TableText(table, "IF NOT EXISTS ", options(table)) + ";\n"))),
        .. Views.GroupBy(static view => view.File).Select(static file => (file.Key, string.Concat(file.Select(static view => view.Text.Replace(" VIEW ", " VIEW IF NOT EXISTS ", StringComparison.Ordinal) + ";\n")))),
    ];

    /// <summary>Files of sinks.</summary>
    public const string PostgreSqlSinksFile = "50-sinks-postgresql.sql", TopicSinksFile = "51-sinks-kafka.sql", RedisSinksFile = "52-sinks-redis.sql";

    /// <summary>The connections that stand in the files of sinks, for others to take their place.</summary>
    public const string PostgreSqlPlaceholder = "Host=127.0.0.1;Port=5432;Database=dws;Username=dws", RedisPlaceholder = "127.0.0.1:6379";

    /// <summary>The statements that make the results' tables in PostgreSQL.</summary>
    public static string PostgreSqlTables => Resources.Read("dws/tables.sql");

    /// <summary>The tables of a file of sinks with what writes into each, in their order.</summary>
    /// <param name="file">One of the files of sinks.</param>
    /// <param name="connection">Takes the place of the file's connection; null: it stays.</param>
    public static IEnumerable<PipelineSink> Sinks(string file, string? connection)
    {
        PipelineStatement[] statements = [.. Statements.Where(statement => statement.File == file)];
        string written = connection is null ? "" : "'connection' = '" + connection.Replace("'", "''", StringComparison.Ordinal) + "'";
        string placeholder = $"'connection' = '{(file == PostgreSqlSinksFile ? PostgreSqlPlaceholder : RedisPlaceholder)}'";
        // Each table stands before its INSERT.
        foreach ((PipelineStatement table, PipelineStatement insert) in statements.Zip(statements.Skip(1)).Where(static pair => pair.First.Name.Length > 0))
            yield return new PipelineSink(table.Name, connection is null ? table.Text : table.Text.Replace(placeholder, written, StringComparison.Ordinal), insert.Text);
    }

    /// <summary>Options of a table over canal's messages, one topic a table.</summary>
    public static string CanalOptions(RetailTable table) => $"'connector' = 'topic', 'topic' = '{table.Topic}', 'format' = 'canal', 'table' = '{table.FullName}'";

    /// <summary>Options of a table over a channel's topic, which has the changes of all tables.</summary>
    public static string ChannelOptions(RetailTable table, string topic) => $"'connector' = 'topic', 'topic' = '{topic}', 'format' = 'change', 'table' = '{table.FullName}'";

    /// <summary>What <see cref="SourcesFile"/> must hold for the schema.</summary>
    public static string SourcesText(RetailSchema schema)
    {
        var text = new StringBuilder("-- The source tables as canal's topics give them, one topic a table. Written from examples/retail/schema by the test of it: ORRERY_GOLDEN=write.\n");
        foreach (RetailTable table in schema.Tables)
            text.Append('\n').Append(TableText(table, "", CanalOptions(table))).Append(";\n");
        return text.ToString();
    }

    /// <summary>The statements of a folder's files.</summary>
    public static IReadOnlyList<PipelineStatement> Load(string folder) =>
        [.. Directory.GetFiles(folder, "*.sql").Order(StringComparer.Ordinal).SelectMany(static path => Parse(Path.GetFileName(path), File.ReadAllText(path).ReplaceLineEndings("\n")))];

    static string TableText(RetailTable table, string condition, string options)
    {
        var text = new StringBuilder($"CREATE TABLE {condition}ods_{table.Name} (\n");
        foreach (RetailColumn column in table.Columns)
            text.Append(CultureInfo.InvariantCulture, $"    {column.Name} {TypeOf(column)}{(column.IsNullable ? "" : " NOT NULL")},\n");
        return text.Append(CultureInfo.InvariantCulture, $"    PRIMARY KEY ({string.Join(", ", table.KeyColumns.Select(place => table.Columns[place].Name))}) NOT ENFORCED\n) WITH ({options})").ToString();
    }

    static string TypeOf(RetailColumn column) => column.Form switch
    {
        ColumnForm.Integer => column.Type.Split('(')[0].ToUpperInvariant(),
        ColumnForm.Decimal => column.Type.ToUpperInvariant().Replace(",", ", ", StringComparison.Ordinal),
        ColumnForm.DateTime => "TIMESTAMP(0)",
        ColumnForm.Date => "DATE",
        _ => "STRING",
    };

    static IEnumerable<PipelineStatement> Parse(string file, string text)
    {
        // Statements end with a semicolon at the end of a line, and comments are lines of their own.
        string bare = string.Join('\n', text.Split('\n').Where(static line => !line.StartsWith("--", StringComparison.Ordinal)));
        foreach (string part in bare.Split(";\n", StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string statement = part.TrimEnd(';');
            bool isSink = int.Parse(file[..2], CultureInfo.InvariantCulture) >= FirstSinkFile;
            int from = statement.IndexOf(" AS\n", StringComparison.Ordinal);
            string query = statement.StartsWith("CREATE VIEW", StringComparison.Ordinal) || statement.StartsWith("CREATE MATERIALIZED VIEW", StringComparison.Ordinal) ? statement[(from + 4)..] : "";
            PipelineStatementKind kind = isSink ? PipelineStatementKind.Sink
                : query.Length == 0 ? PipelineStatementKind.Source
                : statement.StartsWith("CREATE VIEW", StringComparison.Ordinal) ? PipelineStatementKind.View : PipelineStatementKind.MaterializedView;
            string[] words = statement.Split([' ', '\n'], 5);
            string name = !statement.StartsWith("CREATE", StringComparison.Ordinal) ? "" : kind == PipelineStatementKind.MaterializedView ? words[3] : words[2];
            yield return new PipelineStatement(file, kind, name, statement, query);
        }
    }
}
