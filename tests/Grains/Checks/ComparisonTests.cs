using Orrery.Grains.Checks.Batches;
using Orrery.Grains.Checks.Comparing;
using Orrery.Interfaces.Checks;
using Orrery.Sql.Syntax;
using Orrery.Sql.Types;

namespace Orrery.Grains.Tests.Checks;

public sealed class ComparisonTests
{
    [Theory]
    [InlineData("007.500", "7.5")]
    [InlineData("-0.00", "0")]
    [InlineData("-.5", "-0.5")]
    [InlineData("1E+3", "1000")]
    [InlineData("12345678901234567890123456789012345678", "12345678901234567890123456789012345678")]
    [InlineData("100", "100")]
    public void Numbers_are_equal_whatever_zeros_they_are_written_with(string text, string plain) => ComparedText.Number(text).ShouldBe(plain);

    [Fact]
    public void Values_of_drivers_read_as_those_of_views()
    {
        SqlType time = SqlType.Timestamp;
        ComparedText.OfDatabase(new DateTime(2026, 1, 2, 3, 4, 5).AddMilliseconds(120), time).ShouldBe("2026-01-02 03:04:05.12");
        ComparedText.OfView(1_767_323_045_120_000L, time).ShouldBe("2026-01-02 03:04:05.12");
        ComparedText.OfDatabase(1UL, SqlType.Boolean).ShouldBe(ComparedText.OfView(true, SqlType.Boolean));
        ComparedText.OfDatabase(0.1 + 0.2, SqlType.Double).ShouldBe(ComparedText.OfView(0.3, SqlType.Double));
        ComparedText.OfDatabase(DBNull.Value, SqlType.String).ShouldBeNull();
        ComparedText.OfDatabase("null", SqlType.String).ShouldBe("null");
    }

    [Fact]
    public void Bags_of_rows_are_compared_with_their_repetitions()
    {
        var look = new RowComparison(10);
        look.AddActual(["a", null], 2);
        look.AddActual(["b", ""], 1);
        foreach (string?[] row in new string?[][] { ["a", null], ["b", null], ["c", "1"] })
            look.AddExpected(row);
        look.EndExpected();
        (look.Actual, look.Expected, look.Missing, look.Surplus).ShouldBe((3, 3, 2, 2));
        look.LookAgain(["a", null]);
        look.LookAgain(["b", ""]);
        look.SurplusRows.ShouldBe([["a", null], ["b", ""]]);
    }

    [Fact]
    public void Floating_numbers_that_were_rounded_apart_are_equal_and_those_that_differ_are_not()
    {
        var look = new RowComparison(10);
        string?[][] actual = [["a", "2391.57142843"], ["b", "1"], ["c", null]], expected = [["a", "2391.57142842"], ["b", "1.0000001"], ["c", "0"]];
        foreach (string?[] row in actual)
            look.AddActual(row, 1);
        foreach (string?[] row in expected)
            look.AddExpected(row);
        look.EndExpected();
        foreach (string?[] row in actual)
            look.LookAgain(row);
        look.ForgiveRounding([false, true]);
        (look.Missing, look.Surplus).ShouldBe((2, 2));
        look.SurplusRows.Select(static row => row[0]).ShouldBe(["b", "c"]);
    }

    [Fact]
    public void At_a_further_look_only_what_differed_before_can_differ()
    {
        RowComparison Look(string[] actual, string[] expected, RowComparison? before)
        {
            var look = new RowComparison(10, before);
            foreach (string row in actual)
                look.AddActual([row], 1);
            foreach (string row in expected)
                look.AddExpected([row]);
            look.EndExpected();
            return look;
        }

        RowComparison first = Look(["x", "old"], ["x", "new", "lost"], null);
        (first.Missing, first.Surplus).ShouldBe((2, 1));
        RowComparison second = Look(["x", "new", "newer"], ["x", "newer still", "lost"], first);
        (second.Missing, second.Surplus).ShouldBe((1, 0));
        second.MissingRows.ShouldBe([["lost"]]);
    }

    [Fact]
    public void Rows_that_differ_are_brought_together_by_the_columns_that_tell_them_apart()
    {
        List<string?[]> missing = [["d1", "s1", "10"], ["d1", "s2", "20"], ["d9", "s9", "1"]], surplus = [["d1", "s1", "11"], ["d1", "s2", "21"]];
        (int[] key, int pairs, CheckDifference[] differences) = RowPairs.Of(missing, surplus, 3, [], 20);
        key.ShouldBe([0, 1]);
        pairs.ShouldBe(2);
        differences.Select(static difference => difference.Kind).ShouldBe(["different", "different", "missing"]);
        differences[0].Expected!.ShouldBe(["d1", "s1", "10"]);
        differences[0].Actual!.ShouldBe(["d1", "s1", "11"]);
    }

    [Fact]
    public void Queries_keep_their_text_but_for_types_and_quotes()
    {
        QuerySyntax query = SqlParser.ParseQuery("SELECT CAST(a AS STRING), CAST(b AS BIGINT), 'CAST(c AS STRING)', `odd name` FROM t WHERE a IS NOT DISTINCT FROM 'it''s'");
        new BatchText(isMySql: true).Of(query).ShouldBe("SELECT CAST(a AS CHAR), CAST(b AS SIGNED), 'CAST(c AS STRING)', `odd name` FROM t WHERE a <=> 'it''s'");
        new BatchText(isMySql: false).Of(query).ShouldBe("SELECT CAST(a AS TEXT), CAST(b AS BIGINT), 'CAST(c AS STRING)', \"odd name\" FROM t WHERE a IS NOT DISTINCT FROM 'it''s'");
    }
}
