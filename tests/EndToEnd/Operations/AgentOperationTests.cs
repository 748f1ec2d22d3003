using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Orrery.Tests.Servers;

namespace Orrery.EndToEnd.Tests.Operations;

/// <summary>What people in the cloud have an agent do at its site: a real process restarted, real logs collected, and an agent that is killed in the middle.</summary>
public sealed class AgentOperationTests
{
    const string Site = "/api/v1/tenants/acme/sites/berlin", Operations = Site + "/operations";
    const int ArchiveBytesMax = 512 << 10;
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    [Fact]
    public async Task A_service_is_restarted_logs_are_collected_and_an_agent_killed_in_the_middle_restarts_nothing_twice()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("The services of this test are shell scripts.");
        using var data = new TemporaryFolder();
        using var site = new TemporaryFolder();
        await using OrreryProcess cloud = await OrreryProcess.StartAsync("up", "--urls", $"http://127.0.0.1:{ServerProcess.FreePort()}", "--data", data.Path);
        await cloud.SignInAsync();
        await cloud.PostAsync("/api/v1/tenants", new { id = "acme", name = "Acme" });
        await cloud.PostAsync("/api/v1/tenants/acme/sites", new { id = "berlin", name = "Berlin" });
        await cloud.PostAsync("/api/v1/users", new { name = "bob", displayName = "Bob", role = "operator", password = "second-pair-of-eyes" });
        string key = (await cloud.PostAsync(Site + "/keys", new { name = "agent" })).GetProperty("text").GetString()!;
        using var bob = new HttpClient { BaseAddress = cloud.Address };
        using (HttpResponseMessage session = await bob.PostAsJsonAsync("/api/v1/session", new { user = "bob", password = "second-pair-of-eyes" }))
            bob.DefaultRequestHeaders.Authorization = new("Bearer", (await session.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString());
        string logs = Settle(site.Path, key, cloud.Address);
        string[] arguments = ["agent", "--config", Path.Combine(site.Path, "agent.json")];
        OrreryProcess agent = OrreryProcess.Launch(arguments);
        try
        {
            JsonElement told = await UntilAsync(cloud, agent, "the agent is heard of", Site + "/agents", static agents => agents.GetArrayLength() == 1);
            told[0].GetProperty("services").EnumerateArray().Select(static name => name.GetString()).ShouldBe(["failing", "slow", "till"]);
            string version = told[0].GetProperty("version").GetString()!;
            // Nothing but what the settings name, and not by one alone.
            (await cloud.Api.PostAsJsonAsync(Operations, new { server = "erp-01", kind = "restartService", target = "/bin/sh", reason = "mischief" })).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
            await AskAsync(cloud, "restart", "restartService", "till");
            (await cloud.Api.PostAsync(Operations + "/restart/approve", null)).StatusCode.ShouldBe(HttpStatusCode.Conflict);
            int before = ProcessOf(site.Path);
            await ApproveAsync(bob, "restart");
            JsonElement restarted = await EndAsync(cloud, agent, "restart");
            (State(restarted), restarted.GetProperty("output").GetString()!.Trim()).ShouldBe(("done", "till restarted"), restarted.GetRawText());
            int after = ProcessOf(site.Path);
            after.ShouldNotBe(before);
            Directory.Exists($"/proc/{after}").ShouldBeTrue("the service runs again");

            await AskAsync(cloud, "failing", "restartService", "failing");
            await ApproveAsync(bob, "failing");
            JsonElement failed = await EndAsync(cloud, agent, "failing");
            (State(failed), failed.GetProperty("exitCode").GetInt32()).ShouldBe(("failed", 3));
            failed.GetProperty("output").GetString()!.Length.ShouldBe(16 << 10, "only the last words are kept");
            failed.GetProperty("output").GetString()!.ShouldEndWith("last words\n");

            await AskAsync(cloud, "logs", "collectLogs", "erp");
            await ApproveAsync(bob, "logs");
            JsonElement collected = await EndAsync(cloud, agent, "logs");
            State(collected).ShouldBe("done", collected.GetRawText() + agent.Said);
            await CheckArchiveAsync(cloud, "logs", logs);

            await AskAsync(cloud, "wish", "upgradeAgent", version);
            await ApproveAsync(bob, "wish");
            State(await EndAsync(cloud, agent, "wish")).ShouldBe("done", "it reports that version");
            File.ReadAllText(Path.Combine(site.Path, "buffer", "jobs", "wanted-version")).ShouldBe(version);

            // Killed while the command runs: what it began is not begun again.
            await AskAsync(cloud, "slow", "restartService", "slow");
            await ApproveAsync(bob, "slow");
            using (var looks = new PeriodicTimer(Look))
                while (!File.Exists(Path.Combine(site.Path, "began")))
                    await looks.WaitForNextTickAsync(TestContext.Current.CancellationToken);
            await agent.KillAsync();
            await agent.DisposeAsync();
            agent = OrreryProcess.Launch(arguments);
            JsonElement broken = await EndAsync(cloud, agent, "slow");
            State(broken).ShouldBe("failed");
            broken.GetProperty("reason").GetString()!.ShouldContain("not repeated");
            File.ReadAllLines(Path.Combine(site.Path, "began")).Length.ShouldBe(1);

            // Killed while it collects: reading does no harm, and is done again.
            await AskAsync(cloud, "again", "collectLogs", "erp");
            await ApproveAsync(bob, "again");
            await UntilAsync(cloud, agent, "it runs", Operations + "/again", static each => State(each) is not ("asked" or "approved" or "fetched"));
            await agent.KillAsync();
            await agent.DisposeAsync();
            agent = OrreryProcess.Launch(arguments);
            State(await EndAsync(cloud, agent, "again")).ShouldBe("done", agent.Said);
            await CheckArchiveAsync(cloud, "again", logs);
            (await cloud.GetAsync("/api/v1/operations")).GetProperty("total").GetInt32().ShouldBe(0);
            (await cloud.GetAsync("/api/v1/tenants/acme/audit?limit=100")).GetRawText().ShouldContain("again: collectLogs erp at erp-01, approved");
        }
        finally
        {
            await agent.DisposeAsync();
            await File.WriteAllTextAsync(Path.Combine(site.Path, "go"), "");
            if (File.Exists(Path.Combine(site.Path, "pid")))
                System.Diagnostics.Process.GetProcessById(ProcessOf(site.Path)).Kill();
        }
    }

