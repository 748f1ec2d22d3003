using System.Text.Json;
using Orrery.Grains.Channels.Sources;

namespace Orrery.Grains.Tests.Channels;

public sealed class CheckpointChangeTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("", "{\"file\":\"a\"}")]
    [InlineData("aaa", "aa")]
    [InlineData("aa", "aaa")]
    [InlineData("订🙂单", "订🙃单")]
    [InlineData("🙂", "🙃")]
    public void A_change_gives_the_checkpoint_behind_it_also_after_it_was_stored(string before, string after)
    {
        var change = JsonSerializer.Deserialize<CheckpointChange>(JsonSerializer.Serialize(CheckpointChange.Of(before, after)))!;
        change.ApplyTo(before).ShouldBe(after);
    }

    [Fact]
    public void Random_checkpoints_come_back_and_one_that_moved_is_stored_for_little()
    {
        var random = new Random(5);
        string[] letters = ["a", "b", "订", "🙂", "🙃", "𝄞"];
        for (int round = 0; round < 20_000; round++)
        {
            string before = Text(random, letters), after = Text(random, letters);
            var change = JsonSerializer.Deserialize<CheckpointChange>(JsonSerializer.Serialize(CheckpointChange.Of(before, after)))!;
            change.ApplyTo(before).ShouldBe(after);
        }

        string tables = new('t', 100_000);
        CheckpointChange.Of($$"""{"file":"bin.1","offset":471,"tables":"{{tables}}"}""", $$"""{"file":"bin.1","offset":502,"tables":"{{tables}}"}""").Middle.ShouldBe("502");
    }

    static string Text(Random random, string[] letters) => string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => letters[random.Next(letters.Length)]));
}
