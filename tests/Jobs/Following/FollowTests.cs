using Orrery.Connectors.Dialects;
using Orrery.Jobs.Following;
using Orrery.Jobs.Plans;
using Orrery.Jobs.Running;

namespace Orrery.Jobs.Tests.Following;

[Collection(LiveCollection.Name)]
public sealed class FollowTests(LiveServers servers) : IDisposable
{
    const int Parents = 1500, ChunkRows = 200;

    readonly string folder = Directory.CreateTempSubdirectory("orrery-follow-").FullName;

    [Fact]
    public void MariaDb_that_goes_on_changing_is_copied_followed_cut_over_to_PostgreSql_and_returned_to()
    {
        DatabaseAddress from = servers.New("mysql"), to = servers.New("postgresql");
        Make(from);
        using (var writer = new Writer(from))
        {
            // Ended within the copy, and again while changes are followed.
            using var first = new CancellationTokenSource();
            Should.Throw<OperationCanceledException>(() => Migration(from, to, progress: new Watch<JobProgress>(value =>
            {
                if (value.Phase == JobPhase.Copying && value.Rows > 3 * ChunkRows) first.Cancel();
            })).Run(first.Token));
            using var second = new CancellationTokenSource();
            long followed = 0;
            Should.Throw<OperationCanceledException>(() => Migration(from, to, following: new Watch<FollowProgress>(value =>
            {
                if (value.Step is not null) return;
                followed = value.Changes;
                if (value.Changes > 100) second.Cancel();
            })).Run(second.Token));
            followed.ShouldBeGreaterThan(100);
            writer.Stop();
        }

        Should.Throw<FollowException>(() => Migration(from, to).CutOver(isBack: false)).Message.ShouldContain("takes writes");
        Should.Throw<FollowException>(() => Migration(from, to).CutOver(isBack: true)).Message.ShouldContain("has not been cut over");
        // Ended within a cut-over: the lead is where it was, and the same command goes on.
        foreach (string ended in (string[])["applying what is left", "comparing", "numbering"])
        {
            using var within = new CancellationTokenSource();
            Should.Throw<OperationCanceledException>(() => Migration(from, to, isStopped: true, following: new Watch<FollowProgress>(value =>
            {
                if (value.Step == ended) within.Cancel();
            })).CutOver(isBack: false, within.Token));
        }

        CutOverReport over = Migration(from, to, isStopped: true).CutOver(isBack: false);
        (over.IsBack, over.CanReturn, over.Certificate.IsEqual).ShouldBe((false, true, true));
        from.ShouldEqual(to);
        Should.Throw<FollowException>(() => Migration(from, to, isStopped: true).CutOver(isBack: false)).Message.ShouldContain("has been cut over");

        // PostgreSQL is written to: numbering goes on where MariaDB's did.
        long last = from.Count("SELECT MAX(id) FROM parent");
        to.Run("INSERT INTO parent (code, body) SELECT 'pg' || n, repeat('中', 3000) FROM generate_series(1, 50) n", "UPDATE parent SET amount = 77 WHERE code LIKE 'pg%'", "UPDATE child SET qty = qty + 1 WHERE id % 3 = 0",
            "DELETE FROM parent WHERE id IN (SELECT id FROM parent ORDER BY id LIMIT 20)", "UPDATE parent SET id = id + 1000000 WHERE id IN (SELECT id FROM parent ORDER BY id LIMIT 5)");
        to.Count("SELECT min(id) FROM parent WHERE code LIKE 'pg%'").ShouldBe(last + 1);
        Migration(from, to, endsWhenReached: true).Run().IsBack.ShouldBeTrue();
        CutOverReport back = Migration(from, to, isStopped: true).CutOver(isBack: true);
        (back.IsBack, back.CanReturn).ShouldBe((true, true));
        from.ShouldEqual(to);
        to.Count("SELECT count(*) FROM pg_replication_slots WHERE database = current_database()").ShouldBe(0);

        // And forth again.
        from.Run("INSERT INTO parent (code) VALUES ('after')", "DELETE FROM parent WHERE code = 'pg7'");
        Migration(from, to, endsWhenReached: true).Run().IsBack.ShouldBeFalse();
        from.ShouldEqual(to);
        to.Count("SELECT count(*) FROM parent WHERE code = 'after'").ShouldBe(1);
    }

