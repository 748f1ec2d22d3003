using System.Diagnostics.CodeAnalysis;
using Orrery.Sql.Compilation;
using Orrery.Sql.Expressions;
using Orrery.Sql.Types;

namespace Orrery.Sql.Functions;

/// <summary>A function that is null where an argument is, and for which each of some lists of parameters has its method. The one that casts the least is taken.</summary>
internal sealed class OverloadedFunction(string name, string signature, string description, params Overload[] overloads) : CompiledFunction(name, signature, description)
{
    /// <summary>Checks the arguments when the text is bound.</summary>
    public Func<CallExpression, string?>? Checker { get; init; }

    public override bool TryBind(IReadOnlyList<SqlType> arguments, [NotNullWhen(true)] out FunctionBinding? binding)
    {
        binding = null;
        int least = int.MaxValue;
        foreach (var overload in overloads)
        {
            if (overload.TryBind(arguments, out int cost) is not { } candidate || cost >= least) continue;
            (binding, least) = (candidate, cost);
        }

        return binding is not null;
    }

    internal override string? Check(CallExpression call) => Checker?.Invoke(call);

    internal override bool CanThrow(CallExpression call) => Find(call).CanThrow;

    internal override Slot Emit(Emitter emitter, CallExpression call) => Find(call).Emit(emitter, call);

    /// <summary>Arguments that were cast cost nothing now, so that the same overload is found again.</summary>
    private Overload Find(CallExpression call)
    {
        SqlType[] types = [.. call.Arguments.Select(argument => argument.Type)];
        Overload? found = null;
        int least = int.MaxValue;
        foreach (var overload in overloads)
        {
            if (overload.TryBind(types, out int cost) is null || cost >= least) continue;
            (found, least) = (overload, cost);
        }

        return found ?? throw new SqlTypeException($"{Name} is called with ({string.Join(", ", types.Select(type => type.Nullable()))}), which it does not take.");
    }
}
