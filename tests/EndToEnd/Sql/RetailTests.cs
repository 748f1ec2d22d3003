using System.Text.Json;
using Orrery.Tests.Servers;

namespace Orrery.EndToEnd.Tests.Sql;

/// <summary>The retail warehouse of the examples by real processes: MariaDB's binary log through a channel to every result, compared with batch SQL; and the chain of the demo.</summary>
public sealed class RetailTests
{
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    [Fact]
    public async Task Every_result_equals_batch_SQL_over_MariaDB_and_results_that_stood_still_are_named()
    {
        if (MariaDbServer.Missing is { } missing)
            Assert.Skip(missing);
        await using var database = await MariaDbServer.Start(performanceSchema: false);
        using var data = new TemporaryFolder();
        await using OrreryProcess server = await OrreryProcess.StartAsync("up", "--urls", "http://127.0.0.1:0", "--data", data.Path);
        await server.SignInAsync();
        await server.PostAsync("/api/v1/tenants", new { id = "retail", name = "Retail" });
        var variables = new Dictionary<string, string>
        {
            ["ORRERY_TOKEN"] = server.Api.DefaultRequestHeaders.Authorization!.Parameter!, ["ORRERY_RETAIL_MYSQL"] = database.ConnectionString,
        };

        // Some rows are there before the channel is, the others come by the binary log.
        await RunAsync("retail", "generate", "--anew", "--rate", "0", "--transactions", "900", "--seed", "5");
        using (HttpResponseMessage made = await server.Api.PutAsync("/api/v1/tenants/retail/channels/chain", new StringContent(JsonSerializer.Serialize(new
        {
            partitions = 8,
            source = new { kind = "mysql", connection = database.ConnectionString, tables = new[] { "gqsh_store.*", "gqsh_product.*", "gqsh_member.*", "gqsh_order.*", "gqsh_pos_order.*", "gqsh_traffic.*", "k3cloud.*" } },
        }), System.Text.Encoding.UTF8, "application/json")))
            made.IsSuccessStatusCode.ShouldBeTrue(await made.Content.ReadAsStringAsync());
        await RunAsync("retail", "views", "--url", server.Address.ToString(), "--channel-topic", "retail.chain");
        await RunAsync("retail", "generate", "--rate", "0", "--transactions", "1800", "--seed", "6");
        (await RunAsync("verify", Example(), "--url", server.Address.ToString(), "--patience", "50")).ShouldContain("All results are equal.");

        // Results that do not follow any more are found out.
        await server.PostAsync("/api/v1/tenants/retail/channels/chain/pause", new { });
        await RunAsync("retail", "generate", "--rate", "0", "--transactions", "1200", "--seed", "7");
        (int code, string said) = await OrreryProcess.RunAsync(variables, "verify", Example(), "--url", server.Address.ToString(), "--patience", "0");
        code.ShouldBe(1, said);
        said.ShouldContain("DIFFERS  dwd_gqsh_order_gqsh_order ");

        async Task<string> RunAsync(params string[] arguments)
        {
            (int ended, string told) = await OrreryProcess.RunAsync(variables, arguments);
            ended.ShouldBe(0, told);
            return told;
        }
    }

    [Theory]
    [InlineData("--for", "3s", "--silos", "1")]
    [InlineData("--for", "12s", "--silos", "2", "--chaos", "--chaos-every", "2s")]
    public async Task Verify_starts_everything_itself_and_views_PostgreSQL_topics_and_Redis_equal_batch_SQL_also_when_processes_are_killed(params string[] options)
    {
        if ((MariaDbServer.Missing ?? PostgreSqlServer.Missing ?? RedisServer.Missing) is { } missing)
            Assert.Skip(missing);
        var none = new Dictionary<string, string> { ["ORRERY_RETAIL_MYSQL"] = "" };
        (int code, string said) = await OrreryProcess.RunAsync(none, 5 * OrreryProcess.Patience, ["verify", Example(), .. options]);
        code.ShouldBe(0, said);
        said.ShouldContain("All results are equal");
        said.ShouldMatch(@"equal +dim_store_shop +\d+ rows +view, PostgreSQL, Redis");
        said.ShouldMatch(@"equal +flink_datasc_realtime +[\d,]+ rows +view, PostgreSQL, topic");
        if (options.Contains("--chaos"))
            said.ShouldContain("is killed");
        // Nothing of it stays.
        string folder = System.Text.RegularExpressions.Regex.Match(said, @"in (\S+orrery-retail-\w+)\.").Groups[1].Value;
        folder.ShouldNotBeEmpty();
        Directory.Exists(folder).ShouldBeFalse();
    }

    [Fact]
    public async Task In_the_demo_orders_flow_and_results_grow()
    {
        using var data = new TemporaryFolder();
        await using OrreryProcess demo = await OrreryProcess.StartAsync("demo", "--urls", "http://127.0.0.1:0", "--data", data.Path, "--sites", "0");
        await demo.SignInAsync();
        decimal first = await AboveAsync(demo, 0);
        await AboveAsync(demo, first);
    }

    /// <summary>Waits until more was sold than that.</summary>
    static async Task<decimal> AboveAsync(OrreryProcess demo, decimal amount)
    {
        using var late = new CancellationTokenSource(2 * OrreryProcess.Patience);
        using var looks = new PeriodicTimer(Look);
        do
        {
            // The tenant and its views are made while the demo runs.
            using HttpResponseMessage answer = await demo.Api.PostAsync(
                "/api/v1/tenants/retail/sql", new StringContent("""{"text":"SELECT SUM(total_amount) FROM ads_order_sales_sum"}""", System.Text.Encoding.UTF8, "application/json"), late.Token);
            if (!answer.IsSuccessStatusCode)
                continue;
            JsonElement value = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(late.Token)).RootElement.GetProperty("results")[0].GetProperty("rows")[0][0];
            if (value.ValueKind == JsonValueKind.String && decimal.Parse(value.GetString()!, System.Globalization.CultureInfo.InvariantCulture) is var sold && sold > amount)
                return sold;
        }
        while (await looks.WaitForNextTickAsync(late.Token));
        throw new InvalidOperationException($"Not more than {amount} was sold.");
    }

    static string Example()
    {
        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Cluster.sln")))
            root = Path.GetDirectoryName(root.TrimEnd(Path.DirectorySeparatorChar)) ?? throw new InvalidOperationException("Cluster.sln is in no folder above the tests.");
        return Path.Combine(root, "examples", "retail");
    }
}
