using System.Collections.Frozen;
using System.Linq.Expressions;
using Orrery.Sql.Expressions;
using Orrery.Sql.Functions.Operators;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;
using BoundConstant = Orrery.Sql.Expressions.ConstantExpression;

namespace Orrery.Sql.Compilation;

/// <summary>Code for IN over constants: a chain of comparisons where it is short, else a look into a set.</summary>
internal static class InListEmitter
{
    /// <summary>Items that are compared one by one.</summary>
    private const int ChainMax = 8;

    public static Slot Emit(Emitter emitter, InListExpression list)
    {
        var operand = emitter.Emit(list.Operand);
        bool hasNull = list.Items.Any(IsNull);
        BoundExpression[] items = [.. list.Items.Where(item => !IsNull(item)).Distinct()];
        if (items.FirstOrDefault(item => item is not BoundConstant) is { } other)
            throw new SqlTypeException($"The items of IN are constants here; {other.GetType().Name} is none. Write a chain of OR.");
        return emitter.Strict([operand], typeof(bool), false, (values, unknown) =>
        {
            var found = items.Length <= ChainMax ? Chain(emitter, list.Operand.Type, values[0], items) : Look(list.Operand.Type, values[0], items);
            if (!hasNull) return found;

            // Not found among the others is unknown, for null might be it.
            var result = emitter.Variable(typeof(bool));
            return Expression.Block(Expression.Assign(result, found), Expression.Assign(unknown!, Expression.Not(result)), result);
        }, mayReturnNull: hasNull);
    }

    private static bool IsNull(BoundExpression item) => item is BoundConstant { Value: null };

    private static Expression Chain(Emitter emitter, SqlType type, Expression value, BoundExpression[] items)
    {
        Expression? any = null;
        foreach (var item in items)
        {
            var equal = ComparisonFunctions.Compare(Comparison.Equal, type, value, item.Type, emitter.EmitApart(item));
            any = any is null ? equal : Expression.OrElse(any, equal);
        }

        return any ?? Expression.Constant(false);
    }

    private static Expression Look(SqlType type, Expression value, BoundExpression[] items)
    {
        var constants = items.Cast<BoundConstant>();
        if (value.Type == typeof(long)) return Contains(constants.Select(item => (long)item.Value!).ToFrozenSet(), value);
        if (value.Type == typeof(double)) return Contains(constants.Select(item => RowWriter.Normal((double)item.Value!)).ToFrozenSet(), value);
        if (value.Type == typeof(Int128)) return Contains(constants.Select(item => item.Value is long number ? number : (Int128)item.Value!).ToFrozenSet(), value);
        return Expression.Call(Expression.Constant(new BytesSet(constants.Select(item => item.Value!))), typeof(BytesSet).GetMethod(nameof(BytesSet.Contains))!, value);
    }

    private static Expression Contains<T>(FrozenSet<T> set, Expression value) =>
        Expression.Call(Expression.Constant(set, typeof(FrozenSet<T>)), typeof(FrozenSet<T>).GetMethod(nameof(FrozenSet<T>.Contains))!, value);
}
