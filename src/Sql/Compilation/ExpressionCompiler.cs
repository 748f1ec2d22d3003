using System.Linq.Expressions;
using Orrery.Sql.Expressions;
using Orrery.Sql.Functions;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Sql.Compilation;

/// <summary>
/// Makes delegates over packed rows out of bound expressions. A delegate keeps nothing between calls and may be used by several threads, each with its own
/// <see cref="EvaluationContext"/>. Columns count over the left layout, then the right one. Compiling takes milliseconds: once per operator, not per row.
/// </summary>
public static class ExpressionCompiler
{
    /// <summary>What a <see cref="RowInstant"/> gives for NULL.</summary>
    public const long NullInstant = long.MinValue;

    /// <summary>Whether the condition holds: neither false nor null.</summary>
    public static RowPredicate Predicate(BoundExpression condition, RowLayout left, RowLayout? right = null, ErrorPolicy policy = ErrorPolicy.Fail)
    {
        if (condition.Type.Kind is not (SqlTypeKind.Boolean or SqlTypeKind.Null)) throw new SqlTypeException($"A condition of type {condition.Type} is no truth value.");
        var emitter = new Emitter(left, right);
        var result = emitter.Variable(typeof(bool));
        var fails = Expression.Label();
        var body = emitter.Nest(() =>
        {
            emitter.Test(condition, fails);
            emitter.Append(Expression.Assign(result, Expression.Constant(true)));
        });
        emitter.Append(policy == ErrorPolicy.Null && CanThrow(condition) ? Guard(body, Expression.Assign(result, Expression.Constant(false))) : body);
        emitter.Append(Expression.Label(fails));
        return Compile<RowPredicate>(emitter, result);
    }

    /// <summary>Makes a row of the output layout, an expression a column.</summary>
    public static RowProjection Projection(Arguments expressions, RowLayout left, RowLayout? right, RowLayout output, ErrorPolicy policy = ErrorPolicy.Fail) =>
        Compile<RowProjection>(ProjectionEmitter.Emit(expressions, left, right, output, policy, out var row), row);

    /// <summary>An integer, a date, a time or a timestamp as <see cref="long"/>; <see cref="NullInstant"/> for NULL, and with <see cref="ErrorPolicy.Null"/> for what cannot be computed.</summary>
    public static RowInstant Instant(BoundExpression expression, RowLayout left, RowLayout? right = null, ErrorPolicy policy = ErrorPolicy.Fail)
    {
        if (expression.Type.Kind != SqlTypeKind.Null && !RowWriter.IsHeldAsInt64(expression.Type.Kind)) throw new SqlTypeException($"A value of type {expression.Type} is no instant.");
        var emitter = new Emitter(left, right);
        var result = emitter.Variable(typeof(long));
        var body = emitter.Nest(() =>
        {
            var slot = emitter.Emit(expression);
            Expression value = expression.Type.Kind == SqlTypeKind.Null ? Expression.Constant(NullInstant) : slot.Value;
            emitter.Append(Expression.Assign(result, slot.IsNull is null ? value : Expression.Condition(slot.IsNull, Expression.Constant(NullInstant), value)));
        });
        emitter.Append(policy == ErrorPolicy.Null && CanThrow(expression) ? Guard(body, Expression.Assign(result, Expression.Constant(NullInstant))) : body);
        return Compile<RowInstant>(emitter, result);
    }

    /// <summary>A value in managed form.</summary>
    public static RowValue Value(BoundExpression expression, RowLayout left, RowLayout? right = null)
    {
        var layout = new RowLayout(new RowSchema([new RowColumn("value", expression.Type)]));
        var projection = Projection(new Arguments([expression]), left, right, layout);
        return (one, other, context) => RowValues.ToObject(projection(one, other, context), layout, 0);
    }

    /// <summary>Compares rows by the keys of an order; rows that it leaves equal by their bytes, where <paramref name="breaksTies"/>. See <see cref="RowOrder"/> for one with a context of its own.</summary>
    public static RowComparison Comparison(SortKeys keys, RowLayout layout, bool breaksTies = true)
    {
        // Each side has its own copy of the layout's columns: left before, right behind.
        var emitter = new Emitter(layout, layout);
        var result = emitter.Variable(typeof(int));
        var end = Expression.Label();
        foreach (var key in keys)
        {
            if (key.Expression is Expressions.ConstantExpression) continue;
            var (left, right) = (emitter.Emit(key.Expression), emitter.Emit(ColumnShift.Shift(key.Expression, layout.Count)));
            OrderEmitter.Append(emitter, key, left, right, result, end);
        }

        if (breaksTies) emitter.Append(Expression.Assign(result, Expression.Call(typeof(PackedRow), nameof(PackedRow.CompareBytes), null, emitter.Left, emitter.Right)));
        emitter.Append(Expression.Label(end));
        return Compile<RowComparison>(emitter, result);
    }

    /// <summary>Whether an expression can meet a value that it has no answer for.</summary>
    public static bool CanThrow(BoundExpression expression) => expression switch
    {
        CallExpression call => (call.Function is not CompiledFunction function || function.CanThrow(call)) || call.Arguments.Any(CanThrow),
        CaseExpression @case => @case.Branches.Any(CanThrow) || CanThrow(@case.Else),
        CastExpression cast => CastEmitter.CanThrow(cast) || CanThrow(cast.Operand),
        InListExpression list => CanThrow(list.Operand),
        _ => false,
    };

    /// <summary>The body, and the other statement instead where a value cannot be computed.</summary>
    internal static Expression Guard(Expression body, Expression otherwise) => Expression.TryCatch(
        Expression.Block(typeof(void), body),
        Expression.Catch(typeof(SqlValueException), Expression.Block(typeof(void), otherwise)));

    private static TDelegate Compile<TDelegate>(Emitter emitter, Expression result)
        where TDelegate : Delegate
    {
        var body = emitter.Body(result);
        if (emitter.Pinned.Count > 0)
        {
            // The code has bare addresses in these arrays: they must outlive its last call, which may be under way when nothing else knows the delegate any more.
            var answer = Expression.Variable(body.Type);
            var keep = Expression.Call(typeof(GC), nameof(GC.KeepAlive), null, Expression.Constant(emitter.Pinned, typeof(object)));
            body = Expression.Block([answer], Expression.Assign(answer, body), keep, answer);
        }

        return Expression.Lambda<TDelegate>(body, emitter.Left, emitter.Right, emitter.Context).Compile();
    }
}
