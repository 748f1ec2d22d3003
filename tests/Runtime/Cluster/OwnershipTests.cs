using Orrery.Runtime.Storage;

namespace Orrery.Runtime.Tests.Cluster;

public sealed class OwnershipTests
{
    [Fact]
    public void The_first_silo_owns_every_shard_when_it_has_started() => StageCluster.Play(async cluster =>
    {
        var silo = await cluster.StartAsync("a");
        silo.Shards.OwnedShards.Count.ShouldBe(GrainShards.Count);
        (await silo.Grains.GetGrain<ILedgerGrain>("one").Add(3)).ShouldBe(3);
    });

    [Fact]
    public void A_silo_that_joins_gets_its_part_and_grains_keep_what_they_stored() => StageCluster.Play(async cluster =>
    {
        var a = await cluster.StartAsync("a");
        for (int key = 0; key < 100; key++) await a.Grains.GetGrain<ILedgerGrain>($"{key}").Add(key);
        var b = await cluster.StartAsync("b");
        await cluster.SettleAsync();
        b.Shards.OwnedShards.Count.ShouldBeInRange(GrainShards.Count / 3, GrainShards.Count * 2 / 3);
        for (int key = 0; key < 100; key++)
        {
            var grain = (key % 2 == 0 ? a : b).Grains.GetGrain<ILedgerGrain>($"{key}");
            (await grain.Add(1)).ShouldBe(key + 1);
            (await grain.Where()).ShouldBe(b.Owns(grain) ? "b" : "a");
        }
    });

    [Fact]
    public void A_take_whose_answer_is_lost_is_adopted() => StageCluster.Play(async cluster =>
    {
        var silo = cluster.Make("a");
        silo.Store.Faults = operation => operation == "take" ? StoreFault.LosesTheAnswer : StoreFault.None;
        await silo.Silo.StartAsync(CancellationToken.None);
        silo.Shards.IsEmpty.ShouldBeTrue();
        (await cluster.SettleAsync()).ShouldBeLessThan(TimeSpan.FromSeconds(2));
        (await cluster.Store.ReadAsync(-1, CancellationToken.None)).Shards!.ShouldAllBe(row => row.Term == 1);
        (await silo.Grains.GetGrain<ILedgerGrain>("one").Add(3)).ShouldBe(3);
    });

    [Fact]
    public void A_take_that_arrives_after_the_silo_has_gone_gives_it_nothing() => StageCluster.Play(async cluster =>
    {
        var a = cluster.Make("a");
        a.Store.Faults = operation => operation == "take" ? StoreFault.Hangs : StoreFault.None;
        await a.Silo.StartAsync(CancellationToken.None);
        await a.StopAsync();
        var b = await cluster.StartAsync("b");
        a.Store.LetGo();
        await cluster.Stage.PassAsync(TimeSpan.FromSeconds(1));
        (await cluster.Store.ReadAsync(-1, CancellationToken.None)).Shards!.ShouldAllBe(row => row.Owner == b.Id && row.Term == 1);
    });

    [Theory]
    [InlineData("Fails")]
    [InlineData("LosesTheAnswer")]
    public void A_shard_is_freed_again_until_the_store_has_done_it(string fault) => StageCluster.Play(async cluster =>
    {
        var a = await cluster.StartAsync("a");
        int left = 3;
        a.Store.Faults = operation => operation == "free" && left-- > 0 ? Enum.Parse<StoreFault>(fault) : StoreFault.None;
        await cluster.StartAsync("b");
        await cluster.SettleAsync();
        left.ShouldBeLessThan(3);
    });

