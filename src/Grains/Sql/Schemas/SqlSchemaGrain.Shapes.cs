using Orrery.Grains.Sql.Values;
using Orrery.Interfaces.Sql;
using Orrery.Sql.Binding;
using Orrery.Sql.Syntax;

namespace Orrery.Grains.Sql.Schemas;

/// <summary>Queries that others keep, bound before they are kept.</summary>
sealed partial class SqlSchemaGrain
{
    public Task<IReadOnlyList<SqlShape>> Shapes(IReadOnlyList<string> queries) => Task.FromResult<IReadOnlyList<SqlShape>>([.. queries.Select(Shape)]);

    SqlShape Shape(string text)
    {
        Bounded(text);
        try
        {
            StatementSyntax statement = SqlParser.ParseStatement(text);
            return statement switch
            {
                QueryStatementSyntax query => new SqlShape(JsonRows.Columns(SqlBinder.BindView(query.Query, catalog).Schema), null),
                WhySyntax when SqlBinder.Bind(statement, catalog) is BoundWhy => new SqlShape([], null),
                _ => Wrong("Only a query (SELECT ...) can stand here.", statement.Span),
            };
        }
        catch (SqlSyntaxException fault)
        {
            return Wrong(fault.Reason, fault.Span);
        }
        catch (SqlBindingException fault)
        {
            return Wrong(fault.Reason, fault.Span);
        }

        static SqlShape Wrong(string message, TextSpan span) => new([], new SqlProblem(message, span.Line, span.Column, span.Offset, span.Length));
    }
}
