using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Orrery.Sql.Aggregates;
using Orrery.Sql.Expressions;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Sql.Plans;

/// <summary>Writes expressions: canonically, where equal texts are equal expressions over equal inputs, or for readers, with names.</summary>
internal sealed class ExpressionPrinter(StringBuilder text, bool isCanonical)
{
    private RowSchema? _schema;

    /// <summary>The columns that names are taken from.</summary>
    public void Over(RowSchema? schema) => _schema = schema;

    public void List(IReadOnlyList<BoundExpression> expressions)
    {
        text.Append('[');
        for (int i = 0; i < expressions.Count; i++)
        {
            if (i > 0) text.Append(", ");
            Expression(expressions[i]);
        }

        text.Append(']');
    }

    public void Order(SortKeys keys)
    {
        text.Append('[');
        for (int i = 0; i < keys.Count; i++)
        {
            if (i > 0) text.Append(", ");
            Expression(keys[i].Expression);
            if (keys[i].IsDescending) text.Append(" DESC");
            if (keys[i].NullsFirst == keys[i].IsDescending) text.Append(keys[i].NullsFirst ? " NULLS FIRST" : " NULLS LAST");
        }

        text.Append(']');
    }

    public void Aggregate(AggregateCall call)
    {
        text.Append(Name(call.Function)).Append('(');
        if (call.IsDistinct) text.Append("DISTINCT ");
        if (call.Arguments.Count == 0) text.Append('*');
        for (int i = 0; i < call.Arguments.Count; i++)
        {
            if (i > 0) text.Append(", ");
            Expression(call.Arguments[i]);
        }

        text.Append(')');
        if (call.Order.Count > 0)
        {
            text.Append(" ORDER ");
            Order(call.Order);
        }

        if (call.Filter is not null)
        {
            text.Append(" FILTER ");
            Expression(call.Filter);
        }

        if (isCanonical) text.Append(':').Append(call.Type);
    }

