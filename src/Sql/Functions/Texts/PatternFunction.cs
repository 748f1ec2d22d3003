using System.Diagnostics.CodeAnalysis;
using System.Linq.Expressions;
using System.Text;
using Orrery.Sql.Compilation;
using Orrery.Sql.Expressions;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;
using BoundConstant = Orrery.Sql.Expressions.ConstantExpression;

namespace Orrery.Sql.Functions.Texts;

/// <summary>LIKE and SIMILAR TO. A constant pattern is made ready once.</summary>
internal sealed class PatternFunction(bool isSimilar, bool isNegated) : CompiledFunction(
    (isNegated ? "NOT " : "") + (isSimilar ? "SIMILAR TO" : "LIKE"),
    $"text {(isNegated ? "NOT " : "")}{(isSimilar ? "SIMILAR TO" : "LIKE")} pattern [ESCAPE character]",
    isSimilar ? $"Whether the whole text is {(isNegated ? "not " : "")}of a regular expression as SQL has it: % any characters, _ one, | * + ? {{m,n}} ( ) [ ]."
        : $"Whether the whole text is {(isNegated ? "not " : "")}of a pattern, in which % stands for any characters and _ for one.")
{
    public override bool TryBind(IReadOnlyList<SqlType> arguments, [NotNullWhen(true)] out FunctionBinding? binding)
    {
        binding = null;
        if (arguments.Count is < 2 or > 3 || arguments.Any(type => type.Kind is not (SqlTypeKind.String or SqlTypeKind.Null))) return false;
        binding = new FunctionBinding([.. arguments.Select(type => type.Kind == SqlTypeKind.Null ? SqlType.String : type)], SqlType.Boolean.Nullable(arguments.Any(type => type.IsNullable)));
        return true;
    }

    internal override string? Check(CallExpression call)
    {
        try
        {
            Ready(call);
            return null;
        }
        catch (SqlValueException fault)
        {
            return fault.Message;
        }
    }

    internal override bool CanThrow(CallExpression call) => Ready(call) is null;

    internal override Slot Emit(Emitter emitter, CallExpression call)
    {
        Slot[] slots = [.. call.Arguments.Select(emitter.Emit)];
        return emitter.Strict(slots, typeof(bool), false, (values, _) =>
        {
            var matches = Ready(call) switch
            {
                LikePattern like => Expression.Call(Expression.Constant(like), typeof(LikePattern).GetMethod(nameof(LikePattern.IsMatch), [typeof(Bytes)])!, values[0]),
                System.Text.RegularExpressions.Regex regex => Expression.Call(typeof(Pattern), nameof(Pattern.IsMatch), null, emitter.ContextForBytes(), values[0], Expression.Constant(regex)),
                _ when isSimilar => Expression.Call(typeof(Pattern), nameof(Pattern.IsSimilar), null, [emitter.ContextForBytes(), values[0], values[1], values.Length == 3 ? values[2] : Expression.Default(typeof(Bytes))]),
                _ => Expression.Call(typeof(LikePattern).GetMethod(nameof(LikePattern.IsMatch), [.. values.Select(value => value.Type)])!, values),
            };
            return isNegated ? Expression.Not(matches) : matches;
        });
    }

    /// <summary>What matches, where pattern and escape are constants.</summary>
    private object? Ready(CallExpression call)
    {
        if (call.Arguments.Skip(1).Any(argument => argument is not BoundConstant { Value: string })) return null;
        string pattern = Definition.WordOf(call, 1)!, escape = Definition.WordOf(call, 2) ?? "";
        return isSimilar ? Pattern.Similar(pattern, escape) : new LikePattern(Encoding.UTF8.GetBytes(pattern), Encoding.UTF8.GetBytes(escape));
    }
}
