using System.Diagnostics;
using Orrery.Bench.Harness;
using Orrery.Runtime;

namespace Orrery.Bench.Density;

/// <summary>A million idle grains on two silo processes: how fast they are activated from another process, and how long a call to one of them takes then.</summary>
static class ClusterDensityBench
{
    const int Callers = 1_000;
    const int Probes = 32;
    static readonly TimeSpan ProbeTime = TimeSpan.FromSeconds(10);

    public static async Task<IReadOnlyList<Figure>> RunAsync(BenchContext context)
    {
        string connection = context.Options.Find("store") ?? $"sqlite:{Path.Combine(context.Scratch, "density.db")}?shared=true";
        if (context.Options.Find("serve") is { } name)
        {
            await SiloProcesses.ServeAsync(name, connection);
            return [];
        }

        int grains = (int)context.Options.Number("grains", 1_000_000, 1_000, 100_000_000);
        await using var silos = await SiloProcesses.StartAsync("density", connection, 2);
        double rate = await ActivateAsync(silos.Grains, grains);
        context.Say($"{grains:N0} grains are active, {rate:N0} activations/s with their rows claimed");
        await ProbeAsync(silos.Grains, grains, TimeSpan.FromSeconds(2));
        double[] latencies = await ProbeAsync(silos.Grains, grains, ProbeTime);
        context.Say($"{latencies.Length / ProbeTime.TotalSeconds:N0} calls/s by {Probes} callers: median {At(latencies, 0.5):F2} ms, p99 {At(latencies, 0.99):F2} ms, longest {latencies[^1]:F1} ms");
        return
        [
            new Figure($"p99 of a call among {grains:N0} idle grains on 2 processes", At(latencies, 0.99), "ms", "lower", 10),
            new Figure("median of a call", At(latencies, 0.5), "ms", "lower"),
            new Figure("activations from another process, rows claimed durably", rate, "grains/s", "higher"),
        ];
    }

    static async Task<double> ActivateAsync(IGrainFactory factory, int grains)
    {
        int next = -1;
        async Task CallAsync()
        {
            await Task.Yield();
            for (int number = Interlocked.Increment(ref next); number < grains; number = Interlocked.Increment(ref next))
                await factory.GetGrain<INoteGrain>($"note-{number}").Read();
        }

        long started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => CallAsync()));
        return grains / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>Calls grains at random, each caller after a pause; answers how many milliseconds each call took, in rising order.</summary>
    static async Task<double[]> ProbeAsync(IGrainFactory factory, int grains, TimeSpan time)
    {
        long started = Stopwatch.GetTimestamp();
        async Task<List<double>> CallAsync(int caller)
        {
            await Task.Yield();
            var random = new Random(caller);
            var took = new List<double>();
            while (Stopwatch.GetElapsedTime(started) < time)
            {
                var grain = factory.GetGrain<INoteGrain>($"note-{random.Next(grains)}");
                long began = Stopwatch.GetTimestamp();
                await grain.Read();
                took.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }

            return took;
        }

        var all = await Task.WhenAll(Enumerable.Range(0, Probes).Select(CallAsync));
        return [.. all.SelectMany(static took => took).Order()];
    }

    static double At(double[] sorted, double part) => sorted[Math.Min((int)(sorted.Length * part), sorted.Length - 1)];
}