    public void Expression(BoundExpression expression)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (expression)
        {
            case ColumnExpression column:
                text.Append(isCanonical ? "$" + column.Index.ToString(CultureInfo.InvariantCulture) : ColumnName(column));
                break;
            case ConstantExpression constant:
                Constant(constant);
                break;
            case CallExpression call:
                Call(call);
                break;
            case CaseExpression @case:
                text.Append("CASE");
                for (int i = 0; i + 1 < @case.Branches.Count; i += 2)
                {
                    text.Append(" WHEN ");
                    Expression(@case.Branches[i]);
                    text.Append(" THEN ");
                    Expression(@case.Branches[i + 1]);
                }

                text.Append(" ELSE ");
                Expression(@case.Else);
                text.Append(" END");
                break;
            case CastExpression cast:
                text.Append(cast.IsTry ? "TRY_CAST(" : "CAST(");
                Expression(cast.Operand);
                text.Append(" AS ").Append(isCanonical ? cast.Type : cast.Type.Nullable()).Append(')');
                break;
            case InListExpression list:
                Expression(list.Operand);
                text.Append(" IN ");
                List(list.Items);
                break;
            case NowExpression:
                text.Append("NOW()");
                break;
            default:
                text.Append(expression.GetType().Name);
                break;
        }
    }

    internal static string Name(AggregateFunction function) => function switch
    {
        AggregateFunction.Count => "COUNT",
        AggregateFunction.Sum => "SUM",
        AggregateFunction.Average => "AVG",
        AggregateFunction.Minimum => "MIN",
        AggregateFunction.Maximum => "MAX",
        AggregateFunction.StandardDeviationSample => "STDDEV_SAMP",
        AggregateFunction.StandardDeviationPopulation => "STDDEV_POP",
        AggregateFunction.VarianceSample => "VAR_SAMP",
        AggregateFunction.VariancePopulation => "VAR_POP",
        AggregateFunction.StringAggregate => "STRING_AGG",
        AggregateFunction.ArrayAggregate => "ARRAY_AGG",
        AggregateFunction.BooleanAnd => "BOOL_AND",
        AggregateFunction.BooleanOr => "BOOL_OR",
        AggregateFunction.First => "FIRST_VALUE",
        AggregateFunction.Last => "LAST_VALUE",
        _ => function.ToString().ToUpperInvariant(),
    };

    private void Call(CallExpression call)
    {
        string name = call.Function.Name;
        bool isOperator = call.Arguments.Count >= 2 && (name is "AND" or "OR" or "LIKE" or "IS DISTINCT FROM" or "IS NOT DISTINCT FROM" || !name.Any(char.IsLetterOrDigit));
        if (isOperator)
        {
            text.Append('(');
            for (int i = 0; i < call.Arguments.Count; i++)
            {
                if (i > 0) text.Append(' ').Append(name).Append(' ');
                Expression(call.Arguments[i]);
            }

            text.Append(')');
        }
        else if (call.Arguments.Count == 1 && name.StartsWith("IS ", StringComparison.Ordinal))
        {
            Expression(call.Arguments[0]);
            text.Append(' ').Append(name);
        }
        else
        {
            text.Append(name).Append('(');
            for (int i = 0; i < call.Arguments.Count; i++)
            {
                if (i > 0) text.Append(", ");
                Expression(call.Arguments[i]);
            }

            text.Append(')');
        }
    }

    private string ColumnName(ColumnExpression column)
    {
        if (_schema is null || column.Index >= _schema.Count) return column.Name;
        string name = _schema[column.Index].Name;
        bool isUnique = _schema.IndexOf(name) == column.Index && !_schema.Columns.Skip(column.Index + 1).Any(other => string.Equals(other.Name, name, StringComparison.OrdinalIgnoreCase));
        return isUnique ? name : $"{name}${column.Index}";
    }

    private void Constant(ConstantExpression constant)
    {
        string value = constant.Value switch
        {
            null => "NULL",
            bool boolean => boolean ? "TRUE" : "FALSE",
            string characters => "'" + characters.Replace("'", "''", StringComparison.Ordinal) + "'",
            ImmutableArray<byte> bytes => "X'" + Convert.ToHexString(bytes.AsSpan()) + "'",
            double number => number.ToString("R", CultureInfo.InvariantCulture),
            Int128 unscaled => Unscaled(unscaled, constant.Type.Scale),
            long number when !isCanonical => Readable(number, constant.Type),
            IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
            _ => constant.Value.ToString() ?? "",
        };
        text.Append(value);
        if (isCanonical && constant.Type.Kind is not (SqlTypeKind.Boolean or SqlTypeKind.String)) text.Append(':').Append(constant.Type.Nullable());
    }

    private static string Readable(long value, SqlType type) => type.Kind switch
    {
        SqlTypeKind.Date when value is > -700_000 and < 2_900_000 => "DATE '" + DateOnly.FromDayNumber((int)value + 719_162).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) + "'",
        SqlTypeKind.Timestamp or SqlTypeKind.TimestampLtz when value is > -60_000_000_000_000_000 and < 250_000_000_000_000_000 =>
            "TIMESTAMP '" + DateTime.UnixEpoch.AddTicks(value * TimeSpan.TicksPerMicrosecond).ToString("yyyy-MM-dd HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture) + "'",
        SqlTypeKind.Time => "TIME '" + TimeSpan.FromMicroseconds(value).ToString("c", CultureInfo.InvariantCulture) + "'",
        SqlTypeKind.IntervalMonths => $"INTERVAL '{value}' MONTH",
        SqlTypeKind.IntervalMicroseconds when value is > -900_000_000_000_000_000 and < 900_000_000_000_000_000 => $"INTERVAL '{TimeSpan.FromTicks(value * TimeSpan.TicksPerMicrosecond).ToString("c", CultureInfo.InvariantCulture)}'",
        _ => value.ToString(CultureInfo.InvariantCulture),
    };

    private static string Unscaled(Int128 value, int scale)
    {
        string digits = Int128.Abs(value).ToString(CultureInfo.InvariantCulture).PadLeft(scale + 1, '0');
        string number = scale == 0 ? digits : digits[..^scale] + "." + digits[^scale..];
        return value < 0 ? "-" + number : number;
    }
}