    [Fact]
    public void An_old_snapshot_never_revives_a_freed_shard() => StageCluster.Play(async cluster =>
    {
        var a = await cluster.StartAsync("a");
        var old = await cluster.Store.ReadAsync(-1, CancellationToken.None);
        var b = await cluster.StartAsync("b");
        await cluster.SettleAsync();
        var moved = b.Shards.OwnedShards;
        a.Store.Shows = snapshot => snapshot with { ShardsVersion = 0, Shards = old.Shards };
        await cluster.Stage.PassAsync(TimeSpan.FromSeconds(5));
        moved.ShouldAllBe(shard => !a.Shards.IsOwned(shard));
        moved.ShouldAllBe(shard => b.Shards.IsOwned(shard));
        foreach (int shard in moved) a.Silo.Router!.Find(shard, out _).ShouldBe(RouteKind.Remote);
    });

    [Fact]
    public void A_shard_is_freed_after_the_last_turn_of_its_grains_and_calls_that_wait_follow_it() => StageCluster.Play(async cluster =>
    {
        var a = await cluster.StartAsync("a");
        string key = KeyOf("b", "a", "b");
        var (begun, gate) = (new TaskCompletionSource(), new TaskCompletionSource());
        var grain = a.Grains.GetGrain<ILedgerGrain>(key);
        var held = grain.HoldAndAdd(begun, gate.Task, 10);
        await begun.Task;
        var b = await cluster.StartAsync("b");
        var (waits, late) = (grain.Add(1), b.Grains.GetGrain<ILedgerGrain>(key).Where().AsTask());
        await cluster.Stage.PassAsync(TimeSpan.FromSeconds(10));
        (waits.IsCompleted || late.IsCompleted || b.Owns(grain)).ShouldBeFalse();
        gate.SetResult();
        (await held).ShouldBe(10);
        (await waits).ShouldBe(11);
        (await late).ShouldBe("b");
        await cluster.SettleAsync();
        a.Shards.CountOf(StageSilo.ShardOf(grain)).ShouldBe(0);
    });

    [Fact]
    public void An_activation_is_not_made_in_a_shard_that_is_released_and_the_release_waits_for_one_that_was()
    {
        var table = new ShardTable();
        table.Take([new ShardRow(7, new SiloId("a", 1), 3)]);
        table.TryEnter(7, out long term).ShouldBeTrue();
        term.ShouldBe(3);
        int emptied = 0;
        table.Emptied += () => emptied++;
        table.BeginRelease([7]);
        table.TryEnter(7, out _).ShouldBeFalse();
        emptied.ShouldBe(0);
        table.CountOf(7).ShouldBe(1);
        table.TryGetTerm(7, out term).ShouldBeTrue("what lives in it may still store");
        term.ShouldBe(3);
        table.Leave(7);
        emptied.ShouldBe(1);
        table.EndRelease(7).ShouldBe(3);
        table.TryGetTerm(7, out _).ShouldBeFalse();
    }

    [Fact]
    public void A_grain_that_never_ends_keeps_its_shard_and_the_others_in_it_are_served() => StageCluster.Play(
        async cluster =>
        {
            var a = await cluster.StartAsync("a");
            string key = KeyOf("b", "a", "b");
            var begun = new TaskCompletionSource();
            var stuck = a.Grains.GetGrain<ILedgerGrain>(key);
            _ = stuck.HoldAndAdd(begun, new TaskCompletionSource().Task, 1);
            await begun.Task;
            var b = await cluster.StartAsync("b");
            await cluster.Stage.UntilAsync(() => a.Shards.IsReleasing(StageSilo.ShardOf(stuck)), "the shard to be released");
            var neighbour = Enumerable.Range(0, int.MaxValue).Select(number => b.Grains.GetGrain<ILedgerGrain>($"n{number}")).First(grain => StageSilo.ShardOf(grain) == StageSilo.ShardOf(stuck));
            (await neighbour.Where()).ShouldBe("a");
            cluster.Log.Texts.ShouldContain(text => text.Contains($"for example ledger/{key}"));
        },
        prepare: cluster => cluster.Configure = options => options.DrainTimeout = TimeSpan.FromSeconds(5));

