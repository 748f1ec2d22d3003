using Orrery.Runtime.Storage;
using Orrery.Runtime.Tests.Persistence;

namespace Orrery.Storage.Tests.Sqlite;

public sealed class SqliteReminderTableTests : ReminderTableCompliance, IDisposable
{
    static readonly DateTimeOffset Start = new(2030, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);
    readonly StoreDirectory store = new();

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => store.Dispose();

    protected override Task<IReminderTable> CreateAsync() => Task.FromResult(store.Reminders);

    [Fact]
    public async Task A_reminder_is_read_back_equal_after_a_restart()
    {
        var stored = await store.Reminders.UpsertAsync(Row("a", 5) with { Ran = 3, Failed = 2, Missed = 1 }, Cancellation);
        stored.Version.ShouldBe(1);
        store.Close();
        (await store.Reminders.ReadAsync(stored.Key, Cancellation)).ShouldBe(stored);
        (await store.Reminders.ReadAsync(stored.Key with { Name = "other" }, Cancellation)).ShouldBeNull();
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
