using Orrery.Sql.Expressions;

namespace Orrery.Sql.Compilation;

/// <summary>The same expression over columns that lie further behind.</summary>
internal static class ColumnShift
{
    public static BoundExpression Shift(BoundExpression expression, int count) => expression switch
    {
        ColumnExpression column => column with { Index = column.Index + count },
        CallExpression call => call with { Arguments = Shift(call.Arguments, count) },
        CaseExpression @case => @case with { Branches = Shift(@case.Branches, count), Else = Shift(@case.Else, count) },
        CastExpression cast => cast with { Operand = Shift(cast.Operand, count) },
        InListExpression list => list with { Operand = Shift(list.Operand, count) },
        _ => expression,
    };

    private static Arguments Shift(Arguments arguments, int count) => new(arguments.Select(argument => Shift(argument, count)));
}
