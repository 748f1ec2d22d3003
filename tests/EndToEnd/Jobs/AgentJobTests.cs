using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using MySql.Data.MySqlClient;
using Npgsql;
using Orrery.Tests.Servers;

namespace Orrery.EndToEnd.Tests.Jobs;

/// <summary>An agent at a site, to which nobody can connect, asks the cloud for a migration between databases that only it reaches, and is killed while it runs.</summary>
public sealed class AgentJobTests
{
    const int Rows = 30_000, ChunkRows = 1_000, Channels = 2;
    const string Jobs = "/api/v1/tenants/acme/jobs", Job = Jobs + "/carry";
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3), Look = TimeSpan.FromMilliseconds(100);

    [Fact]
    public async Task An_agent_behind_a_closed_port_is_killed_while_it_migrates_and_another_goes_on_and_ends_equal_with_a_certificate()
    {
        if (MariaDbServer.Missing is { } noSource) Assert.Skip(noSource);
        if (PostgreSqlServer.Missing is { } noTarget) Assert.Skip(noTarget);
        using var data = new TemporaryFolder();
        using var site = new TemporaryFolder();
        await using MariaDbServer source = await MariaDbServer.Start();
        await using PostgreSqlServer target = await PostgreSqlServer.Start();
        await FillAsync(source);
        var variables = new Dictionary<string, string> { ["Orrery__Jobs__Lease"] = "00:00:03", ["Orrery__Jobs__LookPeriod"] = "00:00:00.5", ["Orrery__Jobs__RetryPause"] = "00:00:00.5", ["Orrery__Jobs__Parallel"] = "0" };
        await using OrreryProcess cloud = await OrreryProcess.StartAsync(variables, "up", "--urls", $"http://127.0.0.1:{ServerProcess.FreePort()}", "--data", data.Path);
        await cloud.SignInAsync();
        await cloud.PostAsync("/api/v1/tenants", new { id = "acme", name = "Acme" });
        await cloud.PostAsync("/api/v1/tenants/acme/sites", new { id = "berlin", name = "Berlin" });
        string key = (await cloud.PostAsync("/api/v1/tenants/acme/sites/berlin/keys", new { name = "agent" })).GetProperty("text").GetString()!;
        string[] arguments = ["agent", "--server", cloud.Address.ToString(), "--key", key, "--name", "erp-01", "--jobs", "--buffer", site.Path];
        using HttpResponseMessage put = await cloud.Api.PutAsJsonAsync(Job, new
        {
            runsOn = "berlin/erp-01",
            definition = new { kind = "migrate", from = $"mysql://carrier:verysecret@127.0.0.1:{source.Port}/shop?SslMode=Disabled", to = $"postgresql://postgres@127.0.0.1:{target.Port}/postgres", chunkRows = ChunkRows, parallel = Channels, rowsPerSecond = 6_000 },
        });
        string made = await put.Content.ReadAsStringAsync();
        put.IsSuccessStatusCode.ShouldBeTrue(made);
        made.ShouldNotContain("verysecret");
        await using (OrreryProcess agent = OrreryProcess.Launch(arguments))
        {
            await cloud.PostAsync(Job + "/assess", new { });
            JsonElement assessed = await UntilAsync(cloud, agent, "it is assessed", job => State(job) != "assessing");
            State(assessed).ShouldBe("assessed", assessed.GetRawText());
            assessed.GetProperty("assessment").GetProperty("findings").GetProperty("tables").GetArrayLength().ShouldBe(2);
            await cloud.PostAsync(Job + "/start", new { });
            await UntilAsync(cloud, agent, "a part is copied", job => State(job) == "running" && Copied(job) >= 3 * ChunkRows);
            if (OperatingSystem.IsLinux()) ListeningSockets(agent.Id).ShouldBeEmpty("an agent listens to nobody");
            await agent.KillAsync();
        }

        long done = await CommittedAsync(target);
        done.ShouldBeInRange(ChunkRows, Rows - ChunkRows);
        JsonElement waiting = await UntilAsync(cloud, null, "the lease runs out", job => State(job) == "waiting");
        waiting.GetProperty("reason").GetString()!.ShouldContain("silent");
        await using OrreryProcess second = OrreryProcess.Launch(arguments);
        JsonElement end = await UntilAsync(cloud, second, "it is done", job => State(job) is "done" or "failed");
        JsonElement run = end.GetProperty("lastRun");
        run.GetProperty("isGood").GetBoolean().ShouldBeTrue(end.GetRawText() + second.Said);
        run.GetProperty("attempts").GetInt32().ShouldBe(2);
        // What the second did is what was missing.
        run.GetProperty("summary").GetString()!.ShouldContain(string.Create(CultureInfo.InvariantCulture, $"{Rows + 3:N0} rows; {Rows + 3 - done:N0} of them in this run"));
        (await CommittedAsync(target)).ShouldBe(Rows + 3);
        JsonElement certificate = (await cloud.GetAsync(Job + "/runs/1/certificate")).GetProperty("certificate");
        certificate.GetProperty("isEqual").GetBoolean().ShouldBeTrue();
        certificate.GetProperty("tables").EnumerateArray().Sum(table => table.GetProperty("toRows").GetInt64()).ShouldBe(Rows + 3);
        (await cloud.Api.GetStringAsync(Job + "/runs/1/certificate/page", TestContext.Current.CancellationToken)).ShouldContain("<span class=ok>equal</span>");
        (await cloud.GetAsync(Job + "/runs/1")).GetProperty("result").GetProperty("rows").GetInt64().ShouldBe(Rows + 3);
    }

    static string State(JsonElement job) => job.GetProperty("state").GetString()!;

    static long Copied(JsonElement job) => job.GetProperty("progress") is { ValueKind: JsonValueKind.Object } progress ? progress.GetProperty("rows").GetInt64() : 0;

    static async Task<JsonElement> UntilAsync(OrreryProcess cloud, OrreryProcess? agent, string what, Func<JsonElement, bool> isSo)
    {
        using var late = new CancellationTokenSource(Patience);
        using var looks = new PeriodicTimer(Look);
        JsonElement job = default;
        try
        {
            while (!isSo(job = await cloud.GetAsync(Job))) await looks.WaitForNextTickAsync(late.Token);
            return job;
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{what} was waited for. The job: {job}\nThe agent said:\n{agent?.Said}");
        }
    }

    /// <summary>Sockets of a process that take connections, by their numbers.</summary>
    static string[] ListeningSockets(int process)
    {
        HashSet<string> own = [.. Directory.GetFiles($"/proc/{process}/fd").Select(static file => File.ResolveLinkTarget(file, false)?.Name ?? "").Where(static name => name.StartsWith("socket:[", StringComparison.Ordinal)).Select(static name => name["socket:[".Length..^1])];
        return [.. new[] { "/proc/net/tcp", "/proc/net/tcp6" }.Where(File.Exists).SelectMany(static file => File.ReadLines(file).Skip(1)).Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(parts => parts[3] == "0A" && own.Contains(parts[9])).Select(static parts => parts[1])];
    }

    static async Task FillAsync(MariaDbServer source)
    {
        await using var connection = new MySqlConnection(source.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using MySqlCommand command = connection.CreateCommand();
        command.CommandText = $"CREATE DATABASE shop; USE shop; CREATE USER carrier IDENTIFIED BY 'verysecret'; GRANT SELECT ON shop.* TO carrier; CREATE TABLE shop.many (id INT PRIMARY KEY AUTO_INCREMENT, text VARCHAR(40)); INSERT INTO shop.many SELECT seq, CONCAT('text ', seq) FROM seq_1_to_{Rows}; CREATE TABLE shop.few (id INT PRIMARY KEY, word VARCHAR(20)); INSERT INTO shop.few VALUES (1, 'one'), (2, '二'), (3, NULL)";
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Rows whose chunks the target has.</summary>
    static async Task<long> CommittedAsync(PostgreSqlServer server)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString + ";Pooling=false");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand("SELECT coalesce(sum(row_count), 0)::bigint FROM orrery_chunk WHERE chunk >= 0", connection);
        return (long)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }
}
