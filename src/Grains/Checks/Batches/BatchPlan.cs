using System.Text.RegularExpressions;
using Orrery.Grains.Sql;
using Orrery.Grains.Sql.Schemas;
using Orrery.Sql.Binding;
using Orrery.Sql.Catalogs;
using Orrery.Sql.Syntax;

namespace Orrery.Grains.Checks.Batches;

/// <summary>A table of the schema with the database's table that its rows come from.</summary>
/// <param name="Database">Or schema.</param>
/// <param name="Columns">Names, in their order.</param>
/// <param name="HoldsSequences">Whether the topic has Orrery's own changes, which carry the database's positions.</param>
sealed record BatchTable(string Name, string Database, string Table, string[] Columns, string Topic, bool HoldsSequences);

/// <summary>A view whose query is run as a batch.</summary>
/// <param name="Reads">Names of the tables and views that its text names.</param>
/// <param name="Relation">What it is here; null: it is only a name for others' queries.</param>
sealed record BatchView(string Name, CreateViewSyntax Text, string[] Reads, Relation? Relation);

/// <param name="Reason">Why it cannot be compared.</param>
sealed record BatchSkip(string Name, string Reason);

/// <summary>
/// How the queries of views are said over the tables of the database: a table of the schema is the database's table that its messages name, a view is its query. What reads anything else, or the clock, cannot be said.
/// </summary>
sealed partial class BatchPlan
{
    readonly SchemaCatalog catalog;
    readonly Dictionary<string, string?> reasons = new(StringComparer.OrdinalIgnoreCase);
    readonly List<BatchView> views = [];
    readonly Dictionary<string, BatchTable> tables = new(StringComparer.OrdinalIgnoreCase);
    readonly List<string> results = [];
    readonly List<BatchSkip> skipped = [];

    BatchPlan(SchemaCatalog catalog) => this.catalog = catalog;

    /// <summary>In an order in which each is computed behind those that it reads.</summary>
    public IReadOnlyList<BatchView> Views => views;

    public IReadOnlyDictionary<string, BatchTable> Tables => tables;

    /// <summary>Names of the materialized views that can be compared.</summary>
    public IReadOnlyList<string> Results => results;

    public IReadOnlyList<BatchSkip> Skipped => skipped;

    /// <param name="wanted">Names of materialized views; empty: all that can be compared, and those that cannot are only named where they read the database at all.</param>
    public static BatchPlan Of(IEnumerable<SqlDefinition> definitions, IReadOnlyCollection<string> wanted)
    {
        var plan = new BatchPlan(new SchemaCatalog(definitions));
        IEnumerable<string> names = wanted.Count > 0 ? wanted : plan.catalog.Definitions.Where(static definition => definition.Kind == DefinitionKind.MaterializedView).Select(static definition => definition.Name);
        foreach (string name in names.Order(StringComparer.OrdinalIgnoreCase))
        {
            SqlDefinition? definition = plan.catalog.Find(name);
            string? reason = definition is not { Kind: DefinitionKind.MaterializedView } ? $"There is no materialized view '{name}'."
                : definition.IsPaused ? "It is paused." : plan.Take(definition.Name);
            if (reason is null)
                plan.results.Add(definition!.Name);
            else
                plan.skipped.Add(new BatchSkip(name, reason));
        }

        return plan;
    }

    /// <summary>A view with all views under it, each behind those that it reads.</summary>
    public IEnumerable<BatchView> Needed(string view)
    {
        var needed = new HashSet<string>([view], StringComparer.OrdinalIgnoreCase);
        foreach (BatchView each in Enumerable.Reverse(views))
            if (needed.Contains(each.Name))
                needed.UnionWith(each.Reads);
        return views.Where(each => needed.Contains(each.Name));
    }

    /// <summary>Takes a relation with all that it reads; why it cannot be said over the database, or null.</summary>
    string? Take(string name)
    {
        if (reasons.TryGetValue(name, out string? known))
            return known;
        return reasons[name] = catalog.Find(name) switch
        {
            null => $"'{name}' is not there any more.",
            { Kind: DefinitionKind.Table } table => TakeTable(table),
            { Kind: DefinitionKind.View or DefinitionKind.MaterializedView } view => TakeView(view),
            var other => $"It uses {other.Name}, which the database does not know.",
        };
    }

    string? TakeTable(SqlDefinition definition)
    {
        if (catalog.TryBind(definition)?.Relation is not { } relation)
            return $"Its table {definition.Name} means nothing over the schema as it is.";
        TableOptions options = TableOptions.Of(relation);
        if (options.Connector != TableOptions.TopicConnector || options.Format is not ("change" or "canal" or "debezium" or "maxwell") || options.SourceTable.Split('.') is not { Length: 2 or 3 } name || name.Contains(""))
            return $"It reads {definition.Name}, whose rows come from no table of a database.";
        if (((CreateTableSyntax)SqlParser.ParseStatement(definition.Text)).Columns.FirstOrDefault(static column => column is not PhysicalColumnSyntax) is { } computed)
            return $"It reads {definition.Name}, whose column {computed.Name.Name} is computed.";
        // PostgreSQL's and SQL Server's tables may be named with their database before the schema.
        tables[definition.Name] = new BatchTable(definition.Name, name[^2], name[^1], [.. relation.Schema.Columns.Select(static column => column.Name)], options.Topic, options.Format == "change");
        return null;
    }

    string? TakeView(SqlDefinition definition)
    {
        BoundDefinition meaning;
        try
        {
            meaning = catalog.Bind(definition);
        }
        catch (SqlBindingException fault)
        {
            return fault.Reason;
        }

        foreach (string read in meaning.Names)
            if (Take(read) is { } reason)
                return reason.StartsWith("It reads", StringComparison.Ordinal) ? reason : $"It reads {read}: {reason}";
        var text = (CreateViewSyntax)SqlParser.ParseStatement(definition.Text);
        if (Clock().Match(BatchText.Bare(SqlPrinter.Print(text.Query))) is { Success: true } clock)
            return $"It reads the clock ({clock.Value}), which is another one in the database.";
        views.Add(new BatchView(definition.Name, text, [.. meaning.Names], definition.Kind == DefinitionKind.MaterializedView ? meaning.Relation : null));
        return null;
    }

    [GeneratedRegex(@"\b(CURRENT_TIMESTAMP|CURRENT_DATE|CURRENT_TIME|CURRENT_ROW_TIMESTAMP|LOCALTIMESTAMP|LOCALTIME|NOW|PROCTIME|RAND|UUID)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Clock();
}
