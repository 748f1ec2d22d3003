namespace Orrery.Sql.Syntax;

public enum UnaryOperator { Plus, Minus, Not }

public enum BinaryOperator { Add, Subtract, Multiply, Divide, Remainder, Concatenate, Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual }

public enum LogicalOperator { And, Or }

public enum Quantifier { Any, All }

/// <summary>What IS asks. The Json tests ask whether a text is valid JSON of that kind; <see cref="Json"/> of any kind.</summary>
public enum IsTest { Null, True, False, Unknown, Json, JsonObject, JsonArray, JsonScalar }

public static class BinaryOperators
{
    /// <summary>The operator as it is written, which is its name in the catalog of functions, too.</summary>
    public static string Symbol(this BinaryOperator @operator) => @operator switch
    {
        BinaryOperator.Add => "+",
        BinaryOperator.Subtract => "-",
        BinaryOperator.Multiply => "*",
        BinaryOperator.Divide => "/",
        BinaryOperator.Remainder => "%",
        BinaryOperator.Concatenate => "||",
        BinaryOperator.Equal => "=",
        BinaryOperator.NotEqual => "<>",
        BinaryOperator.Less => "<",
        BinaryOperator.LessOrEqual => "<=",
        BinaryOperator.Greater => ">",
        _ => ">=",
    };
}
