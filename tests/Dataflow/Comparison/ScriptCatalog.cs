using Orrery.Sql.Binding;
using Orrery.Sql.Catalogs;
using Orrery.Sql.Plans;
using Orrery.Sql.Syntax;

namespace Orrery.Dataflow.Tests.Comparison;

/// <summary>A catalog of CREATE TABLE statements.</summary>
internal sealed class ScriptCatalog : ISqlCatalog
{
    private readonly Dictionary<string, Relation> _relations = new(StringComparer.OrdinalIgnoreCase);

    public ScriptCatalog(string script)
    {
        foreach (var statement in SqlParser.ParseScript(script))
            if (SqlBinder.Bind(statement, this) is BoundCreateTable table) _relations.Add(table.Relation.Name, table.Relation);
    }

    public IEnumerable<Relation> Relations => _relations.Values;

    public IEnumerable<string> RelationNames => _relations.Keys;

    public IEnumerable<string> FunctionNames => [];

    public Relation? FindRelation(string name) => _relations.GetValueOrDefault(name);

    public SqlFunction? FindFunction(string name) => null;

    public void Add(Relation relation) => _relations.Add(relation.Name, relation);

    public Plan View(string text) => SqlBinder.BindView(SqlParser.ParseQuery(text), this);
}
