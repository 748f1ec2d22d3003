using Orrery.Sql.Binding;
using Orrery.Sql.Catalogs;
using Orrery.Sql.Plans;
using Orrery.Sql.Syntax;

namespace Orrery.Sql.Tests.Binding;

/// <summary>A catalog that statements are run against.</summary>
internal sealed class TestCatalog : ISqlCatalog
{
    private readonly Dictionary<string, Relation> _relations = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, SqlFunction> _functions = new(StringComparer.OrdinalIgnoreCase);

    public TestCatalog(string script)
    {
        foreach (var statement in SqlParser.ParseScript(script)) Run(statement);
    }

    public IEnumerable<string> RelationNames => _relations.Values.Select(relation => relation.Name);

    public IEnumerable<string> FunctionNames => _functions.Values.Select(function => function.Name);

    public Relation? FindRelation(string name) => _relations.GetValueOrDefault(name);

    public SqlFunction? FindFunction(string name) => _functions.GetValueOrDefault(name);

    public void Run(string statement) => Run(SqlParser.ParseStatement(statement));

    public Plan Query(string text) => SqlBinder.BindQuery(SqlParser.ParseQuery(text), this);

    public Plan View(string text) => SqlBinder.BindView(SqlParser.ParseQuery(text), this);

    public BoundStatement Bind(string text) => SqlBinder.Bind(SqlParser.ParseStatement(text), this);

    private void Run(StatementSyntax statement)
    {
        switch (SqlBinder.Bind(statement, this))
        {
            case BoundCreateTable table:
                _relations[table.Relation.Name] = table.Relation;
                break;
            case BoundCreateView view:
                _relations[view.Relation.Name] = view.Relation;
                break;
            case BoundCreateFunction function:
                _functions[function.Function.Name] = function.Function;
                break;
            default:
                throw new InvalidOperationException($"Not for a catalog: {statement}");
        }
    }
}
