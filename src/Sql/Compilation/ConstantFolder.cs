using Orrery.Sql.Expressions;
using Orrery.Sql.Functions;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Sql.Compilation;

/// <summary>Computes what is constant once, when the text is bound.</summary>
public static class ConstantFolder
{
    private static readonly RowLayout NoColumns = new(new RowSchema([]));

    /// <summary>
    /// The expression with its constant parts computed. What cannot be computed (a division by zero) stays as it is and meets its error policy when it runs; so does what is not deterministic,
    /// reads the clock, or is an array. AND, OR and CASE lose what is decided.
    /// </summary>
    public static BoundExpression Fold(BoundExpression expression) => FoldOne(expression switch
    {
        CallExpression call => call with { Arguments = Fold(call.Arguments) },
        CastExpression cast => cast with { Operand = Fold(cast.Operand) },
        InListExpression list => list with { Operand = Fold(list.Operand) },
        CaseExpression @case => @case with { Branches = Fold(@case.Branches), Else = Fold(@case.Else) },
        _ => expression,
    });

    /// <summary>As <see cref="Fold(BoundExpression)"/>, where the parts are folded already.</summary>
    public static BoundExpression FoldOne(BoundExpression expression) => expression switch
    {
        CallExpression { Function: Functions.Operators.JunctionFunction } junction => Junction(junction),
        CaseExpression @case => Case(@case),
        _ => IsConstant(expression) ? Compute(expression) : expression,
    };

    private static Arguments Fold(Arguments arguments)
    {
        var folded = new BoundExpression[arguments.Count];
        bool isChanged = false;
        for (int index = 0; index < folded.Length; index++)
        {
            folded[index] = Fold(arguments[index]);
            isChanged |= !ReferenceEquals(folded[index], arguments[index]);
        }

        return isChanged ? new Arguments(folded) : arguments;
    }

    private static bool IsConstant(BoundExpression expression) => expression switch
    {
        ConstantExpression => true,
        CallExpression call => call.Function is CompiledFunction { IsDeterministic: true, ReadsClock: false } && call.Arguments.All(argument => argument is ConstantExpression),
        CastExpression cast => cast.Operand is ConstantExpression,
        InListExpression list => list.Operand is ConstantExpression,
        _ => false,
    };

    private static BoundExpression Compute(BoundExpression expression)
    {
        if (expression is ConstantExpression || expression.Type.Kind is SqlTypeKind.Array or SqlTypeKind.Null) return expression;
        if (expression is CastExpression { Operand: ConstantExpression { Value: { } value } operand } && ConstantCast.TryCast(value, operand.Type, expression.Type, out object? cast))
            return new ConstantExpression(cast, expression.Type);
        using var arena = new RowArena();
        using var context = new EvaluationContext(arena);
        try
        {
            return new ConstantExpression(ExpressionCompiler.Value(expression, NoColumns)(0, 0, context), expression.Type);
        }
        catch (SqlValueException)
        {
            return expression;
        }
    }

    private static BoundExpression Junction(CallExpression call)
    {
        bool decides = call.Function.Name == "OR";
        var left = new List<BoundExpression>();
        foreach (var argument in call.Arguments)
        {
            if (argument is ConstantExpression { Value: bool value })
            {
                // What stands before may be null or an error, but never undecided by it.
                if (value != decides) continue;
                if (left.All(before => !ExpressionCompiler.CanThrow(before))) return new ConstantExpression(value, SqlType.Boolean.Nullable(false));
            }

            left.Add(argument);
        }

        if (left.Count == 0) return new ConstantExpression(!decides, SqlType.Boolean.Nullable(false));
        if (left.Count == 1) return left[0];
        return left.Count == call.Arguments.Count ? call : call with { Arguments = new Arguments(left) };
    }

    private static BoundExpression Case(CaseExpression expression)
    {
        var left = new List<BoundExpression>();
        for (int index = 0; index + 1 < expression.Branches.Count; index += 2)
        {
            if (expression.Branches[index] is ConstantExpression condition)
            {
                if (condition.Value is not true) continue;
                return left.Count == 0 ? Typed(expression.Branches[index + 1], expression.Type) : expression with { Branches = new Arguments(left), Else = expression.Branches[index + 1] };
            }

            left.Add(expression.Branches[index]);
            left.Add(expression.Branches[index + 1]);
        }

        return left.Count == 0 ? Typed(expression.Else, expression.Type) : expression with { Branches = new Arguments(left) };
    }

    private static BoundExpression Typed(BoundExpression expression, SqlType type) =>
        expression is ConstantExpression { Value: null } ? new ConstantExpression(null, type.Nullable()) : expression;
}
