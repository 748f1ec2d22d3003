using System.Diagnostics.CodeAnalysis;
using System.Linq.Expressions;
using Orrery.Sql.Compilation;
using Orrery.Sql.Expressions;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Sql.Functions.Arrays;

/// <summary>ARRAY[a, b]: laid out as a row of as many columns.</summary>
internal sealed class ArrayFunction() : CompiledFunction("ARRAY", "ARRAY[value, ...]", "An array of values of one type.")
{
    public override bool TryBind(IReadOnlyList<SqlType> arguments, [NotNullWhen(true)] out FunctionBinding? binding)
    {
        binding = null;
        var element = arguments.Count == 0 ? SqlType.Null : TypeCoercion.Common(arguments);
        if (element is null) return false;
        element = element.Nullable();
        binding = new FunctionBinding([.. arguments.Select(type => element.Nullable(type.IsNullable))], SqlType.ArrayOf(element).Nullable(false));
        return true;
    }

    internal override bool CanThrow(CallExpression call) => false;

    internal override Slot Emit(Emitter emitter, CallExpression call)
    {
        var layout = new RowLayout(new RowSchema(call.Arguments.Select((argument, index) => new RowColumn($"element {index + 1}", call.Type.Element!))));
        Slot[] slots = [.. call.Arguments.Select(emitter.Emit)];
        var length = ProjectionEmitter.Length(emitter, layout, slots);
        var array = emitter.Store(Expression.Call(typeof(RowWriter), nameof(RowWriter.BeginArray), null, emitter.ContextForBytes(), length, Expression.Constant(layout.FixedBytes), Expression.Constant(layout.Count)));
        ProjectionEmitter.Write(emitter, array, layout, slots);
        return new Slot(null, emitter.Store(Expression.New(typeof(Bytes).GetConstructor([typeof(nint), typeof(int)])!, array, length)));
    }
}
