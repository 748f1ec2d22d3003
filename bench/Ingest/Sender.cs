using System.Diagnostics;
using System.Net.Http.Headers;
using Orrery.Bench.Servers;

namespace Orrery.Bench.Ingest;

/// <summary>Posts remote-write requests over a few connections, and says what the server's process spent on them.</summary>
static class Sender
{
    /// <returns>Samples per second of the server's processor time; samples per second of the clock; the server's resident bytes at most.</returns>
    public static async Task<(double PerProcessorSecond, double PerSecond, long ResidentBytesMax)> SendAsync(
        ServerProcess server, string path, string? key, RemoteWriteTraffic traffic, int connections, int batch)
    {
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = connections, UseProxy = false }) { BaseAddress = server.Address, Timeout = TimeSpan.FromSeconds(120) };
        TimeSpan before = server.ProcessorTime;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, connections).Select(sender => Task.Run(async () =>
        {
            foreach (byte[] body in traffic.Requests(sender, connections, batch))
                await PostAsync(http, path, key, body);
        })));
        double seconds = clock.Elapsed.TotalSeconds;
        await Task.Delay(1_000); // What the server still does for these samples in the background counts.
        double spent = (server.ProcessorTime - before).TotalSeconds;
        return (traffic.Samples / spent, traffic.Samples / seconds, server.ResidentBytesMax);
    }

    static async Task PostAsync(HttpClient http, string path, string? key, byte[] body)
    {
        const int attemptsMax = 50;
        for (int attempt = 1; ; attempt++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
            request.Content.Headers.Add("Content-Encoding", "snappy");
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
            request.Headers.Add("X-Prometheus-Remote-Write-Version", "0.1.0");
            if (key is not null)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            using HttpResponseMessage answer = await http.SendAsync(request);
            if (answer.IsSuccessStatusCode)
            {
                if (answer.Headers.TryGetValues("X-Orrery-Dropped", out var dropped))
                    throw new InvalidOperationException($"The server dropped samples: {string.Join(',', dropped)}.");
                return;
            }

            if (((int)answer.StatusCode < 500 && (int)answer.StatusCode != 429) || attempt == attemptsMax)
                throw new InvalidOperationException($"{path} answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
            await Task.Delay(200);
        }
    }
}
