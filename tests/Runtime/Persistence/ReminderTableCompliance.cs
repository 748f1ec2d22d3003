using Orrery.Runtime.Storage;

namespace Orrery.Runtime.Tests.Persistence;

/// <summary>What every <see cref="IReminderTable"/> has to do. Derive a class, give it a table, and its tests are these.</summary>
public abstract class ReminderTableCompliance
{
    private static readonly DateTimeOffset s_start = new(2030, 1, 1, 0, 0, 0, 123, TimeSpan.Zero);

    /// <summary>An empty table.</summary>
    protected abstract Task<IReminderTable> CreateAsync();

    [Fact]
    public async Task A_reminder_is_read_back_as_it_was_stored()
    {
        var table = await CreateAsync();
        var stored = await table.UpsertAsync(Row("a", "daily") with { Ran = 3, Failed = 2, Missed = 1 }, default);
        stored.Version.ShouldBe(1);
        (await table.ReadAsync(stored.Key, default)).ShouldBe(stored);
        stored.ShouldBe(Row("a", "daily") with { Ran = 3, Failed = 2, Missed = 1, Version = 1 });
        (await table.ReadAsync(new ReminderKey("type", "a", "weekly"), default)).ShouldBeNull();
    }

    [Fact]
    public async Task Registering_again_replaces_the_row_and_raises_its_version()
    {
        var table = await CreateAsync();
        await table.UpsertAsync(Row("a", "daily"), default);
        var replaced = await table.UpsertAsync(Row("a", "daily") with { Period = TimeSpan.FromHours(2), Term = 5 }, default);
        replaced.Version.ShouldBe(2);
        (await table.ReadAsync(replaced.Key, default)).ShouldBe(replaced);
    }

    [Fact]
    public async Task An_update_needs_the_stored_version()
    {
        var table = await CreateAsync();
        var first = await table.UpsertAsync(Row("a", "daily"), default);
        var second = await table.TryUpdateAsync(first with { NextDue = s_start.AddDays(1), Ran = 1 }, default);
        second.ShouldBe(first with { NextDue = s_start.AddDays(1), Ran = 1, Version = 2 });
        (await table.TryUpdateAsync(first with { Ran = 9 }, default)).ShouldBeNull();
        (await table.ReadAsync(first.Key, default)).ShouldBe(second);
        (await table.TryUpdateAsync(Row("nobody", "daily") with { Version = 1 }, default)).ShouldBeNull();
    }

    [Fact]
    public async Task A_newer_owners_row_is_not_changed_by_an_older_one()
    {
        var table = await CreateAsync();
        var row = await table.UpsertAsync(Row("a", "daily") with { Term = 7 }, default);
        (await Should.ThrowAsync<StaleTermException>(() => table.UpsertAsync(row with { Term = 6 }, default))).StoredTerm.ShouldBe(7);
        await Should.ThrowAsync<StaleTermException>(() => table.TryUpdateAsync(row with { Term = 6 }, default));
        await Should.ThrowAsync<StaleTermException>(() => table.RemoveAsync(row.Key, 6, default));
        (await table.ReadAsync(row.Key, default)).ShouldBe(row);
        (await table.RemoveAsync(row.Key, 8, default)).ShouldBeTrue();
        (await table.RemoveAsync(row.Key, 8, default)).ShouldBeFalse();
        (await table.ReadAsync(row.Key, default)).ShouldBeNull();
    }

    [Fact]
    public async Task A_grains_reminders_are_listed_by_name()
    {
        var table = await CreateAsync();
        foreach (string name in new[] { "b", "a", "C" }) await table.UpsertAsync(Row("a", name), default);
        await table.UpsertAsync(Row("other", "x"), default);
        (await table.ReadAllAsync("type", "a", default)).Select(row => row.Key.Name).ShouldBe(["C", "a", "b"]);
        (await table.ReadAllAsync("type", "none", default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_due_is_read_earliest_first_by_shard_and_up_to_a_limit()
    {
        var table = await CreateAsync();
        for (int number = 0; number < 10; number++)
            await table.UpsertAsync(Row($"g{number}", "r") with { Shard = number % 2, NextDue = s_start.AddMinutes(10 - number) }, default);
        (await table.ReadDueAsync(null, s_start.AddMinutes(5), 100, default)).Select(row => row.Key.GrainKey).ShouldBe(["g9", "g8", "g7", "g6", "g5"]);
        (await table.ReadDueAsync([0], s_start.AddMinutes(5), 100, default)).Select(row => row.Key.GrainKey).ShouldBe(["g8", "g6"]);
        (await table.ReadDueAsync([0, 1], s_start.AddHours(5), 3, default)).Select(row => row.Key.GrainKey).ShouldBe(["g9", "g8", "g7"]);
        (await table.ReadDueAsync([], s_start.AddHours(5), 3, default)).ShouldBeEmpty();
        (await table.ReadDueAsync(null, s_start, 3, default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Concurrent_updates_of_one_row_let_one_win()
    {
        var table = await CreateAsync();
        var row = await table.UpsertAsync(Row("a", "r"), default);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(number => Task.Run(() => table.TryUpdateAsync(row with { Ran = number + 1 }, default))));
        var winner = outcomes.Where(outcome => outcome is not null).ShouldHaveSingleItem();
        (await table.ReadAsync(row.Key, default)).ShouldBe(winner);
    }

    private static ReminderRow Row(string key, string name) => new()
    {
        Key = new ReminderKey("type", key, name), Shard = 12, Term = 3, FirstDue = s_start, NextDue = s_start, Period = TimeSpan.FromMilliseconds(90_061_001),
    };
}
