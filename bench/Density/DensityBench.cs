using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orrery.Bench.Harness;
using Orrery.Runtime;
using Orrery.Runtime.Hosting;
using Orrery.Storage.Sqlite;

namespace Orrery.Bench.Density;

/// <summary>What an idle grain with a small stored value costs in memory, and how fast such grains are activated, the claim of each row included.</summary>
static class DensityBench
{
    const int Grains = 200_000;
    const int Callers = 2_000;

    public static Task<IReadOnlyList<Figure>> RunAsync(BenchContext context) =>
        context.Options.Has("serve") || context.Options.Number("silos", 1, 1, 2) == 2 ? ClusterDensityBench.RunAsync(context) : RunInOneSiloAsync(context);

    static async Task<IReadOnlyList<Figure>> RunInOneSiloAsync(BenchContext context)
    {
        // Leftovers of an earlier round that are collected during a later one make its grains look smaller: the largest figure counts.
        List<double> bytes = [], rates = [], memoryRates = [];
        for (int round = 0; round < context.Runs; round++)
        {
            string folder = Path.Combine(context.Scratch, $"density-{round}");
            var (heap, rate) = await RunOnceAsync(silo => silo.AddSqliteStorage(options => options.DataDirectory = folder));
            var (_, memoryRate) = await RunOnceAsync(silo => silo.AddMemoryGrainStorageAsDefault());
            bytes.Add(heap);
            rates.Add(rate);
            memoryRates.Add(memoryRate);
            context.Say($"round {round}: {heap:N0} B a grain, {rate:N0} activations/s, {memoryRate:N0}/s without a file");
        }

        return
        [
            new Figure("heap per idle grain", bytes.Max(), "B", "lower", 900),
            new Figure("activations, rows claimed durably", BenchContext.Median(rates), "grains/s", "higher", 50_000, "rows in memory", BenchContext.Median(memoryRates)),
        ];
    }

    static async Task<(double HeapBytes, double Rate)> RunOnceAsync(Action<ISiloBuilder> configureStorage)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.UseOrrery(silo => configureStorage(silo.AddGrains(typeof(DensityBench).Assembly)));
        using var host = builder.Build();
        await host.StartAsync();
        var factory = host.Services.GetRequiredService<IGrainFactory>();
        await ActivateAsync(factory, "warm", 10_000);
        long before = HeapBytes();
        double rate = await ActivateAsync(factory, "note", Grains);
        double bytes = (HeapBytes() - before) / (double)Grains;
        await host.StopAsync();
        return (bytes, rate);
    }

    static async Task<double> ActivateAsync(IGrainFactory factory, string prefix, int grains)
    {
        int next = -1;
        async Task CallAsync()
        {
            await Task.Yield();
            for (int number = Interlocked.Increment(ref next); number < grains; number = Interlocked.Increment(ref next))
                await factory.GetGrain<INoteGrain>($"{prefix}-{number}").Read();
        }

        long started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => CallAsync()));
        return grains / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    static long HeapBytes()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
