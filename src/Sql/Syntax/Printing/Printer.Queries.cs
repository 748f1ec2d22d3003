using System.Runtime.CompilerServices;

namespace Orrery.Sql.Syntax;

/// <summary>Queries and what they read.</summary>
sealed partial class Printer
{
    void WriteQuery(QuerySyntax query)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (query.With.Count > 0)
        {
            text.Append("WITH ");
            WriteList(query.With, Separator);
            Clause("");
        }

        WriteBody(query);
        if (query.OrderBy.Count > 0)
        {
            Clause("ORDER BY ");
            WriteList(query.OrderBy);
        }

        if (query.Limit is { } limit)
        {
            Clause("LIMIT ");
            WriteNumber(limit);
        }

        if (query.Offset is { } offset)
        {
            text.Append(" OFFSET ");
            WriteNumber(offset);
        }
    }

    void WriteBody(QuerySyntax query)
    {
        switch (query)
        {
            case SelectSyntax select:
                WriteSelect(select);
                break;
            case SetOperationSyntax operation:
                WriteSetOperation(operation);
                break;
            case ValuesSyntax values:
                WriteValues(values);
                break;
            case TableQuerySyntax table:
                Write("TABLE ", table.Name);
                break;
            case NestedQuerySyntax nested:
                WriteNested(nested.Query);
                break;
            default:
                throw new ArgumentException($"{query.GetType().Name} has no text.", nameof(query));
        }
    }

    void WriteValues(ValuesSyntax values)
    {
        text.Append("VALUES ");
        for (int row = 0; row < values.Rows.Count; row++)
        {
            if (row > 0)
                text.Append(", ");
            WriteParenthesized(values.Rows[row].Items);
        }
    }

    void WriteSetOperation(SetOperationSyntax operation)
    {
        WriteOperand(operation.Left, PowerOf(operation));
        Clause(operation.Operator switch { SetOperator.Union => "UNION", SetOperator.Intersect => "INTERSECT", _ => "EXCEPT" });
        text.Append(operation.All ? " ALL" : "");
        Clause("");
        WriteOperand(operation.Right, PowerOf(operation) + 1);
    }

    static int PowerOf(SetOperationSyntax operation) => operation.Operator == SetOperator.Intersect ? 2 : 1;

    void WriteOperand(QuerySyntax query, int power)
    {
        if (query.HasTail || query is SetOperationSyntax inner && PowerOf(inner) < power)
            WriteNested(query);
        else
            WriteQuery(query);
    }

    void WriteSelect(SelectSyntax select)
    {
        text.Append("SELECT");
        WriteHints(select.Hints);
        text.Append(select.Distinct ? " DISTINCT " : " ");
        WriteIndented(select.Items);
        if (select.From.Count > 0)
        {
            Clause("FROM ");
            WriteList(select.From);
        }

        WriteClause("WHERE ", select.Where);
        WriteClause("", select.GroupBy);
        WriteClause("HAVING ", select.Having);
        if (select.Windows.Count > 0)
        {
            Clause("WINDOW ");
            WriteList(select.Windows);
        }

        WriteClause("QUALIFY ", select.Qualify);
    }

    void WriteSelectItem(SelectItemSyntax item)
    {
        Write(item.Expression, 0);
        if (item.Alias is not null)
            Write(" AS ", item.Alias);
    }

    void WriteOrderItem(OrderItemSyntax item)
    {
        Write(item.Expression, 0);
        text.Append(item.Descending ? " DESC" : "").Append(item.Nulls switch { NullsOrder.First => " NULLS FIRST", NullsOrder.Last => " NULLS LAST", _ => "" });
    }

    void WriteCommonTable(CommonTableSyntax table)
    {
        Write(table.Name);
        if (table.Columns.Count > 0)
        {
            text.Append(' ');
            WriteParenthesized(table.Columns);
        }

        text.Append(" AS ");
        WriteNested(table.Query);
    }

    void WriteGrouping(GroupingSyntax grouping)
    {
        switch (grouping)
        {
            case ExpressionGroupingSyntax { Expression: RowSyntax row }:
                text.Append("ROW");
                WriteParenthesized(row.Items);
                break;
            case ExpressionGroupingSyntax expression:
                Write(expression.Expression, 0);
                break;
            case SetGroupingSyntax set:
                WriteParenthesized(set.Expressions);
                break;
            case RollupGroupingSyntax rollup:
                text.Append("ROLLUP ");
                WriteParenthesized(rollup.Items);
                break;
            case CubeGroupingSyntax cube:
                text.Append("CUBE ");
                WriteParenthesized(cube.Items);
                break;
            case GroupingSetsSyntax sets:
                text.Append("GROUPING SETS ");
                WriteParenthesized(sets.Items);
                break;
            default:
                throw new ArgumentException($"{grouping.GetType().Name} has no text.", nameof(grouping));
        }
    }
}
