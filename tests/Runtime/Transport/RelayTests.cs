namespace Orrery.Runtime.Tests.Transport;

public sealed class RelayTests
{
    [Fact]
    public async Task Calls_reach_grains_of_another_silo_and_answers_come_back()
    {
        await using var cluster = await RelayCluster.StartAsync(2);
        string key = cluster.KeyIn(1);
        var grain = cluster.ClientOf(0).GetGrain<IRelayGrain>(key);
        (await grain.Where().Soon()).ShouldBe("silo-2");
        (await grain.Add(2).AsTask().Soon()).ShouldBe(2);
        (await grain.AddLater(3).AsTask().Soon()).ShouldBe(5);
        (await cluster.ClientOf(1).GetGrain<IRelayGrain>(key).Add(1)).ShouldBe(6);
        (await cluster.ClientOf(0).GetGrain<IRelayGrain>(cluster.KeyIn(0)).AddThrough(grain, 4).Soon()).ShouldBe(10);
    }

    [Fact]
    public async Task Many_callers_share_a_connection_and_each_gets_its_own_answer()
    {
        await using var cluster = await RelayCluster.StartAsync(2);
        var grains = Enumerable.Range(0, 100).Select(number => cluster.ClientOf(0).GetGrain<IRelayGrain>(cluster.KeyIn(1, $"many{number}"))).ToArray();
        await Task.WhenAll(grains.Select(async (grain, index) =>
        {
            await Task.Yield();
            for (int call = 1; call <= 200; call++)
            {
                (await (call % 3 == 0 ? grain.AddLater(index) : grain.Add(index))).ShouldBe(call * index);
                (await grain.Echo($"{index} {call}")).ShouldBe($"{index} {call}");
            }
        })).Soon();
    }
}
