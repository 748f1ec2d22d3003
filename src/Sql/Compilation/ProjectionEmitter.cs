using System.Linq.Expressions;
using Orrery.Sql.Expressions;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Sql.Compilation;

/// <summary>Code that makes a row: first every value, then the row's length, then its bytes.</summary>
internal static class ProjectionEmitter
{
    public static Emitter Emit(Arguments expressions, RowLayout left, RowLayout? right, RowLayout output, ErrorPolicy policy, out Expression row)
    {
        if (expressions.Count != output.Count) throw new SqlTypeException($"{expressions.Count} expressions make no row of {output.Count} columns.");
        var emitter = new Emitter(left, right);
        var slots = new Slot[output.Count];
        for (int column = 0; column < output.Count; column++) slots[column] = Value(emitter, expressions[column], output.Schema[column], policy);

        var length = Length(emitter, output, slots);
        var made = emitter.Store(Expression.Call(typeof(RowWriter), nameof(RowWriter.Begin), null, emitter.Context, length, Expression.Constant(output.FixedBytes)), "row");
        Write(emitter, made, output, slots);
        row = made;
        return emitter;
    }

    /// <summary>Bytes of the row: always the same without variable columns.</summary>
    public static Expression Length(Emitter emitter, RowLayout output, Slot[] slots)
    {
        Expression? sum = null;
        for (int column = 0; column < output.Count; column++)
        {
            if (!output.Schema[column].Type.IsVariable || slots[column].Value.Type != typeof(Bytes)) continue;
            sum = Expression.Add(sum ?? Expression.Constant((long)output.FixedBytes), Expression.Convert(LengthOf(slots[column].Value), typeof(long)));
        }

        if (sum is null) return Expression.Constant(output.FixedBytes);
        var total = emitter.Store(sum);
        emitter.Append(Expression.Call(typeof(RowWriter), nameof(RowWriter.CheckLength), null, total));
        return emitter.Store(Expression.Convert(total, typeof(int)));
    }

    /// <summary>Writes all values to a row whose fixed part is zero.</summary>
    public static void Write(Emitter emitter, Expression row, RowLayout output, Slot[] slots)
    {
        var place = output.Schema.Columns.Any(column => column.Type.IsVariable) ? emitter.Store(Expression.Constant(output.FixedBytes), "place") : null;
        for (int column = 0; column < output.Count; column++) Write(emitter, row, place, output, column, slots[column]);
    }

    private static Slot Value(Emitter emitter, BoundExpression expression, RowColumn column, ErrorPolicy policy)
    {
        CheckType(expression.Type, column);
        if (policy != ErrorPolicy.Null || !column.Type.IsNullable || !ExpressionCompiler.CanThrow(expression)) return emitter.Emit(expression);
        var value = emitter.Variable(ValueForms.Of(column.Type));
        var isNull = emitter.Variable(typeof(bool));
        var body = emitter.Nest(() => emitter.Assign(value, isNull, emitter.Emit(expression)));
        emitter.Append(ExpressionCompiler.Guard(
            body,
            Expression.Block(Expression.Assign(isNull, Expression.Constant(true)), Expression.Assign(value, Expression.Default(value.Type)))));
        return new Slot(isNull, value);
    }

    private static void CheckType(SqlType type, RowColumn column)
    {
        var target = column.Type;
        bool isHeld = type.Kind == SqlTypeKind.Null
            || (type.Kind == target.Kind && (type.Kind != SqlTypeKind.Decimal || (type.Scale == target.Scale && type.Precision <= target.Precision)))
            || (type.IsInteger && target.IsInteger && type.Kind < target.Kind) || (type.IsTimestamp && target.IsTimestamp);
        if (!isHeld || (type.IsNullable && !target.IsNullable && type.Kind == SqlTypeKind.Null))
            throw new SqlTypeException($"A value of type {type} does not fit column {column.Name} of type {target}: cast it.");
    }

    private static void Write(Emitter emitter, Expression row, ParameterExpression? place, RowLayout output, int column, Slot slot)
    {
        var type = output.Schema[column].Type;
        if (slot.IsNull is System.Linq.Expressions.ConstantExpression { Value: true } || type.Kind == SqlTypeKind.Null)
        {
            emitter.Append(Expression.Call(typeof(RowWriter), nameof(RowWriter.Null), null, row, Expression.Constant(column)));
            return;
        }

        int offset = output.OffsetOf(column);
        Expression write = type.IsVariable
            ? Expression.Assign(place!, Expression.Call(typeof(RowWriter), nameof(RowWriter.Piece), null, row, Expression.Constant(offset), place!, slot.Value))
            : ValueForms.Write(type, row, offset, slot.Value);
        if (slot.IsNull is null)
        {
            emitter.Append(write);
            return;
        }

        Expression whenNull = type.IsNullable
            ? Expression.Call(typeof(RowWriter), nameof(RowWriter.Null), null, row, Expression.Constant(column))
            : Expression.Call(typeof(RowWriter), nameof(RowWriter.ThrowNull), null, Expression.Constant(output.Schema[column].Name));
        emitter.Append(Expression.IfThenElse(slot.IsNull, whenNull, write));
    }

    private static Expression LengthOf(Expression bytes) => Expression.Property(bytes, nameof(Bytes.Length));
}
