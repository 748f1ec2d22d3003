using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Orrery.Grains.Topics;
using Orrery.Interfaces.Sql;
using Orrery.Interfaces.Topics;
using Orrery.Tests.Servers;
using StackExchange.Redis;

namespace Orrery.Grains.Tests.Sql;

/// <summary>Views into Redis, webhooks, topics and files.</summary>
public sealed class SinkKindTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60), Look = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task Redis_has_the_rows_of_two_inserts_by_key_also_after_it_was_away()
    {
        if (RedisServer.Missing is { } missing)
            Assert.Skip(missing);
        await using RedisServer server = await RedisServer.Start();
        await using SqlFleet fleet = await SqlFleet.StartAsync();
        await fleet.RunAsync($"""
            CREATE TABLE items (id BIGINT, name STRING, price DECIMAL(38, 18), shown BOOLEAN, PRIMARY KEY (id) NOT ENFORCED);
            CREATE TABLE shop (kind STRING NOT NULL, id BIGINT NOT NULL, name STRING, price DECIMAL(38, 18), PRIMARY KEY (kind, id) NOT ENFORCED)
                WITH ('connector' = 'redis', 'connection' = '127.0.0.1:{server.Port}', 'prefix' = 'shop');
            EXECUTE STATEMENT SET BEGIN
                INSERT INTO shop SELECT 'item', id, name, price FROM items WHERE shown;
                INSERT INTO shop SELECT 'hidden:1', id, name, price FROM items WHERE NOT shown;
            END;
            INSERT INTO items VALUES (1, '苹果 🍎', 12345678901234567890.123456789012345678, TRUE), (2, NULL, 0, TRUE), (3, 'x', NULL, FALSE);
            """);
        using ConnectionMultiplexer client = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{server.Port},abortConnect=false");
        async Task HoldsAsync(params string[] expected)
        {
            await UntilAsync(async () => (await HashesAsync(client, "shop:*")).SequenceEqual(expected));
            (await HashesAsync(client, "shop:*")).ShouldBe(expected);
        }

        await HoldsAsync(
            "shop:hidden%3A1:3 id=3 kind=hidden:1 name=x", "shop:item:1 id=1 kind=item name=苹果 🍎 price=12345678901234567890.123456789012345678", "shop:item:2 id=2 kind=item price=0.000000000000000000");
        await server.Kill();
        await fleet.RunAsync("INSERT INTO items VALUES (1, 'pear', 1, FALSE), (4, 'new', 4, TRUE)");
        await ProblemAsync(fleet, "shop", "Redis");
        await fleet.CrashAsync();
        await fleet.RunAsync("INSERT INTO items VALUES (2, 'two', 2, TRUE)");
        await server.StartAgain();
        await HoldsAsync(
            "shop:hidden%3A1:1 id=1 kind=hidden:1 name=pear price=1.000000000000000000", "shop:hidden%3A1:3 id=3 kind=hidden:1 name=x",
            "shop:item:2 id=2 kind=item name=two price=2.000000000000000000", "shop:item:4 id=4 kind=item name=new price=4.000000000000000000");
        await ProblemAsync(fleet, "shop", "");
    }

    [Fact]
    public async Task A_webhook_has_each_part_of_each_epoch_though_it_refuses_at_times()
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync();
        await using var receiver = new Receiver(refuseEvery: 3);
        await fleet.RunAsync($"""
            CREATE TABLE calls (id BIGINT NOT NULL, text STRING) WITH ('append-only' = 'true');
            CREATE TABLE hook (id BIGINT NOT NULL, text STRING) WITH ('connector' = 'webhook', 'url' = '{receiver.Address}');
            CREATE MATERIALIZED VIEW counted AS SELECT COUNT(*) AS n FROM calls;
            """);
        await GiveAsync(fleet, "calls", 3_000, 1_000);
        await fleet.UntilAsync("SELECT n FROM counted", "[[3000]]");
        // What is there when the insert begins is one epoch of about 3 MB, and so several parts.
        await fleet.RunAsync("INSERT INTO hook SELECT id, text FROM calls");
        await UntilAsync(() => Task.FromResult(receiver.Kept.Values.Sum(static lines => lines.Length) >= 3_000));
        await fleet.RunAsync("INSERT INTO calls VALUES (3000, '最后')");
        await UntilAsync(() => Task.FromResult(receiver.Kept.Values.Sum(static lines => lines.Length) >= 3_001));
        string[] lines = [.. receiver.Kept.OrderBy(static part => part.Key).SelectMany(static part => part.Value)];
        lines.Length.ShouldBe(3_001);
        lines.Distinct().Count().ShouldBe(3_001);
        lines[^1].ShouldBe("""{"weight":1,"row":{"id":3000,"text":"最后"}}""");
        receiver.Kept.Keys.GroupBy(static part => part.Epoch).Max(static epoch => epoch.Count()).ShouldBeGreaterThan(1);
        receiver.Refused.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_large_first_epoch_is_in_a_topic_once_although_the_silo_ends()
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync();
        await fleet.Grains.GetGrain<ITopicGrain>("acme.big").Create(new TopicSettings { Partitions = 2 });
        await fleet.RunAsync("""
            CREATE TABLE calls (id BIGINT NOT NULL, text STRING) WITH ('append-only' = 'true');
            CREATE TABLE big (id BIGINT NOT NULL, text STRING, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'topic', 'topic' = 'acme.big');
            CREATE MATERIALIZED VIEW counted AS SELECT COUNT(*) AS n FROM calls;
            """);
        // More than a batch may have, 8 MiB.
        await GiveAsync(fleet, "calls", 4_000, 5_000);
        await fleet.UntilAsync("SELECT n FROM counted", "[[4000]]");
        await fleet.RunAsync("INSERT INTO big SELECT id, text FROM calls");
        await fleet.CrashAsync();
        var keys = new List<string>();
        using var late = new CancellationTokenSource(Patience);
        for (int partition = 0; partition < 2; partition++)
        {
            var reader = new TopicReader(fleet.Grains, "acme.big", partition, 0, TimeProvider.System, new Random(1));
            int before;
            do
            {
                before = keys.Count;
                foreach ((_, Log.LogRecord record) in (await reader.ReadAsync(1 << 20, TimeSpan.FromSeconds(2), late.Token)).Records())
                    keys.Add(Encoding.UTF8.GetString(record.Key.Span));
            }
            while (keys.Count > before || keys.Count == 0);
        }

        keys.Count.ShouldBe(4_000);
        keys.Distinct().Count().ShouldBe(4_000);
    }

    [Fact]
    public async Task A_file_sinks_folder_is_below_the_allowed_one_whatever_its_name()
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync();
        await fleet.RunAsync($"""
            CREATE TABLE numbers (n INT NOT NULL);
            CREATE TABLE `../../outside/Ärger` (n INT NOT NULL) WITH ('connector' = 'file', 'path' = '{fleet.Folder}');
            INSERT INTO `../../outside/Ärger` SELECT n FROM numbers;
            INSERT INTO numbers VALUES (1);
            """);
        await UntilAsync(() => Task.FromResult(Directory.EnumerateFiles(fleet.Folder, "*.jsonl", SearchOption.AllDirectories).Any()));
        Directory.EnumerateFiles(Path.GetDirectoryName(fleet.Folder)!, "*.jsonl", SearchOption.AllDirectories).Single().ShouldStartWith(fleet.Folder + "/");
    }

    [Fact]
    public async Task A_replaced_view_gives_its_sinks_the_difference_also_when_the_silo_ends_then()
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync();
        await fleet.Grains.GetGrain<ITopicGrain>("acme.appended").Create(new TopicSettings { Partitions = 1 });
        await fleet.Grains.GetGrain<ITopicGrain>("acme.keyed").Create(new TopicSettings { Partitions = 1 });
        await fleet.RunAsync($"""
            CREATE TABLE orders (id BIGINT, status STRING, amount BIGINT, PRIMARY KEY (id) NOT ENFORCED);
            CREATE FUNCTION doubled(x BIGINT) RETURNS BIGINT AS x * 2;
            CREATE MATERIALIZED VIEW totals AS SELECT status, SUM(amount) AS total FROM orders GROUP BY status;
            CREATE TABLE appended (status STRING, total BIGINT) WITH ('connector' = 'topic', 'topic' = 'acme.appended');
            CREATE TABLE keyed (status STRING NOT NULL, total BIGINT, PRIMARY KEY (status) NOT ENFORCED) WITH ('connector' = 'topic', 'topic' = 'acme.keyed');
            CREATE TABLE files (status STRING, total BIGINT) WITH ('connector' = 'file', 'path' = '{fleet.Folder}');
            INSERT INTO appended SELECT status, total FROM totals;
            INSERT INTO keyed SELECT status, total FROM totals;
            INSERT INTO files SELECT status, total FROM totals;
            INSERT INTO orders VALUES (1, 'a', 1), (2, 'b', 2), (3, 'c', 3), (4, 'c', 4);
            """);
        await fleet.UntilAsync("SELECT status, total FROM totals ORDER BY status", """[["a",1],["b",2],["c",7]]""");
        await fleet.RunAsync("CREATE OR REPLACE MATERIALIZED VIEW totals AS SELECT status, SUM(amount) AS total FROM orders WHERE id <> 1 AND id <> 4 GROUP BY status");
        await fleet.CrashAsync();
        await fleet.RunAsync("INSERT INTO orders VALUES (5, 'd', 5)");
        await fleet.RunAsync("CREATE OR REPLACE MATERIALIZED VIEW totals AS SELECT status, doubled(SUM(amount)) AS total FROM orders WHERE id <> 1 AND id <> 4 GROUP BY status");
        await fleet.RunAsync("INSERT INTO orders VALUES (6, 'd', 1)");
        // Whatever the epochs were: the weights of each row sum up to the result, and rows that did not change were told once.
        string[] told = ["+a 1", "+b 2", "+b 4", "+c 3", "+c 6", "+c 7", "+d 10", "+d 12", "+d 5", "-a 1", "-b 2", "-c 3", "-c 7", "-d 10", "-d 5"];
        string[] Files() => [.. Directory.EnumerateFiles(fleet.Folder, "*.jsonl", SearchOption.AllDirectories).SelectMany(File.ReadLines).Select(Told).Order(StringComparer.Ordinal)];
        await UntilAsync(() => Task.FromResult(Files().Length >= told.Length));
        Files().ShouldBe(told, string.Join("; ", (await fleet.Sql.Relations()).Select(static relation => $"{relation.Name}: {relation.Problem}")));
        (await ReadAsync(fleet, "acme.appended", told.Length)).Select(static record => $"{(record.Weight < 0 ? '-' : '+')}{Row(record.Value)}").Order(StringComparer.Ordinal).ShouldBe(told);
        List<(string Key, string Value, int Weight)> keyed = await ReadAsync(fleet, "acme.keyed", 9);
        keyed.GroupBy(static record => record.Key).Select(static group => $"{group.Key} {Row(group.Last().Value)}".Trim()).Order(StringComparer.Ordinal).ShouldBe(["""["a"]""", """["b"] b 4""", """["c"] c 6""", """["d"] d 12"""]);
        keyed.Select(static record => $"{record.Key} {Row(record.Value)}".Trim()).Order(StringComparer.Ordinal).ShouldBe(
            ["""["a"]""", """["a"] a 1""", """["b"] b 2""", """["b"] b 4""", """["c"] c 3""", """["c"] c 6""", """["c"] c 7""", """["d"] d 10""", """["d"] d 12""", """["d"] d 5"""]);
    }

    static string Told(string line)
    {
        using var document = System.Text.Json.JsonDocument.Parse(line);
        return $"{(document.RootElement.GetProperty("weight").GetInt32() < 0 ? '-' : '+')}{Row(document.RootElement.GetProperty("row").GetRawText())}";
    }

    static string Row(string json)
    {
        if (json.Length == 0)
            return "";
        using var document = System.Text.Json.JsonDocument.Parse(json);
        return string.Join(' ', document.RootElement.EnumerateObject().Select(static value => value.Value.ToString()));
    }

    static async Task GiveAsync(SqlFleet fleet, string table, int rows, int textLength)
    {
        const int Batch = 500;
        for (int first = 0; first < rows; first += Batch)
            await fleet.Sql.Append(table, Encoding.UTF8.GetBytes("[" + string.Join(",", Enumerable.Range(first, Batch).Select(id => $"[{id},\"{new string((char)('a' + (id % 26)), textLength)}\"]")) + "]"));
    }

    /// <summary>The first records of a topic of one partition.</summary>
    static async Task<List<(string Key, string Value, int Weight)>> ReadAsync(SqlFleet fleet, string topic, int records)
    {
        using var late = new CancellationTokenSource(Patience);
        var reader = new TopicReader(fleet.Grains, topic, 0, 0, TimeProvider.System, new Random(1));
        var found = new List<(string, string, int)>();
        int before;
        do
        {
            before = found.Count;
            foreach ((_, Log.LogRecord record) in (await reader.ReadAsync(1 << 20, TimeSpan.FromSeconds(1), late.Token)).Records())
            {
                int weight = 1;
                foreach (Log.LogHeader header in Log.LogHeaders.Read(record.Headers))
                    if (header.Name == "orrery-weight")
                        weight = int.Parse(Encoding.UTF8.GetString(header.Value.Span), System.Globalization.CultureInfo.InvariantCulture);
                found.Add((Encoding.UTF8.GetString(record.Key.Span), Encoding.UTF8.GetString(record.Value.Span), weight));
            }
        }
        while (found.Count < records || found.Count > before);

        return found;
    }

    static async Task<string[]> HashesAsync(ConnectionMultiplexer client, string pattern)
    {
        try
        {
            var hashes = new List<string>();
            IDatabase database = client.GetDatabase();
            foreach (RedisKey key in client.GetServer(client.GetEndPoints()[0]).Keys(pattern: pattern))
                hashes.Add($"{key} {string.Join(' ', (await database.HashGetAllAsync(key)).OrderBy(static field => field.Name.ToString(), StringComparer.Ordinal).Select(static field => $"{field.Name}={field.Value}"))}");
            return [.. hashes.Order(StringComparer.Ordinal)];
        }
        catch (RedisException)
        {
            return [];
        }
    }

    static async Task ProblemAsync(SqlFleet fleet, string table, string part)
    {
        string problem = "";
        await UntilAsync(async () =>
        {
            problem = (await fleet.Sql.Relations()).Single(relation => relation.Name == table).Problem ?? "";
            return part.Length == 0 ? problem.Length == 0 : problem.Contains(part, StringComparison.Ordinal);
        });
        (part.Length == 0 ? problem.Length == 0 : problem.Contains(part, StringComparison.Ordinal)).ShouldBeTrue($"the problem of {table} is '{problem}'");
    }

    static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var late = new CancellationTokenSource(Patience);
        using var looks = new PeriodicTimer(Look);
        while (!await holds() && !late.IsCancellationRequested)
            await looks.WaitForNextTickAsync(CancellationToken.None);
    }

    /// <summary>A web server that keeps each part of each epoch, and answers every so many calls with an error: half of them before it has kept the part, half behind.</summary>
    sealed class Receiver : IAsyncDisposable
    {
        readonly HttpListener listener = new();
        readonly Task serving;
        readonly int refuseEvery;
        int calls;

        public Receiver(int refuseEvery)
        {
            this.refuseEvery = refuseEvery;
            Address = $"http://127.0.0.1:{ServerProcess.FreePort()}/hook/";
            listener.Prefixes.Add(Address);
            listener.Start();
            serving = ServeAsync();
        }

        public string Address { get; }

        public int Refused { get; private set; }

        public ConcurrentDictionary<(long Epoch, int Part), string[]> Kept { get; } = new();

        public async ValueTask DisposeAsync()
        {
            listener.Close();
            await serving;
        }

        async Task ServeAsync()
        {
            while (true)
            {
                HttpListenerContext context;
                try
                {
                    context = await listener.GetContextAsync();
                }
                catch (Exception ended) when (ended is HttpListenerException or ObjectDisposedException)
                {
                    return;
                }

                using var body = new StreamReader(context.Request.InputStream);
                string[] lines = (await body.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
                bool isRefused = ++calls % refuseEvery == 0, isKept = !isRefused || calls % (2 * refuseEvery) == 0;
                if (isKept)
                    Kept[(long.Parse(context.Request.Headers["Orrery-Epoch"]!, System.Globalization.CultureInfo.InvariantCulture), int.Parse(context.Request.Headers["Orrery-Part"]!, System.Globalization.CultureInfo.InvariantCulture))] = lines;
                if (isRefused)
                    Refused++;
                context.Response.StatusCode = isRefused ? 503 : 204;
                context.Response.Close();
            }
        }
    }
}
