using Orrery.Bench.Harness;
using Orrery.Bench.Servers;

namespace Orrery.Bench.Ingest;

/// <summary>Prometheus remote-write into grains and storage: samples per second of the server's processor time, beside VictoriaMetrics and Prometheus in the same run.</summary>
static class IngestBench
{
    const int SeriesCount = 1_000;

    public static async Task<IReadOnlyList<Figure>> RunAsync(BenchContext context)
    {
        var figures = new List<Figure>();
        foreach (var (batch, samples, goal) in new[] { (100, 20_000, 3_000_000d), (1, 10_000, 1_700_000d) })
        {
            var ours = new List<double>();
            var clock = new List<double>();
            var victoria = new List<double>();
            var prometheus = new List<double>();
            long residentMax = 0;
            for (int run = 0; run < context.Runs; run++)
            {
                var traffic = new RemoteWriteTraffic(SeriesCount, samples, 15_000);
                string folder = Path.Combine(context.Scratch, $"{batch}-{run}");
                var (server, _, key) = await OrreryTarget.StartAsync(Path.Combine(folder, "orrery"));
                await using (server)
                {
                    var (perProcessor, perSecond, resident) = await Sender.SendAsync(server, "/api/v1/prometheus/write", key, traffic, 2, batch);
                    ours.Add(perProcessor);
                    clock.Add(perSecond);
                    residentMax = Math.Max(residentMax, resident);
                }

                await MeasurePeerAsync(Peers.TryStartVictoriaMetricsAsync(Path.Combine(folder, "victoria")), traffic, 2, batch, victoria);
                await MeasurePeerAsync(Peers.TryStartPrometheusAsync(Path.Combine(folder, "prometheus")), traffic, 1, batch, prometheus);
                context.Say($"{batch} a series and request, run {run + 1}: ours {ours[^1]:N0}, VictoriaMetrics {victoria.LastOrDefault():N0}, Prometheus {prometheus.LastOrDefault():N0} samples per second of processor");
                Directory.Delete(folder, recursive: true);
            }

            string shape = batch == 1 ? "1 sample a series and request" : $"{batch} samples a series and request";
            figures.Add(new Figure($"samples per processor second, {shape}", BenchContext.Median(ours), "samples/s", "higher", goal,
                victoria.Count > 0 ? "VictoriaMetrics" : null, victoria.Count > 0 ? BenchContext.Median(victoria) : null));
            if (prometheus.Count > 0)
                figures.Add(new Figure($"Prometheus, {shape}", BenchContext.Median(prometheus), "samples/s", "higher"));
            figures.Add(new Figure($"samples per second of the clock, {shape}", BenchContext.Median(clock), "samples/s", "higher"));
            figures.Add(new Figure($"resident memory at most, {shape}", residentMax / 1048576d, "MiB", "lower"));
        }

        return figures;
    }

    static async Task MeasurePeerAsync(Task<ServerProcess?> starting, RemoteWriteTraffic traffic, int connections, int batch, List<double> into)
    {
        await using ServerProcess? peer = await starting;
        if (peer is not null)
            into.Add((await Sender.SendAsync(peer, "/api/v1/write", null, traffic, connections, batch)).PerProcessorSecond);
    }
}
