namespace Orrery.Sql.Syntax;

/// <summary>Literals and what stands in brackets or parentheses of its own.</summary>
sealed partial class Printer
{
    void WritePrimary(ExpressionSyntax expression)
    {
        switch (expression)
        {
            case NullLiteralSyntax:
                text.Append("NULL");
                break;
            case BooleanLiteralSyntax boolean:
                text.Append(boolean.Value ? "TRUE" : "FALSE");
                break;
            case NumberLiteralSyntax number:
                text.Append(number.Text);
                break;
            case StringLiteralSyntax literal:
                text.Append(SqlPrinter.Text(literal.Value));
                break;
            case BinaryLiteralSyntax bytes:
                text.Append($"X'{bytes.Hex}'");
                break;
            case TimeLiteralSyntax time:
                text.Append(Word(time.Kind)).Append(' ').Append(SqlPrinter.Text(time.Text));
                break;
            case IntervalLiteralSyntax interval:
                text.Append(interval.Negative ? "INTERVAL -" : "INTERVAL ").Append(SqlPrinter.Text(interval.Text));
                Write(" ", interval.Qualifier);
                break;
            case ColumnSyntax column:
                Write(column.Name);
                break;
            case StarSyntax star:
                if (star.Qualifier is not null)
                {
                    Write(star.Qualifier);
                    text.Append('.');
                }

                text.Append('*');
                break;
            case ExistsSyntax exists:
                text.Append("EXISTS ");
                WriteNested(exists.Query);
                break;
            case SubquerySyntax subquery:
                WriteNested(subquery.Query);
                break;
            case RowSyntax row:
                text.Append(row.Items.Count < 2 ? "ROW" : "");
                WriteParenthesized(row.Items);
                break;
            case CaseSyntax choice:
                WriteCase(choice);
                break;
            case CastSyntax cast:
                text.Append(cast.Try ? "TRY_CAST(" : "CAST(");
                Write(cast.Operand, 0);
                Write(" AS ", cast.Type);
                text.Append(')');
                break;
            case ArraySyntax array:
                text.Append("ARRAY[");
                WriteList(array.Items);
                text.Append(']');
                break;
            case ArrayQuerySyntax array:
                text.Append("ARRAY");
                WriteNested(array.Query);
                break;
            case MapSyntax map:
                text.Append("MAP[");
                WriteList(map.Entries);
                text.Append(']');
                break;
            default:
                if (!WriteCallForm(expression) && !WriteJson(expression))
                    throw new ArgumentException($"{expression.GetType().Name} has no text.", nameof(expression));
                break;
        }
    }

    void WriteCase(CaseSyntax choice)
    {
        text.Append("CASE");
        if (choice.Operand is not null)
            Write(" ", choice.Operand);
        foreach (CaseBranchSyntax branch in choice.Branches)
            Write(" ", branch);
        if (choice.Otherwise is not null)
            Write(" ELSE ", choice.Otherwise);
        text.Append(" END");
    }

    void WriteBranch(CaseBranchSyntax branch)
    {
        Write("WHEN ", branch.Condition);
        Write(" THEN ", branch.Result);
    }

    static string Word(TimeLiteralKind kind) => kind switch
    {
        TimeLiteralKind.Date => "DATE",
        TimeLiteralKind.Time => "TIME",
        TimeLiteralKind.Timestamp => "TIMESTAMP",
        _ => "TIMESTAMP WITH LOCAL TIME ZONE",
    };

    void WriteIntervalQualifier(IntervalQualifierSyntax qualifier)
    {
        text.Append(Units.Name(qualifier.From));
        bool fraction = qualifier.FractionPrecision is not null;
        if (qualifier.Precision is { } precision)
        {
            text.Append('(');
            WriteNumber(precision);
            if (qualifier.To is null && fraction)
            {
                text.Append(", ");
                WriteNumber(qualifier.FractionPrecision!.Value);
            }

            text.Append(')');
        }

        if (qualifier.To is not { } to)
            return;
        text.Append(" TO ").Append(Units.Name(to));
        if (!fraction)
            return;
        text.Append('(');
        WriteNumber(qualifier.FractionPrecision!.Value);
        text.Append(')');
    }
}
