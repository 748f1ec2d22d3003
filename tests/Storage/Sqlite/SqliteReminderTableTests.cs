using Orrery.Runtime.Storage;

namespace Orrery.Storage.Tests.Sqlite;

public sealed class SqliteReminderTableTests : IDisposable
{
    static readonly DateTimeOffset Start = new(2030, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);
    readonly StoreDirectory store = new();

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => store.Dispose();

    [Fact]
    public async Task A_reminder_is_read_back_equal_after_a_restart()
    {
        var stored = await store.Reminders.UpsertAsync(Row("a", 5) with { Ran = 3, Failed = 2, Missed = 1 }, Cancellation);
        stored.Version.ShouldBe(1);
        store.Close();
        (await store.Reminders.ReadAsync(stored.Key, Cancellation)).ShouldBe(stored);
        (await store.Reminders.ReadAsync(stored.Key with { Name = "other" }, Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task An_update_needs_the_stored_version_and_an_upsert_does_not()
    {
        var first = await store.Reminders.UpsertAsync(Row("a", 5), Cancellation);
        (await store.Reminders.TryUpdateAsync(first with { Ran = 1 }, Cancellation))!.Version.ShouldBe(2);
        (await store.Reminders.TryUpdateAsync(first with { Ran = 9 }, Cancellation)).ShouldBeNull();
        (await store.Reminders.TryUpdateAsync(Row("gone", 5) with { Version = 1 }, Cancellation)).ShouldBeNull();
        (await store.Reminders.UpsertAsync(Row("a", 6), Cancellation)).Version.ShouldBe(3);
    }

    [Fact]
    public async Task An_older_term_can_change_nothing()
    {
        var row = await store.Reminders.UpsertAsync(Row("a", 5) with { Term = 2 }, Cancellation);
        var error = await Should.ThrowAsync<StaleTermException>(store.Reminders.UpsertAsync(row with { Term = 1 }, Cancellation));
        error.StoredTerm.ShouldBe(2);
        error.Term.ShouldBe(1);
        await Should.ThrowAsync<StaleTermException>(store.Reminders.TryUpdateAsync(row with { Term = 1 }, Cancellation));
        await Should.ThrowAsync<StaleTermException>(store.Reminders.RemoveAsync(row.Key, 1, Cancellation));
        (await store.Reminders.ReadAsync(row.Key, Cancellation)).ShouldBe(row);
        (await store.Reminders.RemoveAsync(row.Key, 2, Cancellation)).ShouldBeTrue();
        (await store.Reminders.RemoveAsync(row.Key, 2, Cancellation)).ShouldBeFalse();
    }

    [Fact]
    public async Task Due_reminders_come_earliest_first_of_the_wanted_shards_and_no_more_than_asked_for()
    {
        foreach (var (name, seconds, shard) in (IEnumerable<(string, int, int)>)[("c", 3, 1), ("a", 1, 1), ("b", 1, 1), ("x", 2, 2), ("late", 9, 1)])
        {
            await store.Reminders.UpsertAsync(Row(name, seconds) with { Shard = shard }, Cancellation);
        }

        (await DueAsync(null, 3, 10)).ShouldBe("a b x c");
        (await DueAsync([1], 3, 10)).ShouldBe("a b c");
        (await DueAsync([1], 3, 2)).ShouldBe("a b");
        (await DueAsync([], 3, 2)).ShouldBe("");
        (await store.Reminders.ReadAllAsync("test", "grain", Cancellation)).Select(row => row.Key.Name).ShouldBe(["a", "b", "c", "late", "x"]);

        async Task<string> DueAsync(int[]? shards, int seconds, int limit) =>
            string.Join(' ', (await store.Reminders.ReadDueAsync(shards, Start.AddSeconds(seconds), limit, Cancellation)).Select(row => row.Key.Name));
    }

    static ReminderRow Row(string name, int seconds) => new()
    {
        Key = new("test", "grain", name),
        Shard = 1,
        Term = 1,
        FirstDue = Start,
        Period = TimeSpan.FromMilliseconds(1500),
        NextDue = Start.AddSeconds(seconds),
    };
}
