using Orrery.Sql.Syntax;

namespace Orrery.Sql.Tests.Syntax;

/// <summary>What the parser says, and where. A bar in the text shows the place; it is not part of it.</summary>
public sealed class ErrorTests
{
    [Theory]
    [InlineData("SELECT |FROM t", "expected a column name or *, found FROM.")]
    [InlineData("SELECT a, |FROM t", "expected a column name or *, found FROM.")]
    [InlineData("SELECT|", "expected a column name or *, found the end of the text.")]
    [InlineData("SELECT a FROM |WHERE b", "expected a table name, found WHERE, which is a reserved word. As a name, write `WHERE`.")]
    [InlineData("SELECT a FORM |t", "expected ';' or the end of the statement, found t. Did you mean FROM instead of FORM?")]
    [InlineData("SELECT a FROM t WERE |a = 1", "expected ';' or the end of the statement, found a. Did you mean WHERE instead of WERE?")]
    [InlineData("SELECT a FROM t GRUOP |BY a", "expected ';' or the end of the statement, found BY. Did you mean GROUP instead of GRUOP?")]
    [InlineData("|SELCT a FROM t", "expected a statement, as SELECT, CREATE, INSERT, DROP, EXPLAIN, SHOW, DESCRIBE, SUBSCRIBE, WHY or SET, found SELCT. Did you mean SELECT?")]
    [InlineData("CREATE |VEIW v AS SELECT 1", "expected TABLE, VIEW, MATERIALIZED VIEW or FUNCTION, found VEIW. Did you mean VIEW?")]
    [InlineData("SELECT a FROM t LEFT |JION u ON a = b", "expected JOIN, found JION. Did you mean JOIN?")]
    [InlineData("SELECT a FROM t JOIN u |WHERE a", "expected ON and a condition, or USING and columns (CROSS JOIN has neither), found WHERE.")]
    [InlineData("SELECT a\nFROM t\nWHERE |", "expected an expression, found the end of the text.")]
    [InlineData("SELECT (a + |)", "expected an expression, found ')'.")]
    [InlineData("SELECT a + |* FROM t", "expected an expression, found '*'. It stands alone in a select list, or in COUNT(*).")]
    [InlineData("SELECT f(a|", "expected ')', found the end of the text.")]
    [InlineData("SELECT a NOT |b", "expected IN, LIKE, SIMILAR TO or BETWEEN behind NOT, found b.")]
    [InlineData("SELECT a IS |b", "expected NOT, NULL, TRUE, FALSE, UNKNOWN, DISTINCT FROM or JSON, found b.")]
    [InlineData("SELECT CASE a |END", "expected WHEN, found END.")]
    [InlineData("SELECT CAST(a AS |TEXT)", "expected a type, found TEXT. Did you mean STRING?")]
    [InlineData("SELECT CAST(a AS |BIGNIT)", "expected a type, found BIGNIT. Did you mean BIGINT?")]
    [InlineData("SELECT CAST(a AS TIMESTAMP WITH |TIME ZONE)", "TIMESTAMP WITH TIME ZONE is not a type of the dialect: take TIMESTAMP_LTZ, a point in time that is shown in the session's zone.")]
    [InlineData("SELECT |'abc", "a text is opened here and not closed with '.")]
    [InlineData("SELECT |`abc", "a name in backticks is opened here and not closed with `.")]
    [InlineData("SELECT |``", "a name in backticks is empty.")]
    [InlineData("SELECT 1 |/* abc", "a comment is opened here and not closed with */.")]
    [InlineData("SELECT |\"a\"", "a double quote means nothing here: names are quoted with backticks, texts with single quotes.")]
    [InlineData("SELECT a |? b", "'?' means nothing in SQL.")]
    [InlineData("SELECT 12|ab", "a letter follows the number 12: put a space or an operator between them, or the name in backticks.")]
    [InlineData("SELECT |123456789012345678901234567890123456789", "a number has 39 digits; 38 are the most. Write it with an exponent (1.5E40) if it may be approximate.")]
    [InlineData("SELECT |X'0'", "bytes are written as pairs of hexadecimal digits: X'0AFF'.")]
    [InlineData("SELECT |U&'\\00'", "an escape in a unicode text is \\XXXX or \\+XXXXXX in hexadecimal digits, or \\\\.")]
    [InlineData("SELECT |U&'\\D800'", "a unicode text holds half of a surrogate pair.")]
    [InlineData("SELECT INTERVAL '1' |FORTNIGHT", "expected a unit of time, as SECOND, MINUTE, HOUR, DAY, MONTH or YEAR, found FORTNIGHT.")]
    [InlineData("SELECT INTERVAL '1' |MINUET", "expected a unit of time, as SECOND, MINUTE, HOUR, DAY, MONTH or YEAR, found MINUET. Did you mean MINUTE?")]
    [InlineData("SELECT INTERVAL '1' HOUR TO |DAY", "an interval cannot run from HOUR to DAY: it runs from YEAR to MONTH, or from a longer to a shorter unit among DAY, HOUR, MINUTE and SECOND.")]
    [InlineData("SELECT a FROM t LIMIT |1.5", "a number of rows is whole and at most 9223372036854775807; found 1.5.")]
    [InlineData("SELECT a AS |select", "expected an alias, found select, which is a reserved word. As a name, write `select`.")]
    [InlineData("|UPDATE t SET a = 1", "UPDATE is not part of the dialect: tables follow their sources. Change the rows at the source, or leave them out in a view.")]
    [InlineData("|DELETE FROM t", "DELETE is not part of the dialect: tables follow their sources. Change the rows at the source, or leave them out in a view.")]
    [InlineData("|ALTER TABLE t ADD a INT", "ALTER is not part of the dialect: replace a view with CREATE OR REPLACE VIEW; drop a table and create it anew.")]
    [InlineData("WITH |RECURSIVE a AS (SELECT 1) SELECT 1", "WITH RECURSIVE is not part of the dialect: a view cannot be made of itself.")]
    [InlineData("CREATE TABLE t (a INT PRIMARY KEY|)", "expected NOT ENFORCED: the source is trusted to keep its keys, found ')'.")]
    [InlineData("CREATE TABLE t (a INT, PRIMARY KEY (a) NOT ENFORCED, |PRIMARY KEY (a) NOT ENFORCED)", "a table has one primary key; this is the second.")]
    [InlineData("CREATE TABLE t (a INT) WITH (|connector = 'x')", "expected an option's key in single quotes, found connector.")]
    [InlineData("CREATE OR REPLACE |TABLE t (a INT)", "a table cannot be replaced: drop it and create it anew.")]
    [InlineData("CREATE TABLE t (a INT) |AS SELECT 1", "CREATE TABLE ... AS is not part of the dialect: write the columns, or create a view.")]
    [InlineData("CREATE FUNCTION f() RETURNS INT AS |'com.example.F'", "a function's body is an expression of SQL, and not the name of a class. A body that is a text alone stands in parentheses.")]
    [InlineData("BEGIN STATEMENT SET; |SELECT 1; END", "expected INSERT or END: a statement set holds INSERT statements, found SELECT.")]
    [InlineData("SELECT 1; SELECT 2 |3", "expected ';' or the end of the statement, found the number 3.")]
    [InlineData("SELECT /*+ OPTIONS(|,) */ a", "expected a name, a number or a text in single quotes, found ','.")]
    public void An_error_says_what_was_found_and_expected_and_where(string marked, string reason)
    {
        int offset = marked.IndexOf('|', StringComparison.Ordinal);
        SqlSyntaxException error = Should.Throw<SqlSyntaxException>(() => SqlParser.ParseScript(marked.Remove(offset, 1)));
        error.Reason.ShouldBe(reason);
        error.Offset.ShouldBe(offset);
        error.Line.ShouldBe(marked[..offset].Count(character => character == '\n') + 1);
        error.Column.ShouldBe(offset - marked[..offset].LastIndexOf('\n'));
        error.Message.ShouldBe($"Line {error.Line}, column {error.Column}: {reason}");
    }

    [Fact]
    public void Nodes_keep_their_places()
    {
        var statement = (QueryStatementSyntax)SqlParser.ParseScript("-- first\nSELECT a,\n  b + 1 AS c\nFROM t;")[0];
        var select = (SelectSyntax)statement.Query;
        select.Span.ShouldBe(new TextSpan(9, 29, 2, 1));
        select.Items[1].Span.ShouldBe(new TextSpan(21, 10, 3, 3));
        select.Items[1].Expression.Span.ShouldBe(new TextSpan(21, 5, 3, 3));
        select.Items[1].Alias!.Span.ShouldBe(new TextSpan(30, 1, 3, 12));
        select.From[0].Span.ShouldBe(new TextSpan(37, 1, 4, 6));
    }

    [Fact]
    public void A_text_of_nothing_is_a_script_of_nothing()
    {
        SqlParser.ParseScript("").ShouldBeEmpty();
        SqlParser.ParseScript(" ; -- nothing\n /* nothing */ ;;").ShouldBeEmpty();
        Should.Throw<SqlSyntaxException>(() => SqlParser.ParseStatement(""));
    }
}
