using Orrery.Sql.Syntax;

namespace Orrery.Sql.Tests.Syntax;

/// <summary>No text makes the parser run out of stack, memory or time. All on a stack smaller than any that the program has.</summary>
public sealed class BoundTests
{
    const int Stack = 1 << 20;

    public static TheoryData<string, string, string> Towers => new()
    {
        { "SELECT ", "(", "1" }, { "SELECT ", "- ", "1" }, { "SELECT ", "NOT ", "a" }, { "SELECT ", "f(", "1" }, { "SELECT a", "[1]", "" }, { "SELECT a", "::INT", "" },
        { "SELECT a", " + 1", "" }, { "SELECT a", " = 1", "" }, { "SELECT a", " IS NULL", "" }, { "SELECT a[1]", ".b", "" }, { "SELECT a", ".b", "" }, { "SELECT a", " IN (SELECT a", "" },
        { "SELECT ", "CASE WHEN ", "a" }, { "SELECT ", "CAST(", "a" }, { "SELECT ", "ARRAY[", "a" }, { "SELECT ", "EXISTS (SELECT ", "a" }, { "SELECT a BETWEEN ", "(b BETWEEN ", "a" },
        { "", "(", "SELECT 1" }, { "", "SELECT 1 UNION ", "SELECT 1" }, { "", "SELECT 1 INTERSECT ", "SELECT 1" }, { "", "WITH a AS (", "SELECT 1" }, { "SELECT * FROM ", "(", "a" },
        { "SELECT * FROM ", "(SELECT * FROM ", "a" }, { "SELECT * FROM a", " CROSS JOIN b", "" }, { "SELECT * FROM a", " JOIN b ON c", "" }, { "SELECT * FROM ", "LATERAL (SELECT * FROM ", "a" },
        { "SELECT CAST(a AS ", "ARRAY<", "INT" }, { "SELECT CAST(a AS INT", " ARRAY", ")" }, { "SELECT CAST(a AS ", "ROW<a ", "INT" }, { "SELECT a FROM t GROUP BY ", "GROUPING SETS (", "a" },
        { "", "EXPLAIN ", "SELECT 1" }, { "SELECT a LIKE ", "b ESCAPE c LIKE ", "d" }, { "SELECT * FROM t WHERE ", "a AND (b OR (", "c" }, { "SELECT ", "JSON_OBJECT('a' VALUE ", "c" },
        { "SELECT ", "SUM(a) OVER (ORDER BY ", "b" }, { "SELECT a", " AT TIME ZONE 'x'", "" }, { "SELECT ", "ROW(", "1" }, { "SELECT /*+ ", "a(b) ", "*/ 1" },
    };

    [Theory]
    [MemberData(nameof(Towers))]
    public void A_tower_of_100_000_levels_is_refused(string before, string level, string after)
    {
        string text = before + string.Concat(Enumerable.Repeat(level, Math.Min(100_000, (SqlLimits.TextLength - 100) / level.Length))) + after;
        SqlSyntaxException? error = OnSmallStack(() => Catch(text));
        error.ShouldNotBeNull();
        if (!text.Contains("/*+", StringComparison.Ordinal))
            error.Reason.ShouldContain($"nested deeper than {SqlLimits.NestingLevels} levels");
    }

    [Fact]
    public void Towers_just_below_the_bound_are_read_printed_compared_and_hashed()
    {
        foreach ((string before, string level, string after, string close, int most) in ((string, string, string, string, int)[])
            [("SELECT ", "(", "1", ")", 250), ("SELECT ", "f(", "1", ")", 250), ("SELECT ", "ABS(-", "1", ")", 125), ("SELECT ", "CASE WHEN a THEN ", "1", " END", 250),
            ("SELECT ", "CAST(", "1", " AS INT)", 250), ("SELECT 1", " + 1", "", "", 250), ("SELECT * FROM a", " CROSS JOIN b", "", "", 250), ("", "(SELECT 1 WHERE a IN ", "(SELECT 1)", ")", 80),
            ("SELECT * FROM ", "(SELECT * FROM ", "a", ")", 120), ("", "SELECT 1 UNION ALL ", "SELECT 1", "", 250)])
        {
            string text = before + string.Concat(Enumerable.Repeat(level, most)) + after + string.Concat(Enumerable.Repeat(close, most));
            OnSmallStack(() =>
            {
                StatementSyntax statement = SqlParser.ParseStatement(text), again = SqlParser.ParseStatement(SqlPrinter.Print(statement));
                return again.Equals(statement) && again.GetHashCode() == statement.GetHashCode();
            }).ShouldBeTrue($"{most} levels of '{level}'");
        }
    }

    [Fact]
    public void Long_chains_of_AND_and_long_lists_are_read()
    {
        string chain = "SELECT * FROM t WHERE " + string.Join(" OR ", Enumerable.Range(0, 20_000).Select(number => $"a = {number}"));
        SqlPrinter.Print(SqlParser.ParseStatement(chain)).ShouldBe(chain);
        string list = $"SELECT a IN ({string.Join(", ", Enumerable.Range(0, 50_000))})";
        SqlPrinter.Print(SqlParser.ParseStatement(list)).ShouldBe(list);
    }

    [Fact]
    public void Texts_names_and_lists_beyond_their_bounds_are_refused()
    {
        Catch(new string(' ', SqlLimits.TextLength + 1))!.Reason.ShouldBe("the text has 1,048,577 characters; 1,048,576 are the most. Split it.");
        Catch($"SELECT {new string('a', 257)}")!.Reason.ShouldBe("a name has 257 characters; 256 are the most.");
        Catch($"SELECT `{new string('a', 257)}`")!.Reason.ShouldBe("a name has 257 characters; 256 are the most.");
        Catch("SELECT " + string.Concat(Enumerable.Repeat("1,", 70_000)) + "1")!.Reason.ShouldBe("a list has more than 65,536 items. Split it.");
        Catch(string.Concat(Enumerable.Repeat("SET;", 70_000)))!.Reason.ShouldBe("a list has more than 65,536 items. Split it.");
    }

    static SqlSyntaxException? Catch(string text)
    {
        try
        {
            SqlParser.ParseScript(text);
            return null;
        }
        catch (SqlSyntaxException error)
        {
            return error;
        }
    }

    static T OnSmallStack<T>(Func<T> run)
    {
        T result = default!;
        Exception? thrown = null;
        var thread = new Thread(() => thrown = Record.Exception(() => { result = run(); }), Stack);
        thread.Start();
        thread.Join();
        return thrown is null ? result : throw thrown;
    }
}
