using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orrery.Bench.Harness;
using Orrery.Runtime;
using Orrery.Runtime.Hosting;

namespace Orrery.Bench.Density;

/// <summary>What an idle grain with a small stored value costs in memory, and how fast such grains are activated, the claim of each row included.</summary>
internal static class DensityBench
{
    private const int Grains = 200_000;
    private const int Callers = 2_000;

    public static async Task<IReadOnlyList<Figure>> RunAsync(CancellationToken cancellationToken)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.UseOrrery(silo => silo.AddGrains(typeof(DensityBench).Assembly).AddMemoryGrainStorageAsDefault());
        using var host = builder.Build();
        await host.StartAsync(cancellationToken);
        var factory = host.Services.GetRequiredService<IGrainFactory>();
        await ActivateAsync(factory, "warm", 2_000);
        long before = HeapBytes();
        double rate = await ActivateAsync(factory, "note", Grains);
        double bytes = (HeapBytes() - before) / (double)Grains;
        await host.StopAsync(cancellationToken);
        return
        [
            new Figure("heap per idle grain", bytes, "B", "lower", 900),
            new Figure("activations, rows claimed", rate, "grains/s", "higher", 50_000),
        ];
    }

    private static async Task<double> ActivateAsync(IGrainFactory factory, string prefix, int grains)
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

    private static long HeapBytes()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
