using System.Data.Common;
using System.Text.Json;
using Npgsql;
using Orrery.Connectors;
using Orrery.Tests.Servers;

namespace Orrery.Agent.Tests.Databases;

public sealed class PostgreSqlWatchTests : IAsyncLifetime
{
    PostgreSqlServer? server;

    public async ValueTask InitializeAsync() => server = PostgreSqlServer.Missing is null ? await PostgreSqlServer.Start() : null;

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
            await server.DisposeAsync();
    }

    [Fact]
    public async Task A_low_privilege_user_sees_sessions_lock_waits_sizes_variables_and_slow_statements_without_literals()
    {
        Assert.SkipWhen(server is null, PostgreSqlServer.Missing ?? "");
        using var admin = new NpgsqlConnection(server!.ConnectionString);
        admin.Open();
        WatchedDatabase.Execute(admin, "CREATE EXTENSION pg_stat_statements");
        WatchedDatabase.Execute(admin, "CREATE TABLE t_sal_order(id int PRIMARY KEY, note text)");
        WatchedDatabase.Execute(admin, "INSERT INTO t_sal_order SELECT i, 'customer' FROM generate_series(1, 1000) i");
        WatchedDatabase.Execute(admin, "CREATE ROLE orrery LOGIN PASSWORD 'hunter2'; GRANT pg_monitor TO orrery");
        WatchedDatabase.Execute(admin, "SELECT pg_sleep(0.2), 'hunter2' AS secret");
        using NpgsqlTransaction holder = admin.BeginTransaction();
        WatchedDatabase.Execute(admin, "UPDATE t_sal_order SET note = 'held' WHERE id = 1");
        using var waiting = new NpgsqlConnection(server.ConnectionString);
        waiting.Open();
        Task waiter = Task.Run(() => WatchedDatabase.Execute(waiting, "UPDATE t_sal_order SET note = 'waits' WHERE id = 1"));

        await using (WatchedDatabase watched = await WatchedDatabase.Start("postgresql", $"Host=127.0.0.1;Port={server.Port};Username=orrery;Password=hunter2;Database=postgres"))
        {
            await watched.Until(() => watched.Newest("db_locks_waiting") == 1 && watched.Newest("db_queries_per_second") > 0, "one waiting session, and a rate of statements");
            holder.Rollback();
            await waiter;
            await watched.Until(() => watched.Newest("db_locks_waiting") == 0, "no waiting session");

            watched.Newest("db_up").ShouldBe(1);
            watched.Newest("db_sessions").ShouldBe(2);
            watched.Newest("db_sessions_max").ShouldBe(100);
            watched.Newest("db_size_bytes").ShouldNotBeNull().ShouldBeGreaterThan(5_000_000);
            watched.Newest("db_cache_hit_percent").ShouldNotBeNull().ShouldBeInRange(1, 100);
            watched.Newest("db_transactions_per_second").ShouldNotBeNull();
            JsonElement report = watched.Report!.Value;
            report.GetProperty("error").GetString().ShouldBeNull();
            report.GetProperty("version").GetString()!.ShouldStartWith("PostgreSQL");
            report.GetProperty("variables").GetProperty("shared_buffers").GetString().ShouldBe("4096 8kB");
            report.GetProperty("sizes").GetProperty("postgres").GetInt64().ShouldBeGreaterThan(5_000_000);
            report.GetProperty("slowStatements").EnumerateArray().ShouldContain(s => s.GetProperty("text").GetString()!.Contains("pg_sleep") && s.GetProperty("maxMilliseconds").GetDouble() > 190);
            report.GetRawText().ShouldNotContain("hunter2");
        }
    }

    [Fact]
    public async Task Without_the_extension_the_report_says_what_is_missing_and_a_server_that_goes_away_is_down()
    {
        Assert.SkipWhen(server is null, PostgreSqlServer.Missing ?? "");
        await using WatchedDatabase watched = await WatchedDatabase.Start("postgresql", server!.ConnectionString);
        await watched.Until(() => watched.Newest("db_up") == 1 && watched.Report is not null, "a database that is up");
        watched.Report!.Value.GetProperty("variables").GetProperty("(slow statements)").GetString()!.ShouldContain("pg_stat_statements is not installed");

        await server.DisposeAsync();
        server = null;
        await watched.Until(() => watched.Newest("db_up") == 0 && watched.Report!.Value.GetProperty("error").GetString() is not null, "a database that is down");
        await watched.Until(() => watched.Door.Lines.Values.Any(l => l.Contains("database_unreachable")), "an event that says so");
    }

    [Fact]
    public void A_watching_session_cannot_write_and_a_statement_ends_at_its_time_out()
    {
        Assert.SkipWhen(server is null, PostgreSqlServer.Missing ?? "");
        DatabaseProviders.TryFind("postgresql", out IDatabaseProvider? provider).ShouldBeTrue();
        using DbConnection connection = provider!.Open(server!.ConnectionString, TimeSpan.FromSeconds(1));
        Should.Throw<DbException>(() => WatchedDatabase.Execute(connection, "CREATE TABLE x(i int)")).SqlState.ShouldBe("25006");
        Should.Throw<DbException>(() => WatchedDatabase.Execute(connection, "SELECT pg_sleep(60)")).SqlState.ShouldBe("57014");
    }
}
