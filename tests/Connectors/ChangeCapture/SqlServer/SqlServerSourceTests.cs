using Orrery.Connectors.ChangeCapture;
using Orrery.Connectors.ChangeCapture.SqlServer;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.Tests.ChangeCapture.SqlServer;

/// <summary>The capture against a change-tracked database in memory, with writers, crashes and lost connections between any two questions.</summary>
public sealed class SqlServerSourceTests
{
    static readonly string[] Names = ["dbo.items", "dbo.orders", "dbo.stock"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public async Task After_writers_crashes_truncations_and_lost_connections_every_partition_has_its_part_of_the_tables(int seed)
    {
        int rounds = int.TryParse(Environment.GetEnvironmentVariable("ORRERY_FUZZ_INPUTS"), out int inputs) ? Math.Max(1, inputs / 5_000) : 8;
        for (int round = 0; round < rounds; round++) await RunAsync(seed * 10_000 + round);
    }

    static async Task RunAsync(int seed)
    {
        var random = new Random(seed);
        var database = new TrackedDatabase();
        foreach (string name in Names) database.Create(name);
        for (int commit = random.Next(20); commit > 0; commit--) Write(database, random);
        int writes = 150, left = 0;
        bool truncates = random.Next(3) == 0, snapshot = random.Next(4) > 0;
        if (!snapshot) foreach (string name in Names) database.Truncate(name);
        var topic = new PartitionedTopic(3);
        var options = new SqlServerCaptureOptions { ConnectionString = "", Tables = [.. Names], TakesSnapshot = snapshot, BatchRows = random.Next(1, 9) };
        int reads = 0;
        while (left + writes > 0 || topic.Checkpoint.Length == 0 || !IsEqual(topic, database))
        {
            (++reads).ShouldBeLessThan(2_000, $"seed {seed}: the capture does not come to an end (snapshot {snapshot}, truncates {truncates}, {string.Join(" / ", Names.Select(name => $"{name}: {string.Join(',', topic.Rows(name).Except(database[name].Rows))} against {string.Join(',', database[name].Rows.Except(topic.Rows(name)))}"))})");
            // What is captured without rows begins with the first checkpoint.
            if (left == 0 && (snapshot || topic.Checkpoint.Length > 0)) (left, writes) = (writes, 0);

            // A process: it reads until it crashes.
            var reader = new TrackedDatabase.Reader(database, Meanwhile, () => left > 0 && random.Next(30) == 0);
            await using var source = new SqlServerSource(options, topic.Checkpoint, new LeapingTime(), TestMeters.Capture(), reader);
            var batch = new ChangeBatch();
            for (int batches = random.Next(1, 12); batches > 0; batches--)
            {
                await source.ReadAsync(batch, TestContext.Current.CancellationToken);
                if (!topic.Append(batch, () => left > 0 && random.Next(12) == 0)) break;
            }
        }

        foreach (string name in Names) topic.Rows(name).ShouldBe(database[name].Rows, $"seed {seed}");

        void Meanwhile()
        {
            for (int commits = random.Next(3); commits > 0 && left > 0; commits--, left--)
            {
                if (truncates && random.Next(40) == 0) database.Truncate(Names[random.Next(Names.Length)]);
                else if (random.Next(60) == 0) database.AddColumn(Names[random.Next(Names.Length)], $"c{left}");
                else Write(database, random);
            }
        }
    }

    static void Write(TrackedDatabase database, Random random)
    {
        var changes = new List<(int, string?)>();
        for (int count = random.Next(1, random.Next(10) == 0 ? 30 : 5); count > 0; count--)
        {
            int key = random.Next(40);
            if (random.Next(3) == 0) changes.Add((key, null));
            else if (random.Next(6) == 0) changes.AddRange([(key, null), (random.Next(40), $"moved {random.Next()}")]);
            else changes.Add((key, $"value {random.Next()}"));
        }

        database.Commit(Names[random.Next(Names.Length)], [.. changes]);
    }

    static bool IsEqual(PartitionedTopic topic, TrackedDatabase database) => Names.All(name => topic.Rows(name).SequenceEqual(database[name].Rows));

    [Fact]
    public async Task Rows_come_first_then_changes_with_the_key_of_what_is_gone()
    {
        var database = new TrackedDatabase();
        database.Create("dbo.items");
        database.Commit("dbo.items", (1, "a"), (2, "b"));
        var run = new Run(database, "dbo.items");
        (await run.ReadAsync()).ShouldBe(["Read 1=a", "Read 2=b"]);
        database.Commit("dbo.items", (1, "c"), (2, null), (3, "d"));
        (await run.ReadAsync()).ShouldBe(["Update 1=c", "Delete 2", "Insert 3=d"]);
        run.Source.Lag.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public async Task A_transaction_larger_than_a_batch_goes_on_within_its_version()
    {
        var database = new TrackedDatabase();
        database.Create("dbo.items");
        var run = new Run(database, "dbo.items") { BatchRows = 2 };
        (await run.ReadAsync()).ShouldBeEmpty();
        database.Commit("dbo.items", (1, "a"), (2, "b"), (3, "c"), (4, "d"), (5, "e"));
        (await run.ReadAsync()).ShouldBe(["Insert 1=a", "Insert 2=b"]);
        run.Source.Lag.ShouldBeNull();
        run.Restart();
        database.Commit("dbo.items", (4, "later"));
        (await run.ReadAsync()).ShouldBe(["Insert 3=c", "Insert 5=e"]);
        (await run.ReadAsync()).ShouldBe(["Insert 4=later"]);
    }

    [Fact]
    public async Task Changes_that_were_cleaned_up_are_an_error_that_names_table_and_version()
    {
        var database = new TrackedDatabase();
        database.Create("dbo.items");
        var run = new Run(database, "dbo.items");
        await run.ReadAsync();
        database.Commit("dbo.items", (1, "a"));
        database.Commit("dbo.items", (1, null));
        database.CleanUp(2);
        database.Commit("dbo.items", (7, "x"));
        run.Restart();
        var error = await Should.ThrowAsync<ChangeSourceException>(run.ReadAsync);
        error.Fault.ShouldBe(ChangeSourceFault.PositionLost);
        error.Message.ShouldContain("dbo.items behind version 0");
        error.Message.ShouldContain("whole is 2");
        error.Message.ShouldContain("CHANGE_RETENTION");
    }

    [Fact]
    public async Task Clean_up_of_what_was_read_harms_nobody()
    {
        var database = new TrackedDatabase();
        database.Create("dbo.items");
        var run = new Run(database, "dbo.items");
        await run.ReadAsync();
        database.Commit("dbo.items", (1, "a"));
        await run.ReadAsync();
        database.CleanUp(1);
        database.Commit("dbo.items", (1, "b"));
        (await run.ReadAsync()).ShouldBe(["Update 1=b"]);
    }

    [Fact]
    public async Task A_truncated_table_is_said_to_be_empty_and_read_again()
    {
        var database = new TrackedDatabase();
        database.Create("dbo.items");
        database.Commit("dbo.items", (1, "a"));
        var run = new Run(database, "dbo.items");
        await run.ReadAsync();
        // Truncated at a version that was read already: only the begin of its tracking tells.
        database.Truncate("dbo.items");
        database.Truncate("dbo.items");
        database.Commit("dbo.items", (9, "z"));
        (await run.ReadAsync()).ShouldBe(["Truncate"]);
        (await run.ReadAsync()).ShouldBe(["Read 9=z"]);
    }

    [Fact]
    public async Task A_table_that_is_added_later_has_its_rows_read()
    {
        var database = new TrackedDatabase();
        database.Create("dbo.items");
        database.Create("dbo.orders");
        database.Commit("dbo.orders", (5, "o"));
        var run = new Run(database, "dbo.items");
        await run.ReadAsync();
        run.Tables = ["dbo.items", "dbo.orders"];
        run.Restart();
        (await run.ReadAsync()).ShouldBeEmpty();
        (await run.ReadAsync()).ShouldBe(["Read 5=o"]);
    }

    [Fact]
    public async Task A_database_that_went_back_and_a_table_that_is_not_tracked_are_said()
    {
        var database = new TrackedDatabase();
        database.Create("dbo.items");
        for (int commit = 0; commit < 5; commit++) database.Commit("dbo.items", (commit, "x"));
        var run = new Run(database, "dbo.items");
        await run.ReadAsync();
        var restored = new TrackedDatabase();
        restored.Create("dbo.items");
        var error = await Should.ThrowAsync<ChangeSourceException>(new Run(restored, "dbo.items") { Checkpoint = run.Checkpoint }.ReadAsync);
        error.Fault.ShouldBe(ChangeSourceFault.PositionLost);
        error.Message.ShouldContain("restored");
        error = await Should.ThrowAsync<ChangeSourceException>(new Run(database, "dbo.none").ReadAsync);
        error.Fault.ShouldBe(ChangeSourceFault.Settings);
        error.Message.ShouldContain("ALTER TABLE dbo.none ENABLE CHANGE_TRACKING");
    }

    [Fact]
    public async Task A_server_that_stays_away_is_given_up_after_the_patience()
    {
        var database = new TrackedDatabase();
        database.Create("dbo.items");
        var run = new Run(database, "dbo.items") { Loses = () => true };
        (await Should.ThrowAsync<ChangeSourceException>(run.ReadAsync)).Fault.ShouldBe(ChangeSourceFault.Unreachable);
    }

    [Fact]
    public async Task Rows_changes_and_lost_connections_are_counted()
    {
        var database = new TrackedDatabase();
        database.Create("dbo.items");
        database.Commit("dbo.items", (1, "a"), (2, "b"));
        var meters = new TestMeters();
        int questions = 0;
        var run = new Run(database, "dbo.items") { Meters = meters, Loses = () => ++questions == 2 };
        await run.ReadAsync();
        database.Commit("dbo.items", (1, "c"));
        await run.ReadAsync();
        meters.Counted.ShouldBe(
            new Dictionary<string, long> { ["orrery.change_capture.snapshot_rows sqlserver"] = 2, ["orrery.change_capture.changes sqlserver"] = 1, ["orrery.change_capture.reconnects sqlserver"] = 1 }, ignoreOrder: true);
    }

    [Fact]
    public void What_is_no_checkpoint_and_what_is_no_option_are_refused()
    {
        foreach (string text in (string[])["x", "{}", "null", "[]", """{"version":-1,"batchRows":5,"tables":[]}""", """{"version":1,"batchRows":5,"tables":[null]}""", """{"version":1,"table":"t","batchRows":5,"tables":[]}"""])
            Should.Throw<ArgumentException>(() => TrackingCheckpoint.Parse(text), text);
        var error = Should.Throw<ArgumentException>(() => new SqlServerSource(new SqlServerCaptureOptions { ConnectionString = "", Tables = ["dbo.*", "x"], BatchRows = 0 }, "", TimeProvider.System, TestMeters.Capture()));
        error.Message.ShouldContain("'dbo.*'");
        error.Message.ShouldContain("BatchRows is 0");
    }

    /// <summary>A capture whose batches all arrive.</summary>
    sealed class Run(TrackedDatabase database, params string[] tables)
    {
        SqlServerSource? source;

        public string[] Tables { get; set; } = tables;

        public int BatchRows { get; init; } = 1_000;

        public TestMeters Meters { get; init; } = new();

        public string Checkpoint { get; set; } = "";

        public Func<bool> Loses { get; init; } = static () => false;

        public SqlServerSource Source => source ??= new(
            new SqlServerCaptureOptions { ConnectionString = "", Tables = Tables, BatchRows = BatchRows }, Checkpoint, new LeapingTime(), new CaptureInstruments(Meters), new TrackedDatabase.Reader(database, static () => { }, Loses));

        public void Restart() => source = null;

        public async Task<string[]> ReadAsync()
        {
            var batch = new ChangeBatch();
            if (Checkpoint.Length == 0) await Source.ReadAsync(batch, TestContext.Current.CancellationToken); // Says where it begins.
            await Source.ReadAsync(batch, TestContext.Current.CancellationToken);
            Checkpoint = batch.Checkpoint;
            return [.. batch.Entries.ToArray().Select(entry => Show(batch, entry))];
        }

        static string Show(ChangeBatch batch, ChangeEntry entry)
        {
            if (entry.Kind is ChangeKind.Truncate or ChangeKind.Schema) return entry.Kind.ToString();
            var change = new ChangeReader(batch.ValueOf(entry).Span);
            TableSchema schema = batch.Schemas[entry.Schema];
            object?[] values = RowValues.ReadAll(schema, entry.Kind == ChangeKind.Delete ? change.Before : change.After);
            if (entry.Kind != ChangeKind.Delete) return $"{entry.Kind} {values[0]}={values[1]}";
            values[1].ShouldBe(RowValues.Missing);
            return $"Delete {values[0]}";
        }
    }
}
