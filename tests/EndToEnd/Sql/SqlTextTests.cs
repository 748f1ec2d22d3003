using Orrery.Cli.Management;
using Orrery.Cli.Sql;

namespace Orrery.EndToEnd.Tests.Sql;

/// <summary>Texts of the SQL command: where statements end, where a caret stands, what keys do to a line.</summary>
public sealed class SqlTextTests
{
    [Theory]
    [InlineData("SELECT 1; SELECT 2", "SELECT 1|SELECT 2", "SELECT 2")]
    [InlineData("SELECT ';' AS a, `;`, \";\" -- no; end\n/* nor ; here */ FROM t;\n", "SELECT ';' AS a, `;`, \";\" -- no; end\n/* nor ; here */ FROM t", "")]
    [InlineData("SELECT 'it''s; fine';", "SELECT 'it''s; fine'", "")]
    [InlineData("BEGIN STATEMENT SET; INSERT INTO a SELECT 1; END; SELECT 2;", "BEGIN STATEMENT SET; INSERT INTO a SELECT 1; END|SELECT 2", "")]
    [InlineData("BEGIN STATEMENT SET; INSERT INTO a SELECT 1;", "BEGIN STATEMENT SET; INSERT INTO a SELECT 1;", "BEGIN STATEMENT SET; INSERT INTO a SELECT 1;")]
    [InlineData("SELECT 'open; SELECT 2;", "SELECT 'open; SELECT 2;", "SELECT 'open; SELECT 2;")]
    [InlineData(" ;; -- nothing", "", "")]
    public void Statements_end_at_semicolons_that_stand_for_themselves(string text, string statements, string rest)
    {
        IReadOnlyList<StatementText> found = StatementText.Read(text, out string open);
        string.Join('|', found.Select(static item => item.Text)).ShouldBe(statements);
        open.ShouldBe(rest);
        found.ShouldAllBe(item => text.Substring(item.Offset, item.Text.Length) == item.Text);
    }

    [Theory]
    [InlineData("SUBSCRIBE sales", "sales")]
    [InlineData("subscribe TO SELECT * FROM sales", "SELECT * FROM sales")]
    [InlineData("SELECT * FROM subscribe", null)]
    public void A_subscription_says_to_what(string text, string? query) => new StatementText(text, 0).Followed.ShouldBe(query);

    [Fact]
    public void The_caret_stands_under_what_is_wrong_also_behind_Chinese_signs()
    {
        const string text = "SELECT 1;\r\nSELECT '订单', shp FROM t";
        string[] lines = [.. PlaceText.Lines("there is no column 'shp'", text, new TextPlace(text.IndexOf("shp", StringComparison.Ordinal), 3), "a.sql")];
        lines[0].ShouldBe("orrery: a.sql, line 2, column 14: there is no column 'shp'");
        lines[1].ShouldBe("  SELECT '订单', shp FROM t");
        lines[2].ShouldBe("                 ^^^");
    }

    [Theory]
    [InlineData("SELECT", 6, 0, "        ^")]
    [InlineData("", 0, 0, "  ^")]
    [InlineData("a\nb", 99, 5, "   ^")]
    public void A_place_at_the_end_or_beyond_it_has_a_caret_too(string text, int offset, int length, string caret) =>
        PlaceText.Lines("wrong", text, new TextPlace(offset, length)).Last().ShouldBe(caret);

    [Fact]
    public void Keys_write_move_remove_and_recall()
    {
        var line = new LineBuffer(["SELECT 1;", "SELECT 2\nFROM t;"]);
        foreach (char sign in "ab 𝒳c")
            line.Press(new ConsoleKeyInfo(sign, ConsoleKey.None, false, false, false));
        Press(line, ConsoleKey.LeftArrow);
        Press(line, ConsoleKey.Backspace);
        line.Text.ShouldBe("ab c");
        Press(line, ConsoleKey.W, control: true);
        line.Text.ShouldBe("c");
        Press(line, ConsoleKey.UpArrow);
        line.Text.ShouldBe("SELECT 2 FROM t;");
        Press(line, ConsoleKey.UpArrow);
        Press(line, ConsoleKey.UpArrow);
        line.Text.ShouldBe("SELECT 1;");
        Press(line, ConsoleKey.DownArrow);
        Press(line, ConsoleKey.DownArrow);
        line.Text.ShouldBe("c");
        Press(line, ConsoleKey.Home);
        Press(line, ConsoleKey.K, control: true);
        line.Text.ShouldBeEmpty();
    }

    [Fact]
    public void What_was_written_is_there_at_the_next_prompt()
    {
        using var folder = new TemporaryFolder();
        string file = Path.Combine(folder.Path, "orrery", "sql-history");
        PromptHistory first = PromptHistory.Open(file);
        first.Add("SELECT '\\n'\nFROM t;");
        first.Add("SELECT 2;");
        first.Add("SELECT 2;");
        PromptHistory.Open(file).Items.ShouldBe(["SELECT '\\n'\nFROM t;", "SELECT 2;"]);
        File.WriteAllText(file, "{broken");
        PromptHistory.Open(file).Items.ShouldBeEmpty();
    }

    static void Press(LineBuffer line, ConsoleKey key, bool control = false) => line.Press(new ConsoleKeyInfo('\0', key, shift: false, alt: false, control)).ShouldBeTrue();
}
