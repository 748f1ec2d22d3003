namespace Orrery.Runtime.Tests.Transport;

public sealed class LossTests
{
    [Fact]
    public async Task A_connection_cut_in_the_middle_of_a_call_tells_its_caller_that_the_outcome_is_unknown()
    {
        var network = new BreakableNetwork();
        await using var cluster = await RelayCluster.StartAsync(2, network: network);
        string key = cluster.KeyIn(1, "cut");
        var grain = cluster.ClientOf(0).GetGrain<IRelayGrain>(key);
        var held = grain.Hold();
        await RelayEvents.Of(key + " begun").Task.Soon();
        network.CutAll();
        (await Should.ThrowAsync<SiloUnavailableException>(() => held.Soon())).Message.ShouldContain("Its outcome is not known");
        RelayEvents.Of(key + " gate").SetResult();
        (await grain.Add(0).AsTask().Soon()).ShouldBe(1, "a new connection is made, and the grain still lives");
    }

    [Fact]
    public async Task A_peer_that_is_there_no_more_without_a_word_is_noticed_by_missing_heartbeats()
    {
        var network = new BreakableNetwork();
        await using var cluster = await RelayCluster.StartAsync(2, transport: options => options.HeartbeatPeriod = TimeSpan.FromMilliseconds(100), network: network);
        string key = cluster.KeyIn(1, "deaf");
        var grain = cluster.ClientOf(0).GetGrain<IRelayGrain>(key);
        var held = grain.Hold();
        await RelayEvents.Of(key + " begun").Task.Soon();
        network.DeafenAll();
        (await Should.ThrowAsync<SiloUnavailableException>(() => held.Soon())).Message.ShouldContain("Nothing has come from silo-2@1 for 3 heartbeats.");
        RelayEvents.Of(key + " gate").SetResult();
        (await grain.Add(0).AsTask().Soon()).ShouldBe(1);
    }

    [Fact]
    public async Task An_idle_connection_stays()
    {
        await using var cluster = await RelayCluster.StartAsync(2, transport: options => options.HeartbeatPeriod = TimeSpan.FromMilliseconds(500));
        var grain = cluster.ClientOf(0).GetGrain<IRelayGrain>(cluster.KeyIn(1));
        await grain.Add(1);
        var transport = cluster.SiloOf(0).Transport.ShouldBeOfType<Runtime.Transport.ClusterTransport>();
        long frames = transport.FramesTaken;
        while (transport.FramesTaken < frames + 8) await Task.Delay(1);
        cluster.Logs.Texts.ShouldNotContain(text => text.Contains("has ended"));
    }

    [Fact]
    public async Task Silos_that_dial_each_other_at_once_come_to_one_connection_and_lose_no_call()
    {
        await using var cluster = await RelayCluster.StartAsync(3);
        await Task.WhenAll(Enumerable.Range(0, 300).Select(async number =>
        {
            await Task.Yield();
            (await cluster.ClientOf(number % 3).GetGrain<IRelayGrain>($"crossing-{number}").Add(number)).ShouldBe(number);
        })).Soon();
    }

    [Fact]
    public async Task A_silo_that_stops_in_good_order_fails_no_call()
    {
        await using var cluster = await RelayCluster.StartAsync(3);
        using var stop = new CancellationTokenSource();
        int calls = 0;
        var callers = Enumerable.Range(0, 20).Select(async caller =>
        {
            await Task.Yield();
            for (int call = 0; !stop.IsCancellationRequested; call++)
            {
                await cluster.ClientOf(0).GetGrain<IRelayGrain>($"rolling-{caller}-{call % 50}").Add(1);
                Interlocked.Increment(ref calls);
            }
        }).ToArray();
        while (Volatile.Read(ref calls) < 1_000) await Task.Delay(1);
        await cluster.StopAsync(cluster.Hosts[2]).Soon();
        await cluster.AddSiloAsync("silo-3").Soon();
        int before = Volatile.Read(ref calls);
        while (Volatile.Read(ref calls) < before + 1_000) await Task.Delay(1);
        stop.Cancel();
        await Task.WhenAll(callers).Soon();
    }

    [Fact]
    public async Task A_killed_silos_grains_are_called_again_in_another_one()
    {
        await using var cluster = await RelayCluster.StartAsync(2, cluster: options =>
        {
            options.Lease = TimeSpan.FromSeconds(4);
            options.LeaseMargin = TimeSpan.FromSeconds(1);
            options.RenewPeriod = options.WatchPeriod = TimeSpan.FromMilliseconds(200);
        });
        string key = cluster.KeyIn(1);
        var grain = cluster.ClientOf(0).GetGrain<IRelayGrain>(key);
        (await grain.Where().Soon()).ShouldBe("silo-2");
        await cluster.KillAsync(cluster.Hosts[1]);
        string where = "";
        while (where != "silo-1")
        {
            try
            {
                where = await grain.Where().Soon();
            }
            catch (SiloUnavailableException)
            {
                await Task.Delay(1); // a call that was under way when the connection broke off
            }
        }
    }
}
