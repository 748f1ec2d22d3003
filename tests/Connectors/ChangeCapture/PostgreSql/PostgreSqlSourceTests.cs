using Npgsql;
using Orrery.Connectors.ChangeCapture;
using Orrery.Connectors.ChangeCapture.PostgreSql;
using Orrery.Connectors.Rows;
using Orrery.Connectors.Tests.ChangeCapture.Messages;
using Orrery.Tests.Servers;

namespace Orrery.Connectors.Tests.ChangeCapture.PostgreSql;

public sealed class PostgreSqlSourceTests : IAsyncLifetime
{
    PostgreSqlServer server = null!;
    NpgsqlConnection connection = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(PostgreSqlServer.Missing is not null, PostgreSqlServer.Missing ?? "");
        server = await PostgreSqlServer.Start("max_wal_senders=10", "max_replication_slots=10");
        connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (server is null) return;
        await connection.DisposeAsync();
        await server.DisposeAsync();
    }

    PostgreSqlCaptureOptions Options(params string[] tables) => new()
    {
        ConnectionString = server.ConnectionString, Slot = "capture", Publication = "captured", Tables = tables, IdleInterval = TimeSpan.FromMilliseconds(300), ReconnectPause = TimeSpan.FromMilliseconds(20),
    };

    [Fact]
    public async Task Every_type_comes_out_of_a_snapshot_and_of_the_stream_alike()
    {
        await Execute("""
            CREATE TYPE status AS ENUM ('pending', 'approved');
            CREATE DOMAIN amount AS numeric(10,2);
            CREATE TABLE types (id int PRIMARY KEY, b bool, i2 int2, i8 int8, n numeric(38,10), free numeric, dom amount, f4 float4, f8 float8, t text, v varchar(20), c char(5), raw bytea, d date,
              tm time(6), ts timestamp(3), tz timestamptz, u uuid, j json, jb jsonb, a int[], ta text[], s status, iv interval, bits bit varying(20), ip inet, r int4range)
            """);
        const string values = """
            true, -32768, 9223372036854775807, 1234567890123456789012345678.0123456789, 500.25, 12.34, 0.1, 'NaN', E'a\tb\n\\ "华为" 😀', 'x', 'ab', '\x00ff27', '2020-07-17', '18:00:22.123456', '2020-07-17 18:00:22.123',
            '2020-07-17 18:00:22.123456+08', '651aed08-390f-4893-b2f1-36923e7b7400', '{"k" :  1}', '{"k": 1}', '{1,NULL,3}', '{"a b",c}', 'approved', '1 year 2 days', B'1010', '192.168.1.1', '[1,10)'
            """;
        const string columns = "b,i2,i8,n,free,dom,f4,f8,t,v,c,raw,d,tm,ts,tz,u,j,jb,a,ta,s,iv,bits,ip,r";
        await Execute($"INSERT INTO types (id, {columns}) VALUES (1, {values}), (2{string.Concat(Enumerable.Repeat(", null", 26))})");
        await using var source = new PostgreSqlSource(Options("public.types"), "", TimeProvider.System, TestMeters.Capture());
        List<Change> read = await ReadUntil(source, changes => changes.Count(change => change.Kind == ChangeKind.Read) == 2);
        await Execute($"INSERT INTO types SELECT id + 2, {columns} FROM types");
        List<Change> streamed = await ReadUntil(source, changes => changes.Count(change => change.Kind == ChangeKind.Insert) == 2);
        Change first = read.Single(change => change.Key[0] is 1), again = streamed.Single(change => change.Key[0] is 3);
        again.Schema.Fingerprint.ShouldBe(first.Schema.Fingerprint);
        again.After[1..].Select(Fold.Text).ShouldBe(first.After[1..].Select(Fold.Text));
        streamed.Single(change => change.Key[0] is 4).After[1..].ShouldAllBe(value => value == null);
        first.After.Select(Fold.Text).ShouldBe(
        [
            "1", "True", "-32768", "9223372036854775807", "1234567890123456789012345678.0123456789", "500.250000000000000000", "12.34", "0.1", "NaN", "a\tb\n\\ \"华为\" 😀", "x", "ab   ", "00FF27",
            Fold.Text(new DateOnly(2020, 7, 17)), Fold.Text(new TimeSpan(18, 0, 22) + TimeSpan.FromMicroseconds(123456)), Fold.Text(new DateTime(2020, 7, 17, 18, 0, 22, 123)),
            Fold.Text(new DateTimeOffset(2020, 7, 17, 10, 0, 22, TimeSpan.Zero).AddMicroseconds(123456)), "651aed08-390f-4893-b2f1-36923e7b7400", "{\"k\" :  1}", "{\"k\": 1}", "{1,NULL,3}", "{\"a b\",c}",
            "approved", "1 year 2 days", "1010", "192.168.1.1", "[1,10)",
        ]);
    }

    [Theory]
    [InlineData("timestamptz", "infinity")]
    [InlineData("date", "-infinity")]
    [InlineData("numeric", "NaN")]
    [InlineData("numeric(50,0)", "123456789012345678901234567890123456789")]
    public async Task A_value_that_cannot_be_carried_stops_with_its_column_and_can_be_carried_as_text(string type, string value)
    {
        await Execute($"CREATE TABLE odd (id int PRIMARY KEY, v {type}); INSERT INTO odd VALUES (1, '{value}')");
        await using var source = new PostgreSqlSource(Options("public.odd"), "", TimeProvider.System, TestMeters.Capture());
        var error = await Should.ThrowAsync<ChangeSourceException>(() => ReadUntil(source, changes => changes.Count > 0));
        error.Fault.ShouldBe(ChangeSourceFault.Value);
        error.Message.ShouldContain("Table public.odd, column 'v'");
        await using var text = new PostgreSqlSource(Options("public.odd") with { ColumnsAsText = new HashSet<string> { "public.odd.v" }, Slot = "text" }, "", TimeProvider.System, TestMeters.Capture());
        (await ReadUntil(text, changes => changes.Count > 0)).Single()["v"].ShouldBe(value);
    }

    [Fact]
    public async Task Large_values_that_did_not_change_are_missing_unless_the_identity_is_full()
    {
        await Execute("""
            CREATE TABLE large (id int PRIMARY KEY, n int, v text); ALTER TABLE large ALTER v SET STORAGE EXTERNAL;
            INSERT INTO large VALUES (1, 1, repeat('x', 10000));
            """);
        await using var source = new PostgreSqlSource(Options("public.large") with { TakesSnapshot = false }, "", TimeProvider.System, TestMeters.Capture());
        await source.ReadAsync(new ChangeBatch(), CancellationToken.None);
        await Execute("UPDATE large SET n = 2; ALTER TABLE large REPLICA IDENTITY FULL; UPDATE large SET n = 3; DELETE FROM large");
        List<Change> changes = await ReadUntil(source, all => all.Any(change => change.Kind == ChangeKind.Delete));
        List<Change> updates = [.. changes.Where(change => change.Kind == ChangeKind.Update)];
        updates[0].After.ShouldBe([1, 2, RowValues.Missing]);
        updates[0].Before.ShouldBe([1, RowValues.Missing, RowValues.Missing]);
        updates[1].After.ShouldBe([1, 3, new string('x', 10000)]);
        updates[1].Before.ShouldBe([1, 2, new string('x', 10000)]);
        changes[^1].Before.ShouldBe([1, 3, new string('x', 10000)]);
    }

    [Fact]
    public async Task An_altered_table_gives_a_schema_change_and_a_truncate_its_own()
    {
        await Execute("CREATE TABLE t (id int PRIMARY KEY, a int)");
        await using var source = new PostgreSqlSource(Options("public.t") with { TakesSnapshot = false }, "", TimeProvider.System, TestMeters.Capture());
        await source.ReadAsync(new ChangeBatch(), CancellationToken.None);
        await Execute("INSERT INTO t VALUES (1, 1); ALTER TABLE t ADD b text; INSERT INTO t VALUES (2, 2, 'x'); UPDATE t SET id = 3 WHERE id = 2; TRUNCATE t");
        List<Change> changes = await ReadUntil(source, all => all.Any(change => change.Kind == ChangeKind.Truncate));
        changes.Select(change => change.Kind).ShouldBe([ChangeKind.Insert, ChangeKind.Schema, ChangeKind.Insert, ChangeKind.Update, ChangeKind.Truncate]);
        changes[2].After.ShouldBe([2, 2, "x"]);
        changes[2].Schema.Fingerprint.ShouldBe(changes[1].Schema.Fingerprint);
        changes[3].Was("id").ShouldBe(2);
        changes[3].Key.ShouldBe([3]);
    }

    [Fact]
    public async Task A_confirmed_position_moves_the_slot_and_only_that()
    {
        await Execute("CREATE TABLE t (id int PRIMARY KEY)");
        await using var source = new PostgreSqlSource(Options("public.t") with { TakesSnapshot = false }, "", TimeProvider.System, TestMeters.Capture());
        var batch = new ChangeBatch();
        await source.ReadAsync(batch, CancellationToken.None);
        object? begin = await Scalar("SELECT confirmed_flush_lsn::text FROM pg_replication_slots");
        await Execute("INSERT INTO t SELECT generate_series(1, 10)");
        do await source.ReadAsync(batch, CancellationToken.None);
        while (batch.Count == 0);
        (await Scalar("SELECT confirmed_flush_lsn::text FROM pg_replication_slots")).ShouldBe(begin);
        await source.ConfirmAsync(batch.Checkpoint, CancellationToken.None);
        await Until($"(SELECT confirmed_flush_lsn::text FROM pg_replication_slots) <> '{begin}'");
        (await Scalar("SELECT confirmed_flush_lsn::text FROM pg_replication_slots")).ShouldNotBe(begin);
    }

    [Fact]
    public async Task A_slot_that_is_gone_or_was_moved_by_somebody_else_is_a_lost_position()
    {
        await Execute("CREATE TABLE t (id int PRIMARY KEY)");
        string checkpoint;
        await using (var source = new PostgreSqlSource(Options("public.t") with { TakesSnapshot = false }, "", TimeProvider.System, TestMeters.Capture()))
        {
            var batch = new ChangeBatch();
            await source.ReadAsync(batch, CancellationToken.None);
            checkpoint = batch.Checkpoint;
        }

        await Execute("INSERT INTO t VALUES (1)");
        await Until("NOT (SELECT active FROM pg_replication_slots)");
        await Execute("SELECT pg_replication_slot_advance('capture', pg_current_wal_lsn())");
        await using var late = new PostgreSqlSource(Options("public.t"), checkpoint, TimeProvider.System, TestMeters.Capture());
        (await Should.ThrowAsync<ChangeSourceException>(async () => await late.ReadAsync(new ChangeBatch(), CancellationToken.None))).Fault.ShouldBe(ChangeSourceFault.PositionLost);
        await Execute("SELECT pg_drop_replication_slot('capture')");
        await using var later = new PostgreSqlSource(Options("public.t"), checkpoint, TimeProvider.System, TestMeters.Capture());
        (await Should.ThrowAsync<ChangeSourceException>(async () => await later.ReadAsync(new ChangeBatch(), CancellationToken.None))).Message.ShouldContain("is not there any more");
    }

    [Fact]
    public async Task A_server_that_restarts_loses_nothing_and_repeats_nothing()
    {
        await Execute("CREATE TABLE t (id int PRIMARY KEY)");
        await using var source = new PostgreSqlSource(Options("public.t") with { TakesSnapshot = false }, "", TimeProvider.System, TestMeters.Capture());
        var batch = new ChangeBatch();
        await source.ReadAsync(batch, CancellationToken.None);
        await Execute("INSERT INTO t SELECT generate_series(1, 100)");
        List<Change> before = await ReadUntil(source, changes => changes.Count >= 100);
        await connection.DisposeAsync();
        await server.Restart();
        NpgsqlConnection.ClearAllPools();
        connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync();
        await Execute("INSERT INTO t SELECT generate_series(101, 200)");
        List<Change> after = await ReadUntil(source, changes => changes.Count >= 100);
        before.Concat(after).Select(change => (int)change["id"]!).ShouldBe(Enumerable.Range(1, 200));
    }

    async Task<List<Change>> ReadUntil(PostgreSqlSource source, Func<List<Change>, bool> isEnough)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var batch = new ChangeBatch();
        var changes = new List<Change>();
        while (!isEnough(changes))
        {
            await source.ReadAsync(batch, patience.Token);
            changes.AddRange(Change.All(batch));
        }

        return changes;
    }

    async Task Execute(string statement)
    {
        // Each statement in a transaction of its own.
        foreach (string one in statement.Contains("CREATE TYPE") || statement.Contains("INSERT INTO types") ? [statement] : statement.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            await using var command = new NpgsqlCommand(one, connection);
            await command.ExecuteNonQueryAsync();
        }
    }

    /// <summary>Looks until the server says that a condition holds, which it tells nobody by itself.</summary>
    async Task Until(string condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (await Scalar($"SELECT {condition}") is not true)
            (await look.WaitForNextTickAsync(limit.Token)).ShouldBeTrue(condition);
    }

    async Task<object?> Scalar(string statement)
    {
        await using var command = new NpgsqlCommand(statement, connection);
        return await command.ExecuteScalarAsync();
    }
}
