using System.Diagnostics;
using System.Text.Json;

namespace Orrery.EndToEnd.Tests;

/// <summary>What the README promises of <c>./orrery demo</c>, done as a new user would.</summary>
public sealed class DemoTests
{
    [Fact]
    public async Task A_busy_loop_on_this_machine_raises_its_values_fires_an_alarm_and_lowers_the_score_with_the_reason()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "reads /proc/stat beside the agent");
        using var data = new TemporaryFolder();
        await using OrreryProcess orrery = await OrreryProcess.StartAsync("demo", "--urls", "http://127.0.0.1:0", "--data", data.Path, "--sites", "2");
        await orrery.SignInAsync();
        string key = ThisMachine(await ServersAsync(orrery, 3));

        // Calm first: the agent's number and our own reading of /proc/stat over the same seconds.
        double before = await FirstValueAsync(orrery, key, "cpu_usage_percent", _ => true);
        before.ShouldBeInRange(0, 100);

        using var busy = new BusyLoops(Environment.ProcessorCount);
        var clock = Stopwatch.StartNew();
        double during = await FirstValueAsync(orrery, key, "cpu_usage_percent", value => value > 85);
        TimeSpan seenAfter = clock.Elapsed;
        during.ShouldBeGreaterThan(85);
        seenAfter.ShouldBeLessThan(TimeSpan.FromSeconds(10), "the value must follow /proc/stat within seconds");

        JsonElement health = await FirstEventAsync(orrery, $"/api/v1/servers/{key}/live", "health", data => Causes(data, "alarm").Any());
        JsonElement cause = Causes(health, "alarm").First();
        health.GetProperty("score").GetInt32().ShouldBeLessThan(100);
        cause.GetProperty("text").GetString()!.ShouldNotBeEmpty();
        cause.GetProperty("penalty").GetInt32().ShouldBeGreaterThan(0);

        JsonElement alarms = await orrery.GetAsync($"/api/v1/alarms?open=true&server={key}");
        alarms.GetProperty("items").EnumerateArray().Select(alarm => alarm.GetProperty("state").GetString()).ShouldContain("firing");

        long now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        JsonElement minute = await orrery.GetAsync($"/api/v1/metrics/query?server={key}&match=cpu_usage_percent&from={now - 60_000}&to={now}&step=5s&fn=maximum");
        minute.GetProperty("series")[0].GetProperty("values").EnumerateArray()
            .Where(value => value.ValueKind == JsonValueKind.Number).Max(value => value.GetDouble()).ShouldBeGreaterThan(85);
    }

    [Fact]
    public async Task The_agents_cpu_usage_agrees_with_proc_stat()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "reads /proc/stat beside the agent");
        using var data = new TemporaryFolder();
        await using OrreryProcess orrery = await OrreryProcess.StartAsync("demo", "--urls", "http://127.0.0.1:0", "--data", data.Path, "--sites", "0");
        await orrery.SignInAsync();
        string key = ThisMachine(await ServersAsync(orrery, 1));
        var (idleBefore, allBefore) = ReadProcStat();
        var agents = new List<double>();
        await foreach (var (name, value) in orrery.StreamAsync($"/api/v1/servers/{key}/live?metrics=cpu_usage_percent"))
        {
            if (name == "values" && value.GetArrayLength() > 0)
                agents.Add(value[0].GetProperty("value").GetDouble());
            if (agents.Count == 5)
                break;
        }

        var (idleAfter, allAfter) = ReadProcStat();
        double own = 100 * (1 - ((idleAfter - idleBefore) / (double)(allAfter - allBefore)));
        agents.Average().ShouldBe(own, tolerance: 25, $"agent said {string.Join(", ", agents)}; /proc/stat says {own:F1}");
    }

    [Fact]
    public async Task Ctrl_C_ends_it_cleanly_and_the_next_start_goes_on_with_the_same_sign_in_and_servers()
    {
        using var data = new TemporaryFolder();
        string[] arguments = ["demo", "--urls", "http://127.0.0.1:0", "--data", data.Path, "--sites", "3"];
        string[] before;
        string marker = "kept-" + Guid.NewGuid().ToString("n")[..8];
        await using (OrreryProcess first = await OrreryProcess.StartAsync(arguments))
        {
            await first.SignInAsync();
            await first.PostAsync("/api/v1/tenants", new { id = marker, name = "Kept" });
            before = Keys(await ServersAsync(first, 4));
            (await first.InterruptAsync()).ShouldBe(0, first.Said);
        }

        await using OrreryProcess second = await OrreryProcess.StartAsync(arguments);
        await second.SignInAsync();
        Keys(await ServersAsync(second, 4)).ShouldBe(before, ignoreOrder: true);
        (await second.GetAsync($"/api/v1/tenants/{marker}")).GetProperty("name").GetString().ShouldBe("Kept");
    }

    [Fact]
    public async Task The_boards_of_the_chain_of_shops_are_there_with_days_to_compare_and_move()
    {
        using var data = new TemporaryFolder();
        await using OrreryProcess orrery = await OrreryProcess.StartAsync("demo", "--urls", "http://127.0.0.1:0", "--data", data.Path, "--sites", "0");
        await orrery.SignInAsync();
        // They are put one after another, by their files' names.
        await orrery.AnswersAsync("/api/v1/tenants/retail/boards/sales", OrreryProcess.Patience * 2);
        (await orrery.GetAsync("/api/v1/tenants/retail/boards")).EnumerateArray().Select(board => board.GetProperty("id").GetString())
            .ShouldBe(["overview", "sales", "purchasing", "inventory", "pos", "finance", "production", "members", "after-sales"]);
        var days = new HashSet<string>();
        await FirstEventAsync(orrery, "/api/v1/tenants/retail/boards/overview/live", "tiles", tiles =>
        {
            foreach (JsonElement tile in tiles.EnumerateArray().Where(tile => tile.GetProperty("tile").GetString() == "tills"))
            {
                tile.GetProperty("problem").ValueKind.ShouldBe(JsonValueKind.Null);
                if (tile.GetProperty("rows").ValueKind == JsonValueKind.Array)
                    days.UnionWith(tile.GetProperty("rows").EnumerateArray().Select(row => row[0].GetString()!));
                else
                    days.UnionWith(tile.GetProperty("changes").EnumerateArray().Select(change => change.GetProperty("row")[0].GetString()!));
            }

            return days.Count >= 14 && tiles.EnumerateArray().Any(tile => tile.GetProperty("changes") is { ValueKind: JsonValueKind.Array } changes && changes.GetArrayLength() > 0);
        });

        // As files, by the command line: what is got can be put, what cannot be shown is refused with its place.
        string got = Path.Combine(data.Path, "sales.json"), wrong = Path.Combine(data.Path, "wrong.json");
        (int code, string said) = await BoardsAsync(orrery, "get", "sales");
        code.ShouldBe(0, said);
        await File.WriteAllTextAsync(got, said);
        await File.WriteAllTextAsync(wrong, said.Replace("\"id\": \"sales\"", "\"id\": \"wrong\"", StringComparison.Ordinal).Replace("FROM ads_order_sales_sum", "FROM ads_order_sales_some", StringComparison.Ordinal));
        (code, said) = await BoardsAsync(orrery, "put", got, wrong);
        code.ShouldBe(1);
        said.ShouldContain("sales: version 2");
        said.ShouldContain("Tile 'net'");
        (code, said) = await BoardsAsync(orrery, "delete", "sales");
        code.ShouldBe(0, said);
        (await BoardsAsync(orrery, "list")).Said.ShouldNotContain("Online sales");
    }

    static Task<(int Code, string Said)> BoardsAsync(OrreryProcess orrery, params string[] arguments) => OrreryProcess.RunAsync(
        new Dictionary<string, string> { ["ORRERY_TOKEN"] = orrery.Api.DefaultRequestHeaders.Authorization!.Parameter! },
        ["boards", .. arguments, "--tenant", "retail", "--url", orrery.Address.ToString()]);

    static string ThisMachine(JsonElement servers) => servers.GetProperty("items").EnumerateArray()
        .Select(row => row.GetProperty("key").GetString()!).First(key => key.StartsWith("this-machine/", StringComparison.Ordinal));

    /// <summary>The list of servers, once as many as expected have reported.</summary>
    static async Task<JsonElement> ServersAsync(OrreryProcess orrery, int expected)
    {
        await FirstEventAsync(orrery, "/api/v1/fleet/live", "fleet", fleet => fleet.GetProperty("counts").GetProperty("all").GetInt32() >= expected);
        return await orrery.GetAsync("/api/v1/servers");
    }

    static string[] Keys(JsonElement servers) => [.. servers.GetProperty("items").EnumerateArray().Select(row => row.GetProperty("key").GetString()!)];

    static IEnumerable<JsonElement> Causes(JsonElement health, string kind) =>
        health.GetProperty("causes").EnumerateArray().Where(cause => cause.GetProperty("kind").GetString() == kind);

    static async Task<double> FirstValueAsync(OrreryProcess orrery, string key, string metric, Func<double, bool> wanted)
    {
        JsonElement values = await FirstEventAsync(orrery, $"/api/v1/servers/{key}/live?metrics={metric}", "values",
            data => data.EnumerateArray().Any(value => wanted(value.GetProperty("value").GetDouble())));
        return values[0].GetProperty("value").GetDouble();
    }

    static async Task<JsonElement> FirstEventAsync(OrreryProcess orrery, string path, string wantedEvent, Func<JsonElement, bool> wanted)
    {
        var clock = Stopwatch.StartNew();
        JsonElement last = default;
        await foreach (var (name, data) in orrery.StreamAsync(path))
        {
            if (name == wantedEvent)
            {
                last = data;
                if (wanted(data))
                    return data;
            }

            clock.Elapsed.ShouldBeLessThan(OrreryProcess.Patience, $"waited for '{wantedEvent}' on {path}; the last was {last}");
        }

        throw new InvalidOperationException($"{path} ended before '{wantedEvent}' came.");
    }

    static (long Idle, long All) ReadProcStat()
    {
        long[] fields = [.. File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8).Select(long.Parse)];
        return (fields[3] + fields[4], fields.Sum());
    }

    /// <summary>Processes that do nothing but use a core each, ended by their own ids.</summary>
    sealed class BusyLoops : IDisposable
    {
        readonly Process[] loops;

        public BusyLoops(int count) => loops = [.. Enumerable.Range(0, count).Select(_ => Process.Start("sh", ["-c", "while :; do :; done"]))];

        public void Dispose()
        {
            foreach (Process loop in loops)
            {
                loop.Kill();
                loop.Dispose();
            }
        }
    }
}
