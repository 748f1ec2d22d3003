using System.Diagnostics.CodeAnalysis;
using Orrery.Sql.Compilation;
using Orrery.Sql.Expressions;
using Orrery.Sql.Types;

namespace Orrery.Sql.Functions;

/// <summary>A function that is another expression in short: a call of it never reaches the compiler.</summary>
internal sealed class RewrittenFunction(
    string name, string signature, string description,
    Func<IReadOnlyList<SqlType>, FunctionBinding?> bind,
    Func<IReadOnlyList<BoundExpression>, FunctionBinding, BoundExpression> rewrite) : CompiledFunction(name, signature, description)
{
    public override bool TryBind(IReadOnlyList<SqlType> arguments, [NotNullWhen(true)] out FunctionBinding? binding)
    {
        binding = bind(arguments);
        return binding is not null;
    }

    /// <summary>What a call of these arguments, which have the types of the binding, means.</summary>
    public BoundExpression Rewrite(IReadOnlyList<BoundExpression> arguments, FunctionBinding binding) => rewrite(arguments, binding);

    internal override Slot Emit(Emitter emitter, CallExpression call) =>
        emitter.Emit(Rewrite(call.Arguments, new FunctionBinding([.. call.Arguments.Select(argument => argument.Type)], call.Type)));
}
