using System.Data.Common;
using System.Globalization;
using Orrery.Connectors.Dialects;
using Orrery.Grains.Sql.Running;
using Orrery.Grains.Sql.Sinks;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Grains.Tests.Sql;

/// <summary>A sink that is away while far more rows come than wait in memory.</summary>
public sealed class SinkBacklogTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60), Look = TimeSpan.FromMilliseconds(50);

    [Theory]
    [InlineData(1L << 30)]
    [InlineData(1L)] // no checkpoint is written while rows wait in files: after a crash they are computed again
    public async Task A_sink_that_is_away_stalls_nobody_and_has_every_row_once_when_it_is_back_over_crashes_too(long checkpointBacklogBytesMax)
    {
        const int Rounds = 8, RowsARound = 250;
        using var spill = new TemporarySpill();
        await using SqlFleet fleet = await SqlFleet.StartAsync(options =>
        {
            options.SinkRowsMax = 100;
            options.CheckpointBacklogBytesMax = checkpointBacklogBytesMax;
            options.SpillFolder = spill.Path;
        });
        string away = Path.Combine(fleet.Folder, "away.db"), there = Path.Combine(fleet.Folder, "there.db");
        DialectList.TryFind("sqlite", out IDialect? dialect).ShouldBeTrue();
        using IDatabase awayDatabase = dialect.Open($"Data Source={away}", Patience), thereDatabase = dialect.Open($"Data Source={there}", Patience);
        thereDatabase.Execute("CREATE TABLE lines (id INTEGER NOT NULL)");
        await fleet.RunAsync($"""
            CREATE TABLE orders (id BIGINT NOT NULL) WITH ('append-only' = 'true');
            CREATE TABLE away (id BIGINT NOT NULL) WITH ('connector' = 'sqlite', 'connection' = 'Data Source={away}', 'table' = 'lines');
            CREATE TABLE there (id BIGINT NOT NULL) WITH ('connector' = 'sqlite', 'connection' = 'Data Source={there}', 'table' = 'lines');
            INSERT INTO away SELECT id FROM orders;
            INSERT INTO there SELECT id FROM orders;
            CREATE MATERIALIZED VIEW total AS SELECT COUNT(*) AS n FROM orders;
            """);
        for (int round = 0; round < Rounds; round++)
        {
            await fleet.RunAsync($"INSERT INTO orders VALUES {string.Join(", ", Enumerable.Range(round * RowsARound, RowsARound).Select(static id => string.Create(CultureInfo.InvariantCulture, $"({id})")))}");
            if (round == Rounds / 2)
                await fleet.CrashAsync();
        }

        await fleet.UntilAsync("SELECT n FROM total", $"[[{Rounds * RowsARound}]]");
        await UntilAsync(thereDatabase, Rounds * RowsARound);
        awayDatabase.Execute("CREATE TABLE lines (id INTEGER NOT NULL)");
        await UntilAsync(awayDatabase, Rounds * RowsARound);
        Scalar(awayDatabase, "SELECT COUNT(DISTINCT id) FROM lines").ShouldBe(Rounds * RowsARound);
        Scalar(thereDatabase, "SELECT COUNT(*) FROM lines").ShouldBe(Rounds * RowsARound);
    }

    [Fact]
    public void What_waits_in_files_comes_back_in_its_order_behind_what_waits_in_memory()
    {
        using var folder = new TemporarySpill();
        var layout = new RowLayout(new RowSchema([new RowColumn("id", SqlType.BigInt), new RowColumn("name", SqlType.String.Nullable())]));
        using var queue = new SinkQueue(folder.Path, rowsMax: 10, bytesMax: 1 << 20);
        long given = 0, taken = 0;
        var random = new Random(3);
        for (int step = 0; step < 4_000; step++)
        {
            if (random.Next(100) < (step < 2_000 ? 60 : 40))
            {
                given++;
                queue.Enqueue(new SinkChanges("t#1", given, [([given, given % 3 == 0 ? null : $"name {given}"], 1), ([given, "gone"], -1)], layout));
            }
            else if (queue.Count > 0)
            {
                IReadOnlyList<SinkChanges> oldest = queue.Peek(rowsLimit: random.Next(9));
                oldest.Count.ShouldBeInRange(1, 4);
                foreach (SinkChanges next in oldest)
                {
                    next.Epoch.ShouldBe(++taken);
                    next.Rows[0].Values.ShouldBe([taken, taken % 3 == 0 ? null : $"name {taken}"]);
                    next.Rows[1].Weight.ShouldBe(-1);
                    queue.Dequeue();
                }
            }

            queue.Count.ShouldBe((int)(given - taken));
            queue.Rows.ShouldBe(2 * (int)(given - taken));
        }

        while (queue.Count > 0)
            queue.Dequeue();
        queue.FileBytes.ShouldBe(0);
        // A process that is killed leaves none behind.
        if (!OperatingSystem.IsWindows())
            Directory.GetFiles(folder.Path).ShouldBeEmpty();
    }

    static async Task UntilAsync(IDatabase database, long rows)
    {
        using var late = new CancellationTokenSource(Patience);
        using var looks = new PeriodicTimer(Look);
        while (Scalar(database, "SELECT COUNT(*) FROM lines") < rows && !late.IsCancellationRequested)
            await looks.WaitForNextTickAsync(CancellationToken.None);
        Scalar(database, "SELECT COUNT(*) FROM lines").ShouldBe(rows);
    }

    static long Scalar(IDatabase database, string text)
    {
        using DbCommand command = database.Connection.CreateCommand();
        command.CommandText = text;
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }
}
