using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Orrery.Sql.Expressions;
using Orrery.Sql.Rows;

namespace Orrery.Sql.Plans;

/// <summary>Plans as text, a line a node, inputs indented by two below it.</summary>
public static class PlanPrinter
{
    /// <summary>
    /// The canonical text, which is the plan's fingerprint: two plans of the same text compute the same rows in the same layout. Columns are written by
    /// their place, so that aliases make no difference.
    /// </summary>
    public static string Print(Plan plan) => Write(plan, isCanonical: true);

    /// <summary>The text of EXPLAIN, with the names of columns.</summary>
    public static string Explain(Plan plan) => Write(plan, isCanonical: false);

    /// <summary>What the node is: <c>Join</c>, <c>Scan</c>, ...</summary>
    internal static string Title(Plan plan) => plan switch
    {
        JoinPlan join => join.Kind + "Join",
        TopPlan top => top.Rank == RankKind.RowNumber ? "Top" : "Top" + top.Rank,
        WindowPlan window => window.Kind + "Window",
        AggregatePlan { Calls.Count: 0 } => "Distinct",
        SetOperationPlan set => (set.IsIntersect ? "Intersect" : "Except") + (set.IsAll ? "All" : ""),
        LookupPlan { IsLeft: true } => "LeftLookup",
        _ => plan.GetType().Name[..^"Plan".Length],
    };

    /// <summary>What the node does, without its title and its inputs.</summary>
    internal static string Detail(Plan plan, bool isCanonical)
    {
        var text = new StringBuilder();
        Detail(plan, text, isCanonical);
        return text.ToString();
    }

    private static string Write(Plan plan, bool isCanonical)
    {
        var text = new StringBuilder();
        Node(plan, 0, text, isCanonical);
        return text.ToString();
    }

