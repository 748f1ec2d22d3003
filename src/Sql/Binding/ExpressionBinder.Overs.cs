using Orrery.Sql.Aggregates;
using Orrery.Sql.Expressions;
using Orrery.Sql.Plans;
using Orrery.Sql.Rows;
using Orrery.Sql.Syntax;
using Orrery.Sql.Types;

namespace Orrery.Sql.Binding;

internal sealed partial class ExpressionBinder
{
    private static readonly OverFrame WholePartition = new(false, null, null);

    private BoundExpression Over(CallSyntax syntax, string name)
    {
        if (!rules.Overs) throw new SqlBindingException($"The window function {name} cannot stand in {rules.Clause}; compute it in a subquery{(rules.Clause == "WHERE" ? " or use QUALIFY" : "")}.", syntax.Span);
        if (_insideOver) throw new SqlBindingException($"The window function {name} stands inside another; compute the inner one in a subquery.", syntax.Span);
        if (_insideAggregate) throw new SqlBindingException($"The window function {name} stands inside an aggregate; compute it in a subquery.", syntax.Span);
        _insideOver = true;
        try
        {
            var window = Window(syntax.Over!);
            var partition = new Arguments(window.PartitionBy.Select(Bind));
            var order = Order(window.OrderBy);
            if (ExpressionTree.Any(new CaseExpression(partition, Literals.Boolean(true), SqlType.Boolean), part => part is NowExpression) || order.Any(key => ExpressionTree.ReadsClock(key.Expression)))
                throw new SqlBindingException("NOW() cannot stand in OVER.", syntax.Span);
            var call = AggregateNames.TryFindOver(name, out var function) ? WindowCall(syntax, name, function, window, order) : AggregateOver(syntax, name, window, order);
            return Placed(new OverReference(call, partition, order), syntax.Span);
        }
        finally
        {
            _insideOver = false;
        }
    }

    private OverCall WindowCall(CallSyntax syntax, string name, OverFunction function, WindowSyntax window, SortKeys order)
    {
        if (syntax.Distinct || syntax.Filter is not null) throw new SqlBindingException($"{name} takes no {(syntax.Distinct ? "DISTINCT" : "FILTER")}.", syntax.Span);
        if (syntax.Nulls == NullTreatment.Ignore) throw new SqlBindingException($"{name} with IGNORE NULLS is not supported; leave the nulls out by WHERE.", syntax.Span);
        bool needsOrder = function is not (OverFunction.FirstValue or OverFunction.LastValue or OverFunction.NthValue);
        if (needsOrder && order.Count == 0) throw new SqlBindingException($"{name} numbers rows in an order: its OVER needs ORDER BY.", syntax.Span);
        var values = syntax.Arguments.Select(Bind).ToList();
        (int least, int most) = function switch
        {
            OverFunction.Tiles or OverFunction.FirstValue or OverFunction.LastValue => (1, 1),
            OverFunction.NthValue => (2, 2),
            OverFunction.Lag or OverFunction.Lead => (1, 3),
            _ => (0, 0),
        };
        if (values.Count < least || values.Count > most) throw new SqlBindingException($"{name} takes {(least == most ? $"{least}" : $"{least} to {most}")} arguments, not {values.Count}.", syntax.Span);
        var type = SqlType.BigInt.Nullable(false);
        switch (function)
        {
            case OverFunction.PercentRank or OverFunction.CumulativeDistribution:
                type = SqlType.Double.Nullable(false);
                break;
            case OverFunction.Tiles:
                Constant(values, 0, 1, name, syntax);
                break;
            case OverFunction.NthValue:
                Constant(values, 1, 1, name, syntax);
                type = values[0].Type.Nullable();
                break;
            case OverFunction.FirstValue or OverFunction.LastValue:
                type = values[0].Type.Nullable();
                break;
            case OverFunction.Lag or OverFunction.Lead:
                type = Shifted(values, name, syntax);
                break;
            default:
                break;
        }

        bool isFramed = function is OverFunction.FirstValue or OverFunction.LastValue or OverFunction.NthValue;
        if (!isFramed && window.Frame is not null) throw new SqlBindingException($"{name} looks at the whole partition; a frame (ROWS, RANGE) means nothing to it.", window.Frame.Span);
        var frame = isFramed ? Frame(window, order) : WholePartition;
        return new OverCall(function, new Arguments(values), null, frame, new RowColumn(name, type));
    }

    private static SqlType Shifted(List<BoundExpression> values, string name, CallSyntax syntax)
    {
        if (values.Count == 1) values.Add(Literals.BigInt(1));
        Constant(values, 1, 0, name, syntax);
        if (values.Count == 2)
        {
            values.Add(new ConstantExpression(null, values[0].Type.Nullable()));
            return values[0].Type.Nullable();
        }

        var type = TypeCoercion.Common(values[0].Type, values[2].Type) ?? throw new SqlBindingException($"The default of {name} is {values[2].Type.Nullable()} and its value {values[0].Type.Nullable()}; write a CAST.", syntax.Span);
        values[0] = BindingSession.Cast(values[0], type, syntax.Span);
        values[2] = BindingSession.Cast(values[2], type, syntax.Span);
        return type;
    }

