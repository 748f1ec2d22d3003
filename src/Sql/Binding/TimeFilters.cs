using Orrery.Sql.Expressions;
using Orrery.Sql.Functions;
using Orrery.Sql.Plans;
using Orrery.Sql.Syntax;
using Orrery.Sql.Types;

namespace Orrery.Sql.Binding;

/// <summary>
/// Conditions on the clock become the instants at which a row comes into sight and goes out of it: <c>ts &gt; NOW() - INTERVAL '1' DAY</c> holds
/// while the clock is before ts + 1 day.
/// </summary>
internal static class TimeFilters
{
    private const long MicrosecondsADay = 86_400_000_000;

    /// <summary>The plan with the condition applied.</summary>
    /// <exception cref="SqlBindingException">A live plan, and the condition is not of a form that can be solved for the clock.</exception>
    public static Plan Apply(Plan plan, BoundExpression condition, bool isLive, TextSpan span)
    {
        if (Solved(plan, condition) is { } solved) return solved;
        if (!isLive)
        {
            // A query reads the clock once, so any condition can be computed.
            var computed = BindingSession.Project(plan, [.. plan.Schema.AllColumns(), condition], [.. plan.Schema.Columns.Select(column => column.Name), "condition"]);
            var filtered = new FilterPlan(computed, computed.Schema.Column(plan.Schema.Count));
            return BindingSession.Project(filtered, [.. filtered.Schema.AllColumns().Take(plan.Schema.Count)], plan.Schema.Columns.Select(column => column.Name));
        }

        throw new SqlBindingException(
            "A live view follows the clock in conditions that compare NOW() or CURRENT_DATE, plus or less a constant interval, with an expression of the row by <, <=, >, >=, = or BETWEEN, bound by AND. This one is of another form.", span);
    }

    private static Plan? Solved(Plan plan, BoundExpression condition)
    {
        if (condition is not CallExpression { Arguments: [var left, var right] } comparison) return null;
        string symbol = comparison.Function.Name;
        if (symbol is not ("<" or "<=" or ">" or ">=" or "=")) return null;
        bool isLeft = ExpressionTree.ReadsClock(left);
        if (isLeft && ExpressionTree.ReadsClock(right)) return null;
        var (clock, value) = isLeft ? (left, right) : (right, left);
        if (!isLeft) symbol = symbol switch { "<" => ">", "<=" => ">=", ">" => "<", ">=" => "<=", _ => symbol };
        if (!ExpressionTree.IsDeterministic(value)) return null;

        // clock (symbol) value, where the clock is NOW() as it is or as a date, moved by a distance.
        var moves = new List<(string Symbol, BoundExpression Distance)>();
        bool isDate = false;
        while (clock is not NowExpression)
        {
            switch (clock)
            {
                case CastExpression { IsTry: false, Operand: var operand } cast when cast.Type.IsTimestamp && operand.Type.IsTimestamp:
                    if (cast.Type.Precision < operand.Type.Precision) return null;
                    clock = operand;
                    break;
                case CastExpression { IsTry: false, Type.Kind: SqlTypeKind.Date, Operand: var operand } when !isDate && operand.Type.IsTimestamp:
                    isDate = true;
                    value = Moved(value, moves)!;
                    moves = [];
                    if (value is null || value.Type.Kind != SqlTypeKind.Date) return null;
                    clock = operand;
                    break;
                case CallExpression { Function.Name: "+" or "-", Arguments: [var first, var second] } sum when second is ConstantExpression && (second.Type.IsInterval || second.Type.IsInteger):
                    moves.Add((sum.Function.Name == "+" ? "-" : "+", second));
                    clock = first;
                    break;
                case CallExpression { Function.Name: "+", Arguments: [ConstantExpression first, var second] } when first.Type.IsInterval:
                    moves.Add(("-", first));
                    clock = second;
                    break;
                default:
                    return null;
            }
        }

        if (Moved(value, moves) is not { } instant) return null;
        if (isDate)
        {
            // The date of the clock equals d from d 00:00 up to the day after.
            var first = ToInstant(instant);
            var next = Plus(first, MicrosecondsADay);
            return symbol switch
            {
                ">=" => new TimeFilterPlan(plan, first, null),
                ">" => new TimeFilterPlan(plan, next, null),
                "<=" => new TimeFilterPlan(plan, null, next),
                "<" => new TimeFilterPlan(plan, null, first),
                _ => new TimeFilterPlan(plan, first, next),
            };
        }

        if (!instant.Type.IsTimestamp && instant.Type.Kind != SqlTypeKind.Date) return null;
        var at = ToInstant(instant);
        return symbol switch
        {
            ">=" => new TimeFilterPlan(plan, at, null),
            ">" => new TimeFilterPlan(plan, Plus(at, 1), null),
            "<=" => new TimeFilterPlan(plan, null, Plus(at, 1)),
            "<" => new TimeFilterPlan(plan, null, at),
            _ => new TimeFilterPlan(plan, at, Plus(at, 1)),
        };
    }

    private static BoundExpression? Moved(BoundExpression value, List<(string Symbol, BoundExpression Distance)> moves)
    {
        foreach (var (symbol, distance) in moves)
        {
            if (!FunctionCatalog.TryResolve(symbol, [value.Type, distance.Type], out _, out _)) return null;
            value = FunctionCatalog.Resolve(symbol, [value, distance]);
        }

        return value;
    }

    private static BoundExpression ToInstant(BoundExpression value) => TypeCoercion.Cast(value, SqlType.TimestampLtz);

    private static BoundExpression Plus(BoundExpression instant, long microseconds) =>
        FunctionCatalog.Resolve("+", [instant, new ConstantExpression(microseconds, SqlType.IntervalMicroseconds.Nullable(false))]);
}
