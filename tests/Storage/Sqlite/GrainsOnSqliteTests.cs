using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orrery.Runtime;
using Orrery.Runtime.Hosting;
using Orrery.Storage.Sqlite;

namespace Orrery.Storage.Tests.Sqlite;

/// <summary>Grains of a real silo on the embedded file.</summary>
public sealed class GrainsOnSqliteTests : IDisposable
{
    readonly StoreDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task What_a_grain_wrote_is_there_after_a_restart_of_the_silo()
    {
        for (var start = 1; start <= 3; start++)
        {
            using var host = await StartAsync();
            var counter = host.Services.GetRequiredService<IClusterClient>().GetGrain<IStoredCounterGrain>("服务器/1");
            (await counter.Add(5)).ShouldBe(5 * start);
            await host.StopAsync(TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task Thousands_of_grains_claim_their_rows_in_few_commits()
    {
        using var host = await StartAsync();
        var client = host.Services.GetRequiredService<IClusterClient>();
        var totals = await Task.WhenAll(Enumerable.Range(0, 5000).Select(grain => client.GetGrain<IStoredCounterGrain>($"grain{grain}").Add(grain)));
        totals.ShouldBe(Enumerable.Range(0, 5000));
        await host.StopAsync(TestContext.Current.CancellationToken);
        host.Dispose();

        (await directory.States.ClaimAsync("storedcounter", "grain4999", "count")).StoredVersion.ShouldBe(1);
    }

    async Task<IHost> StartAsync()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrrery(silo => silo
            .AddGrains(typeof(StoredCounterGrain).Assembly)
            .AddSqliteStorage(options => options.DataDirectory = directory.Path));
        var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return host;
    }
}

public interface IStoredCounterGrain : IGrainWithStringKey
{
    Task<int> Add(int amount);
}

public sealed class StoredCount
{
    public int Total { get; set; }
}

public sealed class StoredCounterGrain([PersistentState("count")] IPersistentState<StoredCount> count) : Grain, IStoredCounterGrain
{
    public async Task<int> Add(int amount)
    {
        count.State.Total += amount;
        await count.WriteStateAsync();
        return count.State.Total;
    }
}
