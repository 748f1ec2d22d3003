using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using Orrery.Interfaces.Sql;
using Orrery.Tests.Servers;

namespace Orrery.Grains.Tests.Sql;

/// <summary>Events for Sensors Analytics, taken by a server of the test's own that speaks its track API.</summary>
public sealed class SensorsSinkTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60), Look = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task Each_event_is_taken_once_in_batches_though_the_receiver_fails_at_times_and_the_silo_ends()
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync();
        await using var receiver = new TrackReceiver(failEvery: 3);
        await fleet.RunAsync($"""
            CREATE TABLE events (event STRING NOT NULL, track_key BIGINT NOT NULL, distinct_id BIGINT, event_time TIMESTAMP(3), store STRING, amount DECIMAL(12, 2), quantity INT, paid BOOLEAN, day DATE, PRIMARY KEY (event, track_key) NOT ENFORCED);
            CREATE TABLE sensors (event STRING NOT NULL, track_key BIGINT NOT NULL, distinct_id BIGINT, event_time TIMESTAMP(3), store STRING, amount DECIMAL(12, 2), quantity INT, paid BOOLEAN, day DATE, PRIMARY KEY (event, track_key) NOT ENFORCED)
                WITH ('connector' = 'sensors', 'url' = '{receiver.Address}?project=retail&token=secret', 'batch-rows' = '40', 'time-zone' = 'Asia/Shanghai');
            INSERT INTO events VALUES ('pay', 1, 7, TIMESTAMP '2026-01-02 03:04:05.678', '杭州', 12.50, 2, TRUE, DATE '2026-01-02'), ('pay', 2, 8, TIMESTAMP '2026-01-02 03:04:06', NULL, NULL, NULL, NULL, NULL);
            INSERT INTO sensors SELECT * FROM events;
            """);
        await receiver.UntilAsync(2);
        JsonElement first = receiver.Taken.Values.Single(static sent => sent.GetProperty("distinct_id").GetString() == "7");
        first.GetProperty("type").GetString().ShouldBe("track");
        first.GetProperty("event").GetString().ShouldBe("pay");
        // The shop's clock: eight hours before in UTC.
        first.GetProperty("time").GetInt64().ShouldBe(new DateTimeOffset(2026, 1, 1, 19, 4, 5, 678, TimeSpan.Zero).ToUnixTimeMilliseconds());
        first.GetProperty("time_free").GetBoolean().ShouldBeTrue();
        first.GetProperty("properties").GetRawText().ShouldBe("""{"track_key":1,"store":"杭州","amount":12.50,"quantity":2,"paid":true,"day":"2026-01-02"}""");
        receiver.Taken.Values.Single(static sent => sent.GetProperty("distinct_id").GetString() == "8").GetProperty("properties").GetRawText().ShouldBe("""{"track_key":2}""");

        // An epoch of many is several batches, of which those that were taken are not sent again.
        string values = string.Join(", ", Enumerable.Range(100, 300).Select(static id => $"('view', {id}, {id % 9}, TIMESTAMP '2026-01-03 00:00:00', 's', 1, 1, FALSE, NULL)"));
        await fleet.RunAsync($"INSERT INTO events VALUES {values}");
        await fleet.CrashAsync();
        await receiver.UntilAsync(302);
        receiver.Taken.Count.ShouldBe(302);
        receiver.LargestBatch.ShouldBe(40);
        receiver.Failed.ShouldBeGreaterThan(0);
        // What changed is told with the same id; what goes stays.
        await fleet.RunAsync("INSERT INTO events VALUES ('pay', 2, 8, TIMESTAMP '2026-01-02 03:04:06', 'late', 1, 1, TRUE, NULL)");
        await receiver.UntilAsync(static sent => sent.GetProperty("properties").TryGetProperty("store", out JsonElement store) && store.GetString() == "late");
        receiver.Taken.Count.ShouldBe(302);
        // Nobody reads the token back.
        (await fleet.AskAsync("SHOW CREATE TABLE sensors")).ShouldNotContain("secret");
    }

    [Fact]
    public async Task Options_that_do_not_fit_are_refused_and_a_row_that_is_no_event_is_said()
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync();
        await using var receiver = new TrackReceiver(failEvery: 0);
        async Task<string> RefusedAsync(string columns, string options) => (await Should.ThrowAsync<SqlRefusedException>(() => fleet.RunAsync($"CREATE TABLE t ({columns}) WITH ('connector' = 'sensors', {options})"))).Message;
        string url = $"'url' = '{receiver.Address}'";
        (await RefusedAsync("event STRING, distinct_id STRING, event_time TIMESTAMP(3)", "'url' = 'http://10.1.1.1/sa'")).ShouldContain("10.1.1.1");
        (await RefusedAsync("event STRING, event_time TIMESTAMP(3)", url)).ShouldContain("distinct_id");
        (await RefusedAsync("event STRING, distinct_id STRING, event_time STRING", url)).ShouldContain("TIMESTAMP");
        (await RefusedAsync("event STRING, distinct_id STRING, event_time TIMESTAMP(3)", url + ", 'batch-rows' = '0'")).ShouldContain("batch-rows");
        (await RefusedAsync("event STRING, distinct_id STRING, event_time TIMESTAMP(3)", url + ", 'time-zone' = 'Moon/East'")).ShouldContain("Moon/East");
        await fleet.RunAsync($"""
            CREATE TABLE seen (who STRING, what STRING, moment TIMESTAMP(3)) WITH ('append-only' = 'true');
            CREATE TABLE sensors (who STRING, what STRING, moment TIMESTAMP(3)) WITH ('connector' = 'sensors', {url}, 'distinct-id' = 'who', 'event' = 'what', 'time' = 'moment');
            INSERT INTO sensors SELECT * FROM seen;
            INSERT INTO seen VALUES ('a', 'login', TIMESTAMP '2026-01-01 00:00:00');
            """);
        await receiver.UntilAsync(1);
        receiver.Taken.Values.Single().GetProperty("event").GetString().ShouldBe("login");
        await fleet.RunAsync("INSERT INTO seen VALUES ('a', NULL, TIMESTAMP '2026-01-01 00:00:00')");
        using var late = new CancellationTokenSource(Patience);
        using var looks = new PeriodicTimer(Look);
        while ((await fleet.Sql.Relations()).Single(static relation => relation.Name == "sensors").Problem?.Contains("'what'", StringComparison.Ordinal) != true)
            await looks.WaitForNextTickAsync(late.Token);
    }

    /// <summary>Takes events as Sensors does: twice the same is one, by distinct id, event, time and track id. Answers every so many calls with an error, before it has taken the events or behind that.</summary>
    sealed class TrackReceiver : IAsyncDisposable
    {
        readonly HttpListener listener = new();
        readonly Task serving;
        readonly int failEvery;
        int calls;

        public TrackReceiver(int failEvery)
        {
            this.failEvery = failEvery;
            Address = $"http://127.0.0.1:{ServerProcess.FreePort()}/sa";
            listener.Prefixes.Add(Address + "/");
            listener.Start();
            serving = ServeAsync();
        }

        public string Address { get; }

        public ConcurrentDictionary<string, JsonElement> Taken { get; } = new();

        public int Failed { get; private set; }

        public int LargestBatch { get; private set; }

        public Task UntilAsync(int count) => UntilAsync(() => Taken.Count >= count);

        public Task UntilAsync(Func<JsonElement, bool> isThere) => UntilAsync(() => Taken.Values.Any(isThere));

        public async ValueTask DisposeAsync()
        {
            listener.Stop();
            await serving;
            listener.Close();
        }

        static async Task UntilAsync(Func<bool> holds)
        {
            using var late = new CancellationTokenSource(Patience);
            using var looks = new PeriodicTimer(Look);
            while (!holds())
                await looks.WaitForNextTickAsync(late.Token);
        }

        async Task ServeAsync()
        {
            try
            {
                while (true)
                {
                    HttpListenerContext call = await listener.GetContextAsync();
                    string body;
                    using (var reader = new StreamReader(call.Request.InputStream))
                        body = await reader.ReadToEndAsync();
                    bool fails = failEvery > 0 && ++calls % failEvery == 0;
                    if (!fails || calls % 2 == 0)
                        Take(body);
                    Failed += fails ? 1 : 0;
                    call.Response.StatusCode = fails ? 503 : 200;
                    call.Response.Close();
                }
            }
            catch (Exception stopped) when (stopped is HttpListenerException or ObjectDisposedException)
            {
                // The test is over.
            }
        }

        void Take(string body)
        {
            Dictionary<string, string> form = body.Split('&').Select(static field => field.Split('=')).ToDictionary(static field => field[0], static field => WebUtility.UrlDecode(field[1]));
            form["gzip"].ShouldBe("1");
            using var unpacked = new GZipStream(new MemoryStream(Convert.FromBase64String(form["data_list"])), CompressionMode.Decompress);
            using var reader = new StreamReader(unpacked, Encoding.UTF8);
            JsonElement[] events = [.. JsonDocument.Parse(reader.ReadToEnd()).RootElement.EnumerateArray()];
            LargestBatch = Math.Max(LargestBatch, events.Length);
            foreach (JsonElement sent in events)
                Taken[string.Join('|', sent.GetProperty("distinct_id"), sent.GetProperty("event"), sent.GetProperty("time"), sent.GetProperty("_track_id"))] = sent;
        }
    }
}
