using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Orrery.Bench.Harness;
using Orrery.Bench.Ingest;
using Orrery.Bench.Servers;

namespace Orrery.Bench.Configuration;

/// <summary>
/// Servers of many sites, each with a stream of its own over loopback to a real process: from the write of a change, its answer included, until the last of them has it; and what a stream takes of the process's memory. Its readers
/// are in this process: both have a file for each stream, so that a machine's bound of open files bounds their number.
/// </summary>
static class ConfigurationBench
{
    const int ServersPerSite = 1_000, WarmServers = 500, Connecting = 64;
    const string Document = "/api/v1/config/documents/bench/till";
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    public static async Task<IReadOnlyList<Figure>> RunAsync(BenchContext context)
    {
        int servers = (int)context.Options.Number("servers", 15_000, 1_000, 19_000);
        (ServerProcess server, string token, string _) = await OrreryTarget.StartAsync(Path.Combine(context.Scratch, "data"));
        await using ServerProcess own = server;
        using var http = new HttpClient { BaseAddress = server.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        string[] keys = new string[(servers + ServersPerSite - 1) / ServersPerSite];
        for (int site = 0; site < keys.Length; site++)
        {
            await SendAsync(http, HttpMethod.Post, "/api/v1/tenants/bench/sites", new { id = $"site-{site}", name = $"Site {site}" });
            keys[site] = (await SendAsync(http, HttpMethod.Post, $"/api/v1/tenants/bench/sites/site-{site}/keys", new { name = "bench" })).GetProperty("text").GetString()!;
        }

        await SendAsync(http, HttpMethod.Put, Document, new { format = "json" });
        var audience = new Audience(servers);
        await WriteAsync(http, audience.Expect(), 0);
        Reader[] readers = [.. Enumerable.Range(0, servers).Select(number => new Reader(audience, server.Address, keys[number / ServersPerSite], $"pos-{number}"))];
        try
        {
            await ConnectAsync(readers[..WarmServers]);
            long before = server.ResidentBytes;
            long began = Stopwatch.GetTimestamp();
            await ConnectAsync(readers[WarmServers..]);
            double connected = (servers - WarmServers) / Stopwatch.GetElapsedTime(began).TotalSeconds;
            double each = (server.ResidentBytes - before) / (double)(servers - WarmServers);
            await audience.All.WaitAsync(Longest);
            context.Say($"{servers:N0} servers are connected, {connected:N0} a second, {each / 1_000:N1} kB each");
            var last = new double[context.Runs];
            var middle = new double[context.Runs];
            for (int run = 0; run < context.Runs; run++)
            {
                string stamp = audience.Expect();
                long changed = Stopwatch.GetTimestamp();
                Task write = WriteAsync(http, stamp, run + 1);
                await audience.All.WaitAsync(Longest);
                last[run] = Stopwatch.GetElapsedTime(changed).TotalSeconds;
                await write;
                middle[run] = Stopwatch.GetElapsedTime(changed, audience.HalfAt).TotalSeconds;
                context.Say($"all have change {run + 1} after {last[run]:N2} s, half of them after {middle[run]:N2} s");
            }

            return
            [
                new Figure($"a change until {servers:N0} servers have it", BenchContext.Median(last), "s", "lower", 3),
                new Figure("the same, half of them", BenchContext.Median(middle), "s", "lower"),
                new Figure("memory of a connected server", each / 1_000, "kB", "lower", 20),
                new Figure("servers connected, each with its first value", connected, "servers/s", "higher"),
            ];
        }
        finally
        {
            foreach (Reader reader in readers)
                reader.Dispose();
        }
    }

    static Task WriteAsync(HttpClient http, string stamp, int seen) => SendAsync(
        http, HttpMethod.Put, $"{Document}/layers/product", new { text = JsonSerializer.Serialize(new { stamp, port = 9_100, receipts = 2, printers = Enumerable.Range(0, 8).Select(static number => new { name = $"printer-{number}", paper = 80 }) }) }, seen);

    static Task ConnectAsync(Reader[] readers) => Parallel.ForEachAsync(readers, new ParallelOptions { MaxDegreeOfParallelism = Connecting }, static async (reader, _) => await reader.ConnectAsync());

    static async Task<JsonElement> SendAsync(HttpClient http, HttpMethod method, string path, object body, int seen = 0)
    {
        using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
        if (seen > 0)
            request.Headers.TryAddWithoutValidation("If-Match", $"\"{seen}\"");
        using HttpResponseMessage answer = await http.SendAsync(request);
        string text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? JsonDocument.Parse(text).RootElement : throw new InvalidOperationException($"{method} {path} answered {(int)answer.StatusCode}: {text}");
    }

    /// <summary>Who has the newest value.</summary>
    sealed class Audience(int servers)
    {
        TaskCompletionSource all = new();
        int number, missing;
        long halfAt;

        public byte[] Stamp { get; private set; } = [];

        public Task All => all.Task;

        public long HalfAt => Volatile.Read(ref halfAt);

        public string Expect()
        {
            string stamp = $"stamp-{++number:D6}";
            (all, missing, Stamp) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), servers, Encoding.UTF8.GetBytes(stamp));
            return stamp;
        }

        public void Has()
        {
            int left = Interlocked.Decrement(ref missing);
            if (left == servers / 2)
                Volatile.Write(ref halfAt, Stopwatch.GetTimestamp());
            if (left == 0)
                all.TrySetResult();
        }
    }

    /// <summary>A server at a site: one socket, and nothing of what it reads is kept but whether the newest value came.</summary>
    sealed class Reader(Audience audience, Uri address, string key, string name) : IDisposable
    {
        const int BufferBytes = 2_048;

        readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        readonly TaskCompletionSource first = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Ends when the first value is there.</summary>
        public async Task ConnectAsync()
        {
            await socket.ConnectAsync(IPAddress.Loopback, address.Port);
            await socket.SendAsync(Encoding.ASCII.GetBytes($"GET /api/v1/agent/config/live?server={name}&document=bench/till HTTP/1.1\r\nHost: {address.Authority}\r\nAuthorization: Bearer {key}\r\n\r\n"));
            _ = ReadAsync();
            await first.Task.WaitAsync(Longest);
        }

        public void Dispose() => socket.Dispose();

        async Task ReadAsync()
        {
            byte[] buffer = new byte[BufferBytes];
            byte[]? had = null;
            int kept = 0;
            try
            {
                for (int count; (count = await socket.ReceiveAsync(buffer.AsMemory(kept))) > 0;)
                {
                    byte[] stamp = audience.Stamp;
                    ReadOnlySpan<byte> read = buffer.AsSpan(0, kept + count);
                    if (had is null && read.StartsWith("HTTP/1.1 "u8) && !read.StartsWith("HTTP/1.1 200"u8))
                        throw new InvalidOperationException($"{name} was answered: {Encoding.UTF8.GetString(read)}");
                    if (had != stamp && read.IndexOf(stamp) >= 0)
                    {
                        had = stamp;
                        audience.Has();
                        first.TrySetResult();
                    }

                    // The stamp may lie across two reads.
                    kept = Math.Min(stamp.Length - 1, read.Length);
                    read[^kept..].CopyTo(buffer);
                }
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                first.TrySetException(error);
            }
        }
    }
}
