using System.Text;
using Orrery.Connectors.Dialects;
using Orrery.Jobs.Schemas;

namespace Orrery.Jobs.DataModels;

/// <summary>A step of a script.</summary>
/// <param name="What">What it does, for people.</param>
/// <param name="Sql">One statement without its end; empty where the step is a remark alone.</param>
public sealed record ScriptStep(string What, string Sql)
{
    /// <summary>Rows, columns or values can be lost by it.</summary>
    public bool IsDestructive { get; init; }

    /// <summary>When it may be refused or wants a person's eye; null: it does not.</summary>
    public string? Remark { get; init; }

    /// <summary>It cannot stand in a transaction with others.</summary>
    public bool IsApart { get; init; }
}

/// <summary>Renders what makes a model's tables and rows.</summary>
public static class ModelScript
{
    /// <summary>Everything, into an empty database: tables, rows, then foreign keys.</summary>
    /// <exception cref="Connectors.Rows.ValueRangeException">A row does not fit the engine's columns.</exception>
    public static IReadOnlyList<ScriptStep> Build(ModelSchema schema)
    {
        var steps = new List<ScriptStep>();
        if (schema.Dialect.Engines[0] == "sqlite") steps.Add(new ScriptStep("foreign keys are kept from here on by who opens the database", "PRAGMA foreign_keys = OFF") { IsApart = true });
        foreach (RenderedTable table in schema.Tables) steps.AddRange(Create(table.Schema, schema.Dialect));
        foreach (RenderedTable table in ParentsFirst(schema.Tables))
            if (table.Model.Seed is { } seed)
                steps.AddRange(SeedScript.Insert(table, schema.Dialect, Enumerable.Range(0, seed.Rows.Count)));
        foreach (RenderedTable table in schema.Tables)
            foreach (ForeignKey key in table.Schema.ForeignKeys)
                if (schema.Dialect.Engines[0] != "sqlite")
                    steps.Add(AddForeignKey(table.Schema, key, schema.Dialect));
        return steps;
    }

    /// <summary>A text of statements with remarks, for the engine's own tool.</summary>
    /// <param name="steps">In their order.</param>
    /// <param name="dialect">Whose tool reads it.</param>
    /// <param name="head">Remarks at the begin.</param>
    /// <param name="withDestructive">Else destructive steps stand as remarks.</param>
    public static string Text(IReadOnlyList<ScriptStep> steps, IDialect dialect, IEnumerable<string> head, bool withDestructive)
    {
        var text = new StringBuilder();
        foreach (string line in head) text.Append("-- ").Append(OneLine(line)).Append('\n');
        foreach (ScriptStep step in steps)
        {
            text.Append('\n');
            if (step.What.Length > 0) text.Append("-- ").Append(OneLine(step.What)).Append('\n');
            if (step.IsDestructive) text.Append("-- DESTRUCTIVE: what this takes away is gone").Append(withDestructive ? "" : "; left out without --allow-destructive").Append('\n');
            if (step.Remark is { } remark) text.Append("-- NOTE: ").Append(OneLine(remark)).Append('\n');
            if (step.Sql.Length == 0) continue;
            string end = dialect.Engines[0] switch
            {
                "sqlserver" => ";\nGO",
                "oracle" when step.Sql.StartsWith("BEGIN", StringComparison.Ordinal) => "\n/",
                _ => ";",
            };
            string statement = step.Sql + end;
            text.Append(step.IsDestructive && !withDestructive ? "-- " + statement.Replace("\n", "\n-- ", StringComparison.Ordinal) : statement).Append('\n');
        }

        return text.ToString();
    }

    internal static IEnumerable<ScriptStep> Create(SchemaTable table, IDialect dialect)
    {
        bool first = true;
        foreach (string statement in dialect.CreateTable(WithConstraints(table, dialect)))
        {
            yield return new ScriptStep(first ? $"table {table.Name}{(table.Definition.Comment is { } comment ? $": {comment}" : "")}" : "", statement);
            first = false;
        }
    }

    /// <summary>The definition with what stands between the parentheses of CREATE TABLE.</summary>
    internal static TableDefinition WithConstraints(SchemaTable table, IDialect dialect)
    {
        bool foreignToo = dialect.Engines[0] == "sqlite";
        return table.Definition with { Constraints = [.. table.Checks.Select(check => Clause(check, dialect)), .. foreignToo ? table.ForeignKeys.Select(key => Clause(key, dialect)) : []] };
    }

    internal static ScriptStep AddForeignKey(SchemaTable table, ForeignKey key, IDialect dialect) =>
        new($"{table.Name}: its ({string.Join(", ", key.Columns)}) names rows of {key.Parent}", $"ALTER TABLE {dialect.Quote(table.Name)} ADD {Clause(key, dialect)}");

    internal static string Clause(Check check, IDialect dialect) => $"CONSTRAINT {dialect.Quote(check.Name)} CHECK ({Unwrapped(check.Expression)})";

    internal static string Clause(ForeignKey key, IDialect dialect) =>
        $"CONSTRAINT {dialect.Quote(key.Name)} FOREIGN KEY ({Names(key.Columns, dialect)}) REFERENCES {dialect.Quote(key.Parent)} ({Names(key.ParentColumns, dialect)}){Action("DELETE", key.OnDelete, dialect)}{Action("UPDATE", key.OnUpdate, dialect)}";

    internal static string Names(IEnumerable<string> names, IDialect dialect) => string.Join(", ", names.Select(dialect.Quote));

    /// <summary>Tables behind those that they name; cycles stay in the model's order.</summary>
    internal static IReadOnlyList<RenderedTable> ParentsFirst(IReadOnlyList<RenderedTable> tables)
    {
        var ordered = new List<RenderedTable>();
        var left = tables.ToList();
        while (left.Count > 0)
        {
            RenderedTable next = left.FirstOrDefault(table => table.Schema.ForeignKeys.All(key => key.Parent.Name == table.Schema.Name.Name || !left.Any(other => other.Schema.Name.Name == key.Parent.Name))) ?? left[0];
            ordered.Add(next);
            left.Remove(next);
        }

        return ordered;
    }

    static string Action(string when, string action, IDialect dialect) => (dialect.Engines[0], when, action.ToUpperInvariant()) switch
    {
        (_, _, "NO ACTION" or "") => "",
        ("oracle", "UPDATE", _) or ("oracle", _, "RESTRICT" or "SET DEFAULT") => "",
        ("sqlserver", _, "RESTRICT") or ("mysql", _, "SET DEFAULT") => "",
        var (_, _, known) => $" ON {when} {known}",
    };

    static string Unwrapped(string text)
    {
        text = text.Trim();
        if (text is not ['(', .., ')']) return text;
        int depth = 0;
        for (int at = 0; at < text.Length - 1; at++)
        {
            if (text[at] == '\'') return text; // What stands in quotes is not looked into.
            depth += text[at] switch { '(' => 1, ')' => -1, _ => 0 };
            if (depth == 0) return text;
        }

        return text[1..^1];
    }

    static string OneLine(string text) => string.Join(' ', text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries));
}
