using System.Net.Http.Json;
using System.Text.Json;
using Orrery.Tests.Servers;

namespace Orrery.EndToEnd.Tests.Configuration;

/// <summary>A document changed in the cloud, and the local copy of it that a real agent keeps at its site.</summary>
public sealed class AgentConfigurationTests
{
    const string Till = "/api/v1/config/documents/erp/till", Other = "/api/v1/config/documents/erp/other", Reported = "/api/v1/tenants/acme/config/erp/till/servers";
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100), Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task A_change_reaches_the_local_copy_which_outlives_the_cloud_and_what_is_altered_there_is_shown_as_drift()
    {
        using var data = new TemporaryFolder();
        using var site = new TemporaryFolder();
        string address = $"http://127.0.0.1:{ServerProcess.FreePort()}", file = Path.Combine(site.Path, "documents", "erp", "till.yaml");
        OrreryProcess cloud = await OrreryProcess.StartAsync("up", "--urls", address, "--data", data.Path);
        OrreryProcess agent = null!;
        try
        {
            await cloud.SignInAsync();
            string token = cloud.Api.DefaultRequestHeaders.Authorization!.Parameter!;
            await cloud.PostAsync("/api/v1/tenants", new { id = "acme", name = "Acme" });
            await cloud.PostAsync("/api/v1/tenants/acme/sites", new { id = "berlin", name = "Berlin" });
            string key = (await cloud.PostAsync("/api/v1/tenants/acme/sites/berlin/keys", new { name = "agent" })).GetProperty("text").GetString()!;
            await PutAsync(cloud, Till, new { format = "yaml", secrets = new[] { "/password" } });
            await PutAsync(cloud, Other, new { format = "json" });
            await PutAsync(cloud, Till + "/layers/product", new { text = "port: 9100\npassword: hidden-in-the-cloud\n" });
            await PutAsync(cloud, Other + "/layers/product", new { text = "{}" });
            await File.WriteAllTextAsync(Path.Combine(site.Path, "agent.json"), JsonSerializer.Serialize(new
            {
                server = address, key, name = "pos-1", buffer = Path.Combine(site.Path, "buffer"),
                configuration = new { documents = new[] { "erp/till", "erp/other" }, directory = Path.Combine(site.Path, "documents") },
            }));
            string[] arguments = ["agent", "--config", Path.Combine(site.Path, "agent.json")];
            agent = OrreryProcess.Launch(arguments);
            await FileSaysAsync(agent, file, "port: 9100");
            (await File.ReadAllTextAsync(file)).ShouldContain("hidden-in-the-cloud", Case.Sensitive, "servers are told secrets");

            await PutAsync(cloud, Till + "/layers/product", new { text = "port: 9200\npassword: (secret, version 1)\n" }, 1);
            await FileSaysAsync(agent, file, "port: 9200");
            JsonElement server = await ReportedAsync(cloud, agent, static each => each.GetProperty("digest").GetString() == each.GetProperty("wantedDigest").GetString());
            (server.GetProperty("server").GetString(), server.GetProperty("driftSince").ValueKind).ShouldBe(("acme/berlin/pos-1", JsonValueKind.Null));

            // Somebody alters the copy; with the next report it is shown, and another document's change brings one.
            await File.AppendAllTextAsync(file, "# by hand\n");
            await PutAsync(cloud, Other + "/layers/product", new { text = "{\"receipts\":2}" }, 1);
            server = await ReportedAsync(cloud, agent, static each => each.GetProperty("driftSince").ValueKind == JsonValueKind.String);
            server.GetProperty("wantedMark").GetString().ShouldBe(server.GetProperty("mark").GetString(), "it was told the newest value, and has another");
            await PutAsync(cloud, Till + "/layers/product", new { text = "port: 9300\npassword: (secret, version 1)\n" }, 2);
            await FileSaysAsync(agent, file, "port: 9300");
            await ReportedAsync(cloud, agent, static each => each.GetProperty("driftSince").ValueKind == JsonValueKind.Null);

            // The cloud goes away, and the agent is started anew without it: what the site has stays.
            await cloud.KillAsync();
            await cloud.DisposeAsync();
            await agent.KillAsync();
            await agent.DisposeAsync();
            agent = OrreryProcess.Launch(arguments);
            await agent.SaysAsync("stays in use", OrreryProcess.Patience);
            (await File.ReadAllTextAsync(file)).ShouldContain("port: 9300");

            cloud = await OrreryProcess.StartAsync("up", "--urls", address, "--data", data.Path);
            cloud.Api.DefaultRequestHeaders.Authorization = new("Bearer", token);
            await PutAsync(cloud, Till + "/layers/product", new { text = "port: 9400\npassword: (secret, version 1)\n" }, 3);
            await FileSaysAsync(agent, file, "port: 9400");
            (await File.ReadAllTextAsync(file)).ShouldContain("hidden-in-the-cloud", Case.Sensitive, "a secret that is sent as it is shown stays");
            await ReportedAsync(cloud, agent, static each => each.GetProperty("digest").GetString() == each.GetProperty("wantedDigest").GetString());
        }
        finally
        {
            await cloud.DisposeAsync();
            if (agent is not null)
                await agent.DisposeAsync();
        }
    }

    static async Task PutAsync(OrreryProcess cloud, string path, object body, int seen = 0)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, path) { Content = JsonContent.Create(body) };
        if (seen > 0)
            request.Headers.TryAddWithoutValidation("If-Match", $"\"{seen}\"");
        using HttpResponseMessage answer = await cloud.Api.SendAsync(request, TestContext.Current.CancellationToken);
        answer.IsSuccessStatusCode.ShouldBeTrue($"PUT {path}: {await answer.Content.ReadAsStringAsync()}");
    }

    static Task FileSaysAsync(OrreryProcess agent, string file, string text) => UntilAsync(agent, $"the local copy says '{text}'", async () => File.Exists(file) && (await File.ReadAllTextAsync(file)).Contains(text, StringComparison.Ordinal));

    static async Task<JsonElement> ReportedAsync(OrreryProcess cloud, OrreryProcess agent, Func<JsonElement, bool> isSo)
    {
        JsonElement found = default;
        await UntilAsync(agent, "what the agent reports", async () => (found = await cloud.GetAsync(Reported)).GetArrayLength() == 1 && isSo(found[0]));
        return found[0];
    }

    static async Task UntilAsync(OrreryProcess agent, string what, Func<Task<bool>> isSo)
    {
        using var late = new CancellationTokenSource(Patience);
        using var looks = new PeriodicTimer(Look);
        try
        {
            while (!await isSo())
                await looks.WaitForNextTickAsync(late.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{what} was waited for. The agent said:\n{agent.Said}");
        }
    }
}
