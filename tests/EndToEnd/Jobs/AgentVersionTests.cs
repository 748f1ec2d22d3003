using System.Text.Json;
using Orrery.Tests.Servers;

namespace Orrery.EndToEnd.Tests.Jobs;

/// <summary>A roll-out brings versions of the agent to one that runs under its launcher: a good one, a broken one, one that another has signed.</summary>
public sealed class AgentVersionTests
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3), Look = TimeSpan.FromMilliseconds(200);

    [Fact]
    public async Task A_new_version_is_installed_and_a_broken_or_foreign_one_is_not_and_stops_its_roll_out()
    {
        using var data = new TemporaryFolder();
        using var site = new TemporaryFolder();
        using var keys = new TemporaryFolder();
        using var broken = new TemporaryFolder();
        var variables = new Dictionary<string, string> { ["Orrery__Rollouts__IdleBeat"] = "00:00:01", ["Orrery__Rollouts__BusyBeat"] = "00:00:01", ["Orrery__Rollouts__LookPeriod"] = "00:00:01" };
        await using OrreryProcess cloud = await OrreryProcess.StartAsync(variables, "up", "--urls", $"http://127.0.0.1:{ServerProcess.FreePort()}", "--data", data.Path);
        await cloud.SignInAsync();
        await cloud.PostAsync("/api/v1/tenants", new { id = "acme", name = "Acme" });
        await cloud.PostAsync("/api/v1/tenants/acme/sites", new { id = "berlin", name = "Berlin" });
        string key = (await cloud.PostAsync("/api/v1/tenants/acme/sites/berlin/keys", new { name = "agent" })).GetProperty("text").GetString()!;

        foreach (string file in Directory.EnumerateFiles(OrreryProcess.Binaries()))
            File.Copy(file, Path.Combine(broken.Path, Path.GetFileName(file)));
        string trusted = await PackAsync(OrreryProcess.Binaries(), "9.0.2", Path.Combine(keys.Path, "vendor.pem"), data.Path);
        await File.WriteAllTextAsync(Path.Combine(broken.Path, "Orrery.Agent.dll"), "no library", TestContext.Current.CancellationToken);
        await PackAsync(broken.Path, "9.0.3", Path.Combine(keys.Path, "vendor.pem"), data.Path);
        await PackAsync(broken.Path, "9.0.4", Path.Combine(keys.Path, "other.pem"), data.Path);

        string versions = Path.Combine(site.Path, "versions");
        await using OrreryProcess launcher = OrreryProcess.Launch(["agent", "--server", cloud.Address.ToString(), "--key", key, "--name", "erp-01", "--jobs", "--buffer", Path.Combine(site.Path, "buffer"), "--launch", versions, "--version-key", trusted, "--trial-seconds", "60"]);
        JsonElement fleet = await UntilAsync(cloud, launcher, "/api/v1/fleet/agents", "the agent is known", agents => agents.GetProperty("known").GetInt64() == 1);
        string installed = fleet.GetProperty("versions").EnumerateObject().Single().Name;
        installed.ShouldNotBe("9.0.2");

        (await RollOutAsync(cloud, launcher, "second", "9.0.2")).GetProperty("state").GetString().ShouldBe("done");
        await RunsAsync(cloud, launcher, "9.0.2");
        (await File.ReadAllTextAsync(Path.Combine(versions, "current"), TestContext.Current.CancellationToken)).ShouldBe("9.0.2");

        JsonElement third = await RollOutAsync(cloud, launcher, "third", "9.0.3");
        third.GetProperty("state").GetString().ShouldBe("stopped", third.GetRawText() + launcher.Said);
        third.GetProperty("counts").GetProperty("failed").GetInt64().ShouldBe(1);
        await RunsAsync(cloud, launcher, "9.0.2");
        launcher.Said.ShouldContain("Version 9.0.3 is refused");

        JsonElement fourth = await RollOutAsync(cloud, launcher, "fourth", "9.0.4");
        fourth.GetProperty("state").GetString().ShouldBe("stopped", fourth.GetRawText() + launcher.Said);
        launcher.Said.ShouldContain("not signed by the key");
        await RunsAsync(cloud, launcher, "9.0.2");
        (await File.ReadAllTextAsync(Path.Combine(versions, "current"), TestContext.Current.CancellationToken)).ShouldBe("9.0.2");
        (await launcher.TerminateAsync()).ShouldBe(0);
    }

    static async Task<string> PackAsync(string program, string version, string key, string data)
    {
        (int code, string said) = await OrreryProcess.RunAsync(new Dictionary<string, string>(), Patience, "agent", "pack", program, "--version-name", version, "--key", key, "--output", Path.Combine(data, "agent-packages"));
        code.ShouldBe(0, said);
        return said.Trim();
    }

    static async Task<JsonElement> RollOutAsync(OrreryProcess cloud, OrreryProcess launcher, string rollout, string version)
    {
        await cloud.PostAsync($"/api/v1/fleet/rollouts/{rollout}", new { version, failedPercentMax = 0, waves = new[] { new { percent = 100, tag = "", hours = 1 } } });
        return await UntilAsync(cloud, launcher, $"/api/v1/fleet/rollouts/{rollout}", $"the roll-out of {version} ends", one => one.GetProperty("state").GetString() != "running");
    }

    static Task<JsonElement> RunsAsync(OrreryProcess cloud, OrreryProcess launcher, string version) =>
        UntilAsync(cloud, launcher, "/api/v1/fleet/agents", $"version {version} runs", agents => agents.GetProperty("versions").EnumerateObject().Single().Name == version && agents.GetProperty("alive").GetInt64() == 1);

    static async Task<JsonElement> UntilAsync(OrreryProcess cloud, OrreryProcess launcher, string path, string what, Func<JsonElement, bool> isSo)
    {
        using var late = new CancellationTokenSource(Patience);
        using var looks = new PeriodicTimer(Look);
        JsonElement now = default;
        try
        {
            while (!isSo(now = await cloud.GetAsync(path))) await looks.WaitForNextTickAsync(late.Token);
            return now;
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{what} was waited for. {path}: {now}\nThe agent said:\n{launcher.Said}");
        }
    }
}
