using Orrery.Sql.Expressions;
using Orrery.Sql.Functions;
using Orrery.Sql.Types;
using static Orrery.Sql.Tests.Functions.Calls;

namespace Orrery.Sql.Tests.Functions;

public sealed class OperatorTests
{
    [Theory]
    [InlineData("+", 3, 4, "7")]
    [InlineData("-", 3, 4, "-1")]
    [InlineData("*", -3, 4, "-12")]
    [InlineData("/", -7, 2, "-3")]
    [InlineData("%", -7, 2, "-1")]
    [InlineData("%", 7, -1, "0")]
    [InlineData("/", 7, -1, "-7")]
    public void Integers_are_computed_without_fractions(string operation, int left, int right, string expected)
    {
        Call(operation, Int(left), Int(right)).ShouldBe(expected);
        Call(operation, Big(left), Int(right)).ShouldBe(expected);
        Call(operation, Int(null), Int(right)).ShouldBe("NULL");
        Call(operation, Int(left), Int(null)).ShouldBe("NULL");
    }

    [Fact]
    public void An_overflow_and_a_division_by_zero_are_errors_that_name_the_values()
    {
        Should.Throw<SqlValueException>(() => Call("+", Int(int.MaxValue), Int(1))).Message.ShouldContain("2147483648");
        Should.Throw<SqlValueException>(() => Call("+", Big(long.MaxValue), Big(1))).Message.ShouldContain("9223372036854775807 + 1");
        Should.Throw<SqlValueException>(() => Call("-", Big(long.MinValue), Big(1)));
        Should.Throw<SqlValueException>(() => Call("*", Big(long.MinValue), Big(-1)));
        Should.Throw<SqlValueException>(() => Call("/", Big(long.MinValue), Big(-1)));
        Should.Throw<SqlValueException>(() => Call("-", Big(long.MinValue)));
        foreach (string operation in (string[])["/", "%"])
        {
            Should.Throw<SqlValueException>(() => Call(operation, Int(7), Int(0))).Message.ShouldContain("division by zero");
            Should.Throw<SqlValueException>(() => Call(operation, Real(7.5), Real(0)));
            Should.Throw<SqlValueException>(() => Call(operation, Number("7.5", 4, 1), Number("0", 4, 1)));
        }
    }

    [Theory]
    [InlineData("+", "1.25", 5, 2, "2.5", 3, 1, "3.75")]
    [InlineData("-", "1.25", 5, 2, "2.5", 3, 1, "-1.25")]
    [InlineData("*", "1.25", 5, 2, "2.5", 3, 1, "3.125")]
    [InlineData("/", "1", 5, 2, "3", 3, 0, "0.333333")]
    [InlineData("/", "-2", 5, 2, "3", 3, 0, "-0.666667")]
    [InlineData("%", "7.25", 5, 2, "2", 3, 0, "1.25")]
    [InlineData("+", "99999999999999999999999999999999999999", 38, 0, "-1", 38, 0, "99999999999999999999999999999999999998")]
    [InlineData("*", "1234567890123456789.123456789", 30, 9, "1000000000.000000001", 20, 9, "1234567890123456790358024679.123457")]
    public void Decimals_are_exact(string operation, string left, int leftPrecision, int leftScale, string right, int rightPrecision, int rightScale, string expected) =>
        Call(operation, Number(left, leftPrecision, leftScale), Number(right, rightPrecision, rightScale)).ShouldBe(expected);

    [Theory]
    [InlineData("+", "DECIMAL(6, 2)", 5, 2, 4, 2)]
    [InlineData("*", "DECIMAL(10, 4)", 5, 2, 4, 2)]
    [InlineData("/", "DECIMAL(12, 7)", 5, 2, 4, 2)]
    [InlineData("*", "DECIMAL(38, 6)", 38, 10, 38, 10)]
    [InlineData("/", "DECIMAL(38, 6)", 38, 10, 38, 10)]
    [InlineData("%", "DECIMAL(4, 2)", 5, 2, 4, 2)]
    public void Decimals_types_are_those_of_Flink(string operation, string expected, int leftPrecision, int leftScale, int rightPrecision, int rightScale)
    {
        FunctionCatalog.TryResolve(operation, [SqlType.Decimal(leftPrecision, leftScale), SqlType.Decimal(rightPrecision, rightScale)], out _, out var binding).ShouldBeTrue();
        binding!.Result.ToString().ShouldBe(expected);
    }

