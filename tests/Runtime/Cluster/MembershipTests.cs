using Orrery.Runtime.Storage;

namespace Orrery.Runtime.Tests.Cluster;

public sealed class MembershipTests
{
    private static async Task<MemberRow> RowOfAsync(StageCluster cluster, SiloId silo) =>
        (await cluster.Store.ReadAsync(-1, CancellationToken.None)).Members.Single(member => member.Id == silo);

    private static Task<int> CallAsync(StageSilo silo, string key = "k") => silo.Grains.GetGrain<ILedgerGrain>(key).Add(1);

    [Fact]
    public void A_silo_of_the_same_name_joins_with_a_higher_generation() => StageCluster.Play(async cluster =>
    {
        var first = await cluster.StartAsync("a");
        first.Id.ShouldBe(new SiloId("a", 1));
        await first.StopAsync();
        var second = await cluster.StartAsync("a");
        second.Id.ShouldBe(new SiloId("a", 2));
        (await RowOfAsync(cluster, first.Id)).Status.ShouldBe(MemberStatus.Left);
        (await CallAsync(second)).ShouldBe(1);
    });

    [Fact]
    public void A_silo_that_starts_anew_after_a_crash_waits_for_the_lease_of_its_predecessor() => StageCluster.Play(async cluster =>
    {
        var first = await cluster.StartAsync("a");
        await CallAsync(first);
        first.Kill();
        var second = await cluster.StartAsync("a");
        second.Shards.OwnedShards.ShouldBeEmpty("the predecessor may still run");
        (await CallAsync(second)).ShouldBe(2);
        (await RowOfAsync(cluster, first.Id)).Status.ShouldBe(MemberStatus.Dead);
    });

    [Fact]
    public void A_renewal_whose_answer_is_lost_is_read_back_and_extends_no_lease() => StageCluster.Play(async cluster =>
    {
        var silo = await cluster.StartAsync("a");
        silo.Store.Faults = operation => operation == "update" ? StoreFault.LosesTheAnswer : StoreFault.None;
        await cluster.Stage.UntilAsync(() => silo.LostBecause is not null, "the silo to stop: no renewal of it succeeds");
        silo.LostBecause!.ShouldContain("lease has run out");
        (await RowOfAsync(cluster, silo.Id)).Counter.ShouldBeGreaterThan(2, "each renewal went on from the counter that was read back");
    });

    [Fact]
    public void One_lost_answer_costs_nothing() => StageCluster.Play(async cluster =>
    {
        var silo = await cluster.StartAsync("a");
        int left = 1;
        silo.Store.Faults = operation => operation == "update" && left-- > 0 ? StoreFault.LosesTheAnswer : StoreFault.None;
        await cluster.Stage.PassAsync(TimeSpan.FromMinutes(1));
        silo.LostBecause.ShouldBeNull();
    });

    [Fact]
    public void A_silo_that_does_not_reach_the_store_stops_before_others_declare_it_dead() => StageCluster.Play(async cluster =>
    {
        var (a, b) = await StartTwoAsync(cluster);
        a.Store.Faults = _ => StoreFault.Hangs;
        await cluster.Stage.UntilAsync(() => a.LostBecause is not null, "a to stop");
        (await RowOfAsync(cluster, a.Id)).Status.ShouldBe(MemberStatus.Active);
        a.Silo.Cluster!.MayAnswer().ShouldBeFalse();
        await cluster.SettleAsync();
        (await RowOfAsync(cluster, a.Id)).Status.ShouldBe(MemberStatus.Dead);
        b.Shards.OwnedShards.Count.ShouldBe(GrainShards.Count);
    });

    [Fact]
    public void A_store_that_answers_after_an_hour_brings_nothing_back() => StageCluster.Play(async cluster =>
    {
        var (a, b) = await StartTwoAsync(cluster);
        a.Store.Faults = _ => StoreFault.Hangs;
        await cluster.Stage.UntilAsync(() => a.LostBecause is not null, "a to stop");
        await cluster.SettleAsync();
        await cluster.Stage.PassAsync(TimeSpan.FromHours(1));
        a.Store.Hanging.ShouldContain("update");
        a.Store.LetGo();
        await cluster.Stage.PassAsync(TimeSpan.FromSeconds(10));
        (await RowOfAsync(cluster, a.Id)).Status.ShouldBe(MemberStatus.Dead);
        a.Shards.IsEmpty.ShouldBeTrue();
        a.Silo.Cluster!.MayAnswer().ShouldBeFalse();
        b.Shards.OwnedShards.Count.ShouldBe(GrainShards.Count);
        (await CallAsync(b)).ShouldBe(1);
    });

    [Fact]
    public void A_paused_silo_answers_and_stores_nothing_after_its_lease() => StageCluster.Play(async cluster =>
    {
        var silo = await cluster.StartAsync("a");
        var (begun, gate) = (new TaskCompletionSource(), new TaskCompletionSource());
        var held = silo.Grains.GetGrain<ILedgerGrain>("held").HoldAndAdd(begun, gate.Task, 1);
        await begun.Task;
        await CallAsync(silo);
        silo.Clock.Ahead += TimeSpan.FromHours(1);
        (await Stage.ThrownAsync<SiloUnavailableException>(async () => await silo.Grains.GetGrain<ILedgerGrain>("k").Read())).Message.ShouldContain("not known");
        await cluster.Stage.UntilAsync(() => silo.LostBecause is not null, "the silo to find its lease over");
        gate.SetResult();
        await Stage.ThrownAsync<SiloUnavailableException>(async () => await held);
        await Stage.ThrownAsync<SiloUnavailableException>(async () => await CallAsync(silo));
        cluster.Storage.RowCount.ShouldBe(2, "both rows were claimed before the pause");
    });

