using System.Runtime.CompilerServices;
using Orrery.Sql.Expressions;
using Orrery.Sql.Types;

namespace Orrery.Sql.Binding;

/// <summary>Says anew which parts of an expression may be null, after parts of it were replaced by others that may be.</summary>
internal static class Nullability
{
    public static BoundExpression Renew(BoundExpression expression)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (expression)
        {
            case CallExpression call:
                var arguments = new Arguments(call.Arguments.Select(Renew));
                bool isBound = call.Function.TryBind([.. arguments.Select(argument => argument.Type)], out var binding);
                return call with { Arguments = arguments, Type = call.Type.Nullable(isBound ? binding!.Result.IsNullable : call.Type.IsNullable || arguments.Any(argument => argument.Type.IsNullable)) };
            case CaseExpression @case:
                var branches = new Arguments(@case.Branches.Select(Renew));
                var otherwise = Renew(@case.Else);
                return new CaseExpression(branches, otherwise, @case.Type.Nullable(otherwise.Type.IsNullable || branches.Where((_, index) => index % 2 == 1).Any(branch => branch.Type.IsNullable)));
            case CastExpression cast:
                var operand = Renew(cast.Operand);
                return cast with { Operand = operand, Type = cast.Type.Nullable(cast.IsTry || operand.Type.IsNullable) };
            case InListExpression list:
                var value = Renew(list.Operand);
                return list with { Operand = value, Type = SqlType.Boolean.Nullable(value.Type.IsNullable || list.Items.Any(item => item is ConstantExpression { Value: null })) };
            default:
                return expression;
        }
    }
}
