using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Orrery.Tests.Servers;

namespace Orrery.EndToEnd.Tests.Sql;

/// <summary>The example of the guide, by a real process that is killed in between.</summary>
public sealed class ExampleTests
{
    const string Events = "100000", Password = "example-password";
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3), Look = TimeSpan.FromMilliseconds(200);

    [Fact]
    public async Task The_auction_of_the_examples_answers_the_same_after_a_kill_as_before()
    {
        using var data = new TemporaryFolder();
        string[] arguments = ["up", "--urls", $"http://127.0.0.1:{ServerProcess.FreePort()}", "--data", data.Path];
        string before;
        await using (OrreryProcess first = await OrreryProcess.StartAsync(arguments))
        {
            await first.SignInAsync();
            await first.PostAsync("/api/v1/users", new { name = "second", displayName = "Second", role = "administrator", password = Password });
            await first.PostAsync("/api/v1/tenants", new { id = "acme", name = "Acme" });
            JsonElement answer = await RunAsync(first, await File.ReadAllTextAsync(Example(), TestContext.Current.CancellationToken));
            answer.GetProperty("results").EnumerateArray().ShouldAllBe(static result => result.GetProperty("elapsedMilliseconds").GetDouble() >= 0);
            before = await SettledAsync(first);
            await first.KillAsync();
        }

        await using OrreryProcess second = await OrreryProcess.StartAsync(arguments);
        await second.SignInAsync("second", Password);
        (await SettledAsync(second)).ShouldBe(before);
        JsonElement why = await RunAsync(second, "WHY category_price WHERE category = 10");
        why.GetProperty("results")[0].GetProperty("rows").GetArrayLength().ShouldBeGreaterThan(0);
    }

    /// <summary>The views' contents once every source is read to its end: 92 of 100 events are bids.</summary>
    static async Task<string> SettledAsync(OrreryProcess server)
    {
        using var late = new CancellationTokenSource(Patience);
        using var looks = new PeriodicTimer(Look);
        do
        {
            JsonElement results = (await RunAsync(server, "SELECT (SELECT COUNT(*) FROM person) AS p, (SELECT COUNT(*) FROM auction) AS a, (SELECT COUNT(*) FROM bid) AS b; SELECT * FROM category_price ORDER BY category;"
                + " SELECT SUM(price) AS total, COUNT(*) AS n FROM top_bids; SELECT SUM(bids) AS bids FROM busy_auctions; SELECT COUNT(*) AS n FROM local_sellers")).GetProperty("results");
            if (results[0].GetProperty("rows").ToString() == "[[2000,6000,92000]]")
                return string.Join('\n', results.EnumerateArray().Select(static result => result.GetProperty("rows").ToString()));
        }
        while (await looks.WaitForNextTickAsync(late.Token));
        throw new InvalidOperationException($"Not all {Events} events came.");
    }

    static async Task<JsonElement> RunAsync(OrreryProcess server, string text)
    {
        using HttpResponseMessage answer = await server.Api.PostAsJsonAsync("/api/v1/tenants/acme/sql", new { text });
        string body = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, body);
        return JsonDocument.Parse(body).RootElement;
    }

    static string Example()
    {
        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Cluster.sln")))
            root = Path.GetDirectoryName(root.TrimEnd(Path.DirectorySeparatorChar)) ?? throw new InvalidOperationException("Cluster.sln is in no folder above the tests.");
        return Path.Combine(root, "examples", "nexmark.sql");
    }
}
