using Orrery.Connectors.Dialects;
using Orrery.Jobs.Plans;
using Orrery.Jobs.Running;

namespace Orrery.Jobs.Tests.Running;

[Collection(LiveCollection.Name)]
public sealed class ResumeTests(LiveServers servers)
{
    const int Rows = 20_000, ChunkRows = 1000;

    [Theory]
    [InlineData("postgresql")]
    [InlineData("mysql")]
    [InlineData("sqlite")]
    public void A_run_that_is_broken_off_again_and_again_ends_with_each_row_once(string engine)
    {
        DatabaseAddress from = Many(), to = servers.New(engine);
        long copied = 0;
        int runs = 0;
        // Each run is ended after a few chunks, somewhere within one.
        for (; runs < 100; runs++)
        {
            using var end = new CancellationTokenSource();
            int rowsToEnd = 1500 + runs * 700;
            var progress = new EndAfter(rowsToEnd, end);
            try
            {
                MigrationReport report = new Migration(from, to, new MigrationOptions { Job = "again", ChunkRows = ChunkRows, Throttle = new ThrottleOptions { RowsPerSecond = 40_000 } }, new JobControl(), TimeProvider.System, progress).Run(end.Token);
                copied += report.RowsOfRun;
                break;
            }
            catch (OperationCanceledException)
            {
                copied += progress.Rows;
            }
        }

        runs.ShouldBeGreaterThan(0);
        to.Count("SELECT COUNT(*) FROM many").ShouldBe(Rows);
        from.ShouldEqual(to);
        to.Count("SELECT SUM(row_count) FROM orrery_chunk WHERE chunk >= 0").ShouldBe(Rows);
        MigrationReport again = from.MigrateTo(to, options => options with { Job = "again" });
        (again.WasDone, again.Rows).ShouldBe((true, Rows));
    }

    [Fact]
    public void A_run_whose_job_was_started_again_elsewhere_is_refused_at_its_next_chunk()
    {
        DatabaseAddress from = Many(), to = servers.New("postgresql");
        bool isTaken = false;
        var progress = new Watch(value =>
        {
            if (isTaken || value.Phase != JobPhase.Copying || value.Rows < 2 * ChunkRows) return;
            isTaken = true;
            using IDatabase database = to.Open();
            ChunkTokens.Take(database, "one", TimeProvider.System);
        });
        var options = new MigrationOptions { Job = "one", ChunkRows = ChunkRows, Throttle = new ThrottleOptions { RowsPerSecond = 8000 } };
        Should.Throw<TokenOverruledException>(() => new Migration(from, to, options, new JobControl(), TimeProvider.System, progress).Run()).Message.ShouldContain("token 1, the target says 2");
        from.MigrateTo(to, with => with with { Job = "one", ChunkRows = ChunkRows });
        from.ShouldEqual(to);
    }

    [Fact]
    public void A_paused_job_begins_no_chunk_until_it_is_resumed()
    {
        DatabaseAddress from = Many(), to = servers.New("sqlite");
        var control = new JobControl();
        long rowsBefore = -1;
        int still = 0;
        var progress = new Watch(value =>
        {
            if (value.Phase != JobPhase.Copying || still > 3) return;
            control.Pause();
            // What is under way is finished; then nothing more comes.
            still = value.Rows == rowsBefore ? still + 1 : 0;
            rowsBefore = value.Rows;
            if (still > 3) control.Resume();
        });
        new Migration(from, to, new MigrationOptions { Job = "pause", ChunkRows = ChunkRows, Throttle = new ThrottleOptions { RowsPerSecond = 10_000 } }, control, TimeProvider.System, progress).Run().Rows.ShouldBe(Rows);
        still.ShouldBeGreaterThan(3);
        rowsBefore.ShouldBeLessThan(Rows);
        from.ShouldEqual(to);
    }

    [Fact]
    public void Rates_and_channels_are_changed_while_a_run_copies_and_take_hold_at_once()
    {
        DatabaseAddress from = Many(), to = servers.New("postgresql");
        var control = new JobControl();
        int most = 0;
        bool isMore = false;
        var progress = new Watch(value =>
        {
            if (value.Phase != JobPhase.Copying || value.Tables is not [var table]) return;
            int open = table.Chunks.Count(chunk => !chunk.IsDone);
            if (!isMore && open == 1 && value.Rows > 0)
            {
                // At a row a second the first batch alone would take hours.
                isMore = true;
                control.Limit(new JobLimits(4000, 0, 3));
            }

            most = Math.Max(most, open);
            if (most == 3) control.Limit(new JobLimits(0, 0, 2));
            table.Chunks.Count.ShouldBeLessThanOrEqualTo(ChunkProgress.NewestMax + 3);
        });
        new Migration(from, to, new MigrationOptions { Job = "limits", ChunkRows = ChunkRows, Channels = 1, Throttle = new ThrottleOptions { RowsPerSecond = 1 } }, control, TimeProvider.System, progress).Run().Rows.ShouldBe(Rows);
        most.ShouldBe(3);
        from.ShouldEqual(to);
    }

    DatabaseAddress Many()
    {
        DatabaseAddress from = servers.New("sqlite");
        from.Run("CREATE TABLE many (a INTEGER, b INTEGER, text VARCHAR(40), amount DECIMAL_TEXT(12,2), PRIMARY KEY (a, b))",
            $"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {Rows}) INSERT INTO many SELECT i / 7, i % 7, 'text ' || i, i || '.25' FROM n",
            "CREATE INDEX many_text ON many (text)");
        return from;
    }

    sealed class EndAfter(long rows, CancellationTokenSource end) : IProgress<JobProgress>
    {
        public long Rows { get; private set; }

        public void Report(JobProgress value)
        {
            Rows = value.Rows;
            if (value.Phase == JobPhase.Copying && value.Rows >= rows) end.Cancel();
        }
    }

    sealed class Watch(Action<JobProgress> watch) : IProgress<JobProgress>
    {
        public void Report(JobProgress value) => watch(value);
    }
}