    private static void Constant(List<BoundExpression> values, int index, long least, string name, CallSyntax syntax)
    {
        if (values[index] is not ConstantExpression { Value: long number } || number < least || number > int.MaxValue)
            throw new SqlBindingException($"Argument {index + 1} of {name} must be a constant integer from {least}.", syntax.Span);
        values[index] = Literals.BigInt(number);
    }

    private OverCall AggregateOver(CallSyntax syntax, string name, WindowSyntax window, SortKeys order)
    {
        if (!AggregateNames.TryFind(name, out var function)) throw new SqlBindingException($"{name} is neither an aggregate nor a window function, so it takes no OVER.", syntax.Span);
        var call = AggregateCall(syntax, name, function);
        return new OverCall(OverFunction.Aggregate, call.Arguments, call, Frame(window, order), new RowColumn(name, call.Type));
    }

    private WindowSyntax Window(WindowSyntax syntax)
    {
        if (syntax.Base is null) return syntax;
        string name = syntax.Base.Name;
        int place = -1;
        for (int i = 0; i < rules.Windows.Count; i++)
        {
            if (string.Equals(rules.Windows[i].Name.Name, name, StringComparison.OrdinalIgnoreCase)) place = i;
        }

        if (place < 0) BindingSession.UnknownName("window", name, rules.Windows.Select(window => window.Name.Name), syntax.Base.Span);
        var named = rules.Windows[place].Window;
        if (named.Base is not null)
        {
            // A window completes one that stands before it, so the chain ends.
            var before = rules with { Windows = [.. rules.Windows.Take(place)] };
            named = new ExpressionBinder(session, scope, tables, before).Window(named);
        }

        if (syntax.PartitionBy.Count > 0 && named.PartitionBy.Count > 0) throw new SqlBindingException($"The window {name} has a PARTITION BY already.", syntax.Span);
        if (syntax.OrderBy.Count > 0 && named.OrderBy.Count > 0) throw new SqlBindingException($"The window {name} has an ORDER BY already.", syntax.Span);
        return new WindowSyntax(null, named.PartitionBy.Count > 0 ? named.PartitionBy : syntax.PartitionBy, named.OrderBy.Count > 0 ? named.OrderBy : syntax.OrderBy, syntax.Frame ?? named.Frame) { Span = syntax.Span };
    }

    private OverFrame Frame(WindowSyntax window, SortKeys order)
    {
        if (window.Frame is not { } frame) return order.Count == 0 ? WholePartition : new OverFrame(true, null, 0);
        bool isRange = frame.Unit == FrameUnit.Range;
        long? from = Distance(frame.Start, isRange, order, isStart: true);
        long? to = frame.End is null ? 0 : Distance(frame.End, isRange, order, isStart: false);
        if (frame.Start.Bound == FrameBound.UnboundedFollowing || frame.End?.Bound == FrameBound.UnboundedPreceding)
            throw new SqlBindingException("A frame begins before it ends: UNBOUNDED PRECEDING is its first bound, UNBOUNDED FOLLOWING its last.", frame.Span);
        if (from is { } before && to is { } after && -before > after) throw new SqlBindingException("The frame ends before it begins.", frame.Span);
        if (order.Count == 0 && (isRange || from is not null || to is not null)) throw new SqlBindingException("A frame needs an order: write ORDER BY in OVER.", frame.Span);
        return from is null && to is null ? WholePartition : new OverFrame(isRange, from, to);
    }

    private long? Distance(FrameBoundSyntax bound, bool isRange, SortKeys order, bool isStart)
    {
        switch (bound.Bound)
        {
            case FrameBound.UnboundedPreceding or FrameBound.UnboundedFollowing:
                return null;
            case FrameBound.CurrentRow:
                return 0;
            default:
                var offset = Bind(bound.Offset!);
                bool isBefore = bound.Bound == FrameBound.Preceding;
                if (isRange && order.Count != 1) throw new SqlBindingException("RANGE with a distance needs one key in ORDER BY.", bound.Span);
                long value = offset is ConstantExpression { Value: long number } && number >= 0 ? number
                    : throw new SqlBindingException(isRange ? "The distance of RANGE must be a constant: an interval for times, an integer for integers." : "The distance of ROWS must be a constant integer that is not negative.", bound.Span);
                if (!isRange && !offset.Type.IsInteger) throw new SqlBindingException("The distance of ROWS must be a constant integer.", bound.Span);
                if (isRange) value = RangeDistance(value, offset.Type, order[0].Expression.Type, bound.Span);
                return isStart == isBefore ? value : -value;
        }
    }

    private static long RangeDistance(long value, SqlType offset, SqlType key, TextSpan span)
    {
        if (offset.Kind == SqlTypeKind.IntervalMicroseconds && (key.IsTimestamp || key.Kind == SqlTypeKind.Time)) return value;
        const long microsecondsADay = 86_400_000_000;
        if (offset.Kind == SqlTypeKind.IntervalMicroseconds && key.Kind == SqlTypeKind.Date && value % microsecondsADay == 0) return value / microsecondsADay;
        if (offset.IsInteger && key.IsInteger) return value;
        throw new SqlBindingException($"A distance of {offset.Nullable()} does not fit an order by {key.Nullable()}: RANGE takes an interval of days or less for times, and an integer for integers.", span);
    }
}