    [Fact]
    public void PostgreSql_is_followed_into_MariaDb_with_large_values_that_its_log_leaves_out()
    {
        DatabaseAddress from = servers.New("postgresql"), to = servers.New("mysql");
        from.Run("CREATE TABLE doc (id int PRIMARY KEY, name varchar(50) UNIQUE, body text)", "ALTER TABLE doc ALTER COLUMN body SET STORAGE EXTERNAL", "INSERT INTO doc SELECT n, 'name ' || n, repeat('x', 20000) FROM generate_series(1, 30) n");
        Migration(from, to, endsWhenReached: true).Run();
        from.Run("UPDATE doc SET name = 'changed ' || id WHERE id % 2 = 0", "UPDATE doc SET id = id + 100 WHERE id < 5", "DELETE FROM doc WHERE id = 7",
            // Two rows exchange a unique value.
            "BEGIN; UPDATE doc SET name = 'between' WHERE id = 10; UPDATE doc SET name = 'changed 10' WHERE id = 12; UPDATE doc SET name = 'changed 12' WHERE id = 10; COMMIT");
        Migration(from, to, endsWhenReached: true).Run();
        from.ShouldEqual(to);
        from.Run("TRUNCATE doc", "INSERT INTO doc VALUES (1, 'new', 'b')");
        Migration(from, to, endsWhenReached: true).Run();
        from.ShouldEqual(to);
        Migration(from, to).End();
        from.Count("SELECT count(*) FROM pg_replication_slots WHERE database = current_database()").ShouldBe(0);
    }

    [Fact]
    public async Task PostgreSql_whose_log_never_rests_with_what_is_not_followed_is_caught_up_with()
    {
        DatabaseAddress from = servers.New("postgresql"), to = servers.New("mysql");
        from.Run("CREATE TABLE doc (id int PRIMARY KEY, name varchar(50))", "INSERT INTO doc SELECT n, 'name ' || n FROM generate_series(1, 30) n");
        using var end = new CancellationTokenSource();
        Task busy = Task.Factory.StartNew(() =>
        {
            using IDatabase database = from.Open();
            while (!end.IsCancellationRequested) database.Execute("DO $$ BEGIN PERFORM pg_logical_emit_message(true, 'busy', ''); END $$");
        }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
            Migration(from, to, endsWhenReached: true).Run(patience.Token);
        }
        finally
        {
            await end.CancelAsync();
            await busy;
        }

        from.ShouldEqual(to);
    }

