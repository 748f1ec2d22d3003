using System.Diagnostics.CodeAnalysis;
using System.Linq.Expressions;
using Orrery.Sql.Compilation;
using Orrery.Sql.Expressions;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Sql.Functions.Texts;

/// <summary>CONCAT and ||: texts one behind the other; null where one is.</summary>
internal sealed class ConcatFunction(string name, string signature, int most) : CompiledFunction(name, signature, "The texts one behind the other; null where one is null. || also takes binaries.")
{
    public override bool TryBind(IReadOnlyList<SqlType> arguments, [NotNullWhen(true)] out FunctionBinding? binding)
    {
        binding = null;
        if (arguments.Count < 1 || arguments.Count > most || (most == 2 && arguments.Count != 2)) return false;
        var kind = arguments.FirstOrDefault(type => type.Kind != SqlTypeKind.Null)?.Kind ?? SqlTypeKind.String;
        if (kind is not (SqlTypeKind.String or SqlTypeKind.Binary) || arguments.Any(type => type.Kind != kind && type.Kind != SqlTypeKind.Null)) return false;
        var result = kind == SqlTypeKind.String ? SqlType.String : SqlType.Binary;
        binding = new FunctionBinding([.. arguments.Select(type => type.Kind == SqlTypeKind.Null ? result : type)], result.Nullable(arguments.Any(type => type.IsNullable)));
        return true;
    }

    internal override Slot Emit(Emitter emitter, CallExpression call)
    {
        Slot[] slots = [.. call.Arguments.Select(emitter.Emit)];
        return emitter.Strict(slots, typeof(Bytes), false, (values, _) => Join(emitter, values));
    }

    private static Expression Join(Emitter emitter, Expression[] pieces)
    {
        var (address, place) = (emitter.Variable(typeof(nint)), emitter.Variable(typeof(nint)));
        Expression length = Expression.Constant(0L);
        foreach (var piece in pieces) length = Expression.Add(length, Expression.Convert(Expression.Property(piece, nameof(Bytes.Length)), typeof(long)));
        List<Expression> steps =
        [
            Expression.Assign(address, Expression.Call(typeof(TextMaker), nameof(TextMaker.Allocate), null, emitter.ContextForBytes(), length)),
            Expression.Assign(place, address),
        ];
        foreach (var piece in pieces) steps.Add(Expression.Assign(place, Expression.Call(typeof(TextMaker), nameof(TextMaker.Append), null, place, piece)));
        steps.Add(Expression.Call(typeof(TextMaker), nameof(TextMaker.Between), null, address, place));
        return Expression.Block(steps);
    }
}

/// <summary>CONCAT_WS: the texts that are not null, with a separator between.</summary>
internal sealed class ConcatSeparatedFunction() : CompiledFunction("CONCAT_WS", "CONCAT_WS(separator, text, ...)", "The texts that are not null, with the separator between them; null where the separator is.")
{
    public override bool TryBind(IReadOnlyList<SqlType> arguments, [NotNullWhen(true)] out FunctionBinding? binding)
    {
        binding = null;
        if (arguments.Count < 1 || arguments.Any(type => type.Kind is not (SqlTypeKind.String or SqlTypeKind.Null))) return false;
        binding = new FunctionBinding([.. arguments.Select(type => type.Kind == SqlTypeKind.Null ? SqlType.String : type)], SqlType.String.Nullable(arguments[0].IsNullable));
        return true;
    }

    internal override Slot Emit(Emitter emitter, CallExpression call)
    {
        Slot[] slots = [.. call.Arguments.Select(emitter.Emit)];
        return emitter.Strict([slots[0]], typeof(Bytes), false, (values, _) =>
        {
            var (joined, any) = (emitter.Variable(typeof(Bytes)), emitter.Variable(typeof(bool)));
            List<Expression> steps = [Expression.Assign(joined, Expression.Default(typeof(Bytes))), Expression.Assign(any, Expression.Constant(false))];
            foreach (var slot in slots.Skip(1))
            {
                Expression append = Expression.Block(
                    Expression.Assign(joined, Expression.Call(typeof(ConcatSeparatedFunction), nameof(Append), null, emitter.ContextForBytes(), joined, any, values[0], slot.Value)),
                    Expression.Assign(any, Expression.Constant(true)));
                steps.Add(slot.IsNull is null ? append : Expression.IfThen(Expression.Not(slot.IsNull), append));
            }

            steps.Add(joined);
            return Expression.Block(steps);
        });
    }

    private static Bytes Append(EvaluationContext context, Bytes joined, bool any, Bytes separator, Bytes text)
    {
        if (!any) return text;
        nint address = TextMaker.Allocate(context, (long)joined.Length + separator.Length + text.Length);
        nint end = TextMaker.Append(TextMaker.Append(TextMaker.Append(address, joined), separator), text);
        return new Bytes(address, (int)(end - address));
    }
}
