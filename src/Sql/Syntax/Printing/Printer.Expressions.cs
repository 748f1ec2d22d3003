using System.Runtime.CompilerServices;

namespace Orrery.Sql.Syntax;

/// <summary>Expressions with the parentheses that they need; also around a comparison within a comparison, which other databases refuse without.</summary>
sealed partial class Printer
{
    static int PowerOf(ExpressionSyntax expression) => expression switch
    {
        LogicalSyntax logical => logical.Operator == LogicalOperator.And ? Power.And : Power.Or,
        UnarySyntax { Operator: UnaryOperator.Not } => Power.Not,
        UnarySyntax => Power.Sign,
        BinarySyntax binary => Power.Of(binary.Operator),
        QuantifiedSyntax => Power.Comparison,
        IsSyntax or DistinctFromSyntax => Power.Is,
        BetweenSyntax or LikeSyntax or InListSyntax or InQuerySyntax => Power.Range,
        AtTimeZoneSyntax => Power.Zone,
        ElementSyntax or FieldSyntax => Power.Postfix,
        _ => Power.Primary,
    };

    /// <summary>Writes an expression, in parentheses if it binds less tightly than its place asks.</summary>
    void Write(ExpressionSyntax expression, int power) => Write(expression, parentheses: PowerOf(expression) < power);

    void Write(ExpressionSyntax expression, bool parentheses)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (parentheses)
            text.Append('(');
        WriteExpression(expression);
        if (parentheses)
            text.Append(')');
    }

    void WriteExpression(ExpressionSyntax expression)
    {
        switch (expression)
        {
            case UnarySyntax unary:
                WriteUnary(unary);
                break;
            case BinarySyntax binary:
                WriteBinary(binary);
                break;
            case LogicalSyntax logical:
                WriteLogical(logical);
                break;
            case IsSyntax test:
                Write(test.Operand, Power.Is);
                text.Append(test.Negated ? " IS NOT " : " IS ").Append(Word(test.Test));
                break;
            case DistinctFromSyntax distinct:
                Write(distinct.Left, Power.Is);
                text.Append(distinct.Negated ? " IS NOT DISTINCT FROM " : " IS DISTINCT FROM ");
                Write(distinct.Right, Power.Is + 1);
                break;
            case BetweenSyntax between:
                WriteBetween(between);
                break;
            case LikeSyntax like:
                WriteLike(like);
                break;
            case InListSyntax list:
                Write(list.Operand, Power.Range + 1);
                text.Append(list.Negated ? " NOT IN " : " IN ");
                WriteParenthesized(list.Items);
                break;
            case InQuerySyntax query:
                Write(query.Operand, Power.Range + 1);
                text.Append(query.Negated ? " NOT IN " : " IN ");
                WriteNested(query.Query);
                break;
            case QuantifiedSyntax quantified:
                Write(quantified.Operand, Power.Comparison + 1);
                text.Append($" {quantified.Operator.Symbol()} {(quantified.Quantifier == Quantifier.All ? "ALL" : "ANY")} ");
                WriteNested(quantified.Query);
                break;
            case AtTimeZoneSyntax zone:
                Write(zone.Operand, Power.Zone);
                text.Append(" AT TIME ZONE ");
                Write(zone.Zone, Power.Zone + 1);
                break;
            case ElementSyntax element:
                Write(element.Operand, parentheses: element.Operand is not (ColumnSyntax or CallSyntax or ElementSyntax or FieldSyntax or ArraySyntax or MapSyntax));
                text.Append('[');
                Write(element.Index, 0);
                text.Append(']');
                break;
            case FieldSyntax field:
                Write(field.Operand, parentheses: field.Operand is not (CallSyntax or ElementSyntax or FieldSyntax));
                Write(".", field.Field);
                break;
            default:
                WritePrimary(expression);
                break;
        }
    }

    void WriteUnary(UnarySyntax unary)
    {
        text.Append(unary.Operator switch { UnaryOperator.Not => "NOT ", UnaryOperator.Minus => "-", _ => "+" });
        if (unary.Operator == UnaryOperator.Not)
            Write(unary.Operand, Power.Not);
        else
            Write(unary.Operand, parentheses: unary.Operand is UnarySyntax || PowerOf(unary.Operand) < Power.Sign);
    }

    void WriteBinary(BinarySyntax binary)
    {
        int power = Power.Of(binary.Operator);
        Write(binary.Left, parentheses: PowerOf(binary.Left) < (power == Power.Comparison ? power + 1 : power) || MixesConcatenation(binary, binary.Left));
        text.Append($" {binary.Operator.Symbol()} ");
        Write(binary.Right, parentheses: PowerOf(binary.Right) <= power || MixesConcatenation(binary, binary.Right));
    }

    /// <summary>How concatenation binds beside arithmetic differs between databases; parentheses say it to all.</summary>
    static bool MixesConcatenation(BinarySyntax outer, ExpressionSyntax inner) =>
        inner is BinarySyntax { Operator: var symbol } && Power.Of(symbol) >= Power.Sum && Power.Of(outer.Operator) >= Power.Sum
        && (symbol == BinaryOperator.Concatenate) != (outer.Operator == BinaryOperator.Concatenate);

    void WriteLogical(LogicalSyntax logical)
    {
        int power = PowerOf(logical);
        string between = logical.Operator == LogicalOperator.And ? "AND " : "OR ";
        bool breaks = lines && !IsShort(logical);
        indent += breaks ? 1 : 0;
        for (int operand = 0; operand < logical.Operands.Count; operand++)
        {
            if (operand > 0 && breaks)
                Clause(between);
            else if (operand > 0)
                text.Append(' ').Append(between);
            Write(logical.Operands[operand], power + 1);
        }

        indent -= breaks ? 1 : 0;
    }

    void WriteBetween(BetweenSyntax between)
    {
        Write(between.Operand, Power.Range + 1);
        text.Append(between.Negated ? " NOT BETWEEN " : " BETWEEN ");
        if (between.Symmetric)
            text.Append("SYMMETRIC ");
        Write(between.Low, Power.Range + 1);
        text.Append(" AND ");
        Write(between.High, Power.Range + 1);
    }

    void WriteLike(LikeSyntax like)
    {
        Write(like.Operand, Power.Range + 1);
        text.Append(like.Negated ? " NOT " : " ").Append(like.Similar ? "SIMILAR TO " : "LIKE ");
        Write(like.Pattern, Power.Range + 1);
        if (like.Escape is not { } escape)
            return;
        text.Append(" ESCAPE ");
        Write(escape, Power.Range + 1);
    }

    static string Word(IsTest test) => test switch
    {
        IsTest.Null => "NULL",
        IsTest.True => "TRUE",
        IsTest.False => "FALSE",
        IsTest.Unknown => "UNKNOWN",
        IsTest.JsonObject => "JSON OBJECT",
        IsTest.JsonArray => "JSON ARRAY",
        IsTest.JsonScalar => "JSON SCALAR",
        _ => "JSON VALUE",
    };
}
