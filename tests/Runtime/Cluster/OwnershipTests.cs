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
}
