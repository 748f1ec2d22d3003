using Orrery.Storage.Redis;
using Orrery.Storage.Sql;

namespace Orrery.Storage.Tests.Sql;

public sealed class SqlTextsTests
{
    public static TheoryData<string> Texts => [.. new[] { "", "plain", "a\\b", "\\u0000", "\0", "a\0b\\", "\ud83d", "\ude00x", "\ud83d\ude00", "%", "a|b", "%007c", "\r\n\t", "服务器" }];

    [Theory]
    [MemberData(nameof(Texts))]
    public void Any_text_comes_back_from_a_database_as_it_was(string text)
    {
        SqlTexts.Decode(SqlTexts.Encode(text)).ShouldBe(text);
        SqlTexts.Encode(text).ShouldNotContain('\0');
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void Any_text_comes_back_from_a_Redis_key_as_it_was(string text) => RedisTexts.Split(RedisTexts.Join(text, "x", text)).ShouldBe([text, "x", text]);

    [Fact]
    public void A_stored_text_that_was_not_written_so_is_refused() => Should.Throw<FormatException>(() => SqlTexts.Decode("a\\x"));

    [Fact]
    public void Keys_whose_parts_are_cut_elsewhere_have_other_ids()
    {
        byte[][] ids = [SqlId.Of("a", "b", "c"), SqlId.Of("ab", "", "c"), SqlId.Of("a", "bc", ""), SqlId.Of("", "ab", "c"), SqlId.Of("A", "b", "c"), SqlId.Of("a", "b", "c ")];
        ids.Distinct(SqlIdComparer.Instance).Count().ShouldBe(ids.Length);
        ids.ShouldAllBe(id => id.Length == SqlId.Bytes);
    }
}
