using Orrery.Sql.Expressions;
using Orrery.Sql.Types;

namespace Orrery.Sql.Functions.Conditions;

/// <summary>Functions that choose among their arguments.</summary>
internal static class ConditionFunctions
{
    public static IEnumerable<CompiledFunction> All() =>
    [
        new CoalesceFunction(),
        new ExtremeFunction(true),
        new ExtremeFunction(false),
        new RewrittenFunction("IFNULL", "IFNULL(value, otherwise)", "The value, or the other where it is null.", BindPair, (arguments, _) => FunctionCatalog.Resolve("COALESCE", arguments)),
        new RewrittenFunction("NULLIF", "NULLIF(value, other)", "The value, or null where it equals the other.", BindNullIf, NullIf),
        new RewrittenFunction("IF", "IF(condition, value, otherwise)", "The value where the condition holds, else the other.", BindIf, If),
    ];

    private static FunctionBinding? BindPair(IReadOnlyList<SqlType> types) =>
        types.Count == 2 && TypeCoercion.Common(types) is { } common ? new FunctionBinding(types, common) : null;

    private static FunctionBinding? BindNullIf(IReadOnlyList<SqlType> types) =>
        types.Count == 2 && FunctionCatalog.TryResolve("=", types, out _, out _) ? new FunctionBinding(types, types[0].Nullable()) : null;

    private static BoundExpression NullIf(IReadOnlyList<BoundExpression> arguments, FunctionBinding binding) => Compilation.ConstantFolder.FoldOne(new CaseExpression(
        new Arguments([FunctionCatalog.Resolve("=", arguments), new ConstantExpression(null, binding.Result)]), arguments[0], binding.Result));

    private static FunctionBinding? BindIf(IReadOnlyList<SqlType> types) =>
        types.Count == 3 && types[0].Kind is SqlTypeKind.Boolean or SqlTypeKind.Null && TypeCoercion.Common(types[1], types[2]) is { } common
            ? new FunctionBinding([SqlType.Boolean, common.Nullable(types[1].IsNullable), common.Nullable(types[2].IsNullable)], common)
            : null;

    private static BoundExpression If(IReadOnlyList<BoundExpression> arguments, FunctionBinding binding) =>
        Compilation.ConstantFolder.FoldOne(new CaseExpression(new Arguments([arguments[0], arguments[1]]), arguments[2], binding.Result));
}
