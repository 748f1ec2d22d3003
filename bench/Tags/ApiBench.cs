using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Orrery.Bench.Harness;
using Orrery.Bench.Ingest;
using Orrery.Bench.Servers;
using Orrery.Grains.Tags;
using Orrery.Interfaces.Tags;

namespace Orrery.Bench.Tags;

/// <summary>
/// Tags of one object over HTTP, asked of a server in a process of its own at a steady rate, whether or not answers come: a request's time runs from the instant at which it was due, so that a server that falls behind shows it.
/// Whoever asks shares the processors with the server. Beside it what the index holds of a million objects.
/// </summary>
static class ApiBench
{
    const int Tags = 20, RowsAtOnce = 5_000, ConnectionsMax = 128, InFlightMax = 5_000, WarmSeconds = 3, MemoryObjects = 1_000_000;
    const string Type = "/api/v1/tenants/bench/types/buyer";
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60), Look = TimeSpan.FromMilliseconds(100), Tick = TimeSpan.FromMilliseconds(1);

    public static async Task<IReadOnlyList<Figure>> RunAsync(BenchContext context)
    {
        int rate = (int)context.Options.Number("rate", 5_000, 10, 100_000), seconds = (int)context.Options.Number("seconds", 10, 1, 120), objects = (int)context.Options.Number("objects", 50_000, 1_000, 500_000);
        double memory = IndexBytes();
        var (server, token, _) = await OrreryTarget.StartAsync(Path.Combine(context.Scratch, "orrery"));
        await using (server)
        {
            using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = ConnectionsMax }) { BaseAddress = server.Address };
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
            await FillAsync(http, objects);
            context.Say($"{objects:N0} objects have tags; {rate:N0} requests/s for {seconds} s");
            await LoadAsync(http, objects, rate, WarmSeconds);
            TimeSpan before = server.ProcessorTime;
            long began = Stopwatch.GetTimestamp();
            double[] milliseconds = await LoadAsync(http, objects, rate, seconds);
            double elapsed = Stopwatch.GetElapsedTime(began).TotalSeconds, busy = (server.ProcessorTime - before).TotalSeconds;
            Array.Sort(milliseconds);
            return
            [
                new Figure($"tags of an object at {rate:N0} requests/s, p99 from when it was due", milliseconds[milliseconds.Length * 99 / 100], "ms", "lower", 10),
                new Figure("the same, median", milliseconds[milliseconds.Length / 2], "ms", "lower"),
                new Figure("the same, longest", milliseconds[^1], "ms", "lower"),
                new Figure("answered", milliseconds.Length / elapsed, "requests/s", "higher"),
                new Figure("the server's processor", busy / elapsed * 100, "% of a core", "lower"),
                new Figure($"index of {MemoryObjects:N0} objects with {Tags} tags, 10 each, an object", memory / MemoryObjects, "B", "lower"),
            ];
        }
    }

    /// <summary>Asks for random objects at a rate, for a while. It ends by itself: at most so many are under way.</summary>
    /// <returns>Of each request the milliseconds from when it was due.</returns>
    static async Task<double[]> LoadAsync(HttpClient http, int objects, int rate, int seconds)
    {
        int count = rate * seconds;
        double[] milliseconds = new double[count];
        var random = new Random(1);
        string[] paths = [.. Enumerable.Range(0, 10_000).Select(_ => $"{Type}/objects/{random.Next(objects).ToString(CultureInfo.InvariantCulture)}/tags")];
        using var free = new SemaphoreSlim(InFlightMax);
        var asked = new Task[count];
        long began = Stopwatch.GetTimestamp();
        await Task.Run(async () =>
        {
            for (int number = 0; number < count; number++)
            {
                var due = TimeSpan.FromSeconds((double)number / rate);
                while (Stopwatch.GetElapsedTime(began) < due)
                    Thread.Sleep(Tick);
                await free.WaitAsync();
                asked[number] = AskAsync(number, due);
            }
        });
        await Task.WhenAll(asked).WaitAsync(Patience);
        return milliseconds;

        async Task AskAsync(int number, TimeSpan due)
        {
            using HttpResponseMessage answer = await http.GetAsync(paths[number % paths.Length]);
            await answer.Content.ReadAsByteArrayAsync();
            if (answer.StatusCode != HttpStatusCode.OK)
                throw new InvalidOperationException($"{paths[number % paths.Length]} answered {(int)answer.StatusCode}.");
            milliseconds[number] = (Stopwatch.GetElapsedTime(began) - due).TotalMilliseconds;
            free.Release();
        }
    }

    /// <summary>A table with ten numbers, twenty tags over it, and as many objects.</summary>
    static async Task FillAsync(HttpClient http, int objects)
    {
        await SendAsync(http, HttpMethod.Post, "/api/v1/tenants/bench/sql", new { text = $"CREATE TABLE buyers (id BIGINT, {string.Join(", ", Enumerable.Range(0, Tags).Select(static column => $"x{column} INT"))}, PRIMARY KEY (id) NOT ENFORCED)" });
        var title = new { zh = "标签", en = "Tag" };
        await SendAsync(http, HttpMethod.Put, Type, new { title, facts = new[] { new { relation = "buyers", key = "id" } } });
        for (int tag = 0; tag < Tags; tag++)
            await SendAsync(http, HttpMethod.Put, $"{Type}/tags/t{tag}", new { title, rule = new { condition = $"x{tag} >= 50" } });
        var random = new Random(1);
        for (int from = 0; from < objects; from += RowsAtOnce)
            await SendAsync(http, HttpMethod.Post, "/api/v1/tenants/bench/sql/relations/buyers/rows", new
            {
                rows = Enumerable.Range(from, Math.Min(RowsAtOnce, objects - from)).Select(id => Enumerable.Range(0, Tags).Select(_ => random.Next(100)).Prepend(id).ToArray()).ToArray(),
            });
        for (long began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < Patience; await Task.Delay(Look))
        {
            JsonElement trial = await SendAsync(http, HttpMethod.Post, $"{Type}/segments/try", new { expression = "t0 OR NOT t0" });
            if (trial.GetProperty("size").GetInt64() == objects)
                return;
        }

        throw new InvalidOperationException($"Not all of {objects} objects have come to the index within {Patience.TotalSeconds:0} s.");
    }

    static async Task<JsonElement> SendAsync(HttpClient http, HttpMethod method, string path, object body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
        using HttpResponseMessage answer = await http.SendAsync(request);
        string text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? JsonDocument.Parse(text).RootElement : throw new InvalidOperationException($"{method} {path} answered {(int)answer.StatusCode}: {text}");
    }

    /// <summary>What the index takes of the managed heap.</summary>
    static double IndexBytes()
    {
        long before = GC.GetTotalMemory(forceFullCollection: true);
        var index = new TagIndex(MemoryObjects);
        index.Define(new TagIndexOrder(1, [.. Enumerable.Range(1, Tags).Select(static bit => new IndexedTag($"t{bit}", bit, TagKind.Boolean, 0, bit))], [], 0), 1);
        long start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
        for (int id = 0; id < MemoryObjects; id++)
            index.Apply(0, id.ToString(CultureInfo.InvariantCulture), 1 | (id % 2 == 0 ? 0x2AAAAAL : 0x155554L) & ((1L << (Tags + 1)) - 2), start + id);
        long after = GC.GetTotalMemory(forceFullCollection: true);
        GC.KeepAlive(index);
        return after - before;
    }
}
