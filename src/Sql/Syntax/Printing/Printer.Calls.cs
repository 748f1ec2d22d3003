using System.Collections.Frozen;

namespace Orrery.Sql.Syntax;

/// <summary>Calls.</summary>
sealed partial class Printer
{
    /// <summary>Words that begin a form of their own before a parenthesis; a function of that name stands in backticks.</summary>
    static readonly FrozenSet<string> Forms = FrozenSet.ToFrozenSet(
        ["TRY_CAST", "ROW", "EXTRACT", "TIMESTAMPADD", "TIMESTAMPDIFF", "TRIM", "DESCRIPTOR", "JSON_EXISTS", "JSON_VALUE", "JSON_QUERY", "JSON_OBJECT", "JSON_ARRAY", "JSON_OBJECTAGG", "JSON_ARRAYAGG"],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Functions whose calls have words between their arguments too, but are plain calls of so many expressions.</summary>
    static readonly FrozenDictionary<string, (int Least, int Most)> Worded = new Dictionary<string, (int, int)>
    {
        ["CEIL"] = (1, int.MaxValue), ["CEILING"] = (1, int.MaxValue), ["FLOOR"] = (1, int.MaxValue), ["SUBSTRING"] = (1, int.MaxValue),
        ["OVERLAY"] = (1, int.MaxValue), ["POSITION"] = (2, 3),
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    static readonly FrozenSet<string> Clocks = FrozenSet.ToFrozenSet(["CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP", "LOCALTIME", "LOCALTIMESTAMP"], StringComparer.OrdinalIgnoreCase);

    /// <summary>Writes calls and their kin. False when it is none.</summary>
    bool WriteCallForm(ExpressionSyntax expression)
    {
        switch (expression)
        {
            case CallSyntax call:
                WriteCall(call);
                return true;
            case NamedArgumentSyntax argument:
                Write(argument.Name);
                Write(" => ", argument.Value);
                return true;
            case TableArgumentSyntax table:
                WriteTableArgument(table);
                return true;
            case DescriptorSyntax descriptor:
                text.Append("DESCRIPTOR");
                WriteParenthesized(descriptor.Columns);
                return true;
            case ExtractSyntax extract:
                text.Append($"EXTRACT({Units.Name(extract.Unit)} FROM ");
                Write(extract.Operand, 0);
                text.Append(')');
                return true;
            case TimeRoundingSyntax rounding:
                text.Append(rounding.Up ? "CEIL(" : "FLOOR(");
                Write(rounding.Operand, parentheses: rounding.Operand is not (ColumnSyntax or CallSyntax or TimeLiteralSyntax or CastSyntax));
                text.Append($" TO {Units.Name(rounding.Unit)})");
                return true;
            case TimestampAddSyntax add:
                WriteUnitCall("TIMESTAMPADD", add.Unit, add.Count, add.Operand);
                return true;
            case TimestampDifferenceSyntax difference:
                WriteUnitCall("TIMESTAMPDIFF", difference.Unit, difference.Start, difference.End);
                return true;
            case TrimSyntax trim:
                WriteTrim(trim);
                return true;
            default:
                return false;
        }
    }

    void WriteUnitCall(string function, TimeUnit unit, ExpressionSyntax first, ExpressionSyntax second)
    {
        text.Append($"{function}({Units.Name(unit)}, ");
        Write(first, 0);
        text.Append(", ");
        Write(second, 0);
        text.Append(')');
    }

    void WriteTrim(TrimSyntax trim)
    {
        text.Append("TRIM(");
        if (trim.Side != TrimSide.Both || trim.Characters is not null)
        {
            text.Append(trim.Side switch { TrimSide.Both => "BOTH ", TrimSide.Leading => "LEADING ", _ => "TRAILING " });
            if (trim.Characters is not null)
            {
                Write(trim.Characters, 0);
                text.Append(' ');
            }

            text.Append("FROM ");
        }

        Write(trim.Operand, 0);
        text.Append(')');
    }

    void WriteCall(CallSyntax call)
    {
        string name = call.Function.Parts.Count == 1 ? call.Function.Last.Name : "";
        if (Clocks.Contains(name) && IsBare(call) && call.Arguments.Count == 0)
        {
            text.Append(name.ToUpperInvariant());
            return;
        }

        if (IsWorded(call, name))
        {
            WriteWordedCall(call, name);
            return;
        }

        if (name.Equals("LEFT", StringComparison.OrdinalIgnoreCase) || name.Equals("RIGHT", StringComparison.OrdinalIgnoreCase))
            text.Append(name);
        else if (Forms.Contains(name) || Worded.ContainsKey(name))
            text.Append($"`{name}`");
        else
            Write(call.Function);
        WriteArguments(call);
    }

    /// <summary>Writes a call where only plain ones stand: in TABLE(...).</summary>
    void WritePlainCall(CallSyntax call)
    {
        Write(call.Function);
        WriteArguments(call);
    }

    void WriteArguments(CallSyntax call)
    {
        text.Append(call.Distinct ? "(DISTINCT " : "(");
        WriteList(call.Arguments);
        text.Append(')');
        WriteCallTail(call);
    }

    static bool IsBare(CallSyntax call) => call is { Distinct: false, WithinGroup.Count: 0, Filter: null, Nulls: null, Over: null };

    static bool IsWorded(CallSyntax call, string name) =>
        Worded.TryGetValue(name, out (int Least, int Most) arguments) && IsBare(call) && call.Arguments.Count >= arguments.Least && call.Arguments.Count <= arguments.Most
        && call.Arguments.All(argument => argument is not (TableArgumentSyntax or NamedArgumentSyntax or DescriptorSyntax or StarSyntax));

    /// <summary>OVERLAY and POSITION with their words, as Flink has them; others with commas.</summary>
    void WriteWordedCall(CallSyntax call, string name)
    {
        text.Append(name).Append('(');
        string[] words = name.Equals("POSITION", StringComparison.OrdinalIgnoreCase) ? [" IN ", " FROM "]
            : name.Equals("OVERLAY", StringComparison.OrdinalIgnoreCase) && call.Arguments.Count is 3 or 4 ? [" PLACING ", " FROM ", " FOR "]
            : [];
        for (int argument = 0; argument < call.Arguments.Count; argument++)
        {
            if (argument > 0)
                text.Append(words.Length > 0 ? words[argument - 1] : ", ");
            Write(call.Arguments[argument], words.Length > 0 ? Power.Range + 1 : 0);
        }

        text.Append(')');
    }

    void WriteCallTail(CallSyntax call)
    {
        if (call.WithinGroup.Count > 0)
        {
            text.Append(" WITHIN GROUP (ORDER BY ");
            WriteList(call.WithinGroup);
            text.Append(')');
        }

        WriteFilter(call.Filter);
        if (call.Nulls is { } nulls)
            text.Append(nulls == NullTreatment.Ignore ? " IGNORE NULLS" : " RESPECT NULLS");
        if (call.Over is { } window)
            Write(" OVER ", window);
    }

    void WriteFilter(ExpressionSyntax? filter)
    {
        if (filter is null)
            return;
        Write(" FILTER (WHERE ", filter);
        text.Append(')');
    }

    void WriteTableArgument(TableArgumentSyntax table)
    {
        text.Append("TABLE ");
        if (table.Table is not null)
            Write(table.Table);
        else if (table.Query is not null)
            WriteNested(table.Query);
        if (table.PartitionBy.Count > 0)
        {
            text.Append(" PARTITION BY ");
            if (table.PartitionBy is [ColumnSyntax column])
                Write(column);
            else
                WriteParenthesized(table.PartitionBy);
        }

        if (table.OrderBy.Count == 0)
            return;
        text.Append(" ORDER BY ");
        if (table.OrderBy is [{ Expression: ColumnSyntax }])
            Write(table.OrderBy[0]);
        else
            WriteParenthesized(table.OrderBy);
    }
}
