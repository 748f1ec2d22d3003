using Orrery.Connectors.Dialects;
using Orrery.Jobs.Archives;
using Orrery.Jobs.Plans;
using Orrery.Jobs.Work;
using Orrery.Tests.Servers;

namespace Orrery.Jobs.Tests.Archives;

/// <summary>Closed documents go from an account set to an archive and come back, over real servers.</summary>
[Collection(LiveCollection.Name)]
public sealed class ArchiveTests(LiveServers servers)
{
    const int Orders = 60;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    static readonly DateOnly Before = new(2020, 2, 20); // Orders 1 to 50 are older.

    [Theory]
    [InlineData("sqlite", "sqlite")]
    [InlineData("mysql", "sqlite")]
    [InlineData("mysql", "mysql")]
    [InlineData("postgresql", "mysql")]
    [InlineData("mysql", "postgresql")]
    public void What_is_closed_goes_whole_is_proven_and_comes_back_as_it_was(string from, string to)
    {
        Places places = Open(from, to);
        Dictionary<string, RowDigest> before;
        using (IDatabase source = places.Source())
        {
            Shop.Make(source, Orders);
            before = Shop.Digests(source);
        }

        ArchiveRun run = Run(places, chunk: 7);
        ArchivePlan plan = run.Plan(CancellationToken.None);
        // Of 1 to 50 the orders 7, 14, 21, 28, 35, 42, 49 are open, and 4 hangs on an open delivery.
        plan.Kinds[0].Going.ShouldBe(42);
        plan.Kinds[0].Held.ShouldBe(new Dictionary<Hold, int> { [Hold.Open] = 8, [Hold.Recent] = 9, [Hold.Linked] = 1 }, ignoreOrder: true);
        plan.Kinds[0].Examples.ShouldBe(["order 4 stays: it hangs together with delivery 4, which is not closed."]);
        plan.Warnings.ShouldBeEmpty();
        run.Explain("order", "1", CancellationToken.None).ShouldBe("order 1 may go, with 1 that hang on it: delivery 1.");
        Should.Throw<ArchiveException>(() => run.Explain("order", "999", CancellationToken.None)).Message.ShouldContain("There is no order 999 in");

        ArchiveReport report = run.Run(static _ => { }, CancellationToken.None);
        report.IsProven.ShouldBeTrue(string.Join('\n', report.Balances.SelectMany(static balance => balance.Differences)));
        report.Balances[0].Places.ShouldBe(11);
        report.RowsByTable["t_order"].ShouldBe(42);
        report.RowsByTable["t_order_line_f"].ShouldBe(84);
        report.Edited.ShouldBeEmpty();
        using (IDatabase source = places.Source(), archive = places.Archive())
        {
            Dictionary<string, RowDigest> left = Shop.Digests(source), gone = Shop.Digests(archive);
            foreach (string table in Shop.Tables)
            {
                gone[table].Count.ShouldBe(report.RowsByTable[table]);
                (left[table] + gone[table]).ShouldBe(before[table], table);
            }
        }

        // Again there is nothing to do.
        Run(places, chunk: 7).Run(static _ => { }, CancellationToken.None).Documents.ShouldBe(0);

        Restore(places).Run(("delivery", "3"), static _ => { }, CancellationToken.None).Documents.ShouldBe(2);
        Should.Throw<ArchiveException>(() => Restore(places).Run(("delivery", "3"), static _ => { }, CancellationToken.None)).Message.ShouldContain("has no delivery 3");
        // It may go again.
        Run(places, chunk: 7).Run(static _ => { }, CancellationToken.None).Documents.ShouldBe(2);
        ArchiveReport back = Restore(places).Run(null, static _ => { }, CancellationToken.None);
        back.IsProven.ShouldBeTrue();
        using (IDatabase source = places.Source(), archive = places.Archive())
        {
            Shop.Digests(source).ShouldBe(before);
            Shop.Digests(archive).Values.ShouldAllBe(static digest => digest.Count == 0);
        }
    }

