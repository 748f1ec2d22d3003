using Orrery.Sql.Expressions;
using Orrery.Sql.Types;
using static Orrery.Sql.Functions.Definition;
using static Orrery.Sql.Functions.Parameter;

namespace Orrery.Sql.Functions.Arrays;

/// <summary>Functions of arrays; places count from 1.</summary>
internal static class ArrayFunctions
{
    public static IEnumerable<CompiledFunction> All() =>
    [
        new ArrayFunction(),
        new ElementFunction(ElementChoice.Place), new ElementFunction(ElementChoice.Only), new ElementFunction(ElementChoice.Highest), new ElementFunction(ElementChoice.Lowest),
        new SearchFunction(true), new SearchFunction(false),
        Function("CARDINALITY", "CARDINALITY(array)", "How many elements an array has.", Safe(SqlType.Integer, ArrayValue.Count, Parameter.Array)),
        Function("ARRAY_JOIN", "ARRAY_JOIN(array, separator [, null])", "The elements as text with the separator between; nulls are left out, or are the third text.",
            new Overload(_ => SqlType.String, ArrayValue.Join, [Parameter.Array, Text], Element), new Overload(_ => SqlType.String, ArrayValue.JoinNulls, [Parameter.Array, Text, Text], Element)),
        Same("ARRAY_DISTINCT", "ARRAY_DISTINCT(array)", "Each element once, where it is first.", ArrayValue.Distinct),
        Same("ARRAY_REVERSE", "ARRAY_REVERSE(array)", "The elements from the last to the first.", ArrayValue.Reverse),
        Function("ARRAY_SORT", "ARRAY_SORT(array [, ascending])", "The elements in order, nulls lowest.", Of(ArrayValue.Sort), Of(ArrayValue.SortBy, Parameter.Boolean)),
        Function("ARRAY_SLICE", "ARRAY_SLICE(array, from [, to])", "The elements from one place to another, both taken; negative places count from the end.", Of(ArrayValue.SliceFrom, Integer), Of(ArrayValue.Slice, Integer, Integer)),
        Pair("ARRAY_CONCAT", "The elements of one array, then those of the other.", ArrayValue.Concat),
        Pair("ARRAY_UNION", "The elements of either array, each once.", ArrayValue.Union),
        Pair("ARRAY_EXCEPT", "The elements of the first array that are not in the other, each once.", ArrayValue.Except),
        Pair("ARRAY_INTERSECT", "The elements that are in both arrays, each once.", ArrayValue.Intersect),
        new RewrittenFunction("ARRAY_APPEND", "ARRAY_APPEND(array, value)", "The array with one element more at its end.", types => BindPlus(types, 0), (arguments, _) => Plus(arguments[0], arguments[1], false)),
        new RewrittenFunction("ARRAY_PREPEND", "ARRAY_PREPEND(array, value)", "The array with one element more at its start.", types => BindPlus(types, 0), (arguments, _) => Plus(arguments[0], arguments[1], true)),
        Function("SPLIT", "SPLIT(text, separator)", "The parts of a text between separators, as an array.", Safe(SqlType.ArrayOf(SqlType.String), ArrayValue.Split, Text, Text)),
    ];

    private static object[] Element(CallExpression call) => [call.Arguments[0].Type.Element!];

    private static Overload Of(Delegate method, params Parameter[] rest) => new(types => types[0], method, [Parameter.Array, .. rest], Element);

    private static OverloadedFunction Same(string name, string signature, string description, Delegate method) => Function(name, signature, description, Of(method));

    private static CompiledFunction Pair(string name, string description, Delegate method) => new ArrayPairFunction(name, description, method);

    private static FunctionBinding? BindPlus(IReadOnlyList<SqlType> types, int array) =>
        types.Count == 2 && types[array].Kind == SqlTypeKind.Array && TypeCoercion.Common(types[array].Element!, types[1]) is { } element
            ? new FunctionBinding([types[0], element.Nullable(types[1].IsNullable)], SqlType.ArrayOf(element.Nullable()).Nullable(types[0].IsNullable))
            : null;

    private static BoundExpression Plus(BoundExpression array, BoundExpression value, bool isBefore)
    {
        var one = FunctionCatalog.Resolve("ARRAY", [value]);
        return FunctionCatalog.Resolve("ARRAY_CONCAT", isBefore ? [one, array] : [array, one]);
    }
}
