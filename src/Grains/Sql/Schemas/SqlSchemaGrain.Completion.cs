using Orrery.Interfaces.Sql;
using Orrery.Sql.Binding;
using Orrery.Sql.Functions;
using Orrery.Sql.Syntax;
using SqlCompletion = Orrery.Interfaces.Sql.SqlCompletion;

namespace Orrery.Grains.Sql.Schemas;

/// <summary>Help while a text is written.</summary>
sealed partial class SqlSchemaGrain
{
    const int ItemsMax = 200;

    public Task<IReadOnlyList<SqlProblem>> Check(string text)
    {
        Bounded(text);
        var problems = new List<SqlProblem>();
        try
        {
            // What a statement makes is there for those behind it.
            var definitions = State.Definitions.ToList();
            var scratch = new SchemaCatalog(definitions);
            foreach (StatementSyntax statement in SqlParser.ParseScript(text))
            {
                try
                {
                    if (Made(SqlBinder.Bind(statement, scratch), statement) is { } made)
                    {
                        definitions.RemoveAll(other => other.Name.Equals(made.Name, StringComparison.OrdinalIgnoreCase));
                        definitions.Add(made);
                        scratch = new SchemaCatalog(definitions);
                    }
                }
                catch (SqlBindingException fault)
                {
                    problems.Add(new SqlProblem(fault.Reason, fault.Span.Line, fault.Span.Column, fault.Span.Offset, fault.Span.Length));
                }
            }
        }
        catch (SqlSyntaxException fault)
        {
            problems.Add(new SqlProblem(fault.Reason, fault.Span.Line, fault.Span.Column, fault.Span.Offset, fault.Span.Length));
        }

        return Task.FromResult<IReadOnlyList<SqlProblem>>(problems);
    }

    public Task<SqlCompletion> Complete(string text, int offset)
    {
        Bounded(text);
        var place = Orrery.Sql.Syntax.SqlCompletion.At(text, Math.Clamp(offset, 0, text.Length));
        string word = text[place.Start..Math.Clamp(offset, place.Start, text.Length)];
        var items = new List<SqlCompletionItem>();
        if (place.Expected.HasFlag(SqlExpectations.Column))
            foreach (SqlTableInScope table in place.Tables.Where(table => place.Qualifier is null || place.Qualifier.Equals(table.Alias, StringComparison.OrdinalIgnoreCase)))
                if (table.Table is { } name && catalog.Find(name) is { } read && catalog.TryBind(read)?.Relation is { } relation)
                    items.AddRange(relation.Schema.Columns.Where(column => Begins(column.Name, word)).Select(column => new SqlCompletionItem(column.Name, "column", $"{column.Type} of {relation.Name}")));
        if ((place.Expected & (SqlExpectations.Table | SqlExpectations.View)) != 0 && place.Qualifier is null)
        {
            items.AddRange(place.CommonTables.Where(name => Begins(name, word)).Select(static name => new SqlCompletionItem(name, "table", "WITH")));
            items.AddRange(catalog.Definitions
                .Where(definition => definition.Kind is not (DefinitionKind.Insert or DefinitionKind.Function) && Begins(definition.Name, word)
                    && (place.Expected.HasFlag(SqlExpectations.Table) || definition.Kind != DefinitionKind.Table))
                .Select(static definition => new SqlCompletionItem(definition.Name, definition.Kind == DefinitionKind.Table ? "table" : "view", "")));
        }

        if (place.Expected.HasFlag(SqlExpectations.Function) && place.Qualifier is null)
            items.AddRange(catalog.FunctionNames.Concat(FunctionCatalog.All.Select(static function => function.Name).Where(static name => char.IsLetter(name[0])))
                .Where(name => Begins(name, word)).Select(static name => new SqlCompletionItem(name, "function", "")));
        items.AddRange(place.Keywords.Where(keyword => Begins(keyword, word)).Select(static keyword => new SqlCompletionItem(keyword, "keyword", "")));
        return Task.FromResult(new SqlCompletion(place.Start, [.. items.DistinctBy(static item => (item.Label, item.Kind)).Take(ItemsMax)]));
    }

    static bool Begins(string name, string word) => name.StartsWith(word, StringComparison.OrdinalIgnoreCase);

    SqlDefinition? Made(BoundStatement bound, StatementSyntax statement) => bound switch
    {
        BoundCreateTable table => new SqlDefinition(table.Relation.Name, DefinitionKind.Table, Canonical(statement), default, "", 0),
        BoundCreateView view => new SqlDefinition(
            view.Relation.Name, view.Relation.Kind == Orrery.Sql.Catalogs.RelationKind.MaterializedView ? DefinitionKind.MaterializedView : DefinitionKind.View, Canonical(statement), default, "", 0),
        BoundCreateFunction function => new SqlDefinition(function.Function.Name, DefinitionKind.Function, Canonical(statement), default, "", 0),
        _ => null,
    };
}
