using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orrery.Bench.Harness;
using Orrery.Runtime;
using Orrery.Runtime.Hosting;

namespace Orrery.Bench.Calls;

/// <summary>Calls a second through generated references to 1,000 grains of one silo, from callers in the same process.</summary>
static class CallsBench
{
    const int Grains = 1_000;
    const int Callers = 500;

    public static Task<IReadOnlyList<Figure>> RunAsync(BenchContext context) => context.Options.Number("silos", 1, 1, 2) == 2 ? CrossingBench.RunAsync(context) : RunInOneSiloAsync(context);

    static async Task<IReadOnlyList<Figure>> RunInOneSiloAsync(BenchContext context)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.UseOrrery(silo => silo.AddGrains(typeof(CallsBench).Assembly));
        using var host = builder.Build();
        await host.StartAsync();
        var factory = host.Services.GetRequiredService<IGrainFactory>();
        var grains = Enumerable.Range(0, Grains).Select(number => factory.GetGrain<IPingGrain>($"grain-{number}")).ToArray();
        foreach (var grain in grains) await grain.Ping(1);
        var bare = Enumerable.Range(0, Grains).Select(_ => new BareMailbox()).ToArray();

        // The engine and the limit take turns, so that a noisy neighbour hurts both. The first round warms up and is not counted.
        List<double> many = [], one = [], later = [], bareMany = [], bareOne = [];
        for (int round = 0; round <= context.Runs; round++)
        {
            many.Add(await MeasureAsync(Callers, 8_000, index => grains[index].Ping(1)));
            bareMany.Add(await MeasureAsync(Callers, 8_000, index => bare[index].Ping(1)));
            one.Add(await MeasureAsync(1, 2_000_000, index => grains[index].Ping(1)));
            bareOne.Add(await MeasureAsync(1, 2_000_000, index => bare[index].Ping(1)));
            later.Add(await MeasureAsync(Callers, 1_000, index => grains[index].PingLater(1)));
            context.Say($"round {round}: 500 callers {many[^1]:N0}/s, one caller {one[^1]:N0}/s");
        }

        await host.StopAsync();
        return
        [
            new Figure("500 callers", Median(many), "calls/s", "higher", 4_000_000, "bare mailbox", Median(bareMany)),
            new Figure("1 caller", Median(one), "calls/s", "higher", 2_000_000, "bare mailbox", Median(bareOne)),
            new Figure("500 callers, every turn awaits", Median(later), "calls/s", "higher"),
        ];
    }

    static double Median(List<double> rounds) => BenchContext.Median(rounds.Skip(1));

    static async Task<double> MeasureAsync(int callers, int callsEach, Func<int, ValueTask<int>> call)
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