    [Fact]
    public void What_cannot_be_followed_is_refused_before_a_row_is_copied()
    {
        DatabaseAddress from = servers.New("mysql"), to = servers.New("postgresql");
        from.Run("CREATE TABLE keyless (a INT)", "CREATE TABLE keyed (a INT PRIMARY KEY)", "INSERT INTO keyed VALUES (1)");
        Should.Throw<FollowException>(() => Migration(from, to).Run()).Message.ShouldContain("--without keyless");
        Should.Throw<FollowException>(() => Migration(from, to).CutOver(isBack: false)).Message.ShouldContain("begin it with --follow");
        Should.Throw<FollowException>(() => Migration(servers.New("sqlite").With("CREATE TABLE a (a INTEGER PRIMARY KEY)"), servers.New("postgresql")).Run()).Message.ShouldContain("cannot be followed: MySQL, MariaDB and PostgreSQL can");
        DatabaseAddress other = servers.New("postgresql");
        from.MigrateTo(other, with => with with { Job = "follow", Without = ["keyless"] });
        Should.Throw<FollowException>(() => Migration(from, other, with => with with { Without = ["keyless"] }).Run()).Message.ShouldContain("without --follow");
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    static void Make(DatabaseAddress from) => from.Run(
        "CREATE TABLE parent (id INT AUTO_INCREMENT PRIMARY KEY, code VARCHAR(40) UNIQUE, amount DECIMAL(12,2), made DATETIME(3) DEFAULT '2024-01-01', body LONGTEXT)",
        "CREATE TABLE child (id INT PRIMARY KEY, parent_id INT NOT NULL, qty INT, CONSTRAINT child_parent FOREIGN KEY (parent_id) REFERENCES parent (id) ON DELETE CASCADE ON UPDATE CASCADE)",
        $"INSERT INTO parent (id, code, amount) SELECT seq, CONCAT('c', seq), seq / 4 FROM seq_1_to_{Parents}", $"INSERT INTO child SELECT seq, 1 + seq % {Parents}, seq FROM seq_1_to_{2 * Parents}");

    FollowedMigration Migration(DatabaseAddress from, DatabaseAddress to, Func<MigrationOptions, MigrationOptions>? with = null, bool isStopped = false, bool endsWhenReached = false, IProgress<JobProgress>? progress = null, IProgress<FollowProgress>? following = null)
    {
        var options = new MigrationOptions { Job = "follow", ChunkRows = ChunkRows, Throttle = new ThrottleOptions { RowsPerSecond = 3000 }, RejectFile = Path.Combine(folder, "rejects.jsonl") };
        return new FollowedMigration(from, to, with?.Invoke(options) ?? options, new FollowOptions { SourceIsStopped = isStopped, EndsWhenReached = endsWhenReached, AskEvery = TimeSpan.FromMilliseconds(100) }, new JobControl(), TimeProvider.System, progress, following);
    }

    /// <summary>Inserts, updates, exchanges, key changes and deletes, over and over until it is stopped.</summary>
    sealed class Writer : IDisposable
    {
        readonly CancellationTokenSource end = new();
        readonly Task writing;

        public Writer(DatabaseAddress address) => writing = Task.Factory.StartNew(() => Write(address), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        public void Stop()
        {
            end.Cancel();
            writing.GetAwaiter().GetResult();
        }

        public void Dispose()
        {
            end.Cancel();
            writing.GetAwaiter().GetResult();
            end.Dispose();
        }

        void Write(DatabaseAddress address)
        {
            using IDatabase database = address.Open();
            var random = new Random(7);
            for (int round = 0; !end.IsCancellationRequested; round++)
            {
                // Slower than a follower on a busy machine.
                end.Token.WaitHandle.WaitOne(20);
                int one = random.Next(1, Parents), other = random.Next(1, Parents);
                database.Execute($"INSERT INTO parent (code, amount, body) VALUES ('n{round}', {round}, REPEAT('文', {random.Next(0, 50)}))");
                database.Execute($"INSERT INTO child SELECT {100_000 + round}, MAX(id), {round} FROM parent");
                database.Execute($"UPDATE parent SET amount = amount + 1 WHERE id BETWEEN {one} AND {one + 3}");
                switch (round % 5)
                {
                    case 0:
                        database.Execute($"DELETE FROM parent WHERE id = {one}");
                        break;
                    case 1:
                        database.Execute($"UPDATE parent SET id = {10_000_000 - round} WHERE id = {other}");
                        break;
                    case 2:
                        using (DatabaseTransaction transaction = database.Begin())
                        {
                            database.Execute($"UPDATE parent SET code = 'between' WHERE id = {one}");
                            database.Execute($"UPDATE parent SET code = 'x{round}' WHERE id = {other} AND id <> {one}");
                            database.Execute($"UPDATE parent SET code = 'y{round}' WHERE id = {one}");
                            transaction.Commit();
                        }

                        break;
                    case 3:
                        database.Execute($"UPDATE child SET parent_id = (SELECT MAX(id) FROM parent), qty = {round} WHERE id = {one}");
                        break;
                    default:
                        database.Execute($"DELETE FROM child WHERE id = {other}");
                        break;
                }
            }
        }
    }

    sealed class Watch<T>(Action<T> watch) : IProgress<T>
    {
        public void Report(T value) => watch(value);
    }
}
