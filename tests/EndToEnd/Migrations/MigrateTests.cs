using System.Globalization;
using Microsoft.Data.Sqlite;
using Npgsql;
using Orrery.Connectors.Sqlite;
using Orrery.Tests.Servers;

namespace Orrery.EndToEnd.Tests.Migrations;

/// <summary>A migration in its own process, which is killed, and whose target is killed.</summary>
public sealed class MigrateTests
{
    const int Rows = 30_000, ChunkRows = 1000, Channels = 2;
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3), Between = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task A_migration_that_is_killed_again_and_again_and_whose_target_is_killed_ends_equal_and_repeats_at_most_a_chunk_a_channel()
    {
        if (PostgreSqlServer.Missing is { } missing) Assert.Skip(missing);
        using var data = new TemporaryFolder();
        string source = Path.Combine(data.Path, "source.db");
        Fill(source);
        await using PostgreSqlServer server = await PostgreSqlServer.Start("fsync=on");
        string target = $"postgresql://postgres@127.0.0.1:{server.Port}/postgres";
        string[] arguments =
        [
            "migrate", "--from", $"sqlite:{source}", "--to", target, "--job", "killed", "--chunk-rows", $"{ChunkRows}", "--parallel", $"{Channels}", "--rows-per-second", "6000",
            "--certificate", Path.Combine(data.Path, "certificate.json"), "--key", Path.Combine(data.Path, "key.pem"),
        ];
        long done = 0;
        for (int kill = 0; kill < 3; kill++)
        {
            await using OrreryProcess run = OrreryProcess.Launch(arguments);
            long more = done + 3 * ChunkRows;
            done = await Until(server, rows => rows >= more);
            if (kill == 1)
            {
                await server.Kill();
                await server.StartAgain();
                long evenMore = done + 2 * ChunkRows;
                done = await Until(server, rows => rows >= evenMore);
            }

            await run.KillAsync();
            done = await Committed(server);
        }

        done.ShouldBeLessThan(Rows);
        (int code, string said) = await OrreryProcess.RunAsync(new Dictionary<string, string>(), Patience, [.. arguments, "--away-minutes", "5"]);
        code.ShouldBe(0, said);
        said.ShouldContain("Equal.");
        // What the last run copied is what was missing: nothing twice.
        said.ShouldContain(string.Create(CultureInfo.InvariantCulture, $"{Rows:N0} rows; {Rows - done:N0} of them in this run"));
        File.ReadAllText(Path.Combine(data.Path, "certificate.html")).ShouldContain("<span class=ok>equal</span>");
        (code, said) = await OrreryProcess.RunAsync("verify", "--from", $"sqlite:{source}", "--to", target);
        code.ShouldBe(0, said);
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand("UPDATE many SET text = 'changed' WHERE id = 77", connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        (code, said) = await OrreryProcess.RunAsync("verify", "--from", $"sqlite:{source}", "--to", target);
        code.ShouldBe(1, said);
        said.ShouldContain("differs: id=77  text: text 77 / changed");
    }

    [Fact]
    public async Task Wrong_addresses_are_refused_with_what_to_write()
    {
        (int code, string said) = await OrreryProcess.RunAsync("migrate", "--from", "oracle9://x/y", "--to", "sqlite:/tmp/x.db");
        code.ShouldBe(2, said);
        said.ShouldContain("--from: There is no engine 'oracle9'");
        (code, said) = await OrreryProcess.RunAsync("migrate", "--from", "postgresql://user:secret@127.0.0.1:1/db", "--to", "sqlite:/nowhere/x.db");
        code.ShouldBe(1, said);
        said.ShouldNotContain("secret");
    }

    static void Fill(string path)
    {
        using SqliteConnection connection = SqliteConnections.Open($"Data Source={path}");
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = $"CREATE TABLE many (id INTEGER PRIMARY KEY, text VARCHAR(40)); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {Rows}) INSERT INTO many SELECT i, 'text ' || i FROM n";
        command.ExecuteNonQuery();
    }

    static async Task<long> Until(PostgreSqlServer server, Func<long, bool> isReached)
    {
        using var end = new CancellationTokenSource(Patience);
        using var looks = new PeriodicTimer(Between);
        while (true)
        {
            long rows = await Committed(server);
            if (isReached(rows)) return rows;
            await looks.WaitForNextTickAsync(end.Token);
        }
    }

    /// <summary>Rows whose chunks the target has.</summary>
    static async Task<long> Committed(PostgreSqlServer server)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString + ";Pooling=false");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand("SELECT CASE WHEN to_regclass('orrery_chunk') IS NULL THEN 0 ELSE 1 END", connection);
        if ((int)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))! == 0) return 0;
        command.CommandText = "SELECT coalesce(sum(row_count), 0)::bigint FROM orrery_chunk WHERE chunk >= 0";
        return (long)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }
}
