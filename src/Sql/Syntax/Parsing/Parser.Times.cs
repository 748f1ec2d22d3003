namespace Orrery.Sql.Syntax;

/// <summary>Literals of time, intervals, and calls with units.</summary>
sealed partial class Parser
{
    /// <summary>Reads a literal of time; null when the word is a plain name here.</summary>
    TimeLiteralSyntax? ReadTime(int start)
    {
        (TimeLiteralKind kind, int words) = Current.Mark switch
        {
            "DATE" => (TimeLiteralKind.Date, 1),
            "TIME" => (TimeLiteralKind.Time, 1),
            "TIMESTAMP_LTZ" => (TimeLiteralKind.TimestampWithLocalTimeZone, 1),
            _ when Ahead(1).Mark == "WITH" && Ahead(2).Mark == "LOCAL" && Ahead(3).Mark == "TIME" && Ahead(4).Mark == "ZONE" => (TimeLiteralKind.TimestampWithLocalTimeZone, 5),
            _ => (TimeLiteralKind.Timestamp, 1),
        };
        if (Ahead(words).Kind != TokenKind.String)
            return null;
        string said = Ahead(words).Text;
        index += words + 1;
        return new TimeLiteralSyntax(kind, said) { Span = From(start) };
    }

    /// <summary>Reads <c>INTERVAL [sign] 'text' unit</c>; a number without quotes is taken as its text.</summary>
    IntervalLiteralSyntax ReadInterval(int start)
    {
        Expect("INTERVAL");
        bool negative = Take("-");
        if (!negative)
            Take("+");
        if (Current.Kind is not (TokenKind.String or TokenKind.Number))
            throw Unexpected("an interval's value in single quotes, as in INTERVAL '5' MINUTE");
        string said = tokens[index++].Text;
        return new IntervalLiteralSyntax(negative, said, ReadIntervalQualifier()) { Span = From(start) };
    }

    IntervalQualifierSyntax ReadIntervalQualifier()
    {
        int start = index;
        TimeUnit from = ReadIntervalUnit();
        int? precision = null, fraction = null;
        if (Take("("))
        {
            precision = ReadSmallNumber("the digits of the unit");
            if (from == TimeUnit.Second && Take(","))
                fraction = ReadSmallNumber("the digits of the fraction");
            Expect(")");
        }

        if (!Take("TO"))
            return new IntervalQualifierSyntax(from, precision, null, fraction) { Span = From(start) };
        TextSpan place = Current.Span;
        TimeUnit to = ReadIntervalUnit();
        if (!IsRange(from, to))
            throw Error($"an interval cannot run from {Units.Name(from)} to {Units.Name(to)}: it runs from YEAR to MONTH, or from a longer to a shorter unit among DAY, HOUR, MINUTE and SECOND.", place);
        if (to == TimeUnit.Second && Take("("))
        {
            fraction = ReadSmallNumber("the digits of the fraction");
            Expect(")");
        }

        return new IntervalQualifierSyntax(from, precision, to, fraction) { Span = From(start) };
    }

    static bool IsRange(TimeUnit from, TimeUnit to) => from == TimeUnit.Year
        ? to == TimeUnit.Month
        : from is TimeUnit.Day or TimeUnit.Hour or TimeUnit.Minute && to is TimeUnit.Hour or TimeUnit.Minute or TimeUnit.Second && to < from;

    TimeUnit ReadIntervalUnit()
    {
        TextSpan place = Current.Span;
        TimeUnit unit = ReadUnit();
        return Units.InIntervals(unit) ? unit : throw Error($"an interval is not counted in {Units.Name(unit)}: take YEAR, QUARTER, MONTH, WEEK, DAY, HOUR, MINUTE or SECOND.", place);
    }

    TimeUnit ReadUnit()
    {
        Seek(Expectations.Unit);
        foreach (string name in Units.Names)
            Seek(name);
        if (Current.Kind != TokenKind.Word || Units.Find(Current.Text) is not { } unit)
            throw Unexpected("a unit of time, as SECOND, MINUTE, HOUR, DAY, MONTH or YEAR");
        index++;
        return unit;
    }

    ExtractSyntax ReadExtract(int start)
    {
        index++;
        Expect("(");
        TimeUnit unit = ReadUnit();
        Expect("FROM");
        ExpressionSyntax operand = ReadExpression();
        Expect(")");
        return new ExtractSyntax(unit, operand) { Span = From(start) };
    }

    /// <summary>Reads <c>CEIL(x TO unit)</c>, or the plain call.</summary>
    ExpressionSyntax ReadRounding(int start, bool up)
    {
        NameSyntax function = ReadFunctionWord();
        Expect("(");
        var arguments = new List<ExpressionSyntax> { ReadExpression() };
        if (Take("TO"))
        {
            TimeUnit unit = ReadUnit();
            Expect(")");
            return new TimeRoundingSyntax(arguments[0], unit, up) { Span = From(start) };
        }

        while (Take(","))
        {
            arguments.Add(ReadExpression());
            CheckCount(arguments.Count);
        }

        Expect(")");
        return new CallSyntax(function, [.. arguments]) { Span = From(start) };
    }

    TimestampAddSyntax ReadTimestampAdd(int start)
    {
        (TimeUnit unit, ExpressionSyntax count, ExpressionSyntax operand) = ReadUnitAndTwo();
        return new TimestampAddSyntax(unit, count, operand) { Span = From(start) };
    }

    TimestampDifferenceSyntax ReadTimestampDifference(int start)
    {
        (TimeUnit unit, ExpressionSyntax from, ExpressionSyntax to) = ReadUnitAndTwo();
        return new TimestampDifferenceSyntax(unit, from, to) { Span = From(start) };
    }

    (TimeUnit Unit, ExpressionSyntax First, ExpressionSyntax Second) ReadUnitAndTwo()
    {
        index++;
        Expect("(");
        TimeUnit unit = ReadUnit();
        Expect(",");
        ExpressionSyntax first = ReadExpression();
        Expect(",");
        ExpressionSyntax second = ReadExpression();
        Expect(")");
        return (unit, first, second);
    }

    /// <summary>Reads digits, a length or a scale.</summary>
    int ReadSmallNumber(string what)
    {
        if (Current.Kind != TokenKind.Number)
            throw Unexpected($"{what}, a whole number");
        if (!int.TryParse(Current.Text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int number))
            throw Error($"{what} is a whole number up to {int.MaxValue}, and not {Current.Text}.", Current.Span);
        index++;
        return number;
    }
}
