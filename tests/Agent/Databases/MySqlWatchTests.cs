using System.Data.Common;
using System.Diagnostics;
using System.Text.Json;
using MySql.Data.MySqlClient;
using Orrery.Connectors;
using Orrery.Tests.Servers;

namespace Orrery.Agent.Tests.Databases;

public sealed class MySqlWatchTests : IAsyncLifetime
{
    MariaDbServer? server;

    public async ValueTask InitializeAsync() => server = MariaDbServer.Missing is null ? await MariaDbServer.Start() : null;

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
            await server.DisposeAsync();
    }

    [Fact]
    public async Task A_low_privilege_user_sees_sessions_lock_waits_sizes_variables_and_slow_statements_without_literals()
    {
        Assert.SkipWhen(server is null, MariaDbServer.Missing ?? "");
        using var admin = new MySqlConnection(server!.ConnectionString);
        admin.Open();
        foreach (string statement in new[]
        {
            "CREATE DATABASE erp", "CREATE TABLE erp.t_sal_order(id int PRIMARY KEY, note text)", "INSERT INTO erp.t_sal_order VALUES (1, 'customer'), (2, 'customer')",
            "CREATE USER orrery@'127.0.0.1' IDENTIFIED BY 'hunter2'", "GRANT PROCESS ON *.* TO orrery@'127.0.0.1'",
            "GRANT SELECT ON performance_schema.* TO orrery@'127.0.0.1'", "GRANT SELECT ON erp.* TO orrery@'127.0.0.1'",
            "USE erp", "SELECT SLEEP(0.2), 'hunter2'", "BEGIN", "UPDATE t_sal_order SET note = 'held' WHERE id = 1",
        })
            WatchedDatabase.Execute(admin, statement);
        using var waiting = new MySqlConnection(server.ConnectionString + ";Database=erp");
        waiting.Open();
        Task waiter = Task.Run(() => WatchedDatabase.Execute(waiting, "UPDATE t_sal_order SET note = 'waits' WHERE id = 1"));

        await using WatchedDatabase watched = await WatchedDatabase.Start("mysql", $"Server=127.0.0.1;Port={server.Port};User ID=orrery;Password=hunter2;SslMode=Disabled");
        await watched.Until(() => watched.Newest("db_locks_waiting") == 1 && watched.Newest("db_queries_per_second") > 0, "one waiting session, and a rate of statements");
        WatchedDatabase.Execute(admin, "ROLLBACK");
        await waiter;
        await watched.Until(() => watched.Newest("db_locks_waiting") == 0, "no waiting session");

        watched.Newest("db_up").ShouldBe(1);
        watched.Newest("db_sessions").ShouldBe(3);
        watched.Newest("db_sessions_max").ShouldBe(151);
        watched.Newest("db_size_bytes").ShouldNotBeNull().ShouldBeGreaterThan(10_000);
        watched.Newest("db_cache_hit_percent").ShouldNotBeNull().ShouldBeInRange(1, 100);
        watched.Newest("db_slow_statements_total").ShouldNotBeNull();
        watched.Newest("db_deadlocks_total").ShouldBe(0);
        watched.Door.Samples.Keys.ShouldContain(k => k.StartsWith("erp-01|db_up{database=main,engine=mariadb}"));
        JsonElement report = watched.Report!.Value;
        report.GetProperty("error").GetString().ShouldBeNull();
        report.GetProperty("engine").GetString().ShouldBe("mariadb");
        report.GetProperty("variables").GetProperty("innodb_buffer_pool_size").GetString().ShouldBe("33554432");
        report.GetProperty("sizes").GetProperty("erp").GetInt64().ShouldBeGreaterThan(10_000);
        report.GetProperty("slowStatements").EnumerateArray().ShouldContain(s => s.GetProperty("text").GetString()!.Contains("SLEEP") && s.GetProperty("maxMilliseconds").GetDouble() > 190);
        report.GetRawText().ShouldNotContain("hunter2");
    }

    [Fact]
    public async Task A_wrong_password_is_reported_without_the_password()
    {
        Assert.SkipWhen(server is null, MariaDbServer.Missing ?? "");
        await using WatchedDatabase watched = await WatchedDatabase.Start("mysql", $"Server=127.0.0.1;Port={server!.Port};User ID=nobody;Password=hunter2;SslMode=Disabled");
        await watched.Until(() => watched.Newest("db_up") == 0 && watched.Report is not null, "a database that refuses");
        watched.Report!.Value.GetProperty("error").GetString()!.ShouldContain("nobody");
        watched.Report!.Value.GetRawText().ShouldNotContain("hunter2");
        watched.Door.Lines.Values.ShouldAllBe(l => !l.Contains("hunter2"));
    }

    [Fact]
    public void A_watching_session_cannot_write_and_a_statement_ends_at_its_time_out()
    {
        Assert.SkipWhen(server is null, MariaDbServer.Missing ?? "");
        DatabaseProviders.TryFind("mysql", out IDatabaseProvider? provider).ShouldBeTrue();
        using DbConnection connection = provider!.Open(server!.ConnectionString, TimeSpan.FromSeconds(1));
        WatchedDatabase.Execute(connection, "SELECT 1");
        long started = Stopwatch.GetTimestamp();
        Should.Throw<DbException>(() => WatchedDatabase.Execute(connection, "SELECT COUNT(*) FROM information_schema.columns a, information_schema.columns b, information_schema.columns c"));
        Stopwatch.GetElapsedTime(started).TotalSeconds.ShouldBeLessThan(10);
        Should.Throw<DbException>(() => WatchedDatabase.Execute(connection, "INSERT INTO mysql.time_zone_leap_second VALUES (1, 1)"));
    }
}
