using Orrery.Connectors.ChangeCapture;
using Orrery.Connectors.ChangeCapture.MySql;
using Orrery.Connectors.ChangeCapture.MySql.Protocol;
using Orrery.Connectors.Rows;
using Orrery.Tests.Servers;

namespace Orrery.Connectors.Tests.ChangeCapture.MySql;

public sealed class CaptureTests(CaptureServer server) : IClassFixture<CaptureServer>
{
    [Theory]
    [InlineData(11, false)]
    [InlineData(12, true)]
    [InlineData(13, true)]
    public async Task Folding_the_changes_gives_exactly_the_tables_whatever_is_written_and_wherever_the_capture_is_ended(int seed, bool definitions)
    {
        string database = server.MakeDatabase();
        server.RunIn(
            database,
            "CREATE TABLE numbers (id INT PRIMARY KEY, n BIGINT NOT NULL, t VARCHAR(40)) ENGINE=InnoDB",
            "CREATE TABLE texts (a VARCHAR(20), b INT, v DECIMAL(12,2) NOT NULL, PRIMARY KEY (a, b)) ENGINE=InnoDB",
            "CREATE TABLE done (id INT PRIMARY KEY)",
            "INSERT INTO numbers SELECT seq, seq, CONCAT('t', seq) FROM seq_0_to_399 WHERE seq % 3 > 0",
            "INSERT INTO texts SELECT CONCAT('k', seq % 60), seq % 20, MAX(seq) FROM seq_0_to_299 GROUP BY seq % 60, seq % 20");
        var options = server.Options(database) with { ChunkRows = 40, BatchBytes = 1024 };
        var random = new Random(seed);
        var folded = new FoldedTables();
        var checkpoints = new List<string?> { null };
        var writer = new BusyWriter(() => server.Connect(database), seed);
        Task writing = writer.Run(2, definitions);
        int runs = 0;
        using var marker = server.Connect(database);
        var batch = new ChangeBatch();
        for (; runs < 12; runs++)
        {
            // From one of the last checkpoints: what came after it comes again.
            string? checkpoint = checkpoints[^(1 + random.Next(Math.Min(4, checkpoints.Count)))];
            await using var capture = CaptureServer.Open(options, checkpoint);
            for (int left = random.Next(1, 40); left > 0; left--)
            {
                CaptureServer.Run(marker, $"INSERT INTO done VALUES ({runs * 1000 + left + 100})"); // There is always something to read.
                await capture.ReadAsync(batch, TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(150), TestContext.Current.CancellationToken);
                folded.Take(batch);
                checkpoints.Add(batch.Checkpoint);
            }
        }

        writer.End();
        await writing;
        server.Run($"INSERT INTO {database}.done VALUES (1)");
        await using var last = CaptureServer.Open(options, checkpoints[^1]);
        await CaptureServer.ReadUntil(last, folded.Take, () => folded.Lines("done")?.Contains("1") == true && last.PendingTables == 0);
        using var connection = server.Connect(database);
        var names = Query(connection, "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA=DATABASE() ORDER BY 1");
        foreach (string name in names)
        {
            var columns = Query(connection, $"SELECT COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA=DATABASE() AND TABLE_NAME='{name}' ORDER BY ORDINAL_POSITION");
            var rows = Query(connection, $"SELECT CONCAT_WS('|', {string.Join(", ", columns.Select(column => $"IFNULL(CONVERT(`{column}` USING utf8mb4), 'NULL')"))}) FROM `{name}`");
            (folded.Lines(name) ?? []).ShouldBe([.. rows.Order(StringComparer.Ordinal)], $"table {name} of seed {seed} after {writer.Transactions} transactions, {folded.Changes} changes, {folded.Reads} rows read");
        }

        folded.Changes.ShouldBeGreaterThan(100);
        folded.Reads.ShouldBeGreaterThan(100);
    }

