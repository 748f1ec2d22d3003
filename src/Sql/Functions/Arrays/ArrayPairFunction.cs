using System.Diagnostics.CodeAnalysis;
using Orrery.Sql.Compilation;
using Orrery.Sql.Expressions;
using Orrery.Sql.Types;

namespace Orrery.Sql.Functions.Arrays;

/// <summary>A function of two arrays, which are first made of one type.</summary>
internal sealed class ArrayPairFunction(string name, string description, Delegate method) : CompiledFunction(name, $"{name}(array, array)", description)
{
    private readonly Overload _overload = new(types => types[0], method, [Parameter.Array, Parameter.Array], call => [call.Arguments[0].Type.Element!]);

    public override bool TryBind(IReadOnlyList<SqlType> arguments, [NotNullWhen(true)] out FunctionBinding? binding)
    {
        binding = null;
        if (arguments.Count != 2 || arguments.Any(type => type.Kind != SqlTypeKind.Array) || TypeCoercion.Common(arguments) is not { } common) return false;

        // Elements of what is made may always be null.
        common = SqlType.ArrayOf(common.Element!.Nullable());
        binding = new FunctionBinding([.. arguments.Select(type => common.Nullable(type.IsNullable))], common.Nullable(arguments.Any(type => type.IsNullable)));
        return true;
    }

    internal override Slot Emit(Emitter emitter, CallExpression call) => _overload.Emit(emitter, call);
}
