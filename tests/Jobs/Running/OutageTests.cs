using MySql.Data.MySqlClient;
using Npgsql;
using Orrery.Connectors.Dialects;
using Orrery.Jobs.Plans;
using Orrery.Jobs.Running;
using Orrery.Tests.Servers;

namespace Orrery.Jobs.Tests.Running;

/// <summary>A server that goes away in the middle of a run, whichever end it is, is waited for by the same run, and no row is lost.</summary>
public sealed class OutageTests
{
    const int Rows = 60_000, ChunkRows = 2000, Kills = 3;
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Theory]
    [InlineData("mysql", "postgresql", true)]
    [InlineData("mysql", "postgresql", false)]
    [InlineData("postgresql", "mysql", true)]
    [InlineData("postgresql", "mysql", false)]
    public async Task A_server_that_is_killed_and_comes_back_is_waited_for_and_the_run_goes_on(string fromEngine, string toEngine, bool killsTarget)
    {
        await using Server from = await Server.StartAsync(fromEngine), to = await Server.StartAsync(toEngine);
        from.Fill();
        await using Watched run = Watched.Start(from.Address, to.Address);
        Server victim = killsTarget ? to : from;
        for (int kill = 1; kill <= Kills; kill++)
        {
            // The last one where nothing but keys is left to be made.
            await run.UntilAsync(kill < Kills ? value => value.Phase == JobPhase.Copying && value.Rows > kill * 3 * ChunkRows : value => value.Phase >= JobPhase.MakingKeys || value.Rows > Rows - ChunkRows);
            await victim.KillAsync();
            if (kill < Kills) await run.UntilAsync(static value => value.Waiting is not null);
            await victim.StartAgainAsync();
        }

        (await run.Ended.WaitAsync(Patience, TestContext.Current.CancellationToken)).Rows.ShouldBe(Rows + 1);
        from.Address.ShouldEqual(to.Address);
    }

    [Theory]
    [InlineData("mysql", "postgresql")]
    [InlineData("postgresql", "mysql")]
    public async Task Connections_that_are_killed_again_and_again_at_both_ends_do_not_end_the_run(string fromEngine, string toEngine)
    {
        await using Server from = await Server.StartAsync(fromEngine), to = await Server.StartAsync(toEngine);
        from.Fill();
        await using Watched run = Watched.Start(from.Address, to.Address);
        int killed = 0;
        for (int turn = 1; turn <= 8; turn++)
        {
            await Task.WhenAny(run.Ended, run.UntilAsync(value => value.Phase == JobPhase.Copying && value.Rows > Math.Min(Rows / 2, turn * 2 * ChunkRows)));
            killed += from.KillConnections() + to.KillConnections();
        }

        (await run.Ended.WaitAsync(Patience, TestContext.Current.CancellationToken)).Rows.ShouldBe(Rows + 1);
        killed.ShouldBeGreaterThan(8);
        from.Address.ShouldEqual(to.Address);
    }

    [Fact]
    public async Task A_server_that_stays_away_for_longer_than_its_bound_ends_the_run_and_the_next_goes_on()
    {
        await using Server from = await Server.StartAsync("mysql"), to = await Server.StartAsync("postgresql");
        from.Fill();
        await using Watched run = Watched.Start(from.Address, to.Address, awayMax: TimeSpan.FromSeconds(1));
        await run.UntilAsync(static value => value.Phase == JobPhase.Copying && value.Rows > 3 * ChunkRows);
        await to.KillAsync();
        (await Should.ThrowAsync<TimeoutException>(() => run.Ended.WaitAsync(Patience, TestContext.Current.CancellationToken))).Message.ShouldContain("away for more than 00:00:01");
        await to.StartAgainAsync();
        from.Address.MigrateTo(to.Address, static options => options with { Job = "outage", ChunkRows = ChunkRows }).Rows.ShouldBe(Rows + 1);
        from.Address.ShouldEqual(to.Address);
    }

    /// <summary>A run on a thread of its own, and what it tells.</summary>
    sealed class Watched : IProgress<JobProgress>, IAsyncDisposable
    {
        readonly Lock gate = new();
        readonly CancellationTokenSource end = new();
        readonly List<(Func<JobProgress, bool> IsSo, TaskCompletionSource Came)> awaited = [];
        JobProgress? last;

        public required Task<MigrationReport> Ended { get; set; }

        public static Watched Start(DatabaseAddress from, DatabaseAddress to, TimeSpan? awayMax = null)
        {
            var run = new Watched { Ended = null! };
            var options = new MigrationOptions { Job = "outage", ChunkRows = ChunkRows, Throttle = new ThrottleOptions { RowsPerSecond = 15_000 }, AwayMax = awayMax ?? TimeSpan.FromMinutes(2) };
            run.Ended = Task.Factory.StartNew(() => new Migration(from, to, options, new JobControl(), TimeProvider.System, run).Run(run.end.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            return run;
        }

        public void Report(JobProgress value)
        {
            lock (gate)
            {
                last = value;
                foreach ((Func<JobProgress, bool> isSo, TaskCompletionSource came) in awaited)
                    if (isSo(value))
                        came.TrySetResult();
            }
        }

        /// <summary>Waits until the run says so, or ends.</summary>
        public async Task UntilAsync(Func<JobProgress, bool> isSo)
        {
            var came = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (gate)
            {
                awaited.Add((isSo, came));
                if (last is not null && isSo(last)) came.TrySetResult();
            }

            Task first = await Task.WhenAny(came.Task, Ended).WaitAsync(Patience, TestContext.Current.CancellationToken);
            if (first == Ended) await Ended;
        }

        public async ValueTask DisposeAsync()
        {
            await end.CancelAsync();
            await ((Task)Ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            end.Dispose();
        }
    }

    /// <summary>A server of either engine.</summary>
    sealed class Server : IAsyncDisposable
    {
        MariaDbServer? maria;
        PostgreSqlServer? postgres;

        public DatabaseAddress Address => maria is not null ? DatabaseAddress.Parse($"mysql:{maria.ConnectionString};Database=shop") : DatabaseAddress.Parse($"postgresql://postgres@127.0.0.1:{postgres!.Port}/postgres");

        public static async Task<Server> StartAsync(string engine)
        {
            if ((engine == "mysql" ? MariaDbServer.Missing : PostgreSqlServer.Missing) is { } missing) Assert.Skip(missing);
            if (engine == "postgresql") return new Server { postgres = await PostgreSqlServer.Start("fsync=on") };
            var server = new Server { maria = await MariaDbServer.Start(performanceSchema: false, "--innodb-flush-log-at-trx-commit=1") };
            server.Administer("CREATE DATABASE shop CHARACTER SET utf8mb4");
            return server;
        }

        /// <summary>A table of many rows, read past the driver where the engine's reader does so, and one without a key.</summary>
        public void Fill()
        {
            string numbers = maria is not null ? $"seq, CONCAT('文 ', seq), seq / 4 FROM seq_1_to_{Rows}" : $"n, '文 ' || n, n / 4.0 FROM generate_series(1, {Rows}) n";
            Address.Run("CREATE TABLE many (id INT PRIMARY KEY, text VARCHAR(40), amount DECIMAL(12,2))", "CREATE TABLE few (word VARCHAR(20))", $"INSERT INTO many SELECT {numbers}", "INSERT INTO few VALUES ('one')", "CREATE INDEX many_text ON many (text)", maria is not null ? "ANALYZE TABLE many" : "ANALYZE many");
        }

        public Task KillAsync() => maria?.Kill() ?? postgres!.Kill();

        public Task StartAgainAsync() => maria?.StartAgain() ?? postgres!.StartAgain();

        /// <summary>Ends every connection but its own.</summary>
        public int KillConnections()
        {
            if (postgres is not null) return (int)Address.Count("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'");
            int killed = 0;
            using var connection = new MySqlConnection(maria!.ConnectionString);
            connection.Open();
            using MySqlCommand list = connection.CreateCommand();
            list.CommandText = "SELECT CAST(ID AS CHAR) FROM information_schema.PROCESSLIST WHERE ID <> CONNECTION_ID() AND USER = 'root'";
            var ids = new List<string>();
            using (MySqlDataReader reader = list.ExecuteReader())
                while (reader.Read())
                    ids.Add(reader.GetString(0));
            foreach (string id in ids)
            {
                try
                {
                    using MySqlCommand kill = connection.CreateCommand();
                    kill.CommandText = $"KILL {id}";
                    kill.ExecuteNonQuery();
                    killed++;
                }
                catch (MySqlException gone) when (gone.Number == 1094)
                {
                    // It has ended by itself.
                    continue;
                }
            }

            return killed;
        }

        public async ValueTask DisposeAsync()
        {
            if (maria is not null) await maria.DisposeAsync();
            if (postgres is not null) await postgres.DisposeAsync();
        }

        void Administer(string statement)
        {
            using var connection = new MySqlConnection(maria!.ConnectionString);
            connection.Open();
            using MySqlCommand command = connection.CreateCommand();
            command.CommandText = statement;
            command.ExecuteNonQuery();
        }
    }
}
