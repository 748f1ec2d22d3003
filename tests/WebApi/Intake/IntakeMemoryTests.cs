using Microsoft.Extensions.Options;
using Orrery.Interfaces.Health;
using Orrery.Interfaces.Keys;
using Orrery.WebApi.Intake;

namespace Orrery.WebApi.Tests.Intake;

public sealed class IntakeMemoryTests
{
    readonly OrreryApiOptions bounds = new() { IntakeBytesMax = 1_000, IntakeBytesPerKeyMax = 600, SeriesBytesMax = 4_000 };
    readonly ManualTime time = new();

    [Fact]
    public void One_key_holds_a_part_of_the_memory_for_bodies_and_all_keys_hold_a_bounded_sum()
    {
        SeriesDirectory directory = Directory();
        KeyIntake first = Key(directory, "a"), second = Key(directory, "b");
        first.TryHold(600).ShouldBeTrue();
        first.TryHold(1).ShouldBeFalse("its part is used up");
        second.TryHold(401).ShouldBeFalse("all memory is used up");
        second.TryHold(400).ShouldBeTrue();
        directory.BodyBytes.ShouldBe(1_000);
        first.Release(600);
        second.Release(400);
        directory.BodyBytes.ShouldBe(0);
    }

    [Fact]
    public void Series_of_keys_that_fell_silent_make_room_for_those_of_others()
    {
        SeriesDirectory directory = Directory();
        KeyIntake idle = Key(directory, "idle");
        int held = Fill(directory, idle);
        held.ShouldBeInRange(5, 25);
        KeyIntake busy = Key(directory, "busy");
        Add(directory, busy, 0).Reason.ShouldBe(DropReason.OverLimit, "the other key was used just now");
        time.Advance(TimeSpan.FromMinutes(10));
        busy = Key(directory, "busy");
        Fill(directory, busy).ShouldBe(held);
        idle.SeriesCount.ShouldBe(0);
        directory.SeriesBytes.ShouldBeLessThanOrEqualTo(bounds.SeriesBytesMax);
    }

    int Fill(SeriesDirectory directory, KeyIntake key)
    {
        int held = 0;
        while (Add(directory, key, held).Reason == DropReason.None)
            held++;
        return held;
    }

    static SeriesEntry Add(SeriesDirectory directory, KeyIntake key, int number)
    {
        byte[] sent = [.. BitConverter.GetBytes(number), .. new byte[40]];
        return key.Add(sent, SeriesTable.HashOf(sent), "s", SeriesKey.Encode([new("__name__", $"m{number}")]), DropReason.None, directory.Minute);
    }

    SeriesDirectory Directory() => new(Options.Create(bounds), Options.Create(new IntakeOptions()), time);

    static KeyIntake Key(SeriesDirectory directory, string id) => directory.Of(new ApiKeyInfo(id, "acme", "berlin", id, "root", DateTimeOffset.UnixEpoch, null), directory.Minute);
}
