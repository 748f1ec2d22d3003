using System.Runtime.CompilerServices;
using Orrery.Sql.Syntax;

namespace Orrery.Sql.Binding;

/// <summary>Which tables a query names, its common tables among them.</summary>
public static class SyntaxNames
{
    /// <summary>Tables of FROM anywhere in the query, subqueries of expressions included; the names of common tables may be among them.</summary>
    public static IReadOnlyCollection<string> Of(QuerySyntax query)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        Visit(query, names);
        return names;
    }

    private static void Visit(object? node, HashSet<string> names)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (node)
        {
            case NamedTableSyntax table:
                names.Add(table.Name.Plain);
                break;
            case TableQuerySyntax table:
                names.Add(table.Name.Plain);
                break;
            case TableArgumentSyntax { Table: { } table }:
                names.Add(table.Plain);
                break;
        }

        if (node is System.Collections.IEnumerable list and not string)
        {
            foreach (object? item in list) Visit(item, names);
        }
        else if (node is SyntaxNode syntax)
        {
            foreach (var property in syntax.GetType().GetProperties())
            {
                bool isPart = property.Name != "EqualityContract" && property.GetIndexParameters().Length == 0
                    && (typeof(SyntaxNode).IsAssignableFrom(property.PropertyType) || (property.PropertyType.IsGenericType && property.PropertyType.GetGenericTypeDefinition() == typeof(SyntaxList<>)));
                if (isPart) Visit(property.GetValue(syntax), names);
            }
        }
    }
}
