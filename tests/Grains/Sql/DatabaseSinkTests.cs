using Orrery.Connectors.Dialects;
using Orrery.Interfaces.Sql;

namespace Orrery.Grains.Tests.Sql;

/// <summary>Views into tables of real databases.</summary>
public sealed class DatabaseSinkTests(SinkServers servers) : IClassFixture<SinkServers>
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60), Look = TimeSpan.FromMilliseconds(50);

    public static TheoryData<string> Engines => SinkServers.Engines;

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Every_kind_of_value_arrives_as_it_is_and_follows_its_row(string engine)
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync();
        using IDatabase database = servers.Open(engine, fleet);
        foreach (string statement in database.Dialect.CreateTable(database.Dialect.Retarget(Kinds, new TableName(null, "kinds"))))
            database.Execute(statement);
        await fleet.RunAsync($$"""
            CREATE TABLE given (
                id BIGINT, shown BOOLEAN, truth BOOLEAN, tiny TINYINT, small SMALLINT, number INT, big BIGINT, exact DECIMAL(38, 10), whole DECIMAL(38, 0), real_ FLOAT, wide DOUBLE,
                words STRING, json STRING, bytes BYTES, day_ DATE, clock TIME(6), moment TIMESTAMP(6), instant TIMESTAMP_LTZ(6), PRIMARY KEY (id) NOT ENFORCED);
            CREATE TABLE kinds (
                id BIGINT NOT NULL, truth BOOLEAN, tiny TINYINT, small SMALLINT, number INT, big BIGINT, exact DECIMAL(38, 10), whole DECIMAL(38, 0), real_ FLOAT, wide DOUBLE,
                words STRING, json STRING, bytes BYTES, day_ DATE, clock TIME(6), moment TIMESTAMP(6), instant TIMESTAMP_LTZ(6), PRIMARY KEY (id) NOT ENFORCED)
                WITH ('connector' = '{{engine}}', 'connection' = '{{servers.Connection(engine, fleet)}}');
            INSERT INTO kinds SELECT id, truth, tiny, small, number, big, exact, whole, real_, wide, words, json, bytes, day_, clock, moment, instant FROM given WHERE shown;
            INSERT INTO given VALUES
                (1, TRUE, TRUE, -128, -32768, -2147483648, -9223372036854775808, 1234567890123456789012345678.0123456789, 99999999999999999999999999999999999999, 1.5, 1e300,
                 '中文 😀 ''"`\\ $1', '{"a": [1, null, "中"]}', X'00FF10', DATE '2024-02-29', TIME '23:59:59.999999', TIMESTAMP '2026-11-22 01:02:03.456789', TIMESTAMP_LTZ '2026-11-22 01:02:03.456789'),
                (2, TRUE, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
                (3, FALSE, FALSE, 127, 32767, 2147483647, 9223372036854775807, -0.0000000001, -1, -0.25, -2.5, '', '[]', X'', DATE '1970-01-01', TIME '00:00:00', TIMESTAMP '1999-12-31 23:59:59', TIMESTAMP_LTZ '2001-01-01 00:00:00');
            """);
        string first = "1 | 1 | -128 | -32768 | -2147483648 | -9223372036854775808 | 1234567890123456789012345678.0123456789 | 99999999999999999999999999999999999999 | 1.5 | 1E+300 | 中文 😀 '\"`\\\\ $1 | {\"a\": [1, null, \"中\"]} | 00FF10 | 2024-02-29 | 23:59:59.999999 | 2026-11-22 01:02:03.456789 | 2026-11-22 01:02:03.456789Z";
        string second = "2" + string.Concat(Enumerable.Repeat(" | NULL", 16));
        await HoldsAsync(fleet, database, "kinds", first, second);
        // What is no longer shown goes, what is shown now comes, what changed changes.
        await fleet.RunAsync("""
            INSERT INTO given VALUES (1, FALSE, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
                (2, TRUE, FALSE, 1, 2, 3, 4, 5.5, 6, 7, 8, 'x', '{}', X'01', DATE '2000-01-01', TIME '01:02:03', TIMESTAMP '2000-01-01 00:00:00', TIMESTAMP_LTZ '2000-01-01 00:00:00'),
                (3, TRUE, FALSE, 127, 32767, 2147483647, 9223372036854775807, -0.0000000001, -1, -0.25, -2.5, '', '[]', X'', DATE '1970-01-01', TIME '00:00:00', TIMESTAMP '1999-12-31 23:59:59', TIMESTAMP_LTZ '2001-01-01 00:00:00')
            """);
        await HoldsAsync(fleet, database, "kinds",
            "2 | 0 | 1 | 2 | 3 | 4 | 5.5000000000 | 6 | 7 | 8 | x | {} | 01 | 2000-01-01 | 01:02:03.000000 | 2000-01-01 00:00:00.000000 | 2000-01-01 00:00:00.000000Z",
            "3 | 0 | 127 | 32767 | 2147483647 | 9223372036854775807 | -0.0000000001 | -1 | -0.25 | -2.5 |  | [] |  | 1970-01-01 | 00:00:00.000000 | 1999-12-31 23:59:59.000000 | 2001-01-01 00:00:00.000000Z");
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Names_with_quotes_and_reserved_words_and_keys_of_several_columns_are_written(string engine)
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync();
        using IDatabase database = servers.Open(engine, fleet);
        string Name(string name) => database.Dialect.Quote(name);
        // MySQL compares keys as the column says; by code point here, as SQL does.
        string text = engine == "mysql" ? "VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin" : "VARCHAR(100)";
        database.Execute($"CREATE TABLE {Name("order")} ({Name("select")} {text} NOT NULL, {Name("a\"b`c")} {text} NOT NULL, {Name("表")} BIGINT, PRIMARY KEY ({Name("a\"b`c")}, {Name("select")}))");
        await fleet.RunAsync($"""
            CREATE TABLE lines (id BIGINT, one STRING, two STRING, amount BIGINT, PRIMARY KEY (id) NOT ENFORCED);
            CREATE TABLE sink (`select` STRING NOT NULL, `a"b``c` STRING NOT NULL, `表` BIGINT, PRIMARY KEY (`select`, `a"b``c`) NOT ENFORCED)
                WITH ('connector' = '{engine}', 'connection' = '{servers.Connection(engine, fleet)}', 'table' = 'order');
            INSERT INTO sink SELECT one, two, SUM(amount) FROM lines GROUP BY one, two;
            INSERT INTO lines VALUES (1, 'a', 'A', 1), (2, 'a', 'a', 2), (3, 'a', 'A', 3), (4, '中', '😀', 4);
            """);
        await HoldsAsync(fleet, database, "order", "a | A | 4", "a | a | 2", "中 | 😀 | 4");
        // A row whose key changes: the old key's goes, the new one's comes.
        await fleet.RunAsync("INSERT INTO lines VALUES (4, 'a', 'a', 4), (1, 'b', 'A', NULL)");
        await HoldsAsync(fleet, database, "order", "a | A | 3", "a | a | 6", "b | A | NULL");
    }

    [Fact]
    public async Task A_key_that_two_rows_share_for_a_while_stays_while_one_of_them_is_there()
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync();
        using IDatabase database = servers.Open("sqlite", fleet);
        database.Execute("CREATE TABLE shared (code VARCHAR(20) NOT NULL PRIMARY KEY, note VARCHAR(20))");
        await fleet.RunAsync($"""
            CREATE TABLE lines (id BIGINT, code STRING, note STRING, shown BOOLEAN, PRIMARY KEY (id) NOT ENFORCED);
            CREATE TABLE shared (code STRING NOT NULL, note STRING, PRIMARY KEY (code) NOT ENFORCED) WITH ('connector' = 'sqlite', 'connection' = '{servers.Connection("sqlite", fleet)}', 'table' = 'shared');
            INSERT INTO shared SELECT code, note FROM lines WHERE shown;
            INSERT INTO lines VALUES (1, 'k', 'old', TRUE), (9, 'mark', '1', TRUE);
            """);
        await HoldsAsync(fleet, database, "shared", "k | old", "mark | 1");
        await fleet.RunAsync("INSERT INTO lines VALUES (2, 'k', 'new', TRUE), (9, 'mark', '2', TRUE)");
        await HoldsAsync(fleet, database, "shared", "k | new", "mark | 2");
        // Its former place goes behind its new one, as when a row's key changed and each key lies in a partition of its own.
        await fleet.RunAsync("INSERT INTO lines VALUES (1, 'k', 'old', FALSE), (9, 'mark', '3', TRUE)");
        await HoldsAsync(fleet, database, "shared", "k | new", "mark | 3");
        await fleet.CrashAsync();
        await fleet.RunAsync("INSERT INTO lines VALUES (3, 'k', 'newest', TRUE), (9, 'mark', '4', TRUE)");
        await HoldsAsync(fleet, database, "shared", "k | newest", "mark | 4");
        // What came last goes: one that was there before takes its place. The second time by an index.
        await fleet.RunAsync("INSERT INTO lines VALUES (3, 'k', 'newest', FALSE), (9, 'mark', '5', TRUE)");
        await HoldsAsync(fleet, database, "shared", "k | new", "mark | 5");
        await fleet.RunAsync("INSERT INTO lines VALUES (4, 'k', 'other', TRUE), (9, 'mark', '6', TRUE)");
        await HoldsAsync(fleet, database, "shared", "k | other", "mark | 6");
        await fleet.RunAsync("INSERT INTO lines VALUES (4, 'k', 'other', FALSE), (9, 'mark', '7', TRUE)");
        await HoldsAsync(fleet, database, "shared", "k | new", "mark | 7");
        await fleet.RunAsync("INSERT INTO lines VALUES (2, 'k', 'new', FALSE), (9, 'mark', '8', TRUE)");
        await HoldsAsync(fleet, database, "shared", "mark | 8");
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task What_is_wrong_with_a_sinks_table_is_said_with_what_to_do_until_it_is_right(string engine)
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync();
        using IDatabase database = servers.Open(engine, fleet);
        await fleet.RunAsync($"""
            CREATE TABLE orders (id BIGINT, status STRING, PRIMARY KEY (id) NOT ENFORCED);
            CREATE TABLE late (id BIGINT NOT NULL, status STRING, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = '{engine}', 'connection' = '{servers.Connection(engine, fleet)}', 'table' = 'late_{engine}');
            INSERT INTO late SELECT id, status FROM orders;
            CREATE MATERIALIZED VIEW totals AS SELECT status, COUNT(*) AS n FROM orders GROUP BY status;
            INSERT INTO orders VALUES (1, 'open'), (2, 'paid');
            """);
        // The statement that is proposed is one that the database takes.
        string problem = await ProblemAsync(fleet, "late", "There is no table");
        string proposed = problem[problem.IndexOf("CREATE TABLE", StringComparison.Ordinal)..];
        database.Execute($"CREATE TABLE late_{engine} (id BIGINT NOT NULL)");
        await ProblemAsync(fleet, "late", "no column 'status'");
        database.Execute($"ALTER TABLE late_{engine} ADD COLUMN status VARCHAR(20)");
        await ProblemAsync(fleet, "late", "primary key");
        database.Execute($"DROP TABLE late_{engine}");
        database.Execute(proposed);
        await HoldsAsync(fleet, database, $"late_{engine}", "1 | open", "2 | paid");
        await ProblemAsync(fleet, "late", "");
        // Others went on meanwhile.
        await fleet.UntilAsync("SELECT status, n FROM totals ORDER BY status", """[["open",1],["paid",1]]""");
    }

    [Fact]
    public async Task A_user_without_the_rights_is_told_which_he_needs()
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync();
        using IDatabase database = servers.Open("postgresql", fleet);
        database.Execute("CREATE ROLE clerk LOGIN; CREATE SCHEMA desk; CREATE TABLE desk.tasks (id BIGINT PRIMARY KEY, note TEXT)");
        await fleet.RunAsync($"""
            CREATE TABLE notes (id BIGINT, note STRING, PRIMARY KEY (id) NOT ENFORCED);
            CREATE TABLE tasks (id BIGINT NOT NULL, note STRING, PRIMARY KEY (id) NOT ENFORCED)
                WITH ('connector' = 'postgresql', 'connection' = 'Host=127.0.0.1;Port={servers.PostgreSql.Port};Username=clerk;Database=postgres', 'table' = 'desk.tasks');
            INSERT INTO tasks SELECT id, note FROM notes;
            INSERT INTO notes VALUES (1, 'a');
            """);
        await ProblemAsync(fleet, "tasks", "permission denied");
        database.Execute("GRANT USAGE ON SCHEMA desk TO clerk");
        string problem = await ProblemAsync(fleet, "tasks", "desk.orrery_sinks");
        database.Execute(problem[problem.IndexOf("CREATE TABLE", StringComparison.Ordinal)..]);
        database.Execute("GRANT SELECT, INSERT, UPDATE ON desk.orrery_sinks TO clerk");
        await ProblemAsync(fleet, "tasks", "must be allowed to select, insert, update and delete in desk.tasks");
        database.Execute("GRANT SELECT, INSERT, UPDATE, DELETE ON desk.tasks TO clerk");
        await ProblemAsync(fleet, "tasks", "");
        database.ReadTable(new TableName("desk", "orrery_sinks")).Key.ShouldBe(["sink"]);
    }

    [Fact]
    public async Task A_server_that_goes_away_and_comes_back_has_each_change_once_and_others_go_on()
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync();
        using (IDatabase before = servers.Open("postgresql", fleet))
        {
            before.Execute("CREATE TABLE away (id BIGINT NOT NULL)");
            before.Execute("CREATE TABLE away_totals (status TEXT PRIMARY KEY, n BIGINT)");
        }

        string connection = servers.Connection("postgresql", fleet);
        await fleet.RunAsync($"""
            CREATE TABLE orders (id BIGINT NOT NULL, status STRING NOT NULL) WITH ('append-only' = 'true');
            CREATE TABLE away (id BIGINT NOT NULL) WITH ('connector' = 'postgresql', 'connection' = '{connection}');
            CREATE TABLE totals (status STRING NOT NULL, n BIGINT, PRIMARY KEY (status) NOT ENFORCED) WITH ('connector' = 'postgresql', 'connection' = '{connection}', 'table' = 'away_totals');
            CREATE TABLE kept (status STRING NOT NULL, n BIGINT, PRIMARY KEY (status) NOT ENFORCED) WITH ('connector' = 'file', 'path' = '{fleet.Folder}');
            INSERT INTO away SELECT id FROM orders;
            INSERT INTO totals SELECT status, COUNT(*) FROM orders GROUP BY status;
            INSERT INTO kept SELECT status, COUNT(*) FROM orders GROUP BY status;
            CREATE MATERIALIZED VIEW counted AS SELECT COUNT(*) AS n FROM orders;
            INSERT INTO orders VALUES (0, 'a'), (1, 'b');
            """);
        for (int round = 1; round <= 3; round++)
        {
            await servers.PostgreSql.Kill();
            for (int row = 0; row < 5; row++)
                await fleet.RunAsync($"INSERT INTO orders VALUES ({(round * 10) + row}, 'a')");
            // The views and the file have what the server lacks.
            await fleet.UntilAsync("SELECT n FROM counted", $"[[{2 + (round * 5)}]]");
            await UntilAsync(() => Directory.EnumerateFiles(fleet.Folder, "*.jsonl", SearchOption.AllDirectories).SelectMany(File.ReadLines).Any(line => line.Contains($"\"weight\":1,\"row\":{{\"status\":\"a\",\"n\":{1 + (round * 5)}}}", StringComparison.Ordinal)));
            (await ProblemAsync(fleet, "away", " ")).ShouldStartWith("Writing into it fails");
            if (round == 2)
                await fleet.CrashAsync();
            await servers.PostgreSql.StartAgain();
        }

        using IDatabase database = servers.Open("postgresql", fleet);
        await HoldsAsync(fleet, database, "away_totals", "a | 16", "b | 1");
        await HoldsAsync(fleet, database, "away", [.. Enumerable.Range(0, 2).Concat(Enumerable.Range(1, 3).SelectMany(round => Enumerable.Range(round * 10, 5))).Select(id => $"{id}").Order(StringComparer.Ordinal)]);
        await ProblemAsync(fleet, "away", "");
    }

    [Fact]
    public async Task What_came_while_a_server_was_away_for_long_waits_in_files_is_told_and_arrives_once_while_others_go_on()
    {
        const int Rounds = 16, RowsARound = 2_000, Rows = Rounds * RowsARound;
        using var spill = new TemporarySpill();
        await using SqlFleet fleet = await SqlFleet.StartAsync(options => (options.SinkRowsMax, options.SpillFolder) = (1_000, spill.Path));
        using (IDatabase before = servers.Open("postgresql", fleet))
            before.Execute("CREATE TABLE waited (id BIGINT NOT NULL PRIMARY KEY, n BIGINT)");
        await fleet.RunAsync($"""
            CREATE TABLE numbers (id BIGINT NOT NULL, n BIGINT, PRIMARY KEY (id) NOT ENFORCED);
            CREATE TABLE waited (id BIGINT NOT NULL, n BIGINT, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'postgresql', 'connection' = '{servers.Connection("postgresql", fleet)}');
            CREATE TABLE kept (n BIGINT) WITH ('connector' = 'file', 'path' = '{fleet.Folder}');
            INSERT INTO waited SELECT id, n FROM numbers;
            INSERT INTO kept SELECT n FROM numbers WHERE id = {Rows - 1};
            CREATE MATERIALIZED VIEW counted AS SELECT COUNT(*) AS n FROM numbers;
            """);
        await servers.PostgreSql.Kill();
        for (int round = 0; round < Rounds; round++)
            await fleet.RunAsync($"INSERT INTO numbers VALUES {string.Join(", ", Enumerable.Range(round * RowsARound, RowsARound).Select(static id => $"({id}, {id * 3})"))}");
        // The view and the file have what the server lacks.
        await fleet.UntilAsync("SELECT n FROM counted", $"[[{Rows}]]");
        await UntilAsync(() => Directory.EnumerateFiles(fleet.Folder, "*.jsonl", SearchOption.AllDirectories).SelectMany(File.ReadLines).Any());
        await ProblemAsync(fleet, "waited", "Writing into it fails");
        SinkProgress away = await ProgressAsync(fleet);
        away.WaitingRows.ShouldBe(Rows);
        (away.Problem, away.CatchUpSeconds).ShouldSatisfyAllConditions(told => told.Problem.ShouldNotBeNull(), told => told.CatchUpSeconds.ShouldBeNull());
        await fleet.CrashAsync();
        await servers.PostgreSql.StartAgain();

        using IDatabase database = servers.Open("postgresql", fleet);
        using var late = new CancellationTokenSource(Patience);
        using var looks = new PeriodicTimer(Look);
        while (await ProgressAsync(fleet) is { WrittenAt: null } or { WaitingRows: > 0 } && !late.IsCancellationRequested)
            await looks.WaitForNextTickAsync(CancellationToken.None);
        SinkServers.Rows(database, "waited").ShouldBe(Enumerable.Range(0, Rows).Select(static id => $"{id} | {id * 3}").Order(StringComparer.Ordinal));
        SinkProgress back = await ProgressAsync(fleet);
        (back.WaitingRows, back.Problem).ShouldBe((0, null));
    }

    /// <summary>How the insert into PostgreSQL does.</summary>
    static async Task<SinkProgress> ProgressAsync(SqlFleet fleet) => (await fleet.Sql.Pipelines()).Single(static pipeline => pipeline.Writes == "waited").Sink ?? new SinkProgress(0, 0, null, null, null);

    /// <summary>Waits until the problem of a table holds a text; where that is empty, until there is none.</summary>
    static async Task<string> ProblemAsync(SqlFleet fleet, string table, string part)
    {
        using var late = new CancellationTokenSource(Patience);
        using var looks = new PeriodicTimer(Look);
        string problem = "";
        while (!late.IsCancellationRequested)
        {
            problem = (await fleet.Sql.Relations()).Single(relation => relation.Name == table).Problem ?? "";
            if (part.Length == 0 ? problem.Length == 0 : problem.Contains(part, StringComparison.Ordinal))
                return problem;
            await looks.WaitForNextTickAsync(CancellationToken.None);
        }

        problem.ShouldContain(part.Length == 0 ? "no problem" : part);
        return problem;
    }

    static async Task HoldsAsync(SqlFleet fleet, IDatabase database, string table, params string[] rows)
    {
        await UntilAsync(() => SinkServers.Rows(database, table).SequenceEqual(rows));
        string[] found = SinkServers.Rows(database, table);
        IReadOnlyList<RelationInfo> relations = await fleet.Sql.Relations();
        found.ShouldBe(rows, string.Join("; ", relations.Where(static relation => relation.Problem is not null).Select(static relation => $"{relation.Name}: {relation.Problem}")));
    }

    static async Task UntilAsync(Func<bool> holds)
    {
        using var late = new CancellationTokenSource(Patience);
        using var looks = new PeriodicTimer(Look);
        while (!holds() && !late.IsCancellationRequested)
            await looks.WaitForNextTickAsync(CancellationToken.None);
    }

    static TableDefinition Kinds { get; } = new(new TableName(null, "kinds"),
    [
        .. new (string Name, Connectors.Rows.ColumnType Type)[]
        {
            ("id", new(Connectors.Rows.ColumnKind.Int64)), ("truth", new(Connectors.Rows.ColumnKind.Boolean)), ("tiny", new(Connectors.Rows.ColumnKind.Int16)), ("small", new(Connectors.Rows.ColumnKind.Int16)),
            ("number", new(Connectors.Rows.ColumnKind.Int32)), ("big", new(Connectors.Rows.ColumnKind.Int64)), ("exact", new(Connectors.Rows.ColumnKind.Decimal, 38, 10)), ("whole", new(Connectors.Rows.ColumnKind.Decimal, 38, 0)),
            ("real_", new(Connectors.Rows.ColumnKind.Float32)), ("wide", new(Connectors.Rows.ColumnKind.Float64)), ("words", new(Connectors.Rows.ColumnKind.Text)), ("json", new(Connectors.Rows.ColumnKind.Json)),
            ("bytes", new(Connectors.Rows.ColumnKind.Binary)), ("day_", new(Connectors.Rows.ColumnKind.Date)), ("clock", new(Connectors.Rows.ColumnKind.Time, 6)), ("moment", new(Connectors.Rows.ColumnKind.Timestamp, 6)),
            ("instant", new(Connectors.Rows.ColumnKind.TimestampWithZone, 6)),
        }.Select(static column => new ColumnDefinition(column.Name, column.Type, "", column.Name != "id")),
    ]) { Key = ["id"] };
}
