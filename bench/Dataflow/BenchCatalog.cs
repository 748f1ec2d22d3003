using Orrery.Sql.Binding;
using Orrery.Sql.Catalogs;
using Orrery.Sql.Plans;
using Orrery.Sql.Syntax;

namespace Orrery.Bench.Dataflow;

/// <summary>The tables of a script.</summary>
sealed class BenchCatalog : ISqlCatalog
{
    readonly Dictionary<string, Relation> relations = new(StringComparer.OrdinalIgnoreCase);

    public BenchCatalog(string script, bool isAppendOnly)
    {
        foreach (var statement in SqlParser.ParseScript(script))
            if (SqlBinder.Bind(statement, this) is BoundCreateTable table) relations.Add(table.Relation.Name, table.Relation with { IsAppendOnly = isAppendOnly });
    }

    public IEnumerable<Relation> Relations => relations.Values;

    public IEnumerable<string> RelationNames => relations.Keys;

    public IEnumerable<string> FunctionNames => [];

    public Relation? FindRelation(string name) => relations.GetValueOrDefault(name);

    public SqlFunction? FindFunction(string name) => null;

    public Plan View(string text) => SqlBinder.BindView(SqlParser.ParseQuery(text), this);
}