    [Theory]
    [InlineData(null, null, "NULL", "NULL")]
    [InlineData(null, true, "NULL", "TRUE")]
    [InlineData(null, false, "FALSE", "NULL")]
    [InlineData(true, null, "NULL", "TRUE")]
    [InlineData(true, true, "TRUE", "TRUE")]
    [InlineData(true, false, "FALSE", "TRUE")]
    [InlineData(false, null, "FALSE", "NULL")]
    [InlineData(false, true, "FALSE", "TRUE")]
    [InlineData(false, false, "FALSE", "FALSE")]
    public void Truth_has_three_values(bool? left, bool? right, string and, string or)
    {
        Call("AND", Bool(left), Bool(right)).ShouldBe(and);
        Call("OR", Bool(left), Bool(right)).ShouldBe(or);
    }

    [Fact]
    public void What_is_decided_is_not_computed_further()
    {
        Evaluate(c => FunctionCatalog.Resolve("AND", [FunctionCatalog.Resolve("<>", [c[0], c[1]]), FunctionCatalog.Resolve(">", [FunctionCatalog.Resolve("/", [c[2], c[0]]), c[1]])]), Int(0), Int(0), Int(1)).ShouldBe("FALSE");
        Evaluate(c => new CaseExpression(new Arguments([FunctionCatalog.Resolve("=", [c[0], c[1]]), c[2]]), FunctionCatalog.Resolve("/", [c[2], c[0]]), SqlType.Integer), Int(0), Int(0), Int(1)).ShouldBe("1");
    }

    [Theory]
    [InlineData("=", "FALSE", "FALSE", "TRUE")]
    [InlineData("<>", "TRUE", "TRUE", "FALSE")]
    [InlineData("<", "TRUE", "FALSE", "FALSE")]
    [InlineData("<=", "TRUE", "FALSE", "TRUE")]
    [InlineData(">", "FALSE", "TRUE", "FALSE")]
    [InlineData(">=", "FALSE", "TRUE", "TRUE")]
    public void Values_of_each_type_are_compared(string operation, string less, string more, string same)
    {
        ((object? Value, SqlType Type) Low, (object? Value, SqlType Type) High)[] pairs =
        [
            (Int(-1), Int(1)), (Int(-1), Big(1)), (Text("a"), Text("ab")), (Text("Z"), Text("a")), (Text("z"), Text("é")), (Real(-0.5), Real(double.NaN)), (Real(1e300), Real(double.PositiveInfinity)),
            (Number("1.10", 5, 2), Number("1.2", 5, 1)), (Int(1), Number("1.5", 3, 1)), (Number("1.5", 3, 1), Real(1.6)), (Bool(false), Bool(true)), (Date("2026-01-31"), Date("2026-02-01")),
            (Date("2026-01-31"), At("2026-01-31 00:00:01")), (At("2026-01-31 00:00:01"), Text("2026-01-31 00:00:02")),
            (Number("1", 38, 0), Number("0.00000000000000000000000000000000000001", 38, 38)) is var (one, tiny) ? (tiny, one) : default,
        ];
        foreach (var (low, high) in pairs)
        {
            Call(operation, low, high).ShouldBe(less, $"{low} {operation} {high}");
            Call(operation, high, low).ShouldBe(more, $"{high} {operation} {low}");
            Call(operation, low, low).ShouldBe(same, $"{low} {operation} {low}");
            Call(operation, (null, low.Type), high).ShouldBe("NULL");
        }
    }

    [Fact]
    public void Null_is_a_value_to_is_distinct_from()
    {
        Call("IS DISTINCT FROM", Int(null), Int(null)).ShouldBe("FALSE");
        Call("IS DISTINCT FROM", Int(0), Int(null)).ShouldBe("TRUE");
        Call("IS NOT DISTINCT FROM", Text("a"), Text("a")).ShouldBe("TRUE");
        Call("IS NOT DISTINCT FROM", Int(1), Number("1.00", 5, 2)).ShouldBe("TRUE");
    }

