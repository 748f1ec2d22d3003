using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orrery.Bench.Harness;
using Orrery.Runtime;
using Orrery.Runtime.Hosting;

namespace Orrery.Bench.Calls;

/// <summary>Calls a second through generated references to 1,000 grains of one silo, from callers in the same process.</summary>
internal static class CallsBench
{
    private const int Grains = 1_000;
    private const int Callers = 500;
    private const int Rounds = 5;

    public static async Task<IReadOnlyList<Figure>> RunAsync(CancellationToken cancellationToken)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.UseOrrery(silo => silo.AddGrains(typeof(CallsBench).Assembly));
        using var host = builder.Build();
        await host.StartAsync(cancellationToken);
        var factory = host.Services.GetRequiredService<IGrainFactory>();
        var grains = Enumerable.Range(0, Grains).Select(number => factory.GetGrain<IPingGrain>($"grain-{number}")).ToArray();
        foreach (var grain in grains) await grain.Ping(1);
        var bare = Enumerable.Range(0, Grains).Select(_ => new BareMailbox()).ToArray();

        // The engine and the limit take turns, so that a noisy neighbour hurts both; the best round of each counts.
        double many = 0, one = 0, later = 0, bareMany = 0, bareOne = 0;
        for (int round = 0; round < Rounds; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            many = Math.Max(many, await MeasureAsync(Callers, 8_000, index => grains[index].Ping(1)));
            bareMany = Math.Max(bareMany, await MeasureAsync(Callers, 8_000, index => bare[index].Ping(1)));
            one = Math.Max(one, await MeasureAsync(1, 2_000_000, index => grains[index].Ping(1)));
            bareOne = Math.Max(bareOne, await MeasureAsync(1, 2_000_000, index => bare[index].Ping(1)));
            later = Math.Max(later, await MeasureAsync(Callers, 1_000, index => grains[index].PingLater(1)));
        }

        await host.StopAsync(cancellationToken);
        return
        [
            new Figure("500 callers", many, "calls/s", "higher", 4_000_000, "bare mailbox, same run", bareMany),
            new Figure("1 caller", one, "calls/s", "higher", 2_000_000, "bare mailbox, same run", bareOne),
            new Figure("500 callers, every turn awaits", later, "calls/s", "higher", null),
        ];
    }

    private static async Task<double> MeasureAsync(int callers, int callsEach, Func<int, ValueTask<int>> call)
    {
        async Task CallAsync(int caller)
        {
            await Task.Yield();
            uint random = (uint)caller * 2654435761u + 1;
            for (int calls = 0; calls < callsEach; calls++)
            {
                random = random * 1664525 + 1013904223;
                await call((int)((random >> 8) % Grains));
            }
        }

        long started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(CallAsync));
        return (double)callers * callsEach / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
