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
        var row = Row("a", "daily") with { Ran = 3, Failed = 2, Missed = 1, Attempts = 4, Repeated = 5, Late = 6 };
        var stored = await table.UpsertAsync(row, default);
        stored.Version.ShouldBe(1);
        (await table.ReadAsync(stored.Key, default)).ShouldBe(stored);
        stored.ShouldBe(row with { Version = 1 });
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
        var next = first with { NextDue = s_start.AddDays(1), FirstDue = s_start.AddHours(1), Period = TimeSpan.FromSeconds(7), Term = 4, Ran = 1, Failed = 2, Missed = 3, Attempts = 4, Repeated = 5, Late = 6 };
        var second = await UpdateAsync(table, next);
        second.ShouldBe(next with { Version = 2 });
        (await UpdateAsync(table, next with { Ran = 9 })).ShouldBeNull();
        (await table.ReadAsync(first.Key, default)).ShouldBe(second);
        (await UpdateAsync(table, Row("nobody", "daily") with { Version = 1 })).ShouldBeNull();
        (await table.UpdateAsync([], default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_a_batch_those_rows_are_updated_whose_version_and_term_allow_it()
    {
        var table = await CreateAsync();
        var rows = new List<ReminderRow>();
        for (int number = 0; number < 2_500; number++) rows.Add(await table.UpsertAsync(Row($"g{number}", "r") with { Shard = number % 7, Term = number % 5 == 0 ? 9 : 3 }, default));
        var changes = rows.Select((row, number) => row with { Term = 8, Ran = number, Version = number % 3 == 0 ? 2 : 1 }).ToList();
        changes[1_001] = changes[1_001] with { Key = new ReminderKey("type", "nobody", "r") };
        var outcomes = await table.UpdateAsync(changes, default);
        for (int number = 0; number < rows.Count; number++)
        {
            bool changed = number % 5 != 0 && number % 3 != 0 && number != 1_001;
            outcomes[number].ShouldBe(changed ? changes[number] with { Version = 2 } : null);
        }

        var stored = await table.ReadPageAsync(null, null, 5_000, default);
        stored.ToDictionary(row => row.Key).ShouldBe(rows.Select((row, number) => outcomes[number] ?? row).ToDictionary(row => row.Key), ignoreOrder: true);
    }

    [Fact]
    public async Task All_rows_are_read_by_pages_each_once()
    {
        var table = await CreateAsync();
        var rows = new List<ReminderRow>();
        for (int number = 0; number < 100; number++)
            rows.Add(await table.UpsertAsync(Row($"g{number / 3}", $"Name {number}") with { Key = new ReminderKey(number % 2 == 0 ? "type" : "Type", $"g{number / 3}", $"Näme {number}"), Shard = number % 4 }, default));
        (await ReadPagesAsync(table, null, 7)).ShouldBe(rows, ignoreOrder: true);
        (await ReadPagesAsync(table, null, 100)).ShouldBe(rows, ignoreOrder: true);
        (await ReadPagesAsync(table, [1, 3], 9)).ShouldBe(rows.Where(row => row.Shard % 2 == 1), ignoreOrder: true);
        (await ReadPagesAsync(table, [], 9)).ShouldBeEmpty();
    }

    private static async Task<List<ReminderRow>> ReadPagesAsync(IReminderTable table, IReadOnlyCollection<int>? shards, int rowsLimit)
    {
        var rows = new List<ReminderRow>();
        while (true)
        {
            var page = await table.ReadPageAsync(shards, rows.Count == 0 ? null : rows[^1].Key, rowsLimit, default);
            rows.AddRange(page);
            if (page.Count < rowsLimit) return rows;
            page.Count.ShouldBe(rowsLimit);
        }
    }

    private static async Task<ReminderRow?> UpdateAsync(IReminderTable table, ReminderRow row) => (await table.UpdateAsync([row], default)).ShouldHaveSingleItem();

    [Fact]
    public async Task A_newer_owners_row_is_not_changed_by_an_older_one()
    {
        var table = await CreateAsync();
        var row = await table.UpsertAsync(Row("a", "daily") with { Term = 7 }, default);
        (await Should.ThrowAsync<StaleTermException>(() => table.UpsertAsync(row with { Term = 6 }, default))).StoredTerm.ShouldBe(7);
        (await UpdateAsync(table, row with { Term = 6 })).ShouldBeNull();
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
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(number => Task.Run(() => UpdateAsync(table, row with { Ran = number + 1 }))));
        var winner = outcomes.Where(outcome => outcome is not null).ShouldHaveSingleItem();
        (await table.ReadAsync(row.Key, default)).ShouldBe(winner);
    }

    private static ReminderRow Row(string key, string name) => new()
    {
        Key = new ReminderKey("type", key, name), Shard = 12, Term = 3, FirstDue = s_start, NextDue = s_start, Period = TimeSpan.FromMilliseconds(90_061_001),
    };
}