    private static void Node(Plan plan, int depth, StringBuilder text, bool isCanonical)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (depth > 0) text.Append('\n');
        text.Append(' ', depth * 2).Append(Title(plan));
        int length = text.Append(' ').Length;
        Detail(plan, text, isCanonical);
        if (text.Length == length) text.Length--;
        foreach (var input in plan.Inputs) Node(input, depth + 1, text, isCanonical);
    }

    private static void Detail(Plan plan, StringBuilder text, bool isCanonical)
    {
        var printer = new ExpressionPrinter(text, isCanonical);
        var input = plan.Inputs.Count == 1 ? plan.Inputs[0].Schema : null;
        printer.Over(input);
        switch (plan)
        {
            case ScanPlan scan:
                text.Append(scan.Relation.Name).Append(" [");
                text.AppendJoin(", ", scan.Schema.Columns.Select(column => isCanonical ? $"{column.Name} {column.Type}" : column.Name)).Append(']');
                break;
            case ValuesPlan values:
                if (isCanonical) text.AppendJoin(", ", values.Schema.Columns.Select(column => column.Type.ToString())).Append(' ');
                foreach (var row in values.Rows) printer.List(row);
                break;
            case FilterPlan filter:
                printer.Expression(filter.Predicate);
                break;
            case ProjectPlan project:
                Named(project.Expressions, project.Schema, printer, text, isCanonical);
                break;
            case JoinPlan join:
                Keys(join.LeftKeys, join.RightKeys, join.Residual, join.Left.Schema, join.Right.Schema, printer, text);
                break;
            case LookupPlan lookup:
                Keys(lookup.LeftKeys, lookup.RightKeys, lookup.Residual, lookup.Left.Schema, lookup.Right.Schema, printer, text);
                break;
            case AggregatePlan aggregate:
                if (aggregate.Keys.Count > 0) text.Append("by ");
                if (aggregate.Keys.Count > 0) printer.List(aggregate.Keys);
                for (int i = 0; i < aggregate.Calls.Count; i++)
                {
                    text.Append(i > 0 ? ", " : aggregate.Keys.Count > 0 ? " " : "");
                    printer.Aggregate(aggregate.Calls[i]);
                }

                break;
            case ExchangePlan exchange:
                text.Append(exchange.Kind switch { ExchangeKind.ByKey => "by ", ExchangeKind.ToOne => "to partition 0", _ => "to all partitions" });
                if (exchange.Kind == ExchangeKind.ByKey) printer.List(exchange.Keys);
                if (isCanonical && exchange.IsNetted) text.Append(" netted");
                if (!isCanonical && exchange.Reason.Length > 0) text.Append(": ").Append(exchange.Reason);
                break;
            case ExpandPlan expand:
                foreach (var projection in expand.Projections) printer.List(projection);
                break;
            case TopPlan top:
                Partition(top.PartitionKeys, top.Order, printer, text);
                text.Append(CultureInfo.InvariantCulture, $" {top.First} to {top.Last}");
                if (top.EmitsRank) text.Append(" with rank");
                break;
            case OverPlan over:
                Partition(over.PartitionKeys, over.Order, printer, text);
                foreach (var call in over.Calls) Over(call, printer, text);
                break;
            case WindowPlan window:
                printer.Expression(window.Time);
                text.Append(CultureInfo.InvariantCulture, $" size {Duration(window.SizeMicroseconds)}");
                if (window.StepMicroseconds != 0) text.Append(CultureInfo.InvariantCulture, $" step {Duration(window.StepMicroseconds)}");
                if (window.OffsetMicroseconds != 0) text.Append(CultureInfo.InvariantCulture, $" offset {Duration(window.OffsetMicroseconds)}");
                if (window.PartitionKeys.Count == 0) break;
                text.Append(" by ");
                printer.List(window.PartitionKeys);
                break;
            case TimeFilterPlan filter:
                if (filter.From is not null) Labelled("from ", filter.From, printer, text);
                if (filter.From is not null && filter.Until is not null) text.Append(' ');
                if (filter.Until is not null) Labelled("until ", filter.Until, printer, text);
                break;
            case UnnestPlan unnest:
                printer.Expression(unnest.Array);
                if (unnest.IsLeft) text.Append(" left");
                if (unnest.WithOrdinality) text.Append(" with ordinality");
                break;
            case SortPlan sort:
                printer.Order(sort.Order);
                if (sort.Offset > 0) text.Append(CultureInfo.InvariantCulture, $" offset {sort.Offset}");
                if (sort.Limit is { } limit) text.Append(CultureInfo.InvariantCulture, $" limit {limit}");
                break;
            default:
                break;
        }
    }

    private static void Named(Arguments expressions, RowSchema schema, ExpressionPrinter printer, StringBuilder text, bool isCanonical)
    {
        if (isCanonical)
        {
            printer.List(expressions);
            return;
        }

        text.Append('[');
        for (int i = 0; i < expressions.Count; i++)
        {
            if (i > 0) text.Append(", ");
            int start = text.Length;
            printer.Expression(expressions[i]);
            if (text.ToString(start, text.Length - start) != schema[i].Name) text.Append(" AS ").Append(schema[i].Name);
        }

        text.Append(']');
    }

    private static void Keys(Arguments leftKeys, Arguments rightKeys, BoundExpression? residual, RowSchema left, RowSchema right, ExpressionPrinter printer, StringBuilder text)
    {
        if (leftKeys.Count > 0)
        {
            text.Append("on ");
            printer.Over(left);
            printer.List(leftKeys);
            text.Append(" = ");
            printer.Over(right);
            printer.List(rightKeys);
        }

        if (residual is null) return;
        printer.Over(PlanSchemas.Join(left, right, JoinKind.Inner));
        text.Append(leftKeys.Count > 0 ? " and " : "where ");
        printer.Expression(residual);
    }

    private static void Partition(Arguments keys, SortKeys order, ExpressionPrinter printer, StringBuilder text)
    {
        if (keys.Count > 0)
        {
            text.Append("by ");
            printer.List(keys);
            text.Append(' ');
        }

        text.Append("order ");
        printer.Order(order);
    }

    private static void Over(OverCall call, ExpressionPrinter printer, StringBuilder text)
    {
        text.Append(", ");
        if (call.Aggregate is not null) printer.Aggregate(call.Aggregate);
        else
        {
            text.Append(call.Function);
            printer.List(call.Arguments);
        }

        text.Append(call.Frame.IsRange ? " range " : " rows ");
        text.Append(CultureInfo.InvariantCulture, $"{call.Frame.From?.ToString(CultureInfo.InvariantCulture) ?? "first"} to {call.Frame.To?.ToString(CultureInfo.InvariantCulture) ?? "last"}");
    }

    private static void Labelled(string label, BoundExpression expression, ExpressionPrinter printer, StringBuilder text)
    {
        text.Append(label);
        printer.Expression(expression);
    }

    private static string Duration(long microseconds) => microseconds % 1_000_000 == 0
        ? (microseconds / 1_000_000).ToString(CultureInfo.InvariantCulture) + "s"
        : microseconds.ToString(CultureInfo.InvariantCulture) + "us";
}