    [Fact]
    public async Task A_server_knows_its_own_databases_from_those_of_another()
    {
        using IDatabase here = servers.New("mysql").Open(), beside = servers.New("mysql").Open(), file = servers.New("sqlite").Open();
        here.Reaches(beside).ShouldBeTrue();
        here.Reaches(file).ShouldBeFalse();
        await using MariaDbServer other = await MariaDbServer.Start(performanceSchema: false);
        using IDatabase there = DatabaseAddress.Parse($"mysql:{other.ConnectionString};Database=mysql").Open();
        here.Reaches(there).ShouldBeFalse();
        there.Reaches(here).ShouldBeFalse();
    }

    [Fact]
    public async Task A_document_that_is_edited_between_its_copy_and_its_deletion_stays_as_it_is_now()
    {
        Places places = Open("mysql", "sqlite");
        using IDatabase editor = places.Source();
        Shop.Make(editor, Orders);
        // Somebody holds a line of order 12 while its chunk is copied.
        Task<ArchiveReport> running;
        using (DatabaseTransaction edit = editor.Begin())
        {
            editor.Execute("UPDATE t_order_line SET quantity = 99 WHERE id = 23");
            running = Task.Factory.StartNew(() => Run(places, chunk: 20).Run(static _ => { }, CancellationToken.None), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            using IDatabase archive = places.Archive();
            using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
            while (!running.IsCompleted && !(Shop.Digests(archive).TryGetValue("t_order", out RowDigest copied) && copied.Count >= 12)) await looks.WaitForNextTickAsync(CancellationToken.None);
            edit.Commit();
        }

        ArchiveReport report = await running.WaitAsync(Patience);
        report.Edited.ShouldBe(["order 12"]);
        report.IsProven.ShouldBeTrue();
        using IDatabase read = places.Source(), gone = places.Archive();
        ArchiveCounts(read, "t_order_line", "order_id = 12 AND quantity = 99").ShouldBe(1);
        ArchiveCounts(read, "t_delivery", "id = 12").ShouldBe(1);
        ArchiveCounts(gone, "t_order", "id = 12").ShouldBe(0);
        ArchiveCounts(gone, "t_delivery", "id = 12").ShouldBe(0);
        // At rest it goes.
        Run(places, chunk: 20).Run(static _ => { }, CancellationToken.None).Documents.ShouldBe(2);
    }

    [Fact]
    public async Task A_source_that_is_killed_in_the_middle_loses_nothing_and_doubles_nothing()
    {
        const int Kills = 3;
        if (MariaDbServer.Missing is { } missing) Assert.Skip(missing);
        await using MariaDbServer server = await MariaDbServer.Start(performanceSchema: false);
        var places = new Places(DatabaseAddress.Parse($"mysql:{server.ConnectionString};Database=erp"), servers.New("sqlite"));
        DatabaseAddress.Parse($"mysql:{server.ConnectionString};Database=mysql").Run("CREATE DATABASE erp CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");
        Dictionary<string, RowDigest> before;
        using (IDatabase source = places.Source())
        {
            Shop.Make(source, Orders);
            before = Shop.Digests(source);
        }

        for (int kill = 0; kill < Kills; kill++)
        {
            int chunks = 0, last = kill;
            try
            {
                Run(places, chunk: 4).Run(
                    _ =>
                    {
                        // The next chunk is copied by now, or just being copied.
                        if (chunks++ == last) server.Kill().GetAwaiter().GetResult();
                    }, CancellationToken.None);
            }
            catch (Exception gone) when (gone is System.Data.Common.DbException or IOException or InvalidOperationException)
            {
                // The connection went with the server.
            }

            await server.StartAgain();
        }

        ArchiveReport report = Run(places, chunk: 4).Run(static _ => { }, CancellationToken.None);
        report.IsProven.ShouldBeTrue();
        using IDatabase left = places.Source(), archive = places.Archive();
        foreach (string table in Shop.Tables) (Shop.Digests(left)[table] + Shop.Digests(archive)[table]).ShouldBe(before[table], table);
        ArchiveCounts(archive, "t_order", "1 = 1").ShouldBe(42);
        using System.Data.Common.DbCommand opening = left.Command("SELECT -SUM(amount) FROM orrery_archive_opening");
        using System.Data.Common.DbCommand moved = archive.Command("SELECT SUM(quantity) FROM t_delivery_line");
        Convert.ToDecimal(opening.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture).ShouldBe(Convert.ToDecimal(moved.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void What_was_copied_when_a_run_ended_is_deleted_by_the_next_one_and_a_second_run_fences_off_the_first()
    {
        Places places = Open("sqlite", "sqlite");
        using IDatabase source = places.Source();
        Shop.Make(source, Orders);
        Dictionary<string, RowDigest> before = Shop.Digests(source);
        using (var store = new ArchiveStore(places.Source(), places.Archive(), ArchiveRules.Parse(Shop.Rules), "old", TimeProvider.System))
        {
            // As a run leaves it whose process ends between the archive's commit and the source's.
            store.MakeTables();
            var chunk = new ArchiveChunk(store.NextChunk(), [[(0, new Document("1", 0)), (1, new Document("1", 0))], [(0, new Document("2", 1)), (1, new Document("2", 1))]]);
            long token = store.Claim();
            ChunkRows.Copy(store, chunk, back: false, CancellationToken.None);
            store.Keep(chunk, token, 0);
            store.Undeleted().Count.ShouldBe(1);
            Run(places, chunk: 5).Run(static _ => { }, CancellationToken.None).RowsByTable["t_order"].ShouldBe(42);
            store.Undeleted().ShouldBeEmpty();
            Should.Throw<ArchiveException>(() => store.Fence(token)).Message.ShouldContain("Another run");
        }

        using IDatabase archive = places.Archive();
        foreach (string table in Shop.Tables) (Shop.Digests(source)[table] + Shop.Digests(archive)[table]).ShouldBe(before[table], table);
    }

    [Fact]
    public void Foreign_keys_say_what_the_rules_do_not()
    {
        Places places = Open("sqlite", "sqlite");
        using (IDatabase source = places.Source())
            foreach (string statement in (string[])
            [
                "CREATE TABLE bill (id INTEGER PRIMARY KEY, made_on DATE NOT NULL, status TEXT NOT NULL, follows INTEGER NULL REFERENCES bill (id))",
                "CREATE TABLE line (id INTEGER PRIMARY KEY, bill_id INTEGER NOT NULL REFERENCES bill (id))",
                "CREATE TABLE note (id INTEGER PRIMARY KEY, line_id INTEGER NOT NULL REFERENCES line (id), words TEXT)",
                "INSERT INTO bill VALUES (1, '2020-01-01', 'C', NULL), (2, '2020-01-01', 'C', 1), (3, '2020-01-01', 'C', NULL), (4, '2020-01-01', 'A', 3), (5, '2020-01-01', 'C', NULL)",
                "INSERT INTO line VALUES (1, 1), (2, 2), (3, 3), (4, 4), (5, 5)",
                "INSERT INTO note VALUES (1, 1, 'a'), (2, 2, 'b'), (5, 5, 'c')",
            ]) source.Execute(statement);
        var run = new ArchiveRun(places.Source, places.Archive, ArchiveRules.Parse("""{ "documents": [{ "name": "bill", "table": "bill", "date": "made_on", "closed": "status = 'C'" }] }"""), new ArchiveOptions("old", Before), TimeProvider.System);
        run.Explain("bill", "3", CancellationToken.None).ShouldBe("bill 3 stays: it hangs together with bill 4, which is not closed.");
        run.Run(static _ => { }, CancellationToken.None).RowsByTable.ShouldBe(new Dictionary<string, long> { ["bill"] = 3, ["line"] = 3, ["note"] = 3 }, ignoreOrder: true);
        using IDatabase left = places.Source();
        ArchiveCounts(left, "note", "1 = 1").ShouldBe(0);
        ArchiveCounts(left, "bill", "id IN (3, 4)").ShouldBe(2);
    }

    [Theory]
    [InlineData("mysql")]
    [InlineData("sqlite")]
    [InlineData("postgresql")]
    public void Heads_that_lead_to_each_other_go_and_come_back_in_an_order_that_the_database_takes(string engine)
    {
        Places places = Open(engine, "sqlite");
        places.From.Run(
            "CREATE TABLE bill (id INTEGER PRIMARY KEY, made_on DATE NOT NULL, status CHAR(1) NOT NULL, follows INTEGER NULL REFERENCES bill (id))",
            "INSERT INTO bill VALUES (4, '2020-01-01', 'C', NULL), (9, '2020-01-01', 'C', 9)", "INSERT INTO bill VALUES (2, '2020-01-01', 'C', 4)", "INSERT INTO bill VALUES (1, '2020-01-01', 'C', 2), (3, '2020-01-01', 'C', 2), (5, '2020-01-01', 'C', 1)");
        ArchiveRules rules = ArchiveRules.Parse("""{ "documents": [{ "name": "bill", "table": "bill", "date": "made_on", "closed": "status = 'C'" }] }""");
        var run = new ArchiveRun(places.Source, places.Archive, rules, new ArchiveOptions("old", Before), TimeProvider.System);
        run.Run(static _ => { }, CancellationToken.None).Rows.ShouldBe(6);
        places.From.Count("SELECT COUNT(*) FROM bill").ShouldBe(0);
        run.Explain("bill", "5", CancellationToken.None).ShouldBe("bill 5 is in the archive 'old'.");
        new ArchiveRestore(places.Source, places.Archive, rules, "old", TimeProvider.System).Run(null, static _ => { }, CancellationToken.None).Rows.ShouldBe(6);
        places.From.Count("SELECT SUM(id * 10 + COALESCE(follows, 0)) FROM bill").ShouldBe(258);
    }

    [Fact]
    public void Rows_that_lead_to_each_other_in_a_circle_are_refused_and_stay()
    {
        Places places = Open("mysql", "sqlite");
        places.From.Run("CREATE TABLE bill (id INTEGER PRIMARY KEY, made_on DATE NOT NULL, status CHAR(1) NOT NULL, follows INTEGER NULL REFERENCES bill (id))",
            "INSERT INTO bill VALUES (1, '2020-01-01', 'C', NULL), (2, '2020-01-01', 'C', 1)", "UPDATE bill SET follows = 2 WHERE id = 1");
        var run = new ArchiveRun(places.Source, places.Archive, ArchiveRules.Parse("""{ "documents": [{ "name": "bill", "table": "bill", "date": "made_on", "closed": "status = 'C'" }] }"""), new ArchiveOptions("old", Before), TimeProvider.System);
        Should.Throw<ArchiveException>(() => run.Run(static _ => { }, CancellationToken.None)).Message.ShouldContain("in a circle");
        places.From.Count("SELECT COUNT(*) FROM bill").ShouldBe(2);
    }

    [Fact]
    public async Task A_replica_that_does_not_follow_holds_the_archive_up_until_it_does()
    {
        if (MariaDbServer.Missing is { } missing) Assert.Skip(missing);
        await using MariaDbServer server = await MariaDbServer.Start(performanceSchema: false), follower = await MariaDbServer.Start(performanceSchema: false, "--server-id=2");
        var replica = DatabaseAddress.Parse($"mysql:{follower.ConnectionString};Database=mysql");
        var source = DatabaseAddress.Parse($"mysql:{server.ConnectionString};Database=mysql");
        source.Run("CREATE USER follows@'127.0.0.1'", "GRANT REPLICATION SLAVE ON *.* TO follows@'127.0.0.1'", "CREATE DATABASE erp CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");
        replica.Run($"CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_PORT = {server.Port}, MASTER_USER = 'follows', MASTER_USE_GTID = slave_pos");
        var places = new Places(DatabaseAddress.Parse($"mysql:{server.ConnectionString};Database=erp"), servers.New("sqlite"));
        using (IDatabase erp = places.Source()) Shop.Make(erp, Orders);
        string? waited = null;
        var options = new ArchiveOptions("old", Before) { ChunkDocuments = 20, Throttle = new ThrottleOptions { Replicas = [replica], ReplicaLagMax = TimeSpan.FromSeconds(30) } };
        ArchiveReport report = new ArchiveRun(places.Source, places.Archive, ArchiveRules.Parse(Shop.Rules), options, TimeProvider.System).Run(
            progress =>
            {
                if (progress.Waiting is null || waited is not null) return;
                (waited, long gone) = (progress.Waiting, progress.Documents);
                gone.ShouldBe(0);
                replica.Run("START SLAVE");
            }, CancellationToken.None);
        waited.ShouldNotBeNull().ShouldContain("does not follow");
        report.RowsByTable["t_order"].ShouldBe(42);
    }

    [Fact]
    public async Task Archives_and_restores_are_jobs_of_the_cluster()
    {
        using var folder = new TestDirectory();
        DatabaseAddress from = servers.New("mysql"), to = servers.New("sqlite");
        using (IDatabase source = from.Open()) Shop.Make(source, Orders);
        var context = new JobContext("job", TimeProvider.System, folder.Path);
        string sides = $"\"from\": {System.Text.Json.JsonSerializer.Serialize($"mysql:{from.ConnectionString}")}, \"to\": \"sqlite:{to.FilePath}\", \"rules\": {Shop.Rules}";
        using var archive = System.Text.Json.JsonDocument.Parse($$"""{ "kind": "archive", {{sides}}, "before": "2020-02-20", "chunkDocuments": 10 }""");
        using var restore = System.Text.Json.JsonDocument.Parse($$"""{ "kind": "restore", {{sides}}, "document": "delivery=3" }""");
        using var wrong = System.Text.Json.JsonDocument.Parse($$"""{ "kind": "archive", {{sides}}, "document": "x" }""");
        IJobKind kind = JobKinds.Of(archive.RootElement);
        Should.Throw<ArgumentException>(() => kind.Check(wrong.RootElement)).Message.ShouldContain("before is missing");
        (await kind.AssessAsync(archive.RootElement, context, CancellationToken.None)).Summary.ShouldContain("documents in");
        JobResult gone = await kind.RunAsync(archive.RootElement, context, CancellationToken.None);
        gone.IsGood.ShouldBeTrue(gone.Summary);
        gone.Report!.Value.GetProperty("rowsByTable").GetProperty("t_order").GetInt64().ShouldBe(42);
        JobResult back = await JobKinds.Of(restore.RootElement).RunAsync(restore.RootElement, context, CancellationToken.None);
        back.IsGood.ShouldBeTrue(back.Summary);
        back.Summary.ShouldStartWith("2 documents");
    }

    [Fact]
    public void Rules_and_tables_that_do_not_fit_are_refused_with_what_is_wrong()
    {
        Should.Throw<ArchiveException>(() => ArchiveRules.Parse("{")).Message.ShouldContain("line 1");
        Should.Throw<ArchiveException>(() => ArchiveRules.Parse(Shop.Rules.Replace("\"document\": \"order\"", "\"document\": \"bill\""))).Message.ShouldContain("'bill'; there are delivery, order");
        Should.Throw<ArchiveException>(() => ArchiveRules.Parse(Shop.Rules.Replace("{documents:delivery_id}", "1=1"))).Message.ShouldContain("{documents:COLUMN}");
        Should.Throw<ArchiveException>(() => ArchiveRules.Parse(Shop.Rules.Replace("\"table\": \"t_delivery\"", "\"table\": \"t_order_line\""))).Message.ShouldContain("belongs to 'order' and to 'delivery'");
        Places places = Open("sqlite", "sqlite");
        using (IDatabase source = places.Source()) Shop.Make(source, 1);
        Should.Throw<ArchiveException>(() => new ArchiveRun(places.Source, places.Archive, ArchiveRules.Parse(Shop.Rules.Replace("made_on", "made_at")), new ArchiveOptions("old", Before), TimeProvider.System).Plan(CancellationToken.None))
            .Message.ShouldContain("names the column made_at, which the table t_order does not have");
        using (IDatabase archive = places.Archive()) archive.Execute("CREATE TABLE t_order (id BIGINT PRIMARY KEY, number VARCHAR(30))");
        Should.Throw<ArchiveException>(() => Run(places, chunk: 1).Run(static _ => { }, CancellationToken.None)).Message.ShouldContain("lacks the column made_on");
    }

    static long ArchiveCounts(IDatabase database, string table, string condition)
    {
        using System.Data.Common.DbCommand command = database.Command($"SELECT COUNT(*) FROM {table} WHERE {condition}");
        return Convert.ToInt64(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
    }

    static ArchiveRun Run(Places places, int chunk) => new(places.Source, places.Archive, ArchiveRules.Parse(Shop.Rules), new ArchiveOptions("old", Before) { ChunkDocuments = chunk }, TimeProvider.System);

    static ArchiveRestore Restore(Places places) => new(places.Source, places.Archive, ArchiveRules.Parse(Shop.Rules), "old", TimeProvider.System);

    Places Open(string from, string to) => new(servers.New(from), servers.New(to));

    /// <summary>An account set and an archive, each in a database of its own.</summary>
    sealed record Places(DatabaseAddress From, DatabaseAddress To)
    {
        public IDatabase Source() => From.Open();

        public IDatabase Archive() => To.Open();
    }
}
