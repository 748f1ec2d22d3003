using Orrery.Bench.Servers;

namespace Orrery.Bench.Ingest;

/// <summary>How the peers are started, where they are installed.</summary>
static class Peers
{
    public static async Task<ServerProcess?> TryStartVictoriaMetricsAsync(string folder) => ServerProcess.Find("victoria-metrics") is not { } program ? null
        : await ServerProcess.StartAsync(
            program, port => [$"-storageDataPath={folder}", $"-httpListenAddr=127.0.0.1:{port}", "-retentionPeriod=100y", "-search.maxUniqueTimeseries=1000000"], "/metrics");

    public static async Task<ServerProcess?> TryStartPrometheusAsync(string folder)
    {
        if (ServerProcess.Find("prometheus") is not { } program)
            return null;
        Directory.CreateDirectory(folder);
        string configuration = Path.Combine(folder, "prometheus.yml");
        await File.WriteAllTextAsync(configuration, "global: {scrape_interval: 1h}\n");
        return await ServerProcess.StartAsync(
            program,
            port => [$"--config.file={configuration}", $"--storage.tsdb.path={folder}", "--storage.tsdb.retention.time=10y", $"--web.listen-address=127.0.0.1:{port}", "--web.enable-remote-write-receiver"],
            "/-/ready");
    }
}
