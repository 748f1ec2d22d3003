using System.Runtime.CompilerServices;

namespace Orrery.Sql.Syntax;

/// <summary>References to tables, and windows of rows.</summary>
sealed partial class Printer
{
    void WriteTable(TableReferenceSyntax table)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (table)
        {
            case NamedTableSyntax named:
                WriteNamedTable(named);
                break;
            case DerivedTableSyntax derived:
                text.Append(derived.Lateral ? "LATERAL " : "");
                WriteNested(derived.Query);
                WriteTableAlias(derived.Alias);
                break;
            case FunctionTableSyntax function:
                text.Append(function.Lateral ? "LATERAL TABLE(" : "TABLE(");
                WritePlainCall(function.Call);
                text.Append(')');
                WriteTableAlias(function.Alias);
                break;
            case UnnestSyntax unnest:
                text.Append("UNNEST");
                WriteParenthesized(unnest.Arrays);
                text.Append(unnest.WithOrdinality ? " WITH ORDINALITY" : "");
                WriteTableAlias(unnest.Alias);
                break;
            case JoinSyntax join:
                WriteJoin(join);
                break;
            default:
                throw new ArgumentException($"{table.GetType().Name} has no text.", nameof(table));
        }
    }

    void WriteNamedTable(NamedTableSyntax table)
    {
        Write(table.Name);
        WriteHints(table.Hints);
        if (table.SystemTime is not null)
        {
            text.Append(" FOR SYSTEM_TIME AS OF ");
            Write(table.SystemTime, Power.Range + 1);
        }

        WriteTableAlias(table.Alias);
    }

    void WriteTableAlias(TableAliasSyntax? alias)
    {
        if (alias is not null)
            Write(" AS ", alias);
    }

    void WriteAlias(TableAliasSyntax alias)
    {
        Write(alias.Name);
        if (alias.Columns.Count == 0)
            return;
        text.Append(' ');
        WriteParenthesized(alias.Columns);
    }

    void WriteJoin(JoinSyntax join)
    {
        WriteTable(join.Left);
        Clause(join.Natural ? "NATURAL " : "");
        text.Append(join.Kind switch
        {
            JoinKind.Inner => "JOIN ",
            JoinKind.Left => "LEFT JOIN ",
            JoinKind.Right => "RIGHT JOIN ",
            JoinKind.Full => "FULL JOIN ",
            _ => "CROSS JOIN ",
        });
        if (join.Right is JoinSyntax)
        {
            text.Append('(');
            WriteTable(join.Right);
            text.Append(')');
        }
        else
        {
            WriteTable(join.Right);
        }

        if (join.On is not null)
            Write(" ON ", join.On);
        if (join.Using.Count == 0)
            return;
        text.Append(" USING ");
        WriteParenthesized(join.Using);
    }

    void WriteWindow(WindowSyntax window)
    {
        if (window is { Base: not null, PartitionBy.Count: 0, OrderBy.Count: 0, Frame: null })
            Write(window.Base);
        else
            WriteWindowParts(window);
    }

    void WriteNamedWindow(NamedWindowSyntax window)
    {
        Write(window.Name);
        text.Append(" AS ");
        WriteWindowParts(window.Window);
    }

    void WriteWindowParts(WindowSyntax window)
    {
        text.Append('(');
        string before = "";
        if (window.Base is not null)
        {
            Write(window.Base);
            before = " ";
        }

        if (window.PartitionBy.Count > 0)
        {
            text.Append(before).Append("PARTITION BY ");
            WriteList(window.PartitionBy);
            before = " ";
        }

        if (window.OrderBy.Count > 0)
        {
            text.Append(before).Append("ORDER BY ");
            WriteList(window.OrderBy);
            before = " ";
        }

        if (window.Frame is not null)
            Write(before, window.Frame);
        text.Append(')');
    }

    void WriteFrame(FrameSyntax frame)
    {
        text.Append(frame.Unit == FrameUnit.Rows ? "ROWS " : "RANGE ");
        if (frame.End is null)
        {
            Write(frame.Start);
            return;
        }

        Write("BETWEEN ", frame.Start);
        Write(" AND ", frame.End);
    }

    void WriteFrameBound(FrameBoundSyntax bound)
    {
        if (bound.Offset is not null)
            Write(bound.Offset, Power.Range + 1);
        text.Append(bound.Bound switch
        {
            FrameBound.UnboundedPreceding => "UNBOUNDED PRECEDING",
            FrameBound.Preceding => " PRECEDING",
            FrameBound.CurrentRow => "CURRENT ROW",
            FrameBound.Following => " FOLLOWING",
            _ => "UNBOUNDED FOLLOWING",
        });
    }
}
