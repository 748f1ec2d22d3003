using System.Diagnostics;
using System.Net.Http.Headers;
using Orrery.Bench.Harness;
using Orrery.Bench.Servers;

namespace Orrery.Bench.Ingest;

/// <summary>One hour at 15 s steps over 1,000 series through HTTP, on twelve different hours, beside VictoriaMetrics and Prometheus in the same run.</summary>
static class RangeBench
{
    const int SeriesCount = 1_000;
    const int Hours = 12;

    public static async Task<IReadOnlyList<Figure>> RunAsync(BenchContext context)
    {
        var traffic = new RemoteWriteTraffic(SeriesCount, 6_200, 15_000);
        var (server, token, key) = await OrreryTarget.StartAsync(Path.Combine(context.Scratch, "orrery"));
        double ours;
        await using (server)
        {
            await Sender.SendAsync(server, "/api/v1/prometheus/write", key, traffic, 2, 100);
            ours = await MeasureAsync(context, server, token, traffic, (from, to) =>
                $"/api/v1/metrics/query?site=bench/bench&match={Uri.EscapeDataString("{job=\"bench\"}")}&from={from}&to={to}&step=15s&fn=last&limit=5000", "\"values\"");
        }

        double? victoria = await MeasurePeerAsync(context, Peers.TryStartVictoriaMetricsAsync(Path.Combine(context.Scratch, "victoria")), traffic, 2);
        double? prometheus = await MeasurePeerAsync(context, Peers.TryStartPrometheusAsync(Path.Combine(context.Scratch, "prometheus")), traffic, 1);
        var figures = new List<Figure>
        {
            new("one hour at 15 s over 1,000 series", ours, "ms", "lower", 40, victoria is null ? null : "VictoriaMetrics", victoria),
        };
        if (prometheus is { } value)
            figures.Add(new Figure("Prometheus, the same", value, "ms", "lower"));
        return figures;
    }

    static async Task<double?> MeasurePeerAsync(BenchContext context, Task<ServerProcess?> starting, RemoteWriteTraffic traffic, int connections)
    {
        await using ServerProcess? peer = await starting;
        if (peer is null)
            return null;
        await Sender.SendAsync(peer, "/api/v1/write", null, traffic, connections, 100);
        using var http = new HttpClient { BaseAddress = peer.Address };
        using (await http.GetAsync("/internal/force_flush"))
        {
            // VictoriaMetrics makes fresh samples visible by this; Prometheus answers 404, which is as good.
        }

        return await MeasureAsync(context, peer, null, traffic, (from, to) =>
            $"/api/v1/query_range?query={Uri.EscapeDataString("{job=\"bench\"}")}&start={from / 1000}&end={to / 1000}&step=15&nocache=1", "\"values\"");
    }

    static async Task<double> MeasureAsync(BenchContext context, ServerProcess server, string? token, RemoteWriteTraffic traffic, Func<long, long, string> query, string marker)
    {
        using var http = new HttpClient { BaseAddress = server.Address };
        if (token is not null)
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var milliseconds = new List<double>();
        for (int round = 0; round <= context.Runs; round++)
        {
            for (int hour = 0; hour < Hours; hour++)
            {
                long to = traffic.LastMilliseconds - (hour * 7_200_000L);
                var clock = Stopwatch.StartNew();
                using HttpResponseMessage answer = await http.GetAsync(query(to - 3_600_000, to));
                byte[] body = await answer.Content.ReadAsByteArrayAsync();
                double elapsed = clock.Elapsed.TotalMilliseconds;
                string text = System.Text.Encoding.UTF8.GetString(body);
                int series = text.Split(marker).Length - 1;
                if (!answer.IsSuccessStatusCode || series != SeriesCount)
                    throw new InvalidOperationException($"{server.Address} answered {(int)answer.StatusCode} with {series} series of {SeriesCount}: {text[..Math.Min(300, text.Length)]}");
                if (round > 0) // The first round warms up.
                    milliseconds.Add(elapsed);
            }
        }

        return BenchContext.Median(milliseconds);
    }
}
