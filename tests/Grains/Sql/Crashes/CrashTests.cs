using System.Globalization;
using System.Text;
using System.Text.Json;
using Orrery.Connectors.Dialects;
using Orrery.Grains.Topics;
using Orrery.Interfaces.Topics;
using Orrery.Runtime.Storage;

namespace Orrery.Grains.Tests.Sql.Crashes;

/// <summary>
/// The silo of a tenant's views dies at any point of its work, under a seed: at the journal's entry, an epoch's output, a segment or the manifest of a checkpoint, a move of a hold, while it restores. Views, topics and
/// databases hold in the end what they hold without a crash, each change once. More seeds: <c>ORRERY_CRASH_SEEDS=500</c>.
/// </summary>
public sealed class CrashTests
{
    const int Rounds = 7, BatchRows = 12, Keys = 6, PointsMax = 30;
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3), Look = TimeSpan.FromMilliseconds(50);

    /// <summary>Seeds, each with the number of partitions.</summary>
    public static TheoryData<int, int> Seeds
    {
        get
        {
            var data = new TheoryData<int, int>();
            for (int seed = 1; seed <= (int.TryParse(Environment.GetEnvironmentVariable("ORRERY_CRASH_SEEDS"), CultureInfo.InvariantCulture, out int seeds) ? seeds : 3); seed++)
            {
                data.Add(seed, 1);
                data.Add(seed, 3);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task However_often_and_wherever_the_silo_dies_all_is_as_without(int seed, int partitions)
    {
        var random = new Random(seed);
        var points = new CrashPoints(random);
        await using SqlFleet fleet = await SqlFleet.StartAsync(
            options =>
            {
                options.Partitions = partitions;
                // A view that is replaced is filled beside the others, where there is one partition.
                options.FillRowsMax = 0;
                (options.TrimmedAge, options.ReadBytes) = (TimeSpan.FromMilliseconds(1), 2 << 10);
                (options.RetryPause, options.RetryPauseMax) = (TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(100));
            },
            services =>
            {
                CheckpointTests.SmallSegments(services);
                points.Register(services);
            },
            new CrashStorage(new MemoryGrainStorage(), points));
        string file = Path.Combine(fleet.Folder, "sink.db");
        DialectList.TryFind("sqlite", out IDialect? dialect).ShouldBeTrue();
        using IDatabase database = dialect.Open($"Data Source={file}", Patience);
        database.Execute("CREATE TABLE totals (k INTEGER NOT NULL PRIMARY KEY, n INTEGER NOT NULL, total INTEGER NOT NULL)");
        database.Execute("CREATE TABLE lines (id INTEGER NOT NULL, k INTEGER NOT NULL)");
        await fleet.Grains.GetGrain<ITopicGrain>("acme.events").Create(new TopicSettings { RetainAge = TimeSpan.FromMilliseconds(1) });
        await fleet.Grains.GetGrain<ITopicGrain>("acme.changes").Create(new TopicSettings());
        await fleet.Grains.GetGrain<ITopicGrain>("acme.moved").Create(new TopicSettings());
        await fleet.RunAsync($"""
            CREATE TABLE events (id BIGINT NOT NULL, k BIGINT NOT NULL, v BIGINT NOT NULL) WITH ('connector' = 'topic', 'topic' = 'acme.events', 'format' = 'json');
            CREATE TABLE names (k BIGINT NOT NULL, name STRING, PRIMARY KEY (k) NOT ENFORCED);
            CREATE TABLE changes (k BIGINT, n BIGINT, total BIGINT) WITH ('connector' = 'topic', 'topic' = 'acme.changes');
            CREATE TABLE totals (k BIGINT NOT NULL, n BIGINT NOT NULL, total BIGINT NOT NULL, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'sqlite', 'connection' = 'Data Source={file}', 'table' = 'totals');
            CREATE MATERIALIZED VIEW sums AS SELECT k, COUNT(*) AS n, SUM(v) AS total FROM events GROUP BY k;
            CREATE MATERIALIZED VIEW named AS SELECT n.name, s.n, s.total FROM sums AS s INNER JOIN names AS n ON s.k = n.k;
            CREATE MATERIALIZED VIEW best AS SELECT k, id FROM (SELECT k, id, ROW_NUMBER() OVER (PARTITION BY k ORDER BY v DESC, id) AS place FROM events) AS ranked WHERE place <= 2;
            {Moved(0)};
            CREATE TABLE moves (k BIGINT, n BIGINT, total BIGINT) WITH ('connector' = 'topic', 'topic' = 'acme.moved');
            INSERT INTO moves SELECT k, n, total FROM moved;
            INSERT INTO changes SELECT k, COUNT(*), SUM(v) FROM events GROUP BY k;
            INSERT INTO totals SELECT k, COUNT(*), SUM(v) FROM events GROUP BY k;
            CREATE TABLE lines (id BIGINT NOT NULL, k BIGINT NOT NULL) WITH ('connector' = 'sqlite', 'connection' = 'Data Source={file}', 'table' = 'lines');
            INSERT INTO lines SELECT id, k FROM events;
            INSERT INTO names VALUES (0, 'zero'), (1, 'one'), (2, 'two');
            """);
        var events = new List<(long Id, long Key, long Value)>();
        long sequence = 0;
        for (int round = 0; round < Rounds; round++)
        {
            points.Arm(random.Next(PointsMax));
            // Whether it is in force when the silo dies is not known; the last one will be.
            if (random.Next(2) == 0)
                await AnyAsync(points.Crashed, fleet.RunAsync(Moved(random.Next(1, 100))));
            while (!points.Crashed.IsCompleted)
            {
                Make(random, events);
                await AnyAsync(points.Crashed, GiveAsync(fleet, events, ++sequence));
            }

            await fleet.KillAsync();
            points.Release();
            // Half of the time it dies once more while it begins; if it comes so far.
            if (random.Next(2) == 0)
            {
                points.Arm(random.Next(PointsMax));
                Task begun = fleet.BeginAsync();
                await AnyAsync(points.Crashed, begun);
                await AnyAsync(points.Crashed, GiveAsync(fleet, events, sequence));
                await fleet.KillAsync();
                points.Release();
            }

            await fleet.BeginAsync();
            // Whether it got in is not known: the same batch again, which the log knows.
            await GiveAsync(fleet, events, sequence);
        }

        string trail = $"seed {seed}, {partitions} partitions: {string.Join(", ", points.Trail)}";
        TestContext.Current.TestOutputHelper?.WriteLine(trail);
        await fleet.UntilAsync("SELECT COUNT(*) FROM events", $"[[{events.Count}]]");
        (await fleet.AskAsync("SELECT k, n, total FROM sums ORDER BY k")).ShouldBe(Json(Sums(events)), trail);
        (await fleet.AskAsync("SELECT name, n, total FROM named ORDER BY name")).ShouldBe(
            Json(Sums(events).Where(static sum => (long)sum[0] < 3).Select(static sum => new object[] { new[] { "zero", "one", "two" }[(long)sum[0]], sum[1], sum[2] }).OrderBy(static sum => (string)sum[0], StringComparer.Ordinal)), trail);
        (await fleet.AskAsync("SELECT k, id FROM best ORDER BY k, id")).ShouldBe(
            Json(events.GroupBy(static row => row.Key).OrderBy(static group => group.Key).SelectMany(static group => group.OrderByDescending(static row => row.Value).ThenBy(static row => row.Id).Take(2).OrderBy(static row => row.Id)
                .Select(static row => new object[] { row.Key, row.Id }))), trail);
        await DatabaseHasAsync(database, "SELECT k, n, total FROM totals ORDER BY k", Json(Sums(events)), trail);
        await DatabaseHasAsync(database, "SELECT id, k FROM lines ORDER BY id", Json(events.OrderBy(static row => row.Id).Select(static row => new object[] { row.Id, row.Key })), trail);
        await TopicHasAsync(fleet, "acme.changes", Sums(events), trail);
        await fleet.RunAsync(Moved(1000));
        await TopicHasAsync(fleet, "acme.moved", Sums(events).Select(static sum => new object[] { sum[0], sum[1], (long)sum[2] + 1000 }), trail);
        (await fleet.Sql.Relations()).ShouldAllBe(static relation => relation.Problem == null);
        PartitionInfo journal = await fleet.Grains.GetGrain<ITopicPartitionGrain>("acme.sql--journal/0").Info();
        journal.Holds["sql of acme/0"].ShouldBeGreaterThan(0, trail);
    }

    /// <summary>Waits for one of both; what fails of the other is of no interest any more.</summary>
    static async Task AnyAsync(Task crashed, Task work)
    {
        _ = work.ContinueWith(static failed => failed.Exception, TaskScheduler.Default);
        await Task.WhenAny(crashed, work).WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    static void Make(Random random, List<(long Id, long Key, long Value)> events)
    {
        for (int row = 0; row < BatchRows; row++)
            events.Add((events.Count, random.Next(Keys), random.Next(1000)));
    }

    static string Moved(int by) => $"CREATE OR REPLACE MATERIALIZED VIEW moved AS SELECT k, COUNT(*) AS n, SUM(v) + {by} AS total FROM events GROUP BY k";

    /// <summary>Appends the last batch.</summary>
    static Task GiveAsync(SqlFleet fleet, List<(long Id, long Key, long Value)> events, long sequence)
    {
        // Another writer each time: the one before knows the silo that died.
        var writer = new TopicWriter(fleet.Grains, "acme.events", 1, 7, 1, TimeProvider.System, new Random(1));
        foreach ((long id, long key, long value) in events.TakeLast(BatchRows))
            writer.Add([], Encoding.UTF8.GetBytes($$"""{"id":{{id}},"k":{{key}},"v":{{value}}}"""), 1);
        return writer.FlushAsync(sequence, TestContext.Current.CancellationToken);
    }

    static IEnumerable<object[]> Sums(List<(long Id, long Key, long Value)> events) =>
        events.GroupBy(static row => row.Key).OrderBy(static group => group.Key).Select(static group => new object[] { group.Key, (long)group.Count(), group.Sum(static row => row.Value) });

    static string Json(IEnumerable<object[]> rows) => JsonSerializer.Serialize(rows);

    static async Task DatabaseHasAsync(IDatabase database, string query, string expected, string trail)
    {
        string found = "";
        using var late = new CancellationTokenSource(Patience);
        using var looks = new PeriodicTimer(Look);
        while (found != expected && !late.IsCancellationRequested)
        {
            var rows = new List<object[]>();
            using (System.Data.Common.DbCommand command = database.Connection.CreateCommand())
            {
                command.CommandText = query;
                using System.Data.Common.DbDataReader reader = command.ExecuteReader();
                while (reader.Read())
                    rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(place => (object)reader.GetInt64(place))]);
            }

            found = Json(rows);
            await looks.WaitForNextTickAsync(CancellationToken.None);
        }

        found.ShouldBe(expected, trail);
    }

    /// <summary>What came less what went is the view, and nothing ever went that had not come, so no epoch is there twice or not at all.</summary>
    static async Task TopicHasAsync(SqlFleet fleet, string topic, IEnumerable<object[]> sums, string trail)
    {
        var expected = sums.Select(static sum => $$"""{"k":{{sum[0]}},"n":{{sum[1]}},"total":{{sum[2]}}}""").ToHashSet();
        using var late = new CancellationTokenSource(Patience);
        var reader = new TopicReader(fleet.Grains, topic, 0, 0, TimeProvider.System, new Random(1));
        var standing = new Dictionary<string, int>();
        long epoch = 0;
        while (!standing.Keys.ToHashSet().SetEquals(expected))
        {
            foreach ((_, Log.LogRecord record) in (await reader.ReadAsync(1 << 20, Look, late.Token)).Records())
            {
                long of = long.Parse(Encoding.ASCII.GetString(Header(record, "orrery-epoch")!), CultureInfo.InvariantCulture);
                of.ShouldBeGreaterThanOrEqualTo(epoch, trail);
                epoch = of;
                string row = Encoding.UTF8.GetString(record.Value.Span);
                int weight = Header(record, "orrery-weight") is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : 1;
                int now = standing.GetValueOrDefault(row) + weight;
                now.ShouldBeInRange(0, 1, $"{row} in epoch {of}; {trail}");
                if (now == 0)
                    standing.Remove(row);
                else
                    standing[row] = now;
            }

            late.Token.ThrowIfCancellationRequested();
        }
    }

    static byte[]? Header(in Log.LogRecord record, string name) => Log.LogHeaders.TryFind(record.Headers, Encoding.UTF8.GetBytes(name), out ReadOnlyMemory<byte> value) ? value.ToArray() : null;
}
