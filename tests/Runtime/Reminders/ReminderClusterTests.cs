using Microsoft.Extensions.DependencyInjection;
using Orrery.Runtime.Hosting;
using Orrery.Runtime.Storage;
using Orrery.Runtime.Testing;

namespace Orrery.Runtime.Tests.Reminders;

public sealed class ReminderClusterTests
{
    private const int Reminders = 300;

    [Fact]
    public async Task A_silo_killed_in_the_instant_of_many_fires_loses_none_and_its_repeats_are_recognised()
    {
        var time = new ManualTimeProvider();
        var table = new MemoryReminderTable();
        var notes = new OnceNotes(Reminders) { Gate = Clusters.Signal() };
        await using var cluster = await Clusters.StartAsync(time: time, configure: builder =>
        {
            builder.InitialSilosCount = 3;
            builder.UseReminderTable(table).ConfigureSilo(silo => silo.Services.AddSingleton(notes));
        });
        var grains = Enumerable.Range(0, Reminders).Select(number => cluster.Client.GetGrain<IOnceGrain>($"g{number}")).ToList();
        await Task.WhenAll(grains.Select(grain => grain.Register(TimeSpan.FromSeconds(2)))).Soon();
        var victim = cluster.Silos[2];
        int ofVictim = grains.Count(victim.Owns);
        ofVictim.ShouldBeInRange(1, Reminders - 1);

        await AdvanceUntilAsync(time, () => notes.AllApplied.IsCompleted);
        await cluster.KillSiloAsync(victim);
        notes.Gate.SetResult();
        await cluster.WaitForShardsAsync();
        await AdvanceUntilAsync(time, () => table.ReadDueAsync(null, time.GetUtcNow(), 1, default).Result.Count == 0);

        var counts = await Task.WhenAll(grains.Select(grain => grain.Read())).Soon();
        counts.ShouldAllBe(count => count.Applied == 1);
        counts.Sum(count => count.Recognised).ShouldBe(ofVictim);
        var account = (await cluster.Silo.ServiceProvider.GetRequiredService<IReminderLedger>().ReadAsync()).ShouldHaveSingleItem();
        (account.Due, account.Ran, account.Failed, account.Missed, account.Repeated, account.Lost).ShouldBe((Reminders, Reminders, 0, 0, ofVictim, 0));
    }

    private static async Task AdvanceUntilAsync(ManualTimeProvider time, Func<bool> holds)
    {
        // The silos work on real threads, which need real time beside the cluster's.
        using var breath = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        for (int steps = 0; steps < 200_000; steps++)
        {
            if (holds()) return;
            time.Advance(TimeSpan.FromMilliseconds(1));
            await Task.Yield();
            if (steps % 10 == 0) await breath.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }

        throw new TimeoutException("200 s of the cluster's time have passed, and what was waited for has not happened.");
    }
}

/// <summary>What a test and its grains tell each other.</summary>
public sealed class OnceNotes(int expected)
{
    private readonly TaskCompletionSource _all = Clusters.Signal();
    private int _applied;

    /// <summary>Fires wait for it after they were applied and before they end.</summary>
    public required TaskCompletionSource Gate { get; init; }

    public Task AllApplied => _all.Task;

    public void NoteApplied()
    {
        if (Interlocked.Increment(ref _applied) == expected) _all.TrySetResult();
    }
}

public sealed record OnceCounts(int Applied, int Recognised);

public sealed class OnceState
{
    public DateTime LastDue { get; set; }

    public int Applied { get; set; }

    public int Recognised { get; set; }
}

public interface IOnceGrain : IGrainWithStringKey
{
    Task Register(TimeSpan dueTime);

    Task<OnceCounts> Read();
}

/// <summary>Stores the due time with what a fire changes, as the guide says.</summary>
public sealed class OnceGrain([PersistentState("once")] IPersistentState<OnceState> once, OnceNotes notes) : Grain, IOnceGrain, IRemindable
{
    public Task Register(TimeSpan dueTime) => this.RegisterOrUpdateReminder("r", dueTime, TimeSpan.FromHours(1));

    public Task<OnceCounts> Read() => Task.FromResult(new OnceCounts(once.State.Applied, once.State.Recognised));

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        bool isNew = status.CurrentTickTime > once.State.LastDue;
        once.State.LastDue = status.CurrentTickTime;
        if (isNew) once.State.Applied++;
        else once.State.Recognised++;
        await once.WriteStateAsync();
        if (isNew) notes.NoteApplied();
        await notes.Gate.Task;
    }
}
