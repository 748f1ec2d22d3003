namespace Orrery.EndToEnd.Tests.Chaos;

/// <summary>One round of chaos on each store; <c>./orrery chaos</c> goes on for as long as wanted.</summary>
public sealed class ChaosTests
{
    [Theory]
    [InlineData("postgres")]
    [InlineData("redis")]
    public async Task Counters_stay_linearizable_and_no_acknowledged_increment_is_lost(string storeName)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "processes are stopped by Linux' signals");
        if (ChaosStores.Missing(storeName) is { } missing)
            Assert.Skip(missing);
        int seed = Environment.TickCount & 0xffff;
        await using IChaosStore store = await ChaosStores.StartAsync(storeName);
        await using ChaosCluster cluster = await ChaosCluster.StartAsync(store);
        await using var load = new CounterLoad(() => cluster.Web, callers: 4, counters: 32, seed);
        load.Start();
        try
        {
            await new ChaosRun(cluster, load, new Random(seed), TestContext.Current.SendDiagnosticMessage).RoundAsync();
            (await load.EndAsync(TimeSpan.FromSeconds(30))).ShouldBeEmpty();
        }
        catch (Exception problem)
        {
            throw new InvalidOperationException($"{problem.Message}\nSeed {seed}. The processes said:\n{cluster.Said}", problem);
        }

        load.Answered.ShouldBeGreaterThan(1_000);
    }
}