    [Theory]
    [InlineData("MINIMAL")]
    [InlineData("NOBLOB")]
    public async Task Partial_images_fold_to_the_same_rows(string image)
    {
        string database = server.MakeDatabase();
        server.Run($"CREATE TABLE {database}.t (id INT PRIMARY KEY, a INT, b VARCHAR(20), c TEXT)");
        await using var capture = CaptureServer.Open(server.Options(database));
        await CaptureServer.ReadUntil(capture, _ => { }, () => capture.Position is not null && capture.PendingTables == 0);
        server.RunIn(
            database,
            $"SET SESSION binlog_row_image='{image}'; INSERT INTO t VALUES (1, 1, 'x', 'long'), (2, 2, 'y', NULL); UPDATE t SET a=5 WHERE id=1; UPDATE t SET b=NULL WHERE id=2; UPDATE t SET c='longer', id=3 WHERE id=1; DELETE FROM t WHERE id=2; INSERT INTO t (id) VALUES (9)");
        var folded = new FoldedTables();
        int missing = 0;
        await CaptureServer.ReadUntil(capture, batch =>
        {
            folded.Take(batch);
            foreach (var entry in batch.Entries)
                if (entry.Kind == ChangeKind.Update) missing += BinlogFileTests.Row(batch, entry).Count(value => value == RowValues.Missing);
        }, () => folded.Lines("t")?.Any(line => line.StartsWith("9|", StringComparison.Ordinal)) == true);
        var lines = folded.Lines("t")!;
        lines.Count.ShouldBe(2);
        lines[1].ShouldBe("9|NULL|NULL|NULL");
        // A key that changed is a row gone and a row come; of a minimal image, what did not change is not known then.
        lines[0].ShouldBe(image == "NOBLOB" ? "3|5|x|longer" : "3|NULL|NULL|longer");
        missing.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_server_that_is_killed_and_started_again_loses_nothing_and_repeats_nothing()
    {
        if (MariaDbServer.Missing is { } missing) Assert.Skip(missing);
        await using var own = await MariaDbServer.Start(false, "--innodb-flush-log-at-trx-commit=1", "--sync-binlog=1");
        using (var connection = CaptureServer.Connect(own))
        {
            CaptureServer.Run(connection, "CREATE DATABASE d");
            CaptureServer.Run(connection, "CREATE TABLE d.t (id INT PRIMARY KEY AUTO_INCREMENT, n INT)");
            CaptureServer.Run(connection, "INSERT INTO d.t (n) VALUES (1), (2), (3)");
        }

        var options = new MySqlCaptureOptions { Endpoint = CaptureServer.EndpointOf(own), Tables = ["d.*"], Heartbeat = TimeSpan.FromMilliseconds(200) };
        await using var capture = CaptureServer.Open(options);
        var inserted = new List<object?>();
        void Take(ChangeBatch batch)
        {
            foreach (var entry in batch.Entries)
                if (entry.Kind is ChangeKind.Insert or ChangeKind.Read) inserted.Add(BinlogFileTests.Row(batch, entry)[0]);
        }

        await CaptureServer.ReadUntil(capture, Take, () => inserted.Count == 3);
        for (int round = 0; round < 2; round++)
        {
            int wanted = inserted.Count + 2;
            using (var connection = CaptureServer.Connect(own)) CaptureServer.Run(connection, "INSERT INTO d.t (n) VALUES (10)");
            await own.Kill();
            Task again = own.StartAgain();
            Task read = CaptureServer.ReadUntil(capture, Take, () => inserted.Count >= wanted);
            await again;
            using (var connection = CaptureServer.Connect(own)) CaptureServer.Run(connection, "INSERT INTO d.t (n) VALUES (11)");
            await read;
        }

        using var last = CaptureServer.Connect(own);
        var ids = Query(last, "SELECT CAST(id AS CHAR) FROM d.t ORDER BY id");
        inserted.Select(id => id!.ToString()!).ShouldBe(ids);
    }

    [Fact]
    public async Task A_position_that_is_not_kept_any_more_is_said_with_what_to_do()
    {
        if (MariaDbServer.Missing is { } missing) Assert.Skip(missing);
        await using var own = await MariaDbServer.Start(performanceSchema: false);
        using var connection = CaptureServer.Connect(own);
        CaptureServer.Run(connection, "CREATE DATABASE d");
        CaptureServer.Run(connection, "CREATE TABLE d.t (id INT PRIMARY KEY)");
        var options = new MySqlCaptureOptions { Endpoint = CaptureServer.EndpointOf(own), Tables = ["d.*"], Heartbeat = TimeSpan.FromMilliseconds(100) };
        string checkpoint;
        await using (var capture = CaptureServer.Open(options)) checkpoint = await CaptureServer.ReadUntil(capture, _ => { }, () => capture.Position is not null && capture.PendingTables == 0);

        CaptureServer.Run(connection, "FLUSH BINARY LOGS");
        // The server keeps a file for as long as it believes that somebody reads it.
        while (File.Exists(Path.Combine(own.DataDirectory, "binlog.000001"))) CaptureServer.Run(connection, "PURGE BINARY LOGS TO 'binlog.000002'");
        await using (var late = CaptureServer.Open(options, checkpoint))
        {
            var lost = await Should.ThrowAsync<ChangeSourceException>(() => CaptureServer.ReadUntil(late, _ => { }, () => false));
            lost.Fault.ShouldBe(ChangeSourceFault.PositionLost);
            lost.Message.ShouldContain("binlog.000001:");
            lost.Message.ShouldContain("Take a new snapshot");
        }

        // The same file name and more, after the log was begun anew.
        CaptureServer.Run(connection, "DO SLEEP(1.1)");
        CaptureServer.Run(connection, "RESET MASTER");
        for (int id = 2; id < 60; id++) CaptureServer.Run(connection, $"INSERT INTO d.t VALUES ({id})");
        string begin = System.Text.RegularExpressions.Regex.Replace(checkpoint, "\"offset\":[0-9]+", "\"offset\":4");
        await using var other = CaptureServer.Open(options, begin);
        var anew = await Should.ThrowAsync<ChangeSourceException>(() => CaptureServer.ReadUntil(other, _ => { }, () => false));
        anew.Fault.ShouldBe(ChangeSourceFault.PositionLost);
        anew.Message.ShouldContain("begun anew");
    }

    [Fact]
    public async Task A_definition_that_is_not_understood_is_read_from_the_server_and_a_decimal_that_is_too_long_names_row_and_column()
    {
        string database = server.MakeDatabase();
        server.Run($"CREATE TABLE {database}.t (id INT PRIMARY KEY, d DECIMAL(65,0))");
        var folded = new FoldedTables();
        await using var capture = CaptureServer.Open(server.Options(database));
        await CaptureServer.ReadUntil(capture, folded.Take, () => capture.Position is not null && capture.PendingTables == 0);
        server.Run($"INSERT INTO {database}.t VALUES (1, 1)");
        await CaptureServer.ReadUntil(capture, folded.Take, () => folded.Lines("t")?.Count == 1);
        server.Run($"CREATE TABLE {database}.copy AS SELECT id, d, '汉' AS x FROM {database}.t", $"CREATE OR REPLACE TABLE {database}.like_it LIKE {database}.copy", $"INSERT INTO {database}.like_it VALUES (7, 7, 'x')");
        await CaptureServer.ReadUntil(capture, folded.Take, () => folded.Lines("like_it")?.Count == 1);
        folded.Lines("copy").ShouldBe(["1|1|汉"]);
        folded.SchemaOf("copy")!.Columns.Select(column => column.NativeType).ShouldBe(["int", "decimal(65,0)", "varchar(1)"]);
        server.Run($"INSERT INTO {database}.t VALUES (2, 2), (3, REPEAT('9', 39))");
        var refused = await Should.ThrowAsync<ChangeSourceException>(() => CaptureServer.ReadUntil(capture, folded.Take, () => false));
        refused.Fault.ShouldBe(ChangeSourceFault.Value);
        refused.Message.ShouldContain("Row 2 of the event");
        refused.Message.ShouldContain("column 'd'");
    }

    [Fact]
    public async Task Tables_are_followed_over_compressed_events_gtids_character_sets_and_rows_as_text()
    {
        string database = server.MakeDatabase();
        server.Run($"CREATE TABLE {database}.t (id INT PRIMARY KEY, v VARCHAR(2000))", "SET GLOBAL log_bin_compress=ON, log_bin_compress_min_len=10");
        try
        {
            using var connection = server.Connect();
            string gtid = Query(connection, "SELECT @@gtid_binlog_pos")[0];
            server.Run($"INSERT INTO {database}.t VALUES (1, REPEAT('汉', 600)), (2, REPEAT('y', 2000))");
            await using var capture = CaptureServer.Open(server.Options(database) with { StartGtid = gtid });
            var folded = new FoldedTables();
            await CaptureServer.ReadUntil(capture, folded.Take, () => folded.Lines("t")?.Count == 2);
            server.RunIn(
                database, "UPDATE t SET v=REPEAT('z', 1999) WHERE id=2",
                "SET GLOBAL character_set_server=latin1", "CREATE TABLE latin (id INT PRIMARY KEY, v VARCHAR(9)) CHARACTER SET latin1", "INSERT INTO latin VALUES (1, _utf8mb4 X'C3A9')", "DELETE FROM t WHERE id=1");
            await using (var gbk = await ServerConnection.OpenAsync(CaptureServer.EndpointOf(server.Server), TimeProvider.System, 1 << 20, TestContext.Current.CancellationToken))
            {
                await gbk.QueryAsync("SET NAMES gbk", default);
                await gbk.SendAsync(Command.Query, System.Text.CodePagesEncodingProvider.Instance.GetEncoding(936)!.GetBytes($"ALTER TABLE {database}.t ADD COLUMN 汉字 INT AFTER id"), default);
                await gbk.ExpectOkAsync("the test's ALTER", default);
            }

            await CaptureServer.ReadUntil(capture, folded.Take, () => folded.Lines("latin")?.Count == 1 && folded.SchemaOf("t")?.Columns.Count == 3 && capture.PendingTables == 0);
            folded.Lines("latin").ShouldBe(["1|é"]);
            folded.Lines("t").ShouldBe(["2|NULL|" + new string('z', 1999)]);
            folded.SchemaOf("t")!.Columns[1].Name.ShouldBe("汉字");
            server.RunIn(database, "SET SESSION binlog_format=STATEMENT; UPDATE t SET v='lost' WHERE id=2");
            var refused = await Should.ThrowAsync<ChangeSourceException>(() => CaptureServer.ReadUntil(capture, folded.Take, () => false));
            refused.Fault.ShouldBe(ChangeSourceFault.Settings);
            refused.Message.ShouldContain("binlog_format=ROW");
        }
        finally
        {
            server.Run("SET GLOBAL log_bin_compress=OFF, character_set_server=utf8mb4");
        }
    }

    [Fact]
    public async Task A_snapshot_under_a_short_lock_and_tables_without_a_key_work_too()
    {
        string database = server.MakeDatabase();
        server.RunIn(database, "CREATE TABLE a (id INT PRIMARY KEY)", "CREATE TABLE b (x VARCHAR(9), y INT)", "INSERT INTO a SELECT seq FROM seq_1_to_100", "INSERT INTO b SELECT CONCAT('r', seq), seq FROM seq_1_to_100");
        await using var capture = CaptureServer.Open(server.Options(database) with { ChunkRows = 30, BatchBytes = 1024, LocksForPosition = true });
        var folded = new FoldedTables();
        await CaptureServer.ReadUntil(capture, folded.Take, () => folded.Lines("b")?.Count == 100 && capture.PendingTables == 0);
        folded.Lines("a")!.Count.ShouldBe(100);
        server.RunIn(database, "UPDATE b SET y=-1 WHERE y=50", "DELETE FROM b WHERE y=51", "TRUNCATE TABLE a");
        await CaptureServer.ReadUntil(capture, folded.Take, () => folded.Lines("a")!.Count == 0);
        folded.Lines("b")!.Count.ShouldBe(99);
        folded.Lines("b")!.ShouldContain("r50|-1");
    }

    [Fact]
    public async Task Full_metadata_names_columns_where_nothing_else_does()
    {
        string database = server.MakeDatabase();
        server.Run($"CREATE TABLE {database}.t (id INT UNSIGNED PRIMARY KEY, `when` YEAR, n BIGINT UNSIGNED, e ENUM('a','汉'), s SET('x','y'), g VARCHAR(5) CHARACTER SET gbk, b BLOB)", "FLUSH BINARY LOGS", "SET GLOBAL binlog_row_metadata=FULL");
        server.Run($"INSERT INTO {database}.t VALUES (4294967295, 2024, 18446744073709551615, '汉', 'x,y', '汉', X'00')", "SET GLOBAL binlog_row_metadata=NO_LOG");
        string file = Directory.GetFiles(server.Server.DataDirectory, "binlog.0*").Order().Last();
        await using var source = new BinlogFileSource([file], (name, _) => name == database);
        var batch = new ChangeBatch();
        await source.ReadAsync(batch, TestContext.Current.CancellationToken);
        batch.Count.ShouldBe(1);
        BinlogFileTests.Row(batch, batch.Entries[0]).ShouldBe([uint.MaxValue, (ushort)2024, ulong.MaxValue, "汉", "x,y", "汉", new byte[] { 0 }]);
        batch.Schemas[0].Columns.Select(column => column.NativeType).ShouldBe(["int unsigned", "year", "bigint unsigned", "enum('a','汉')", "set('x','y')", "varchar(5)", "blob"]);
        batch.Schemas[0].KeyColumns.ShouldBe([0]);
    }

    static List<string> Query(global::MySql.Data.MySqlClient.MySqlConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var lines = new List<string>();
        while (reader.Read()) lines.Add(reader.GetString(0));
        return lines;
    }
}
