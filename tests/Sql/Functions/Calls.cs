using Orrery.Sql.Compilation;
using Orrery.Sql.Expressions;
using Orrery.Sql.Functions;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Sql.Tests.Functions;

/// <summary>Computes expressions over values that come in as columns of a row, so that the compiled code does the work and not the folder.</summary>
static class Calls
{
    /// <summary>2026-11-21T21:30:15.123456Z.</summary>
    public const long Now = 1_795_296_615_123_456;

    public static (object? Value, SqlType Type) Text(string? value) => (value, SqlType.String);

    public static (object? Value, SqlType Type) Int(object? value) => (value, SqlType.Integer);

    public static (object? Value, SqlType Type) Big(object? value) => (value, SqlType.BigInt);

    public static (object? Value, SqlType Type) Real(object? value) => (value, SqlType.Double);

    public static (object? Value, SqlType Type) Bool(bool? value) => (value, SqlType.Boolean);

    public static (object? Value, SqlType Type) Date(string? value) => (value, SqlType.Date);

    public static (object? Value, SqlType Type) At(string? value) => (value, SqlType.Timestamp);

    public static (object? Value, SqlType Type) Number(string? value, int precision, int scale) => (value, SqlType.Decimal(precision, scale));

    /// <summary>A constant of the text itself: a unit, a pattern.</summary>
    public static BoundExpression Word(string value) => new ConstantExpression(value, SqlType.String.Nullable(false));

    /// <summary>The text of what a function makes of values.</summary>
    public static string Call(string name, params (object? Value, SqlType Type)[] arguments) =>
        Evaluate(columns => FunctionCatalog.Resolve(name, columns), arguments);

    /// <summary>The text of what an expression over columns with these values comes to.</summary>
    public static string Evaluate(Func<BoundExpression[], BoundExpression> expression, params (object? Value, SqlType Type)[] arguments)
    {
        var layout = new RowLayout(new RowSchema(arguments.Select((argument, index) => new RowColumn("c" + index, argument.Type))));
        using var arena = new RowArena();
        using var context = new EvaluationContext(arena) { NowMicroseconds = Now };
        nint row = RowValues.FromObjects([.. arguments.Select(argument => argument.Value)], layout, arena);
        var bound = expression([.. arguments.Select((argument, index) => new ColumnExpression(index, argument.Type, "c" + index))]);
        return RowValues.Text(ExpressionCompiler.Value(bound, layout)(row, 0, context), bound.Type);
    }

    public static string Cast((object? Value, SqlType Type) value, SqlType type, bool isTry = false) =>
        Evaluate(columns => new CastExpression(columns[0], isTry, type), value);
}
