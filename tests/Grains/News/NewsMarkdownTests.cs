using Orrery.Grains.News;
using Orrery.Interfaces.News;

namespace Orrery.Grains.Tests.News;

public sealed class NewsMarkdownTests
{
    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("a <img src=x onerror=alert(1)> b")]
    [InlineData("[go](javascript:alert(1))")]
    [InlineData("[go](JaVaScRiPt:alert(1))")]
    [InlineData("[go](data:text/html,<script>alert(1)</script>)")]
    [InlineData("[go]( &#106;avascript:alert(1))")]
    [InlineData("<javascript:alert(1)>")]
    [InlineData("![x](javascript:alert(1))")]
    [InlineData("[a]: javascript:alert(1)\n\n[a]")]
    [InlineData("[x](https://a.example \"\\\" onmouseover=alert(1) \\\"\")")]
    [InlineData("```<script>\nalert(1)\n```")]
    [InlineData("| <script> |\n| --- |\n| <iframe src=javascript:alert(1)> |")]
    public void What_could_run_comes_out_as_text(string markdown)
    {
        string html = Html(markdown);
        html.ShouldNotContain("<script", Case.Insensitive);
        html.ShouldNotContain("<img", Case.Insensitive);
        html.ShouldNotContain("<iframe", Case.Insensitive);
        System.Text.RegularExpressions.Regex.Matches(html, "href=\"([^\"]*)\"").Select(static found => found.Groups[1].Value).ShouldAllBe(static address => address == "#" || address.StartsWith("https://"));
        System.Text.RegularExpressions.Regex.IsMatch(html, "<[^>\"]*(\"[^\"]*\"[^>\"]*)* on[a-z]+=").ShouldBeFalse(html);
    }

    [Fact]
    public void Headings_lists_tables_and_links_are_made()
    {
        string html = Html("# New\n\n- **one**\n- two\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\n[more](https://a.example/x?y=1&z=2)");
        html.ShouldContain("<h1");
        html.ShouldContain("<li><strong>one</strong></li>");
        html.ShouldContain("<td>2</td>");
        html.ShouldContain("href=\"https://a.example/x?y=1&amp;z=2\"");
        html.ShouldContain("rel=\"noopener noreferrer\"");
    }

    static string Html(string markdown) => NewsMarkdown.Render(new NewsText("en", "t", markdown)).Html;
}
