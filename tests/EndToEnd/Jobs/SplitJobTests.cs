using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using MySql.Data.MySqlClient;
using Npgsql;
using Orrery.Tests.Servers;

namespace Orrery.EndToEnd.Tests.Jobs;

/// <summary>A migration whose source only an agent reaches and whose target only the cloud does. Both processes are killed on the way.</summary>
public sealed class SplitJobTests
{
    const int Rows = 30_000, ChunkRows = 1_000, Channels = 2;
    const string Job = "/api/v1/tenants/acme/jobs/carry", Password = "administrator-password";
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3), Look = TimeSpan.FromMilliseconds(100);

    [Fact]
    public async Task A_split_job_survives_the_kill_of_either_half_and_ends_equal_and_neither_process_reaches_the_others_database()
    {
        if (MariaDbServer.Missing is { } noSource) Assert.Skip(noSource);
        if (PostgreSqlServer.Missing is { } noTarget) Assert.Skip(noTarget);
        using var data = new TemporaryFolder();
        using var site = new TemporaryFolder();
        await using MariaDbServer source = await MariaDbServer.Start();
        await using PostgreSqlServer target = await PostgreSqlServer.Start();
        await FillAsync(source);
        var variables = new Dictionary<string, string> { ["Orrery__Jobs__Lease"] = "00:00:03", ["Orrery__Jobs__LookPeriod"] = "00:00:00.5", ["Orrery__Jobs__RetryPause"] = "00:00:00.5" };
        string[] up = ["up", "--urls", $"http://127.0.0.1:{ServerProcess.FreePort()}", "--data", data.Path];
        string key;
        string[] arguments;
        long atFirst, atSecond;
        await using (OrreryProcess cloud = await OrreryProcess.StartAsync(variables, up))
        {
            await cloud.SignInAsync();
            await cloud.PostAsync("/api/v1/users", new { name = "second", displayName = "Second", role = "administrator", password = Password });
            await cloud.PostAsync("/api/v1/tenants", new { id = "acme", name = "Acme" });
            await cloud.PostAsync("/api/v1/tenants/acme/sites", new { id = "berlin", name = "Berlin" });
            key = (await cloud.PostAsync("/api/v1/tenants/acme/sites/berlin/keys", new { name = "agent" })).GetProperty("text").GetString()!;
            arguments = ["agent", "--server", cloud.Address.ToString(), "--key", key, "--name", "erp-01", "--jobs", "--buffer", site.Path];
            using HttpResponseMessage put = await cloud.Api.PutAsJsonAsync(Job, new
            {
                runsOn = "berlin/erp-01",
                isSplit = true,
                definition = new { kind = "migrate", from = $"mysql://carrier:verysecret@127.0.0.1:{source.Port}/shop?SslMode=Disabled", to = $"postgresql://postgres:targetsecret@127.0.0.1:{target.Port}/postgres", chunkRows = ChunkRows, parallel = Channels, rowsPerSecond = 6_000 },
            });
            (await put.Content.ReadAsStringAsync()).ShouldContain("\"isSplit\":true");
            await using (OrreryProcess agent = OrreryProcess.Launch(arguments))
            {
                await cloud.PostAsync(Job + "/assess", new { });
                JsonElement assessed = await UntilAsync(cloud, agent, "it is assessed", job => State(job) != "assessing");
                State(assessed).ShouldBe("assessed", assessed.GetRawText() + agent.Said);
                await cloud.PostAsync(Job + "/start", new { });
                await UntilAsync(cloud, agent, "a part is copied", job => State(job) == "running" && Copied(job) >= 5 * ChunkRows);
                if (OperatingSystem.IsLinux())
                {
                    ConnectedPorts(agent.Id).ShouldContain(source.Port);
                    ConnectedPorts(agent.Id).ShouldNotContain(target.Port, "the agent does not reach the target");
                    ConnectedPorts(cloud.Id).ShouldContain(target.Port);
                    ConnectedPorts(cloud.Id).ShouldNotContain(source.Port, "the cloud does not reach the source");
                }

                await agent.KillAsync();
            }

            atFirst = await CommittedAsync(target);
            atFirst.ShouldBeInRange(ChunkRows, Rows - ChunkRows);
            await using OrreryProcess second = OrreryProcess.Launch(arguments);
            await UntilAsync(cloud, second, "a further part is copied", job => State(job) == "running" && Copied(job) >= atFirst + (5 * ChunkRows));
            await cloud.KillAsync();
            atSecond = await CommittedAsync(target);
            atSecond.ShouldBeInRange(atFirst, Rows - ChunkRows);
            await using OrreryProcess successor = await OrreryProcess.StartAsync(variables, up);
            await successor.SignInAsync("second", Password);
            JsonElement end = await UntilAsync(successor, second, "it is done", job => State(job) is "done" or "failed");
            JsonElement run = end.GetProperty("lastRun");
            run.GetProperty("isGood").GetBoolean().ShouldBeTrue(end.GetRawText() + second.Said);
            run.GetProperty("summary").GetString()!.ShouldContain(string.Create(CultureInfo.InvariantCulture, $"{Rows + 3:N0} rows"));
            (await CommittedAsync(target)).ShouldBe(Rows + 3);
            JsonElement certificate = (await successor.GetAsync(Job + "/runs/1/certificate")).GetProperty("certificate");
            certificate.GetProperty("isEqual").GetBoolean().ShouldBeTrue();
            certificate.GetProperty("tables").EnumerateArray().Sum(table => table.GetProperty("toRows").GetInt64()).ShouldBe(Rows + 3);
            second.Said.ShouldNotContain("targetsecret");
            // It holds files of its buffer.
            await second.KillAsync();
            Directory.EnumerateFiles(site.Path, "*", SearchOption.AllDirectories).ShouldAllBe(file => !File.ReadAllText(file).Contains("targetsecret"));
        }
    }

    static string State(JsonElement job) => job.GetProperty("state").GetString()!;

    static long Copied(JsonElement job) => job.GetProperty("progress") is { ValueKind: JsonValueKind.Object } progress ? progress.GetProperty("rows").GetInt64() : 0;

    static async Task<JsonElement> UntilAsync(OrreryProcess cloud, OrreryProcess agent, string what, Func<JsonElement, bool> isSo)
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
            throw new TimeoutException($"{what} was waited for. The job: {job}\nThe agent said:\n{agent.Said}\nThe cloud said:\n{cloud.Said}");
        }
    }

    /// <summary>Ports that a process is connected to, over IPv4 or IPv6.</summary>
    static int[] ConnectedPorts(int process)
    {
        HashSet<string> own = [.. Directory.GetFiles($"/proc/{process}/fd").Select(static file => File.ResolveLinkTarget(file, false)?.Name ?? "").Where(static name => name.StartsWith("socket:[", StringComparison.Ordinal)).Select(static name => name["socket:[".Length..^1])];
        return [.. new[] { "/proc/net/tcp", "/proc/net/tcp6" }.Where(File.Exists).SelectMany(static file => File.ReadLines(file).Skip(1)).Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(parts => parts[3] == "01" && own.Contains(parts[9])).Select(static parts => int.Parse(parts[2].Split(':')[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture))];
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
