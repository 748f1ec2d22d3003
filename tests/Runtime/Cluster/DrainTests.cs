using Orrery.Runtime.Storage;

namespace Orrery.Runtime.Tests.Cluster;

public sealed class DrainTests
{
    [Fact]
    public void A_silo_that_stops_gives_its_shards_away_and_leaves() => StageCluster.Play(async cluster =>
    {
        var silos = await cluster.StartAsync("a", "b");
        for (int key = 0; key < 50; key++) await silos[0].Grains.GetGrain<ILedgerGrain>($"{key}").Add(1);
        long began = cluster.Stage.Time.GetTimestamp();
        await silos[0].StopAsync();
        cluster.Stage.Time.GetElapsedTime(began).ShouldBeLessThan(TimeSpan.FromSeconds(3));
        await cluster.SettleAsync();
        silos[1].Shards.OwnedShards.Count.ShouldBe(GrainShards.Count);
        for (int key = 0; key < 50; key++) (await silos[1].Grains.GetGrain<ILedgerGrain>($"{key}").Add(1)).ShouldBe(2);
        (await cluster.Store.ReadAsync(-1, CancellationToken.None)).Members.Single(member => member.Id.Name == "a").Status.ShouldBe(MemberStatus.Left);
    });

    [Fact]
    public void The_last_silo_frees_its_shards_so_that_the_next_start_waits_for_nothing() => StageCluster.Play(async cluster =>
    {
        var silo = await cluster.StartAsync("a");
        await silo.StopAsync();
        (await cluster.Store.ReadAsync(-1, CancellationToken.None)).Shards!.ShouldAllBe(row => row.Owner == null && row.Term == 1);
        var next = await cluster.StartAsync("b");
        next.Shards.OwnedShards.Count.ShouldBe(GrainShards.Count);
    });

    [Fact]
    public void A_rolling_restart_under_load_fails_no_call_and_loses_no_increment() => StageCluster.Play(async cluster =>
    {
        var silos = (await cluster.StartAsync("a", "b", "c")).ToDictionary(silo => silo.Id.Name);
        var (added, stop) = (new Dictionary<string, int>(), false);

        async Task CallAsync(string from, int number)
        {
            string key = $"{from}-{number}";
            while (!stop)
            {
                // Whoever stops calls no more: its clients go elsewhere.
                var silo = silos[from].HasEnded || silos[from].Id == default ? silos.Values.First(other => other.IsRunning) : silos[from];
                (await silo.Grains.GetGrain<ILedgerGrain>(key).Add(1)).ShouldBe(added[key] = added.GetValueOrDefault(key) + 1);
                await cluster.Stage.PassAsync(TimeSpan.FromMilliseconds(5));
            }
        }

        foreach (string name in new[] { "a", "b", "c" })
        {
            string[] others = [.. silos.Keys.Where(other => other != name)];
            stop = false;
            var load = others.SelectMany(other => Enumerable.Range(0, 40).Select(number => CallAsync(other, number))).ToList();
            await cluster.Stage.PassAsync(TimeSpan.FromSeconds(2));
            await silos[name].StopAsync();
            await cluster.Stage.PassAsync(TimeSpan.FromSeconds(2));
            silos[name] = await cluster.StartAsync(name);
            await cluster.SettleAsync();
            await cluster.Stage.PassAsync(TimeSpan.FromSeconds(1));
            stop = true;
            await Task.WhenAll(load);
        }

        added.Values.Sum().ShouldBeGreaterThan(10_000);
    });

    [Fact]
    public void A_silo_whose_grains_do_not_end_leaves_after_the_drain_time_and_its_shards_are_taken() => StageCluster.Play(
        async cluster =>
        {
            var silos = await cluster.StartAsync("a", "b");
            var begun = new TaskCompletionSource();
            string key = OwnershipTests.KeyOf("a", "a", "b");
            var held = silos[0].Grains.GetGrain<ILedgerGrain>(key).HoldAndAdd(begun, new TaskCompletionSource().Task, 1);
            await begun.Task;
            using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(6), cluster.Stage.Time);
            await silos[0].Silo.StopAsync(stop.Token);
            await Stage.ThrownAsync<SiloUnavailableException>(async () => await held);
            (await silos[1].Grains.GetGrain<ILedgerGrain>(key).Add(1)).ShouldBe(1);
        },
        prepare: cluster => cluster.Configure = options => options.DrainTimeout = TimeSpan.FromSeconds(5));
}