    /// <summary>The site: a harmless process as service, commands that restart it, fail and last, logs beyond the bounds, and a secret behind a link.</summary>
    static string Settle(string folder, string key, Uri cloud)
    {
        string logs = Directory.CreateDirectory(Path.Combine(folder, "logs", "old")).Parent!.FullName;
        File.WriteAllText(Path.Combine(folder, "secret.txt"), "nobody asked for this");
        File.CreateSymbolicLink(Path.Combine(logs, "secret.log"), Path.Combine(folder, "secret.txt"));
        Directory.CreateSymbolicLink(Path.Combine(logs, "elsewhere"), folder);
        var random = new Random(7);
        byte[] noise = new byte[400_000];
        DateTime now = DateTime.UtcNow;
        foreach ((string name, int age) in new[] { ("newest.log", 0), ("second.log", 1), ("old/third.log", 2), ("old/fourth.log", 3) })
        {
            random.NextBytes(noise);
            File.WriteAllBytes(Path.Combine(logs, name), noise);
            File.SetLastWriteTimeUtc(Path.Combine(logs, name), now.AddHours(-age));
        }

        File.WriteAllText(Path.Combine(logs, "other.txt"), "no log");
        string till = Path.Combine(folder, "till.sh");
        File.WriteAllText(till, $"""
            [ -f {folder}/pid ] && kill $(cat {folder}/pid)
            sleep 100000 &
            echo $! > {folder}/pid
            echo till restarted
            """);
        using (var first = System.Diagnostics.Process.Start("/bin/sh", till))
            first.WaitForExit();
        File.WriteAllText(Path.Combine(folder, "agent.json"), JsonSerializer.Serialize(new
        {
            server = cloud,
            key,
            name = "erp-01",
            buffer = Path.Combine(folder, "buffer"),
            operations = new
            {
                upgrade = true,
                archiveBytesMax = ArchiveBytesMax,
                services = new
                {
                    till = new { command = new[] { "/bin/sh", till } },
                    failing = new { command = new[] { "/bin/sh", "-c", "seq 1 20000; echo last words; exit 3" } },
                    slow = new { command = new[] { "/bin/sh", "-c", $"echo x >> {folder}/began; while [ -d {folder} ] && [ ! -f {folder}/go ]; do sleep 0.1; done" } },
                },
                logFolders = new { erp = new { path = logs, pattern = "*.log", fileBytesMax = 300_000 } },
            },
        }));
        return logs;
    }

    static async Task CheckArchiveAsync(OrreryProcess cloud, string id, string logs)
    {
        byte[] bytes = await cloud.Api.GetByteArrayAsync($"{Operations}/{id}/archive");
        bytes.Length.ShouldBeLessThanOrEqualTo(ArchiveBytesMax);
        using var archive = new ZipArchive(new MemoryStream(bytes));
        archive.Entries.Select(static entry => entry.FullName).ShouldBe(["newest.log", "second.log", "LEFT-OUT.txt"]);
        using var newest = new MemoryStream();
        await using (Stream entry = archive.GetEntry("newest.log")!.Open())
            await entry.CopyToAsync(newest);
        newest.ToArray().ShouldBe(File.ReadAllBytes(Path.Combine(logs, "newest.log"))[^300_000..], "of a longer file its end is taken");
        using var reader = new StreamReader(archive.GetEntry("LEFT-OUT.txt")!.Open());
        string leftOut = await reader.ReadToEndAsync();
        leftOut.ShouldContain("newest.log: 100000 of 400000 bytes before its end");
        leftOut.ShouldContain("old/fourth.log: 400000 bytes, the archive is full");
        leftOut.ShouldNotContain("secret");
    }

    static int ProcessOf(string folder) => int.Parse(File.ReadAllText(Path.Combine(folder, "pid")), CultureInfo.InvariantCulture);

    static Task AskAsync(OrreryProcess cloud, string id, string kind, string target) => cloud.PostAsync(Operations, new { id, server = "erp-01", kind, target, reason = "a test" });

    static async Task ApproveAsync(HttpClient second, string id)
    {
        using HttpResponseMessage answer = await second.PostAsync($"{Operations}/{id}/approve", null);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
    }

    static string State(JsonElement operation) => operation.GetProperty("state").GetString()!;

    static Task<JsonElement> EndAsync(OrreryProcess cloud, OrreryProcess agent, string id) => UntilAsync(cloud, agent, $"{id} ends", $"{Operations}/{id}", static each => State(each) is "done" or "failed" or "expired" or "cancelled");

    static async Task<JsonElement> UntilAsync(OrreryProcess cloud, OrreryProcess agent, string what, string path, Func<JsonElement, bool> isSo)
    {
        using var late = new CancellationTokenSource(OrreryProcess.Patience);
        using var looks = new PeriodicTimer(Look);
        JsonElement found = default;
        try
        {
            while (!isSo(found = await cloud.GetAsync(path))) await looks.WaitForNextTickAsync(late.Token);
            return found;
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{what} was waited for. Found: {found}\nThe agent said:\n{agent.Said}");
        }
    }
}
