using Orrery.Connectors.Dialects;
using Orrery.Interfaces.Sql;
using Orrery.Interfaces.Topics;
using Orrery.Runtime.Storage;

namespace Orrery.Grains.Tests.Sql.Crashes;

/// <summary>The silo dies anywhere while topics are read again: no row is lost and none is there twice, in views and in sinks.</summary>
public sealed class RewindCrashTests
{
    const int Rounds = 5, BatchRows = 10, PointsMax = 12;
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3), Look = TimeSpan.FromMilliseconds(50);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(3, 3)]
    public async Task However_often_the_silo_dies_while_it_reads_again_all_is_there_once(int seed, int partitions)
    {
        var random = new Random(seed);
        var points = new CrashPoints(random);
        await using SqlFleet fleet = await SqlFleet.StartAsync(
            options =>
            {
                options.Partitions = partitions;
                // Some is read again at once, and some epoch by epoch.
                options.RewindRecordsMax = 25;
                (options.RetryPause, options.RetryPauseMax) = (TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(100));
            },
            points.Register, new CrashStorage(new MemoryGrainStorage(), points));
        string file = Path.Combine(fleet.Folder, "sink.db");
        DialectList.TryFind("sqlite", out IDialect? dialect).ShouldBeTrue();
        using IDatabase database = dialect.Open($"Data Source={file}", Patience);
        database.Execute("CREATE TABLE totals (k INTEGER NOT NULL PRIMARY KEY, n INTEGER NOT NULL)");
        await fleet.Grains.GetGrain<ITopicGrain>("acme.events").Create(new TopicSettings());
        await fleet.RunAsync($"""
            CREATE TABLE events (id BIGINT NOT NULL, k BIGINT NOT NULL) WITH ('connector' = 'topic', 'topic' = 'acme.events', 'format' = 'json');
            CREATE TABLE latest (k BIGINT NOT NULL, id BIGINT, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'topic', 'topic' = 'acme.events', 'format' = 'json', 'append-only' = 'false');
            CREATE TABLE totals (k BIGINT NOT NULL, n BIGINT NOT NULL, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'sqlite', 'connection' = 'Data Source={file}', 'table' = 'totals');
            CREATE MATERIALIZED VIEW sums AS SELECT k, COUNT(*) AS n FROM events GROUP BY k;
            CREATE MATERIALIZED VIEW both_of AS SELECT e.k, l.id, COUNT(*) AS n FROM events AS e INNER JOIN latest AS l ON e.k = l.k GROUP BY e.k, l.id;
            INSERT INTO totals SELECT k, COUNT(*) FROM events GROUP BY k;
            """);
        int given = 0;
        for (int round = 1; round <= Rounds; round++)
        {
            await RewindTests.GiveAsync(fleet, "acme.events", round, [.. Enumerable.Range(given, BatchRows).Select(static id => $$"""{"id":{{id}},"k":{{id % 4}}}""")]);
            given += BatchRows;
            points.Arm(random.Next(PointsMax));
            Task rewinding = RewindAsync(fleet, random.Next(2) == 0 ? "events" : "latest");
            _ = rewinding.ContinueWith(static failed => failed.Exception, TaskScheduler.Default);
            await Task.WhenAny(points.Crashed, rewinding).WaitAsync(Patience, TestContext.Current.CancellationToken);
            await fleet.KillAsync();
            points.Release();
            await fleet.BeginAsync();
        }

        string trail = $"seed {seed}, {partitions} partitions: {string.Join(", ", points.Trail)}";
        string sums = $"[{string.Join(',', Enumerable.Range(0, 4).Select(k => $"[{k},{(given - k + 3) / 4}]"))}]";
        await fleet.UntilAsync("SELECT k, n FROM sums ORDER BY k", sums);
        (await fleet.AskAsync("SELECT COUNT(*) FROM events")).ShouldBe($"[[{given}]]", trail);
        await fleet.UntilAsync("SELECT k, id FROM latest ORDER BY k", $"[{string.Join(',', Enumerable.Range(0, 4).Select(k => $"[{k},{Enumerable.Range(0, given).Last(id => id % 4 == k)}]"))}]");
        await fleet.UntilAsync("SELECT k, n FROM both_of ORDER BY k", sums);
        using var late = new CancellationTokenSource(Patience);
        using var looks = new PeriodicTimer(Look);
        while (Rows(database) != sums && !late.IsCancellationRequested)
            await looks.WaitForNextTickAsync(CancellationToken.None);
        Rows(database).ShouldBe(sums, trail);
        (await fleet.Sql.Relations()).ShouldAllBe(static relation => relation.Problem == null);
    }

    static async Task RewindAsync(SqlFleet fleet, string table)
    {
        while (true)
            await fleet.Sql.Rewind(table, new SqlRewind(true, null, null, false, "ann"));
    }

    static string Rows(IDatabase database)
    {
        var rows = new List<string>();
        using System.Data.Common.DbCommand command = database.Connection.CreateCommand();
        command.CommandText = "SELECT k, n FROM totals ORDER BY k";
        using System.Data.Common.DbDataReader reader = command.ExecuteReader();
        while (reader.Read())
            rows.Add($"[{reader.GetInt64(0)},{reader.GetInt64(1)}]");
        return $"[{string.Join(',', rows)}]";
    }
}
