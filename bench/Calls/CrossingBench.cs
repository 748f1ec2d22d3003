using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Orrery.Bench.Harness;
using Orrery.Connectors.Sqlite;
using Orrery.Runtime;
using Orrery.Runtime.Hosting;
using Orrery.Runtime.Storage;
using Orrery.Storage.Sqlite;

namespace Orrery.Bench.Calls;

/// <summary>Calls a second between two silos in two processes: every call goes to a grain of the other one.</summary>
static class CrossingBench
{
    const int Grains = 1_000;

    public static async Task<IReadOnlyList<Figure>> RunAsync(BenchContext context)
    {
        if (context.Options.Find("serve") is { } folder)
        {
            await ServeAsync(folder);
            return [];
        }

        using var host = await StartAsync("near", context.Scratch);
        using var other = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [typeof(CrossingBench).Assembly.Location, "calls", "--silos=2", $"--serve={context.Scratch}"])
        {
            RedirectStandardOutput = true, RedirectStandardInput = true,
        })!;
        try
        {
            return await MeasureAsync(context, host, int.Parse((await other.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture));
        }
        finally
        {
            other.StandardInput.Close();
            if (!other.WaitForExit(TimeSpan.FromSeconds(20))) other.Kill();
            await host.StopAsync();
        }
    }

    static async Task<IReadOnlyList<Figure>> MeasureAsync(BenchContext context, IHost host, int barePort)
    {
        var silo = host.Services.GetRequiredService<Runtime.Silo>();
        var factory = host.Services.GetRequiredService<IGrainFactory>();
        string[] keys = await FindCrossingKeysAsync(silo);
        var grains = keys.Select(key => factory.GetGrain<IPingGrain>(key)).ToArray();
        foreach (var grain in grains) await grain.Ping(1);
        using var bare = await BareFrames.ConnectAsync(barePort);

        // The engine and the limit take turns, so that a noisy neighbour hurts both. The first round warms up and is not counted.
        List<double> some = [], many = [], one = [], bareSome = [], bareMany = [], bareOne = [];
        for (int round = 0; round <= context.Runs; round++)
        {
            some.Add(await CallAsync(500, 4_000, grains));
            bareSome.Add(await BareFrames.MeasureAsync(bare, 500, 4_000_000));
            many.Add(await CallAsync(2_000, 1_500, grains));
            bareMany.Add(await BareFrames.MeasureAsync(bare, 2_000, 4_000_000));
            one.Add(1e6 / await CallAsync(1, 20_000, grains));
            bareOne.Add(1e6 / await BareFrames.MeasureAsync(bare, 1, 20_000));
            context.Say($"round {round}: 500 callers {some[^1]:N0}/s, 2,000 callers {many[^1]:N0}/s, one caller {one[^1]:F1} us (bare {bareSome[^1]:N0}/s, {bareMany[^1]:N0}/s, {bareOne[^1]:F1} us)");
        }

        return
        [
            new Figure("500 callers", Median(some), "calls/s", "higher", 800_000, "bare frames", Median(bareSome)),
            new Figure("2,000 callers", Median(many), "calls/s", "higher", 1_000_000, "bare frames", Median(bareMany)),
            new Figure("1 caller, round trip", Median(one), "us", "lower", 45, "bare frames", Median(bareOne)),
        ];
    }

    static double Median(List<double> rounds) => BenchContext.Median(rounds.Skip(1));

    static async Task<double> CallAsync(int callers, int callsEach, IPingGrain[] grains)
    {
        async Task RunAsync(int caller)
        {
            await Task.Yield();
            uint random = (uint)caller * 2654435761u + 1;
            for (int calls = 0; calls < callsEach; calls++)
            {
                random = random * 1664525 + 1013904223;
                await grains[(int)((random >> 8) % Grains)].Ping(1);
            }
        }

        long started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(RunAsync));
        return (double)callers * callsEach / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>Waits until the other silo has taken its part, and picks keys from it.</summary>
    static async Task<string[]> FindCrossingKeysAsync(Runtime.Silo silo)
    {
        long started = Stopwatch.GetTimestamp();
        while (true)
        {
            int[] remote = [.. Enumerable.Range(0, GrainShards.Count).Where(shard => silo.Router!.Find(shard, out _) == RouteKind.Remote)];
            if (remote.Length > GrainShards.Count / 4)
                return [.. Enumerable.Range(0, 100 * Grains).Select(number => $"grain-{number}").Where(key => remote.Contains(GrainShards.Of("ping", key))).Take(Grains)];
            if (Stopwatch.GetElapsedTime(started) > TimeSpan.FromSeconds(30)) throw new TimeoutException($"After 30 s the other silo owns {remote.Length} shards; about half of {GrainShards.Count} were expected.");
            await Task.Delay(20);
        }
    }

    static async Task ServeAsync(string folder)
    {
        using var host = await StartAsync("far", folder);
        Console.WriteLine(BareFrames.Serve());
        await Console.In.ReadToEndAsync();
        await host.StopAsync();
    }

    static async Task<IHost> StartAsync(string name, string folder)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.UseOrrery(silo => silo.AddGrains(typeof(CrossingBench).Assembly)
            .Configure<SiloOptions>(options => options.SiloName = name)
            .UseCluster(static _ => { }, services => new SqliteClusterStore(
                Path.Combine(folder, SqliteClusterStore.DefaultFileName), new SqliteInstruments(services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>()), TimeProvider.System, NullLogger<SqliteClusterStore>.Instance)));
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }
}