    [Fact]
    public void Between_takes_both_bounds()
    {
        Call("BETWEEN", Int(1), Int(1), Int(2)).ShouldBe("TRUE");
        Call("BETWEEN", Int(3), Int(null), Int(2)).ShouldBe("FALSE");
        Call("NOT BETWEEN", Int(3), Int(null), Int(2)).ShouldBe("TRUE");
        Call("BETWEEN", Int(1), Int(null), Int(2)).ShouldBe("NULL");
    }

    [Theory]
    [InlineData("1")]
    [InlineData("9")]
    public void A_value_is_among_constants_or_it_is_unknown_where_one_is_null(string value)
    {
        foreach (int count in (int[])[3, 40])
        {
            BoundExpression[] items = [.. Enumerable.Range(0, count).Select(index => new ConstantExpression((long)(index * 3 + 1), SqlType.Integer.Nullable(false)))];
            bool isIn = long.Parse(value) % 3 == 1;
            Evaluate(c => new InListExpression(c[0], new Arguments(items), SqlType.Boolean), Int(value)).ShouldBe(isIn ? "TRUE" : "FALSE");
            Evaluate(c => new InListExpression(c[0], new Arguments([.. items, new ConstantExpression(null, SqlType.Integer)]), SqlType.Boolean), Int(value)).ShouldBe(isIn ? "TRUE" : "NULL");
            BoundExpression[] texts = [.. Enumerable.Range(0, count).Select(index => new ConstantExpression((index * 3 + 1).ToString(), SqlType.String.Nullable(false)))];
            Evaluate(c => new InListExpression(c[0], new Arguments(texts), SqlType.Boolean), Text(value)).ShouldBe(isIn ? "TRUE" : "FALSE");
            Evaluate(c => new InListExpression(c[0], new Arguments(texts), SqlType.Boolean), Text(null)).ShouldBe("NULL");
        }
    }

    [Theory]
    [InlineData("2026-01-31", 1, "2026-02-28")]
    [InlineData("2024-02-29", 12, "2025-02-28")]
    [InlineData("2026-01-31", -2, "2025-11-30")]
    public void Months_are_added_to_the_same_day_or_the_last_one(string date, int months, string expected)
    {
        Call("+", Date(date), (months, SqlType.IntervalMonths)).ShouldBe(expected);
        Call("-", At(date + " 10:00:00"), (-months, SqlType.IntervalMonths)).ShouldBe(expected + " 10:00:00.000000");
    }

    [Fact]
    public void Times_and_intervals_are_added_and_subtracted()
    {
        Call("+", Date("2026-01-31"), ("1 00:00", SqlType.IntervalMicroseconds)).ShouldBe("2026-02-01");
        Should.Throw<SqlValueException>(() => Call("+", Date("2026-01-31"), ("1 01:00", SqlType.IntervalMicroseconds)));
        Call("-", At("2026-03-01 00:00:00"), ("0 00:00:00.000001", SqlType.IntervalMicroseconds)).ShouldBe("2026-02-28 23:59:59.999999");
        Call("-", At("2026-03-01 00:00:00"), At("2026-02-28 12:00:00")).ShouldBe("+0 12:00:00.000000");
        Call("*", ("1 00:00", SqlType.IntervalMicroseconds), Int(-2)).ShouldBe("-2 00:00:00.000000");
        Call("/", ("1 00:00", SqlType.IntervalMicroseconds), Real(2)).ShouldBe("+0 12:00:00.000000");
        Call("+", ("23:30", SqlType.Time), ("0 01:00", SqlType.IntervalMicroseconds)).ShouldBe("00:30:00.000000");
        Should.Throw<SqlValueException>(() => Call("+", Date("9999-12-31"), ("1 00:00", SqlType.IntervalMicroseconds)));
    }

    [Fact]
    public void Types_without_an_operator_are_refused_with_its_form()
    {
        Should.Throw<SqlTypeException>(() => Call("=", Text("1"), Int(1))).Message.ShouldBe("= does not take (STRING, INT); it is written a = b.");
        Should.Throw<SqlTypeException>(() => Call("NO_SUCH", Text("1"))).Message.ShouldContain("NO_SUCH");
    }
}
