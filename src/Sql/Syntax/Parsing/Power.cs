namespace Orrery.Sql.Syntax;

/// <summary>How tightly operators bind; the parser and the printer share it. As Flink: concatenation binds as multiplication does.</summary>
static class Power
{
    public const int Or = 10, And = 20, Not = 30, Is = 40, Comparison = 50, Range = 60, Sum = 70, Product = 80, Sign = 90, Zone = 100, Postfix = 110, Primary = 120;

    public static int Of(BinaryOperator symbol) => symbol switch
    {
        BinaryOperator.Add or BinaryOperator.Subtract => Sum,
        BinaryOperator.Multiply or BinaryOperator.Divide or BinaryOperator.Remainder or BinaryOperator.Concatenate => Product,
        _ => Comparison,
    };

    public static BinaryOperator? Operator(string mark) => mark switch
    {
        "+" => BinaryOperator.Add,
        "-" => BinaryOperator.Subtract,
        "*" => BinaryOperator.Multiply,
        "/" => BinaryOperator.Divide,
        "%" => BinaryOperator.Remainder,
        "||" => BinaryOperator.Concatenate,
        "=" => BinaryOperator.Equal,
        "<>" => BinaryOperator.NotEqual,
        "<" => BinaryOperator.Less,
        "<=" => BinaryOperator.LessOrEqual,
        ">" => BinaryOperator.Greater,
        ">=" => BinaryOperator.GreaterOrEqual,
        _ => null,
    };
}
