using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orrery.Runtime.Hosting;
using Orrery.Runtime.Storage;
using Orrery.Runtime.Testing;

namespace Orrery.Runtime.Tests.Reminders;

/// <summary>What a silo does as shards come and go, and as the table fails in the middle of things.</summary>
public sealed class ReminderOwnershipTests
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);
    private static readonly int s_shard = GrainShards.Of("alarm", "a");

    private readonly ManualTimeProvider _time = new();
    private readonly AlarmNotes _notes = new();
    private readonly RecordingLoggerProvider _log = new();
    private readonly MovableOwnership _ownership = new();
    private readonly RecordingReminderTable _table = new(new MemoryReminderTable());

    private DateTimeOffset Start { get; } = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private ReminderKey Key { get; } = new("alarm", "a", "r");

    private Task<InProcessTestCluster> StartAsync(Action<ReminderOptions>? options = null) => Clusters.StartAsync(static silo => silo.ResponseTimeout = TimeSpan.FromDays(1), _time, configure: builder => builder
        .UseReminderTable(_table)
        .ConfigureSilo(silo => silo.Configure(options ?? (static _ => { })).Services.AddSingleton(_notes).AddSingleton<IShardOwnership>(_ownership))
        .ConfigureSiloHost(host => host.Logging.AddProvider(_log)));

    private Task<ReminderRow> StoreAsync(Func<ReminderRow, ReminderRow>? change = null)
    {
        var row = new ReminderRow { Key = Key, Shard = s_shard, Term = 1, FirstDue = Start, NextDue = Start, Period = TimeSpan.FromHours(1) };
        return _table.UpsertAsync(change?.Invoke(row) ?? row, default);
    }

    private async Task<ReminderRow> RowAsync() => (await _table.ReadAsync(Key, default))!;

    [Fact]
    public async Task Reminders_of_a_taken_shard_are_scanned_and_fired_at_once_in_its_term()
    {
        await using var cluster = await StartAsync();
        await StoreAsync();
        var fired = cluster.Silo.FireOf(cluster.Client.GetGrain<IAlarmGrain>("a"), "r");
        _table.Reads.ShouldBe(0);
        _ownership.Take(s_shard, 7);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await fired;
        (await RowAsync()).ShouldBe(new ReminderRow { Key = Key, Shard = s_shard, Term = 7, Version = 3, FirstDue = Start, NextDue = Start.AddHours(1), Period = TimeSpan.FromHours(1), Ran = 1 });
        _table.Scanned.ShouldHaveSingleItem().ShouldBe([s_shard]);
    }

    [Fact]
    public async Task A_repeat_after_a_crash_carries_the_same_due_time_and_is_counted_and_logged()
    {
        await using var cluster = await StartAsync();
        await StoreAsync(row => row with { Attempts = 1 });
        var fired = cluster.Silo.FireOf(cluster.Client.GetGrain<IAlarmGrain>("a"), "r");
        _ownership.Take(s_shard, 2);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        (await fired).ShouldBe(Start);
        _notes.Fires.ShouldHaveSingleItem().Due.ShouldBe(Start.UtcDateTime);
        var row = await RowAsync();
        (row.Ran, row.Repeated, row.Attempts, row.Due).ShouldBe((1, 1, 0, 1));
        cluster.Silo.Statistics.Reminders.ShouldBe(new ReminderSnapshot(1, 1, 0, 0, Repeated: 1));
        await _log.Logged(1045);
    }

    [Fact]
    public async Task Reminders_of_a_released_shard_are_not_fired_any_more()
    {
        await using var cluster = await StartAsync();
        _ownership.Take(s_shard, 1);
        await cluster.Client.GetGrain<IAlarmGrain>("a").Register("r", s_minute, s_minute);
        _ownership.Release(s_shard);
        for (int steps = 0; steps < 10; steps++) _time.Advance(s_minute);
        _notes.Fires.ShouldBeEmpty();
        _table.Batches.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_fire_that_runs_while_its_shard_moves_is_written_in_its_own_term_unless_the_next_owner_has_begun_it()
    {
        await using var cluster = await StartAsync();
        _ownership.Take(s_shard, 1);
        var grain = cluster.Client.GetGrain<IAlarmGrain>("a");
        await grain.Register("r", s_minute, s_minute);
        foreach (bool isBegunElsewhere in new[] { false, true })
        {
            (_notes.Begun, _notes.Gate) = (Clusters.Signal(), Clusters.Signal());
            var fired = cluster.Silo.FireOf(grain, "r");
            _time.Advance(s_minute + TimeSpan.FromSeconds(1));
            await _notes.Begun.Task.Soon();
            _ownership.Release(s_shard);
            var begun = await RowAsync();
            begun.Attempts.ShouldBe(1);
            if (isBegunElsewhere) await _table.UpdateAsync([begun with { Term = 9, Attempts = 2, Repeated = 1 }], default);
            _notes.Gate.SetResult();
            await fired;
            var row = await RowAsync();
            (row.Attempts, row.Ran).ShouldBe(isBegunElsewhere ? (2, 1) : (0, 1));
            _ownership.Take(s_shard, 1);
        }
    }

    [Fact]
    public async Task A_fire_that_failed_because_its_shard_had_moved_is_left_to_the_next_owner()
    {
        await using var cluster = await StartAsync();
        _ownership.Take(s_shard, 1);
        var grain = cluster.Client.GetGrain<IAlarmGrain>("a");
        await grain.Register("r", s_minute, s_minute);
        (_notes.Begun, _notes.Gate, _notes.Error) = (Clusters.Signal(), Clusters.Signal(), new InvalidOperationException("moved"));
        var fired = cluster.Silo.FireOf(grain, "r");
        _time.Advance(s_minute + TimeSpan.FromSeconds(1));
        await _notes.Begun.Task.Soon();
        _ownership.Release(s_shard);
        _notes.Gate.SetResult();
        await fired;
        var row = await RowAsync();
        (row.Attempts, row.Ran, row.Failed, row.Due).ShouldBe((1, 0, 0, 0));
    }

    [Fact]
    public async Task A_row_that_a_newer_owner_has_written_is_left_alone()
    {
        await using var cluster = await StartAsync();
        await StoreAsync(row => row with { Term = 5 });
        _ownership.Take(s_shard, 4);
        for (int steps = 0; steps < 5; steps++) _time.Advance(s_minute);
        _notes.Fires.ShouldBeEmpty();
        (await RowAsync()).Version.ShouldBe(1);
    }

    [Fact]
    public async Task A_begin_whose_outcome_is_unknown_is_written_again_and_the_grain_called_once()
    {
        await using var cluster = await StartAsync();
        _ownership.Take(s_shard, 1);
        var grain = cluster.Client.GetGrain<IAlarmGrain>("a");
        await grain.Register("r", s_minute, TimeSpan.FromHours(1));
        _table.FailAfterUpdates = 1;
        var fired = cluster.Silo.FireOf(grain, "r");
        _time.Advance(s_minute + TimeSpan.FromSeconds(1));
        await _log.Logged(1044);
        await AdvanceUntilAsync(fired);
        _notes.Fires.ShouldHaveSingleItem();
        var row = await RowAsync();
        (row.Ran, row.Due).ShouldBe((1, 1));
    }

    [Fact]
    public async Task An_end_whose_outcome_is_unknown_is_written_again_and_counted_once()
    {
        await using var cluster = await StartAsync();
        _ownership.Take(s_shard, 1);
        var grain = cluster.Client.GetGrain<IAlarmGrain>("a");
        await grain.Register("r", s_minute, TimeSpan.FromHours(1));
        (_notes.Begun, _notes.Gate) = (Clusters.Signal(), Clusters.Signal());
        var fired = cluster.Silo.FireOf(grain, "r");
        _time.Advance(s_minute + TimeSpan.FromSeconds(1));
        await _notes.Begun.Task.Soon();
        _table.FailAfterUpdates = 1;
        _notes.Gate.SetResult();
        await _log.Logged(1044);
        await AdvanceUntilAsync(fired);
        _notes.Fires.ShouldHaveSingleItem();
        var row = await RowAsync();
        (row.Ran, row.Repeated, row.Due).ShouldBe((1, 0, 1));
    }

    [Fact]
    public async Task Thousands_of_fires_in_one_instant_are_written_in_batches_and_never_more_run_than_the_limit()
    {
        await using var cluster = await StartAsync(options => options.RunningLimit = 100);
        for (int shard = 0; shard < GrainShards.Count; shard++) _ownership.Take(shard, 1);
        var grains = Enumerable.Range(0, 3_000).Select(number => cluster.Client.GetGrain<IAlarmGrain>($"g{number}")).ToList();
        await Task.WhenAll(grains.Select(grain => grain.Register("r", s_minute, TimeSpan.FromHours(1))));
        var fires = Task.WhenAll(grains.Select(grain => cluster.Silo.FireOf(grain, "r")));
        _time.Advance(s_minute + TimeSpan.FromSeconds(1));
        await fires;
        _notes.Fires.Count.ShouldBe(3_000);
        _table.Batches[0].ShouldBe(100);
        _table.Batches.ShouldAllBe(rows => rows <= 100);
    }

    private async Task AdvanceUntilAsync(Task task)
    {
        while (!task.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        await task;
    }
}

/// <summary>Ownership that a test moves.</summary>
internal sealed class MovableOwnership : IShardOwnership
{
    private readonly SortedDictionary<int, long> _terms = [];

    public event Action<IReadOnlyCollection<int>>? Taken;

    public event Action<IReadOnlyCollection<int>>? Releasing;

    public IReadOnlyCollection<int>? OwnedShards
    {
        get
        {
            lock (_terms) return [.. _terms.Keys];
        }
    }

    public bool TryGetTerm(int shard, out long term)
    {
        lock (_terms) return _terms.TryGetValue(shard, out term);
    }

    public void Take(int shard, long term)
    {
        lock (_terms) _terms[shard] = term;
        Taken?.Invoke([shard]);
    }

    public void Release(int shard)
    {
        lock (_terms) _terms.Remove(shard);
        Releasing?.Invoke([shard]);
    }
}
