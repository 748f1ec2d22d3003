using Orrery.Sql.Syntax;

namespace Orrery.Sql.Tests.Syntax;

/// <summary>What is proposed at the bar.</summary>
public sealed class CompletionTests
{
    [Theory]
    [InlineData("|", "SELECT CREATE INSERT DROP EXPLAIN SHOW DESCRIBE SUBSCRIBE WHY WITH")]
    [InlineData("SELECT 1; |", "SELECT CREATE INSERT")]
    [InlineData("SEL|", "SELECT")]
    [InlineData("SELECT |", "DISTINCT CASE CAST NOT NULL")]
    [InlineData("SELECT a |", "FROM AS AND OR IS IN LIKE BETWEEN UNION")]
    [InlineData("SELECT a FROM t |", "WHERE GROUP JOIN LEFT INNER CROSS ORDER LIMIT AS UNION FOR")]
    [InlineData("SELECT a FROM t LEFT |", "JOIN OUTER")]
    [InlineData("SELECT a FROM t JOIN u |", "ON USING")]
    [InlineData("SELECT a FROM t GROUP |", "BY")]
    [InlineData("SELECT a FROM t GROUP BY |", "ROLLUP CUBE GROUPING")]
    [InlineData("SELECT a IS NOT |", "NULL TRUE FALSE UNKNOWN DISTINCT JSON")]
    [InlineData("SELECT COUNT(*) |", "OVER FILTER WITHIN FROM")]
    [InlineData("SELECT a FROM t ORDER BY a |", "ASC DESC NULLS LIMIT")]
    [InlineData("SELECT CAST(a AS |", "INT BIGINT STRING DECIMAL TIMESTAMP ARRAY ROW")]
    [InlineData("SELECT INTERVAL '1' |", "SECOND MINUTE DAY")]
    [InlineData("CREATE |", "TABLE VIEW MATERIALIZED TEMPORARY FUNCTION OR")]
    [InlineData("CREATE TABLE t (a INT |", "NOT COMMENT METADATA PRIMARY")]
    [InlineData("CREATE MATERIALIZED VIEW v |", "AS WITH COMMENT")]
    [InlineData("DROP |", "TABLE VIEW MATERIALIZED FUNCTION")]
    [InlineData("EXPLAIN |", "LINEAGE SELECT INSERT")]
    [InlineData("SHOW |", "TABLES VIEWS FUNCTIONS CREATE")]
    [InlineData("WHY v |", "WHERE")]
    public void Keywords_that_the_grammar_takes_are_proposed(string marked, string keywords)
    {
        SqlCompletion completion = At(marked);
        foreach (string keyword in keywords.Split(' '))
            completion.Keywords.ShouldContain(keyword);
    }

    [Theory]
    [InlineData("SELECT a FROM t WHERE a |", "FROM GROUPING TABLE")]
    [InlineData("SELECT a |", "JOIN CREATE")]
    [InlineData("SELECT a FROM t LEFT |", "WHERE")]
    public void Keywords_that_the_grammar_refuses_are_not(string marked, string keywords)
    {
        foreach (string keyword in keywords.Split(' '))
            At(marked).Keywords.ShouldNotContain(keyword);
    }

    [Theory]
    [InlineData("SELECT |", SqlExpectations.Column | SqlExpectations.Function)]
    [InlineData("SELECT a + |", SqlExpectations.Column | SqlExpectations.Function)]
    [InlineData("SELECT a FROM |", SqlExpectations.Table)]
    [InlineData("SELECT a FROM or|", SqlExpectations.Table)]
    [InlineData("SELECT a FROM t JOIN |", SqlExpectations.Table)]
    [InlineData("SELECT a FROM t AS |", SqlExpectations.NewName)]
    [InlineData("SELECT a FROM t WHERE |", SqlExpectations.Column | SqlExpectations.Function)]
    [InlineData("SELECT a FROM t, LATERAL TABLE(|", SqlExpectations.Function)]
    [InlineData("INSERT INTO |", SqlExpectations.Table)]
    [InlineData("INSERT INTO t (|", SqlExpectations.Column)]
    [InlineData("CREATE TABLE t (a INT) WITH (|", SqlExpectations.Option)]
    [InlineData("CREATE TABLE t (a |", SqlExpectations.Type)]
    [InlineData("DESCRIBE |", SqlExpectations.Table)]
    [InlineData("EXPLAIN LINEAGE |", SqlExpectations.View)]
    [InlineData("SUBSCRIBE TO |", SqlExpectations.View)]
    [InlineData("SELECT 'a|", SqlExpectations.None)]
    [InlineData("SELECT 1 -- a|", SqlExpectations.None)]
    [InlineData("SELECT 1 /* a|", SqlExpectations.None)]
    [InlineData("SELECT FROM FROM |", SqlExpectations.None)]
    public void The_kind_of_name_is_told(string marked, SqlExpectations expected) => At(marked).Expected.ShouldBe(expected);

