using System.Diagnostics.CodeAnalysis;
using System.Linq.Expressions;
using Orrery.Sql.Compilation;
using Orrery.Sql.Expressions;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Sql.Functions.Arrays;

internal enum ElementChoice : byte
{
    Place,
    Only,
    Highest,
    Lowest,
}

/// <summary>One element of an array: a[i], ELEMENT, ARRAY_MAX, ARRAY_MIN. Null where there is none.</summary>
internal sealed class ElementFunction(ElementChoice choice) : CompiledFunction(
    choice switch { ElementChoice.Place => "ITEM", ElementChoice.Only => "ELEMENT", ElementChoice.Highest => "ARRAY_MAX", _ => "ARRAY_MIN" },
    choice switch { ElementChoice.Place => "array[place]", ElementChoice.Only => "ELEMENT(array [, place])", ElementChoice.Highest => "ARRAY_MAX(array)", _ => "ARRAY_MIN(array)" },
    choice switch
    {
        ElementChoice.Place => "The element at a place, from 1; null where there is none.",
        ElementChoice.Only => "The only element of an array, an error where there are more; or the element at a place. Null where there is none.",
        ElementChoice.Highest => "The highest element; null where there is none.",
        _ => "The lowest element; null where there is none.",
    })
{
    public override bool TryBind(IReadOnlyList<SqlType> arguments, [NotNullWhen(true)] out FunctionBinding? binding)
    {
        binding = null;
        bool isPlace = choice == ElementChoice.Place || (choice == ElementChoice.Only && arguments.Count == 2);
        if (arguments.Count != (isPlace ? 2 : 1) || arguments[0].Kind != SqlTypeKind.Array) return false;
        if (isPlace && !arguments[1].IsInteger) return false;
        if (choice is ElementChoice.Highest or ElementChoice.Lowest && arguments[0].Element!.Kind == SqlTypeKind.Array) return false;
        binding = new FunctionBinding(arguments, arguments[0].Element!.Nullable());
        return true;
    }

    internal override bool CanThrow(CallExpression call) => choice == ElementChoice.Only;

    internal override Slot Emit(Emitter emitter, CallExpression call)
    {
        var element = call.Type;
        if (element.Kind == SqlTypeKind.Null) return new Slot(Expression.Constant(true), Expression.Constant(false));
        Slot[] slots = [.. call.Arguments.Select(emitter.Emit)];
        return emitter.Strict(slots, ValueForms.Of(element), false, (values, isNull) =>
        {
            Expression slotBytes = Expression.Constant(element.SlotBytes);
            Expression find = choice switch
            {
                ElementChoice.Place => Call(nameof(ArrayValue.OffsetOf), [values[0], values[1], slotBytes, isNull!]),
                ElementChoice.Only when values.Length == 1 => Call(nameof(ArrayValue.OffsetOfOnly), [values[0], slotBytes, isNull!]),
                ElementChoice.Only => Call(nameof(ArrayValue.OffsetOf), [values[0], values[1], slotBytes, isNull!]),
                _ => Call(nameof(ArrayValue.OffsetOfExtreme), [values[0], Expression.Constant(element), Expression.Constant(choice == ElementChoice.Highest), isNull!]),
            };
            var offset = emitter.Variable(typeof(int));
            return Expression.Block(
                Expression.Assign(offset, find),
                Expression.Condition(isNull!, Expression.Default(ValueForms.Of(element)), ValueForms.Read(element, Expression.Property(values[0], nameof(Bytes.Address)), offset)));
        }, mayReturnNull: true);
    }

    private static Expression Call(string name, Expression[] arguments) => Expression.Call(typeof(ArrayValue), name, null, arguments);
}

/// <summary>ARRAY_CONTAINS and ARRAY_POSITION.</summary>
internal sealed class SearchFunction(bool isPosition) : CompiledFunction(
    isPosition ? "ARRAY_POSITION" : "ARRAY_CONTAINS",
    isPosition ? "ARRAY_POSITION(array, value)" : "ARRAY_CONTAINS(array, value)",
    isPosition ? "The place of the first element that equals the value, from 1; 0 where there is none." : "Whether an element equals the value.")
{
    public override bool TryBind(IReadOnlyList<SqlType> arguments, [NotNullWhen(true)] out FunctionBinding? binding)
    {
        binding = null;
        if (arguments.Count != 2 || arguments[0].Kind != SqlTypeKind.Array || TypeCoercion.Common(arguments[0].Element!, arguments[1]) is not { } element || element.Kind == SqlTypeKind.Null) return false;
        binding = new FunctionBinding(
            [SqlType.ArrayOf(element.Nullable()).Nullable(arguments[0].IsNullable), element.Nullable(arguments[1].IsNullable)],
            (isPosition ? SqlType.Integer : SqlType.Boolean).Nullable(arguments.Any(type => type.IsNullable)));
        return true;
    }

    internal override bool CanThrow(CallExpression call) => false;

    internal override Slot Emit(Emitter emitter, CallExpression call)
    {
        Slot[] slots = [.. call.Arguments.Select(emitter.Emit)];
        return emitter.Strict(slots, isPosition ? typeof(long) : typeof(bool), false, (values, _) =>
        {
            string form = values[1].Type == typeof(long) ? "Int64" : values[1].Type == typeof(Int128) ? "Decimal" : values[1].Type == typeof(double) ? "Real" : values[1].Type == typeof(bool) ? "Boolean" : "Bytes";
            var place = Expression.Call(typeof(ArrayValue), "Position" + form, null, values[0], values[1], Expression.Constant(call.Arguments[0].Type.Element));
            return isPosition ? place : Expression.GreaterThan(place, Expression.Constant(0L));
        });
    }
}
