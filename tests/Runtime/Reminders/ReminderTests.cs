using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orrery.Runtime.Hosting;
using Orrery.Runtime.Storage;
using Orrery.Runtime.Testing;

namespace Orrery.Runtime.Tests.Reminders;

public sealed class ReminderTests
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    private readonly ManualTimeProvider _time = new();
    private readonly AlarmNotes _notes = new();
    private readonly RecordingLoggerProvider _log = new();
    private readonly MemoryReminderTable _table = new();

    private DateTime Start { get; } = new(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private Task<InProcessTestCluster> StartAsync(Action<ReminderOptions>? options = null) => Clusters.StartAsync(static silo => silo.ResponseTimeout = TimeSpan.FromDays(1), _time, configure: builder => builder
        .UseReminderTable(_table)
        .ConfigureSilo(silo => silo.Configure(options ?? (static _ => { })).Services.AddSingleton(_notes))
        .ConfigureSiloHost(host => host.Logging.AddProvider(_log)));

    private async Task<DateTimeOffset> AdvanceToFireAsync(InProcessTestCluster cluster, IAddressable grain, string name, TimeSpan time)
    {
        var fired = cluster.Silo.FireOf(grain, name);
        _time.Advance(time);
        return await fired;
    }

    private async Task<ReminderRow> RowAsync(string name = "r") => (await _table.ReadAsync(new ReminderKey("alarm", "a", name), default))!;

    [Fact]
    public async Task A_reminder_fires_when_due_and_then_each_period_with_the_due_times()
    {
        await using var cluster = await StartAsync();
        var grain = cluster.Client.GetGrain<IAlarmGrain>("a");
        await grain.Register("r", TimeSpan.FromSeconds(90), s_minute);
        _time.Advance(TimeSpan.FromSeconds(89));
        _notes.Fires.ShouldBeEmpty();
        await AdvanceToFireAsync(cluster, grain, "r", TimeSpan.FromSeconds(2));
        await AdvanceToFireAsync(cluster, grain, "r", s_minute);
        await AdvanceToFireAsync(cluster, grain, "r", s_minute);
        _notes.Fires.Select(fire => fire.Due).ShouldBe([Start.AddSeconds(90), Start.AddSeconds(150), Start.AddSeconds(210)]);
        _notes.Fires.ShouldAllBe(fire => fire.First == Start.AddSeconds(90) && fire.Name == "r" && fire.Period == s_minute);
        var row = await RowAsync();
        (row.Ran, row.Failed, row.Missed, row.Due).ShouldBe((3, 0, 0, 3));
        row.NextDue.ShouldBe(new DateTimeOffset(Start.AddSeconds(270)));
        cluster.Silo.Statistics.Reminders.ShouldBe(new ReminderSnapshot(3, 3, 0, 0));
    }

    [Fact]
    public async Task A_reminder_far_away_is_found_by_a_later_scan()
    {
        await using var cluster = await StartAsync();
        var grain = cluster.Client.GetGrain<IAlarmGrain>("a");
        await grain.Register("r", TimeSpan.FromHours(3), TimeSpan.FromHours(24));
        for (int steps = 0; steps < 179; steps++) _time.Advance(s_minute);
        _notes.Fires.ShouldBeEmpty();
        var fired = cluster.Silo.FireOf(grain, "r");
        for (int steps = 0; steps < 1_000 && !fired.IsCompleted; steps++)
        {
            _time.Advance(TimeSpan.FromSeconds(10));
            await Task.Yield();
        }

        (await fired).UtcDateTime.ShouldBe(Start.AddHours(3));
    }

    [Fact]
    public async Task A_reminder_outlives_its_activation_and_its_silo()
    {
        await using var cluster = await StartAsync();
        var grain = cluster.Client.GetGrain<IAlarmGrain>("a");
        await grain.Register("r", s_minute, s_minute);
        await cluster.Silo.DeactivateAsync(grain);
        await AdvanceToFireAsync(cluster, grain, "r", s_minute + TimeSpan.FromSeconds(1));
        await cluster.KillSiloAsync(cluster.Silo);
        await cluster.StartSiloAsync();
        await AdvanceToFireAsync(cluster, cluster.Client.GetGrain<IAlarmGrain>("a"), "r", s_minute);
        _notes.Fires.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_fire_that_a_crash_cut_off_is_repeated_with_the_same_due_time()
    {
        await using var cluster = await StartAsync();
        var grain = cluster.Client.GetGrain<IAlarmGrain>("a");
        await grain.Register("r", s_minute, s_minute);
        (_notes.Begun, _notes.Gate) = (Clusters.Signal(), Clusters.Signal());
        _time.Advance(s_minute + TimeSpan.FromSeconds(1));
        await _notes.Begun.Task.Soon();
        await cluster.KillSiloAsync(cluster.Silo);
        _notes.Gate.SetResult();
        _notes.Gate = null;
        await cluster.StartSiloAsync();
        var fired = cluster.Silo.FireOf(cluster.Client.GetGrain<IAlarmGrain>("a"), "r");
        _time.Advance(TimeSpan.FromSeconds(1));
        (await fired).UtcDateTime.ShouldBe(Start.AddMinutes(1));
        _notes.Fires.Select(fire => fire.Due).ShouldBe([Start.AddMinutes(1), Start.AddMinutes(1)]);
        (await RowAsync()).Ran.ShouldBe(1);
    }

    [Fact]
    public async Task Fires_that_no_silo_was_there_to_run_are_counted_as_missed_and_the_earliest_is_run()
    {
        await using var cluster = await StartAsync();
        await cluster.Client.GetGrain<IAlarmGrain>("a").Register("r", s_minute, s_minute);
        await cluster.StopSiloAsync(cluster.Silo);
        _time.Advance(TimeSpan.FromMinutes(10.5));
        var starting = cluster.StartSiloAsync();
        await starting;
        var fired = cluster.Silo.FireOf(cluster.Client.GetGrain<IAlarmGrain>("a"), "r");
        _time.Advance(TimeSpan.FromSeconds(1));
        (await fired).UtcDateTime.ShouldBe(Start.AddMinutes(1));
        var row = await RowAsync();
        (row.Ran, row.Missed, row.Due).ShouldBe((1, 9, 10));
        row.NextDue.UtcDateTime.ShouldBe(Start.AddMinutes(11));
        cluster.Silo.Statistics.Reminders.ShouldBe(new ReminderSnapshot(10, 1, 0, 9, Late: 1, Overdue: 1));
        await _log.Logged(1041);
    }

    [Fact]
    public async Task A_fire_that_throws_is_logged_counted_and_followed_by_the_next()
    {
        await using var cluster = await StartAsync();
        var grain = cluster.Client.GetGrain<IAlarmGrain>("a");
        await grain.Register("r", s_minute, s_minute);
        _notes.Error = new InvalidOperationException("no");
        await AdvanceToFireAsync(cluster, grain, "r", s_minute + TimeSpan.FromSeconds(1));
        await _log.Logged(1040);
        _notes.Error = null;
        await AdvanceToFireAsync(cluster, grain, "r", s_minute);
        var row = await RowAsync();
        (row.Ran, row.Failed, row.Due).ShouldBe((1, 1, 2));
    }

    [Fact]
    public async Task An_unregistered_reminder_does_not_fire_and_a_registered_one_can_be_listed()
    {
        await using var cluster = await StartAsync();
        var grain = cluster.Client.GetGrain<IAlarmGrain>("a");
        await grain.Register("r", s_minute, s_minute);
        await grain.Register("s", TimeSpan.FromHours(5), s_minute);
        (await grain.List()).ShouldBe(["r", "s"]);
        (await grain.Unregister("r")).ShouldBeTrue();
        (await grain.Unregister("r")).ShouldBeFalse();
        (await grain.List()).ShouldBe(["s"]);
        for (int steps = 0; steps < 10; steps++) _time.Advance(s_minute);
        _notes.Fires.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_reminder_registered_again_while_it_runs_keeps_its_new_times()
    {
        await using var cluster = await StartAsync();
        var grain = cluster.Client.GetGrain<IAlarmGrain>("a");
        await grain.Register("r", s_minute, s_minute);
        _notes.RegisterAgain = TimeSpan.FromMinutes(30);
        await AdvanceToFireAsync(cluster, grain, "r", s_minute + TimeSpan.FromSeconds(1));
        var row = await RowAsync();
        row.NextDue.UtcDateTime.ShouldBeInRange(Start.AddMinutes(31), Start.AddMinutes(31.1));
        row.Ran.ShouldBe(0);
    }

    [Fact]
    public async Task A_row_that_cannot_be_written_is_tried_again_without_calling_the_grain_twice()
    {
        var table = new RecordingReminderTable(_table);
        await using var cluster = await Clusters.StartAsync(time: _time, configure: builder => builder.UseReminderTable(table)
            .ConfigureSilo(silo => silo.Services.AddSingleton(_notes)).ConfigureSiloHost(host => host.Logging.AddProvider(_log)));
        var grain = cluster.Client.GetGrain<IAlarmGrain>("a");
        await grain.Register("r", s_minute, TimeSpan.FromHours(1));
        table.UpdateFault = new IOException("locked");
        var fired = cluster.Silo.FireOf(grain, "r");
        _time.Advance(s_minute + TimeSpan.FromSeconds(1));
        await _log.Logged(1044);
        table.UpdateFault = null;
        while (!fired.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await fired;
        _notes.Fires.Count.ShouldBe(1);
        (await RowAsync()).Ran.ShouldBe(1);
    }

    [Fact]
    public async Task Thousands_of_reminders_that_fall_due_together_all_fire_once()
    {
        await using var cluster = await StartAsync(options =>
        {
            options.ScanRowsLimit = 100;
            options.RunningLimit = 16;
        });
        var grains = Enumerable.Range(0, 2_000).Select(number => cluster.Client.GetGrain<IAlarmGrain>($"g{number}")).ToList();
        await Task.WhenAll(grains.Select(grain => grain.Register("r", TimeSpan.FromMinutes(5), TimeSpan.FromHours(1))));
        var fires = Task.WhenAll(grains.Select(grain => cluster.Silo.FireOf(grain, "r")));
        for (int steps = 0; steps < 6; steps++) _time.Advance(s_minute);
        await fires;
        _notes.Fires.Count.ShouldBe(2_000);
        _notes.Fires.Select(fire => fire.Key).Distinct().Count().ShouldBe(2_000);
    }

    [Fact]
    public async Task Bad_periods_names_and_grains_are_refused_with_the_bound()
    {
        await using var cluster = await StartAsync();
        var grain = cluster.Client.GetGrain<IAlarmGrain>("a");
        (await Should.ThrowAsync<ArgumentOutOfRangeException>(() => grain.Register("r", s_minute, TimeSpan.FromSeconds(59)))).Message.ShouldContain("ReminderOptions.MinimumPeriod");
        await Should.ThrowAsync<ArgumentException>(() => grain.Register("", s_minute, s_minute));
        await Should.ThrowAsync<ArgumentOutOfRangeException>(() => grain.Register("r", -s_minute, s_minute));
        (await Should.ThrowAsync<InvalidOperationException>(() => cluster.Client.GetGrain<IDeafGrain>("d").Register())).Message.ShouldContain("IRemindable");
    }
}

/// <summary>What a test and the reminded grain tell each other.</summary>
public sealed class AlarmNotes
{
    private readonly List<(string Key, string Name, DateTime First, TimeSpan Period, DateTime Due)> _fires = [];

    public IReadOnlyList<(string Key, string Name, DateTime First, TimeSpan Period, DateTime Due)> Fires
    {
        get
        {
            lock (_fires) return [.. _fires];
        }
    }

    public TaskCompletionSource? Begun { get; set; }

    public TaskCompletionSource? Gate { get; set; }

    public Exception? Error { get; set; }

    public TimeSpan? RegisterAgain { get; set; }

    public void Add(string key, string name, TickStatus status)
    {
        lock (_fires) _fires.Add((key, name, status.FirstTickTime, status.Period, status.CurrentTickTime));
    }
}

public interface IAlarmGrain : IGrainWithStringKey
{
    Task Register(string name, TimeSpan dueTime, TimeSpan period);

    Task<bool> Unregister(string name);

    Task<string[]> List();
}

public sealed class AlarmGrain(AlarmNotes notes) : Grain, IAlarmGrain, IRemindable
{
    public Task Register(string name, TimeSpan dueTime, TimeSpan period) => this.RegisterOrUpdateReminder(name, dueTime, period);

    public async Task<bool> Unregister(string name)
    {
        if (await this.GetReminder(name) is not { } reminder) return false;
        await this.UnregisterReminder(reminder);
        return true;
    }

    public async Task<string[]> List() => [.. (await this.GetReminders()).Select(reminder => reminder.ReminderName)];

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        notes.Add(this.GetPrimaryKeyString(), reminderName, status);
        notes.Begun?.TrySetResult();
        if (notes.Gate is { } gate) await gate.Task;
        if (notes.RegisterAgain is { } later) await this.RegisterOrUpdateReminder(reminderName, later, later);
        if (notes.Error is { } error) throw error;
    }
}

public interface IDeafGrain : IGrainWithStringKey
{
    Task Register();
}

public sealed class DeafGrain : Grain, IDeafGrain
{
    public Task Register() => this.RegisterOrUpdateReminder("r", TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1));
}
