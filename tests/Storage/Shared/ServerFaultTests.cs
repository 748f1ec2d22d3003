using MySql.Data.MySqlClient;
using Npgsql;
using Orrery.Runtime.Storage;
using Orrery.Storage.Hosting;
using Orrery.Storage.Tests.Sqlite;
using Orrery.Tests.Servers;

namespace Orrery.Storage.Tests.Shared;

/// <summary>Servers that are killed, are not there, refuse, or are newer.</summary>
public sealed class ServerFaultTests(Servers servers)
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_killed_PostgreSQL_loses_nothing_acknowledged_and_the_silo_goes_on_when_it_is_back()
    {
        if (PostgreSqlServer.Missing is { } missing) Assert.Skip(missing);
        await using var server = await PostgreSqlServer.Start("fsync=on");
        await WriteOverCrashAsync(StorageConnection.Parse($"postgres://postgres@127.0.0.1:{server.Port}/postgres"), server.Kill, server.StartAgain);
    }

    [Fact]
    public async Task A_killed_Redis_loses_nothing_acknowledged_and_the_silo_goes_on_when_it_is_back()
    {
        if (RedisServer.Missing is { } missing) Assert.Skip(missing);
        await using var server = await RedisServer.Start();
        await WriteOverCrashAsync(StorageConnection.Parse($"redis://127.0.0.1:{server.Port}/0"), server.Kill, server.StartAgain);
    }

    [Fact]
    public async Task A_missing_database_a_refused_user_and_a_silent_port_are_said_and_no_password_is_shown()
    {
        var postgreSql = (await servers.NewPostgreSqlAsync()).Text;
        var mariaDb = (await servers.NewMariaDbAsync()).Text;
        var (pg, my) = (new NpgsqlConnectionStringBuilder(postgreSql), new MySqlConnectionStringBuilder(mariaDb));
        (string Connection, string Expected)[] cases =
        [
            ($"postgres://postgres:s3cret@127.0.0.1:{pg.Port}/nosuchdatabase", "Make the database first"),
            ($"postgres://nobody:s3cret@127.0.0.1:{pg.Port}/postgres", "Check the user and the password"),
            ($"mysql://root@127.0.0.1:{my.Port}/nosuchdatabase", "Make the database first"),
            ($"mysql://root:s3cret@127.0.0.1:{my.Port}/{my.Database}", "Check the user and the password"),
            ($"postgres://u:s3cret@127.0.0.1:{ServerProcess.FreePort()}/d", "Check that the server runs"),
            ($"mysql://u:s3cret@127.0.0.1:{ServerProcess.FreePort()}/d", "Check that the server runs"),
            ($"redis://:s3cret@127.0.0.1:{ServerProcess.FreePort()}/0", "Check that the server runs"),
        ];
        await Task.WhenAll(cases.Select(async one =>
        {
            await using var store = new SharedStore(StorageConnection.Parse(one.Connection));
            var error = await Should.ThrowAsync<ClusterStoreException>(() => store.Cluster.OpenAsync(Cancellation));
            error.Message.ShouldContain(one.Expected);
            error.Message.ShouldNotContain("s3cret");
        }));
    }

    [Fact]
    public async Task Tables_of_a_newer_version_are_refused_and_left_as_they_are()
    {
        var connection = await servers.NewPostgreSqlAsync();
        await using (var store = new SharedStore(connection)) await store.Cluster.OpenAsync(Cancellation);
        await RunAsync(connection, "UPDATE orrery_schema SET version = 99");
        await using var older = new SharedStore(connection);
        (await Should.ThrowAsync<StoreException>(() => older.States.ClaimAsync("a", 1))).Message.ShouldContain("schema 99");
    }

    [Fact]
    public async Task Tables_of_an_older_version_are_brought_up_to_date_by_many_processes_at_once_and_keep_their_rows()
    {
        var connection = await servers.NewPostgreSqlAsync();
        await using (var store = new SharedStore(connection)) await store.States.ClaimAsync("kept", 3);
        await RunAsync(connection, "UPDATE orrery_schema SET version = 1; DROP TABLE orrery_copy");
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            await using var store = new SharedStore(connection);
            var claim = await store.States.ClaimAsync("kept", 2);
            claim.StoredTerm.ShouldBe(3);
        })));
        await RunAsync(connection, "SELECT count(*) FROM orrery_copy");
    }

    [Fact]
    public async Task An_emptied_database_is_told_by_its_identity()
    {
        var connection = await servers.NewPostgreSqlAsync();
        await using var store = new SharedStore(connection);
        var identity = await store.Cluster.OpenAsync(Cancellation);
        await RunAsync(connection, "DELETE FROM orrery_cluster");
        (await store.Cluster.ReadAsync(-1, Cancellation)).Cluster.ShouldNotBe(identity);
        await Should.ThrowAsync<ClusterStoreException>(() => store.Cluster.TakeShardsAsync(new("a", 1), [new(1, null, 0)], Cancellation));
    }

    /// <summary>One writer counts a row up without pause; the server is killed under it and started again.</summary>
    static async Task WriteOverCrashAsync(StorageConnection connection, Func<Task> kill, Func<Task> startAgain)
    {
        const int rows = 50;
        await using var store = new SharedStore(connection);
        var keys = Enumerable.Range(0, rows).Select(row => new GrainStateKey("crash", $"row{row}", "state")).ToArray();
        await store.States.ExecuteAsync([.. keys.Select(key => new GrainStateOperation(GrainStateOperationKind.Claim, key, 0, 1, 0, default))], Cancellation);
        using var stop = new CancellationTokenSource();
        var (begun, failed, again) = (new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource());
        var acknowledged = 0L;
        var failures = 0;
        var writer = Task.Run(async () =>
        {
            var version = 0L;
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    var batch = keys.Select(key => new GrainStateOperation(GrainStateOperationKind.Write, key, 0, 1, version, BitConverter.GetBytes(version + 1))).ToArray();
                    await store.States.ExecuteAsync(batch, CancellationToken.None);
                    // All of a batch is stored or nothing: one batch whose outcome was not known may have been stored.
                    batch.Select(operation => operation.Outcome).Distinct().Count().ShouldBe(1);
                    version = batch[0].StoredVersion;
                    Interlocked.Exchange(ref acknowledged, version);
                    begun.TrySetResult();
                    if (failed.Task.IsCompleted) again.TrySetResult();
                }
                catch (StoreException)
                {
                    failures++;
                    failed.TrySetResult();
                }
            }
        });
        await begun.Task;
        await kill();
        var before = Interlocked.Read(ref acknowledged);
        failed.TrySetResult(); // The writer may also have waited for the server inside of one call, without a failure.
        await startAgain();
        await again.Task.WaitAsync(TimeSpan.FromSeconds(60), Cancellation);
        await stop.CancelAsync();
        await writer;
        await using var successor = new SharedStore(connection);
        var claims = keys.Select(key => new GrainStateOperation(GrainStateOperationKind.Claim, key, 0, 2, 0, default)).ToArray();
        await successor.States.ExecuteAsync(claims, Cancellation);
        claims.Select(claim => claim.StoredVersion).Distinct().ShouldHaveSingleItem().ShouldBeGreaterThanOrEqualTo(Math.Max(before, acknowledged));
        claims.ShouldAllBe(claim => BitConverter.ToInt64(claim.StoredValue!.Value.ToArray(), 0) == claim.StoredVersion);
        TestContext.Current.TestOutputHelper?.WriteLine($"{before} batches before the crash, {acknowledged} in all, {failures} failed calls");
    }

    static async Task RunAsync(StorageConnection connection, string statement)
    {
        await using var opened = new NpgsqlConnection(connection.Text);
        await opened.OpenAsync(Cancellation);
        await using var command = new NpgsqlCommand(statement, opened);
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
