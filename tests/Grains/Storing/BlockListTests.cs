using Orrery.Grains.Storing;

namespace Orrery.Grains.Tests.Storing;

public sealed class BlockListTests
{
    static readonly BlockListBounds Bounds = new(ItemsMax: 50, ItemsPerBlock: 10, BytesPerBlock: 1_000);

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(60)]
    public async Task The_newest_items_are_kept_however_they_come(int atATime)
    {
        await using var fleet = await TestFleet.StartAsync();
        var list = Open(fleet);
        for (int first = 0; first < 300; first += atATime)
            await list.AddAsync([.. Enumerable.Range(first, atATime).Select(number => $"item {number}")]);
        int end = ((300 + atATime - 1) / atATime) * atATime;

        await fleet.CrashAsync();
        var again = Open(fleet);
        await again.LoadAsync();

        again.Items.ShouldBe(Enumerable.Range(end - 50, 50).Select(number => $"item {number}"));
        again.Items.ShouldBe(list.Items);
    }

    [Fact]
    public async Task Large_items_fill_a_block_by_their_bytes()
    {
        await using var fleet = await TestFleet.StartAsync();
        var list = Open(fleet);
        for (int number = 0; number < 100; number++)
            await list.AddAsync([new string((char)('a' + (number % 26)), 600)]);

        list.Items.Count().ShouldBe(12, "six blocks of two items each");
    }

    [Fact]
    public async Task A_write_that_fails_loses_nothing_that_was_stored()
    {
        await using var fleet = await TestFleet.StartAsync();
        var list = Open(fleet);
        await list.AddAsync(["a", "b"]);
        fleet.Storage.FailWritesOf("block");
        await Should.ThrowAsync<Exception>(() => list.AddAsync(["c"]));
        fleet.Storage.FailWritesOf(null);

        await list.LoadAsync();
        await list.AddAsync(["d"]);

        list.Items.ShouldBe(["a", "b", "d"]);
    }

    [Fact]
    public async Task A_cleared_list_is_empty_and_can_be_filled_again()
    {
        await using var fleet = await TestFleet.StartAsync();
        var list = Open(fleet);
        await list.AddAsync([.. Enumerable.Range(0, 30).Select(number => $"{number}")]);
        await list.ClearAsync();
        await fleet.CrashAsync();
        var again = Open(fleet);
        await again.LoadAsync();
        again.Items.ShouldBeEmpty();
        await again.AddAsync(["new"]);
        again.Items.ShouldBe(["new"]);
    }

    static BlockList<string> Open(TestFleet fleet) => new(number => fleet.Grains.GetGrain<IBlockGrain>($"test/list/{number}"), Bounds, static item => item.Length);
}
