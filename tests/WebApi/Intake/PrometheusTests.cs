using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json;
using Orrery.Tests.Servers;
using Orrery.WebApi.Intake;
using Orrery.WebApi.Tests.Hosting;

namespace Orrery.WebApi.Tests.Intake;

/// <summary>A real Prometheus, as Debian packages it, that watches itself and writes here.</summary>
public sealed class PrometheusTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task A_real_prometheus_shows_up_in_queries()
    {
        string? program = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, "prometheus")).FirstOrDefault(File.Exists);
        if (program is null)
            Assert.Skip("There is no 'prometheus' in the PATH; on Debian: apt-get install prometheus.");
        using var directory = new TemporaryDirectory();
        int port = ServerProcess.FreePort();
        await File.WriteAllTextAsync(Path.Combine(directory.Path, "prometheus.yml"), $$"""
            global: { scrape_interval: 1s }
            scrape_configs:
              - job_name: self
                static_configs: [{ targets: ['127.0.0.1:{{port}}'] }]
            remote_write:
              - url: {{new Uri(host.Address, "/api/v1/prometheus/write")}}
                authorization: { credentials: '{{host.AcmeKey.Token}}' }
                queue_config: { batch_send_deadline: 500ms }
            """);
        using var samples = new AcceptedSamples(2_000);
        using var prometheus = System.Diagnostics.Process.Start(new ProcessStartInfo(program,
        [
            $"--config.file={Path.Combine(directory.Path, "prometheus.yml")}", $"--storage.tsdb.path={Path.Combine(directory.Path, "data")}", $"--web.listen-address=127.0.0.1:{port}", "--log.level=warn",
        ]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        try
        {
            await samples.Arrived.WaitAsync(TimeSpan.FromSeconds(60));
            JsonElement server = await host.AcmeViewer.ReadAsync("/api/v1/servers/acme/berlin/127.0.0.1");
            server.GetProperty("registration").ValueKind.ShouldBe(JsonValueKind.Null);
            JsonElement up = await host.AcmeViewer.ReadAsync("/api/v1/servers/acme/berlin/127.0.0.1/latest?match=up%7Bjob%3D%22self%22%7D");
            up[0].GetProperty("value").GetDouble().ShouldBe(1);
            up[0].GetProperty("labels").GetProperty("instance").GetString().ShouldBe($"127.0.0.1:{port}");
            JsonElement heads = await host.AcmeViewer.ReadAsync("/api/v1/metrics/query?match=prometheus_tsdb_head_series&site=acme/berlin&step=1s&fn=last");
            heads.GetProperty("series")[0].GetProperty("values").EnumerateArray().Count(value => value.ValueKind == JsonValueKind.Number && value.GetDouble() > 100).ShouldBeGreaterThan(0);
            (await host.AcmeViewer.ReadAsync("/api/v1/servers/acme/berlin/127.0.0.1/metrics")).GetArrayLength().ShouldBeGreaterThan(50);
        }
        finally
        {
            prometheus.Kill();
            await prometheus.WaitForExitAsync();
        }
    }

    /// <summary>Hears from the doors' own counter when enough samples were taken.</summary>
    sealed class AcceptedSamples : IDisposable
    {
        readonly MeterListener listener = new();
        readonly TaskCompletionSource arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
        long count;

        public AcceptedSamples(long wanted)
        {
            listener.InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == IntakeInstruments.MeterName && instrument.Name == "orrery.intake.accepted")
                    self.EnableMeasurementEvents(instrument);
            };
            listener.SetMeasurementEventCallback<long>((_, taken, _, _) =>
            {
                if (Interlocked.Add(ref count, taken) >= wanted)
                    arrived.TrySetResult();
            });
            listener.Start();
        }

        public Task Arrived => arrived.Task;

        public void Dispose() => listener.Dispose();
    }

    sealed class TemporaryDirectory : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("orrery-prometheus-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
