namespace Orrery.Log.Tests;

public sealed class TopicOptionsTests
{
    [Fact]
    public void Every_wrong_option_is_told_at_once()
    {
        var errors = new TopicOptions { Partitions = 0, SegmentBytes = 1, PendingBytesLimit = 5 }.Validate();
        errors.Count.ShouldBe(3);
        errors[0].ShouldBe("Partitions is 0; it must be 1 to 1024.");
        new TopicOptions().Validate().ShouldBeEmpty();
    }
}