    [Fact]
    public void Death_is_judged_by_the_observers_own_clock_and_written_over_the_counter_that_it_saw() => StageCluster.Play(async cluster =>
    {
        var (a, b) = await StartTwoAsync(cluster);
        // b sleeps for an hour between two reads, and its lease with it: but first it tries to bury a, whose counter it last saw an hour ago.
        var seen = await RowOfAsync(cluster, a.Id);
        await cluster.Stage.UntilAsync(() => RowOfAsync(cluster, a.Id).Result.Counter > seen.Counter, "a to renew");
        var watch = new MemberWatch(b.Silo.Cluster!.Context);
        watch.Observe([seen]);
        b.Clock.Ahead += TimeSpan.FromHours(1);
        watch.IsSuspect(a.Id).ShouldBeTrue();
        await watch.BuryAsync();
        (await RowOfAsync(cluster, a.Id)).Status.ShouldBe(MemberStatus.Active);
    });

    [Fact]
    public void A_clock_that_is_an_hour_ahead_makes_nobody_dead() => StageCluster.Play(async cluster =>
    {
        var a = await cluster.StartAsync("a");
        var b = cluster.Make("b");
        b.Clock.Ahead = TimeSpan.FromHours(1);
        await b.Silo.StartAsync(CancellationToken.None);
        await cluster.SettleAsync();
        await cluster.Stage.PassAsync(TimeSpan.FromMinutes(5));
        (a.LostBecause ?? b.LostBecause).ShouldBeNull();
    });

    [Fact]
    public void A_killed_silo_is_suspect_after_half_a_lease_and_dead_after_a_whole_one() => StageCluster.Play(async cluster =>
    {
        var (a, b) = await StartTwoAsync(cluster);
        a.Kill();
        var suspect = await cluster.Stage.UntilAsync(() => b.Silo.Cluster!.Watch.IsSuspect(a.Id), "a to be suspect");
        suspect.ShouldBeInRange(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5));
        b.Shards.OwnedShards.Count.ShouldBeLessThan(GrainShards.Count);
        (suspect + await cluster.SettleAsync()).ShouldBeInRange(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(8));
        (await RowOfAsync(cluster, a.Id)).Reason.ShouldContain("b@1 watched its counter stand still");
    });

    [Theory]
    [InlineData("another cluster")]
    [InlineData("no rows")]
    [InlineData("older rows")]
    public void A_store_that_lost_its_data_stops_the_silo(string loss) => StageCluster.Play(async cluster =>
    {
        var silo = await cluster.StartAsync("a");
        var early = await cluster.Store.ReadAsync(-1, CancellationToken.None);
        await cluster.Stage.PassAsync(TimeSpan.FromSeconds(5));
        silo.Store.Shows = snapshot => loss switch
        {
            "another cluster" => snapshot with { Cluster = "new" },
            "no rows" => snapshot with { Members = [] },
            _ => early,
        };
        silo.Store.Faults = operation => operation == "update" ? StoreFault.Fails : StoreFault.None;
        var time = await cluster.Stage.UntilAsync(() => silo.LostBecause is not null, "the silo to stop");
        time.ShouldBeLessThan(TimeSpan.FromSeconds(3));
        silo.LostBecause!.ShouldContain("lost");
    });

    [Fact]
    public void A_silo_that_was_declared_dead_stops_at_once() => StageCluster.Play(async cluster =>
    {
        var silo = await cluster.StartAsync("a");
        var row = await RowOfAsync(cluster, silo.Id);
        (await cluster.Store.TryUpdateMemberAsync(row with { Status = MemberStatus.Dead, Counter = row.Counter + 1, Reason = "Said a test." }, row.Counter, CancellationToken.None)).ShouldBeTrue();
        var time = await cluster.Stage.UntilAsync(() => silo.LostBecause is not null, "the silo to stop");
        time.ShouldBeLessThan(TimeSpan.FromSeconds(1.5));
        silo.LostBecause!.ShouldContain("Said a test.");
    });

    [Fact]
    public void Joining_waits_for_a_store_that_is_not_there_yet() => StageCluster.Play(async cluster =>
    {
        var silo = cluster.Make("a");
        silo.Store.Faults = _ => StoreFault.Fails;
        var start = silo.Silo.StartAsync(CancellationToken.None);
        await cluster.Stage.PassAsync(TimeSpan.FromSeconds(20));
        start.IsCompleted.ShouldBeFalse();
        silo.Store.Faults = _ => StoreFault.None;
        await start;
        (await CallAsync(silo)).ShouldBe(1);
    });

    private static async Task<(StageSilo A, StageSilo B)> StartTwoAsync(StageCluster cluster)
    {
        var silos = await cluster.StartAsync("a", "b");
        return (silos[0], silos[1]);
    }
}