    [Fact]
    public void A_killed_silos_grains_answer_again_after_its_lease() => StageCluster.Play(async cluster =>
    {
        var silos = await cluster.StartAsync("a", "b", "c");
        for (int key = 0; key < 300; key++) await silos[key % 3].Grains.GetGrain<ILedgerGrain>($"{key}").Add(1);
        silos[0].Kill();
        long began = cluster.Stage.Time.GetTimestamp();
        var sums = await Task.WhenAll(Enumerable.Range(0, 300).Select(key => silos[1 + key % 2].Grains.GetGrain<ILedgerGrain>($"{key}").Add(1)));
        cluster.Stage.Time.GetElapsedTime(began).ShouldBeLessThan(TimeSpan.FromSeconds(8));
        sums.ShouldAllBe(sum => sum == 2);
    });

    [Fact]
    public void Calls_that_wait_for_an_owner_are_bounded_and_keep_their_deadline() => StageCluster.Play(
        async cluster =>
        {
            var silo = cluster.Make("a");
            silo.Store.Faults = operation => operation == "take" ? StoreFault.Fails : StoreFault.None;
            await silo.Silo.StartAsync(CancellationToken.None);
            var calls = Enumerable.Range(0, 5).Select(key => silo.Grains.GetGrain<ILedgerGrain>($"{key}").Add(1)).ToList();
            (await Stage.ThrownAsync<OverloadedException>(async () => await calls[4])).Message.ShouldContain("ParkedCallsLimit is 4");
            calls.Take(4).ShouldAllBe(call => !call.IsCompleted);
            foreach (var call in calls.Take(4)) await Stage.ThrownAsync<TimeoutException>(async () => await call);
            silo.Store.Faults = _ => StoreFault.None;
            (await silo.Grains.GetGrain<ILedgerGrain>("5").Add(1)).ShouldBe(1);
        },
        prepare: cluster => cluster.Configure = options => options.ParkedCallsLimit = 4);

    [Fact]
    public void A_silo_that_others_cannot_reach_keeps_its_shards_while_it_renews() => StageCluster.Play(async cluster =>
    {
        var silos = await cluster.StartAsync("a", "b");
        cluster.Hub.Cuts.UnionWith([("a", "b"), ("b", "a")]);
        var grain = silos[0].Grains.GetGrain<ILedgerGrain>(KeyOf("b", "a", "b"));
        var call = grain.Add(1);
        await cluster.Stage.PassAsync(TimeSpan.FromSeconds(20));
        silos[1].Owns(grain).ShouldBeTrue();
        call.IsCompleted.ShouldBeFalse();
        silos[0].Store.Operations.Count.ShouldBeLessThan(20 * 6, "it is sent again at the pace of reads, which slow down while they bring nothing");
        cluster.Hub.Cuts.Clear();
        (await call).ShouldBe(1);
    });

    [Fact]
    public void The_planted_bug_of_taking_without_release_makes_two_owners() => StageCluster.Play(
        async cluster =>
        {
            var a = await cluster.StartAsync("a");
            var begun = new TaskCompletionSource();
            var grain = a.Grains.GetGrain<ILedgerGrain>(KeyOf("b", "a", "b"));
            _ = grain.HoldAndAdd(begun, new TaskCompletionSource().Task, 1);
            await begun.Task;
            var b = await cluster.StartAsync("b");
            await cluster.Stage.UntilAsync(() => b.Owns(grain), "the bug to show");
            a.Shards.CountOf(StageSilo.ShardOf(grain)).ShouldBe(1);
        },
        prepare: cluster => cluster.Faults = new ProtocolFaults { TakesWithoutRelease = true });

    /// <summary>A key whose shard this silo should own among these.</summary>
    public static string KeyOf(string owner, params string[] names)
    {
        var should = Rendezvous.Owners(names.Select(name => new SiloId(name, 1)));
        return Enumerable.Range(0, int.MaxValue).Select(number => $"k{number}").First(key => should[GrainShards.Of("ledger", key)]!.Value.Name == owner);
    }
}
