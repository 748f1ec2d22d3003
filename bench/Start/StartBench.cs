using System.Diagnostics;
using Orrery.Bench.Harness;
using Orrery.Bench.Servers;

namespace Orrery.Bench.Start;

/// <summary>From built binaries to the first answer, on new and on existing data; resident memory a minute into a demo of twenty sites.</summary>
static class StartBench
{
    public static async Task<IReadOnlyList<Figure>> RunAsync(BenchContext context)
    {
        var fresh = new List<double>();
        var again = new List<double>();
        for (int run = 0; run < context.Runs; run++)
        {
            string data = Path.Combine(context.Scratch, $"start-{run}");
            fresh.Add(await MeasureAsync(data));
            again.Add(await MeasureAsync(data));
        }

        double resident;
        double processor;
        await using (ServerProcess demo = await ServerProcess.StartOrreryAsync("demo", Path.Combine(context.Scratch, "demo"), "--sites", "20"))
        {
            context.Say("a demo of 20 sites runs for 90 seconds");
            await Task.Delay(TimeSpan.FromSeconds(60));
            TimeSpan before = demo.ProcessorTime;
            await Task.Delay(TimeSpan.FromSeconds(30));
            processor = (demo.ProcessorTime - before).TotalSeconds / 30 * 100;
            resident = demo.ResidentBytes / 1048576d;
        }

        return
        [
            new("start to first answer, new data", BenchContext.Median(fresh), "s", "lower", 1.5),
            new("start to first answer, existing data", BenchContext.Median(again), "s", "lower", 1.5),
            new("resident memory with 20 simulated sites", resident, "MiB", "lower", 200),
            new("processor with 20 simulated sites", processor, "% of a core", "lower"),
        ];
    }

    static async Task<double> MeasureAsync(string data)
    {
        var clock = Stopwatch.StartNew();
        await using ServerProcess server = await ServerProcess.StartOrreryAsync("up", data);
        return clock.Elapsed.TotalSeconds;
    }
}