    [Theory]
    [InlineData("SELECT | FROM orders o JOIN db.lines AS l ON o.id = l.id, x", "o=orders l=db.lines x=x")]
    [InlineData("SELECT a FROM orders o WHERE |", "o=orders")]
    [InlineData("SELECT a FROM orders o WHERE o.|", "o=orders")]
    [InlineData("SELECT | FROM (SELECT b FROM t) AS d", "d=")]
    [InlineData("SELECT a FROM (SELECT | FROM t) AS d, u", "t=t")]
    [InlineData("SELECT a FROM u, LATERAL (SELECT | FROM t) AS d", "t=t u=u d=")]
    [InlineData("SELECT a FROM u WHERE EXISTS (SELECT 1 FROM t WHERE |)", "t=t u=u")]
    [InlineData("SELECT a FROM t UNION ALL SELECT | FROM u", "u=u")]
    [InlineData("SELECT | FROM t UNION ALL SELECT b FROM u", "t=t")]
    [InlineData("SELECT a FROM t; SELECT | FROM u; SELECT b FROM v", "u=u")]
    [InlineData("WITH x AS (SELECT a FROM t) SELECT | FROM x y", "y=x")]
    [InlineData("WITH x AS (SELECT | FROM t) SELECT a FROM u", "t=t")]
    [InlineData("SELECT | FROM TABLE(TUMBLE(TABLE bid, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) AS w", "w=bid")]
    [InlineData("SELECT | FROM t CROSS JOIN UNNEST(t.x) AS y (z)", "t=t y=")]
    [InlineData("INSERT INTO t (|) SELECT a FROM u", "t=t")]
    [InlineData("INSERT INTO t SELECT | FROM u", "u=u")]
    [InlineData("WHY v WHERE |", "v=v")]
    [InlineData("SELECT EXTRACT(DAY FROM a), | FROM t", "t=t")]
    public void Tables_in_scope_are_told_with_their_aliases(string marked, string tables) =>
        string.Join(' ', At(marked).Tables.Select(table => $"{table.Alias}={table.Table}")).ShouldBe(tables);

    [Fact]
    public void Common_tables_may_be_named()
    {
        At("WITH x AS (SELECT 1), y (a) AS (SELECT 2) SELECT a FROM |").CommonTables.ShouldBe(["x", "y"]);
        At("SELECT a FROM |").CommonTables.ShouldBeEmpty();
    }

    [Fact]
    public void The_word_that_is_written_is_replaced_and_its_qualifier_told()
    {
        SqlCompletion completion = At("SELECT db.o.pri| FROM orders o");
        completion.Start.ShouldBe("SELECT db.o.".Length);
        completion.Qualifier.ShouldBe("db.o");
        completion.Expected.ShouldBe(SqlExpectations.Column);
        completion.Keywords.ShouldBeEmpty();
        At("SELECT pri| FROM orders").Qualifier.ShouldBeNull();
    }

    [Fact]
    public void Any_place_of_any_text_is_answered()
    {
        for (int input = 0; input < Fuzz.Inputs(2_000); input++)
        {
            var random = new Random(Fuzz.Seed + input);
            string text = ParserFuzzTests.Mutate(random);
            int offset = random.Next(text.Length + 1);
            try
            {
                SqlCompletion.At(text, offset).Start.ShouldBeInRange(0, offset);
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"Seed {Fuzz.Seed + input}: {error.Message} at {offset} of\n{text}", error);
            }
        }
    }

    static SqlCompletion At(string marked)
    {
        int offset = marked.IndexOf('|', StringComparison.Ordinal);
        return SqlCompletion.At(marked.Remove(offset, 1), offset);
    }
}
