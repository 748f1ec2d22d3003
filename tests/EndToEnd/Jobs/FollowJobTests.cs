using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using MySql.Data.MySqlClient;
using Npgsql;
using Orrery.Tests.Servers;

namespace Orrery.EndToEnd.Tests.Jobs;

/// <summary>A migration that follows, as a job: a MariaDB under a writer into a PostgreSQL, by an agent that is killed while it follows; cut over, and back.</summary>
public sealed class FollowJobTests
{
    const int Rows = 4_000;
    const string Jobs = "/api/v1/tenants/acme/jobs", Job = Jobs + "/carry";
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2), Look = TimeSpan.FromMilliseconds(200);

    [Fact]
    public async Task A_source_under_a_writer_is_followed_by_an_agent_that_is_killed_and_by_the_next_and_cut_over_and_returned_to_without_loss()
    {
        if (MariaDbServer.Missing is { } noSource) Assert.Skip(noSource);
        if (PostgreSqlServer.Missing is { } noTarget) Assert.Skip(noTarget);
        using var data = new TemporaryFolder();
        using var site = new TemporaryFolder();
        await using MariaDbServer source = await MariaDbServer.Start();
        await using PostgreSqlServer target = await PostgreSqlServer.Start();
        await ChangeAsync(source, $"CREATE DATABASE shop; USE shop; CREATE TABLE parent (id INT PRIMARY KEY AUTO_INCREMENT, code VARCHAR(40) UNIQUE, amount DECIMAL(12,2)); CREATE TABLE child (id INT PRIMARY KEY, parent_id INT NOT NULL, FOREIGN KEY (parent_id) REFERENCES parent (id) ON DELETE CASCADE); INSERT INTO parent SELECT seq, CONCAT('码', seq), seq / 4 FROM seq_1_to_{Rows}; INSERT INTO child SELECT seq, seq FROM seq_1_to_{Rows}");
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
            definition = new { kind = "migrate", follow = true, from = $"mysql://root@127.0.0.1:{source.Port}/shop?SslMode=Disabled", to = $"postgresql://postgres@127.0.0.1:{target.Port}/postgres", chunkRows = 500, rowsPerSecond = 4_000 },
        });
        put.IsSuccessStatusCode.ShouldBeTrue(await put.Content.ReadAsStringAsync());
        await cloud.PostAsync(Job + "/start", new { });
        (await RefusedAsync(cloud, "cut-over", new { sourceIsStopped = true })).ShouldContain("does not follow yet");
        using var writer = new Writer(source.ConnectionString);
        long before;
        await using (OrreryProcess agent = OrreryProcess.Launch(arguments))
        {
            JsonElement following = await UntilAsync(cloud, agent, "changes are followed", job => Phase(job) == "following" && Changes(job) > 50);
            following.GetProperty("deadline").ValueKind.ShouldBe(JsonValueKind.String);
            (await RefusedAsync(cloud, "back", new { sourceIsStopped = true })).ShouldContain("has not been cut over");
            JsonElement refused = await StepAsync(cloud, agent, "cut-over", new { sourceIsStopped = false });
            refused.GetProperty("isDone").GetBoolean().ShouldBeFalse();
            refused.GetProperty("outcome").GetString()!.ShouldContain("takes writes");
            await UntilAsync(cloud, agent, "it follows on", job => Phase(job) == "following" && State(job) == "running");
            // Said to be stopped, and it is not: what comes while both are compared shows it, or the rows do.
            JsonElement lied = await StepAsync(cloud, agent, "cut-over", new { sourceIsStopped = true });
            lied.GetProperty("isDone").GetBoolean().ShouldBeFalse(lied.GetRawText());
            before = Changes(await UntilAsync(cloud, agent, "it follows on", job => Phase(job) == "following" && State(job) == "running"));
            await agent.KillAsync();
        }

        await UntilAsync(cloud, null, "the lease runs out", job => State(job) == "waiting");
        await using OrreryProcess second = OrreryProcess.Launch(arguments);
        await UntilAsync(cloud, second, "the next follows", job => State(job) == "running" && Phase(job) == "following" && Changes(job) > before + 50);
        long written = writer.Stop();
        written.ShouldBeGreaterThan(50);

        JsonElement over = await StepAsync(cloud, second, "cut-over", new { sourceIsStopped = true });
        over.GetProperty("isDone").GetBoolean().ShouldBeTrue(over.GetRawText() + second.Said);
        (await SumAsync(target)).ShouldBe(await SumAsync(source));
        JsonElement certificate = (await cloud.GetAsync(Job + "/runs/1/certificate")).GetProperty("certificate");
        certificate.GetProperty("isEqual").GetBoolean().ShouldBeTrue();

        // PostgreSQL is written to, and what it numbers goes on where MariaDB was.
        await using (var connection = new NpgsqlConnection(target.ConnectionString + ";Pooling=false"))
        {
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            await using var change = new NpgsqlCommand("INSERT INTO parent (code, amount) SELECT 'pg' || n, n FROM generate_series(1, 100) n; UPDATE parent SET amount = amount + 1 WHERE code LIKE 'pg%'; DELETE FROM child WHERE id % 7 = 0", connection);
            await change.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        await UntilAsync(cloud, second, "it is followed back", job => Phase(job) == "followingBack" && Changes(job) > 200);
        (await RefusedAsync(cloud, "cut-over", new { sourceIsStopped = true })).ShouldContain("its target leads");
        JsonElement back = await StepAsync(cloud, second, "back", new { sourceIsStopped = true });
        back.GetProperty("isDone").GetBoolean().ShouldBeTrue(back.GetRawText() + second.Said);
        (await SumAsync(source)).ShouldBe(await SumAsync(target));
        (await cloud.GetAsync(Job + "/runs/2/certificate")).GetProperty("certificate").GetProperty("isEqual").GetBoolean().ShouldBeTrue();

        await UntilAsync(cloud, second, "it follows again", job => Phase(job) == "following");
        (await StepAsync(cloud, second, "end-follow", new { })).GetProperty("isDone").GetBoolean().ShouldBeTrue();
        State(await UntilAsync(cloud, second, "it has ended", job => State(job) is "done" or "failed")).ShouldBe("done");
        (await SumAsync(target, "SELECT count(*), 0 FROM pg_replication_slots")).ShouldStartWith("0 ");
    }

    static string State(JsonElement job) => job.GetProperty("state").GetString()!;

    static string Phase(JsonElement job) => job.GetProperty("progress") is { ValueKind: JsonValueKind.Object } progress ? progress.GetProperty("phase").GetString()! : "";

    static long Changes(JsonElement job) => job.GetProperty("progress").GetProperty("follow") is { ValueKind: JsonValueKind.Object } follow ? follow.GetProperty("changes").GetInt64() : 0;

    /// <summary>Asks for a step and waits for its end.</summary>
    static async Task<JsonElement> StepAsync(OrreryProcess cloud, OrreryProcess agent, string step, object body)
    {
        JsonElement asked = (await cloud.PostAsync($"{Job}/{step}", body)).GetProperty("step");
        string at = asked.GetProperty("at").GetString()!;
        JsonElement job = await UntilAsync(cloud, agent, $"{step} ends", job => job.GetProperty("step") is { ValueKind: JsonValueKind.Object } now && now.GetProperty("at").GetString() == at && now.GetProperty("endedAt").ValueKind == JsonValueKind.String);
        return job.GetProperty("step");
    }

    static async Task<string> RefusedAsync(OrreryProcess cloud, string step, object body)
    {
        using HttpResponseMessage answer = await cloud.Api.PostAsJsonAsync($"{Job}/{step}", body);
        string said = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.Conflict, said);
        return said;
    }

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

    static async Task ChangeAsync(MariaDbServer server, string statements)
    {
        await using var connection = new MySqlConnection(server.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using MySqlCommand command = connection.CreateCommand();
        command.CommandText = statements;
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    const string Sums = "SELECT (SELECT COUNT(*) FROM parent) + (SELECT COUNT(*) FROM child) * 1000000, (SELECT SUM(amount) FROM parent) + (SELECT SUM(parent_id) FROM child)";

    static async Task<string> SumAsync(MariaDbServer server)
    {
        await using var connection = new MySqlConnection(server.ConnectionString + ";Database=shop");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using MySqlCommand command = connection.CreateCommand();
        command.CommandText = Sums;
        return await FirstAsync(command);
    }

    static async Task<string> SumAsync(PostgreSqlServer server, string select = Sums)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString + ";Pooling=false");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(select, connection);
        return await FirstAsync(command);
    }

    static async Task<string> FirstAsync(System.Data.Common.DbCommand command)
    {
        await using System.Data.Common.DbDataReader reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        await reader.ReadAsync(TestContext.Current.CancellationToken);
        return string.Create(CultureInfo.InvariantCulture, $"{reader.GetValue(0)} {Convert.ToDecimal(reader.GetValue(1), CultureInfo.InvariantCulture):F2}");
    }

    /// <summary>Writes to the source until it is stopped.</summary>
    sealed class Writer : IDisposable
    {
        readonly CancellationTokenSource end = new();
        readonly Task<long> writing;

        public Writer(string connectionString) => writing = Task.Factory.StartNew(() => Write(connectionString), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        /// <summary>How many rounds it wrote.</summary>
        public long Stop()
        {
            end.Cancel();
            return writing.GetAwaiter().GetResult();
        }

        public void Dispose()
        {
            Stop();
            end.Dispose();
        }

        long Write(string connectionString)
        {
            using var connection = new MySqlConnection(connectionString + ";Database=shop");
            connection.Open();
            long round = 0;
            for (; !end.Token.WaitHandle.WaitOne(20); round++)
            {
                using MySqlCommand command = connection.CreateCommand();
                long one = 1 + round * 17 % Rows;
                command.CommandText = string.Create(CultureInfo.InvariantCulture, $"INSERT INTO parent (code, amount) VALUES ('新{round}', {round}); UPDATE parent SET amount = amount + 1 WHERE id BETWEEN {one} AND {one + 3}; INSERT INTO child SELECT {1_000_000 + round}, MAX(id) FROM parent; {(round % 9 == 0 ? $"DELETE FROM parent WHERE id = {one}" : "DO 0")}");
                command.ExecuteNonQuery();
            }

            return round;
        }
    }
}
