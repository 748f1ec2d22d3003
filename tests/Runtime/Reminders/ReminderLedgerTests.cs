using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orrery.Runtime.Hosting;
using Orrery.Runtime.Storage;
using Orrery.Runtime.Testing;

namespace Orrery.Runtime.Tests.Reminders;

public sealed class ReminderLedgerTests
{
    private static readonly DateTimeOffset s_start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ManualTimeProvider _time = new();
    private readonly RecordingLoggerProvider _log = new();
    private readonly MemoryReminderTable _table = new();

    private Task<InProcessTestCluster> StartAsync() => Clusters.StartAsync(time: _time, configure: builder => builder
        .UseReminderTable(_table)
        .ConfigureSilo(silo => silo.Services.AddSingleton(new AlarmNotes()))
        .ConfigureSiloHost(host => host.Logging.AddProvider(_log)));

    private Task StoreAsync(string type, string key, Func<ReminderRow, ReminderRow> change) => _table.UpsertAsync(change(new ReminderRow
    {
        Key = new(type, key, "r"), Shard = GrainShards.Of(type, key), Term = 1, FirstDue = s_start.AddHours(-3), NextDue = s_start.AddHours(1), Period = TimeSpan.FromHours(1), Ran = 4,
    }), default);

    [Fact]
    public async Task The_ledger_says_per_grain_type_and_per_reminder_what_was_due_and_what_became_of_it()
    {
        await StoreAsync("alarm", "a", row => row with { Ran = 2, Failed = 1, Missed = 1, Late = 1, Repeated = 1 });
        await StoreAsync("alarm", "b", row => row with { Ran = 1, NextDue = s_start.AddHours(-2) });
        await StoreAsync("clock", "c", row => row);
        await using var cluster = await Clusters.StartAsync(time: _time, configure: builder => builder.UseReminderTable(_table)
            .ConfigureSilo(silo => silo.Services.AddSingleton(new AlarmNotes()).AddSingleton<IShardOwnership>(new MovableOwnership())));
        var ledger = cluster.Silo.ServiceProvider.GetRequiredService<IReminderLedger>();
        (await ledger.ReadAsync()).ShouldBe(
        [
            new ReminderTypeAccount("alarm", Reminders: 2, Due: 8, Ran: 3, Failed: 1, Missed: 1, Waiting: 3, Overdue: 2, Late: 1, Repeated: 1, Lost: 0),
            new ReminderTypeAccount("clock", Reminders: 1, Due: 4, Ran: 4, Failed: 0, Missed: 0, Waiting: 0, Overdue: 0, Late: 0, Repeated: 0, Lost: 0),
        ]);
        (await ledger.ReadRemindersAsync("alarm", null, 1)).ShouldHaveSingleItem().Key.GrainKey.ShouldBe("a");
        (await ledger.ReadRemindersAsync("alarm", new("alarm", "a", "r"), 10)).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            account => account.Key.GrainKey.ShouldBe("b"), account => account.Waiting.ShouldBe(3), account => account.Due.ShouldBe(4), account => account.Lost.ShouldBe(0));
        (await ledger.ReadRemindersAsync(null, null, 10)).Count.ShouldBe(3);
        await Should.ThrowAsync<ArgumentOutOfRangeException>(() => ledger.ReadRemindersAsync(null, null, 0));
    }

    [Fact]
    public async Task A_fire_without_account_is_found_by_the_audit_named_in_the_log_and_counted()
    {
        await StoreAsync("alarm", "good", row => row);
        await StoreAsync("alarm", "bad", row => row with { Ran = 1 });
        await using var cluster = await StartAsync();
        await _log.Logged(1047);
        cluster.Silo.Statistics.Reminders.Lost.ShouldBe(3);
        (await cluster.Silo.ServiceProvider.GetRequiredService<IReminderLedger>().ReadAsync()).ShouldHaveSingleItem().Lost.ShouldBe(3);
    }
}
