using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Health;
using Orrery.WebApi.Metrics;

namespace Orrery.WebApi.Tests.Metrics;

public sealed class SelectorTests
{
    [Fact]
    public void A_name_alone_is_a_selector() => Selector.Parse("cpu_usage_percent").ShouldBe([new LabelMatcher("__name__", MatchKind.Equal, "cpu_usage_percent")]);

    [Fact]
    public void Matchers_of_all_four_kinds_are_read() => Selector.Parse("""disk:used { mount="/" , device!="sda", kind=~"a|b", other !~ 'x.*',}""").ShouldBe(
    [
        new LabelMatcher("__name__", MatchKind.Equal, "disk:used"),
        new LabelMatcher("mount", MatchKind.Equal, "/"),
        new LabelMatcher("device", MatchKind.NotEqual, "sda"),
        new LabelMatcher("kind", MatchKind.Matches, "a|b"),
        new LabelMatcher("other", MatchKind.NotMatches, "x.*"),
    ]);

    [Fact]
    public void Escapes_are_read_in_quotes_and_kept_in_backticks() => Selector.Parse("""{a="x\"\\\n",b=`\d+`}""").ShouldBe(
        [new LabelMatcher("a", MatchKind.Equal, "x\"\\\n"), new LabelMatcher("b", MatchKind.Equal, @"\d+")]);

    [Theory]
    [InlineData("", "a metric's name")]
    [InlineData("{}", "a metric's name")]
    [InlineData("a{b}", "'=', '!='")]
    [InlineData("a{b=c}", "quotes")]
    [InlineData("a{b=\"c}", "closing")]
    [InlineData("a{b=\"c\" d=\"e\"}", "',' or '}'")]
    [InlineData("a b", "the end")]
    [InlineData("9a", "the end")]
    public void A_text_that_is_no_selector_is_refused_and_the_message_says_where(string text, string expected) =>
        Should.Throw<InvalidInputException>(() => Selector.Parse(text)).ShouldSatisfyAllConditions(
            error => error.Field.ShouldBe("match"), error => error.Message.ShouldContain(expected));

    [Fact]
    public void Selectors_are_bounded()
    {
        Should.Throw<InvalidInputException>(() => Selector.Parse(new string('a', Selector.LengthMax + 1)));
        Should.Throw<InvalidInputException>(() => Selector.Parse("{" + string.Join(",", Enumerable.Repeat("a=\"b\"", Selector.MatchersMax + 1)) + "}"));
    }
}
