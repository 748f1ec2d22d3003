using System.Diagnostics;
using System.Globalization;
using MySql.Data.MySqlClient;
using Npgsql;
using Orrery.Bench.Harness;
using Orrery.Jobs.Certificates;
using Orrery.Jobs.Plans;
using Orrery.Jobs.Running;
using Orrery.Tests.Servers;

namespace Orrery.Bench.Migrate;

/// <summary>
/// A migration from MariaDB to PostgreSQL whose ends are killed with kill -9 in turn: the target, the process that migrates, the source. What a kill makes the job repeat is what was done or under way just
/// before it less what the target has afterwards; in the end both sides' digests are compared.
/// </summary>
static class ResumeBench
{
    const string Job = "resume";
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public static async Task<IReadOnlyList<Figure>> RunAsync(BenchContext context)
    {
        if (context.Options.Has("child")) return Migrate(context);
        if ((MariaDbServer.Missing ?? PostgreSqlServer.Missing) is { } missing)
        {
            context.Say(missing);
            return [];
        }

        long rows = context.Options.Number("rows", 2_000_000, 10_000, 100_000_000), every = context.Options.Number("every", 10, 1, 600), rate = context.Options.Number("rate", 50_000, 0, 10_000_000);
        int channels = (int)context.Options.Number("parallel", 2, 1, 64), chunk = (int)context.Options.Number("chunk", 20_000, 100, 1_000_000);
        await using MariaDbServer maria = await MariaDbServer.Start(performanceSchema: false, "--innodb-buffer-pool-size=512M", "--skip-log-bin", "--innodb-flush-log-at-trx-commit=1");
        await using PostgreSqlServer postgres = await PostgreSqlServer.Start("fsync=on", "shared_buffers=256MB", "max_wal_size=4GB");
        Execute(maria.ConnectionString, "CREATE DATABASE src", "USE src", "CREATE TABLE many (id bigint PRIMARY KEY, amount decimal(18,4) NOT NULL, made datetime(6) NOT NULL, text varchar(80) NULL)",
            $"INSERT INTO many SELECT seq, seq / 7, TIMESTAMP('2024-01-01') + INTERVAL seq SECOND, CONCAT('文 ', seq) FROM seq_1_to_{rows}", "ANALYZE TABLE many");
        string from = $"mysql:{maria.ConnectionString};Database=src", to = $"postgresql://postgres@127.0.0.1:{postgres.Port}/postgres";
        string[] arguments = [typeof(ResumeBench).Assembly.Location, "resume", "--child", $"--source={from}", $"--target={to}", $"--chunk={chunk}", $"--parallel={channels}", $"--rate={rate}"];
        int kills = 0;
        double most = 0;
        long started = Stopwatch.GetTimestamp();
        Child child = Child.Start(arguments);
        try
        {
            while (true)
            {
                await Task.WhenAny(child.Exited, Task.Delay(TimeSpan.FromSeconds(every)));
                if (child.IsDone) break;
                if (child.Exited.IsCompleted)
                {
                    // What a server does, a run waits for: it ends by being killed alone.
                    throw new InvalidOperationException($"The run ended by itself: {child.Last}");
                }

                if (Stopwatch.GetElapsedTime(started) > Patience) throw new TimeoutException($"The migration was not done within {Patience} and {kills} kills.");
                if (child.Rows == 0) continue;
                string end = (kills++ % 3) switch { 0 => "target", 1 => "process", _ => "source" };
                // What is done or under way, as it was said last.
                long before = child.Rows;
                switch (end)
                {
                    case "target":
                        await postgres.Kill();
                        await postgres.StartAgain();
                        break;
                    case "source":
                        await maria.Kill();
                        await maria.StartAgain();
                        break;
                    default:
                        await child.DisposeAsync();
                        break;
                }

                long there = Committed(postgres.ConnectionString);
                double repeated = Math.Max(0, before - there) / (double)chunk;
                most = Math.Max(most, repeated / channels);
                context.Say(string.Create(CultureInfo.InvariantCulture, $"kill {kills} of the {end}: {before:N0} rows were done or under way, {there:N0} are there: {repeated:N1} chunks over {channels} channels to repeat"));
                if (end == "process") child = Child.Start(arguments);
            }
        }
        finally
        {
            await child.DisposeAsync();
        }

        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Certificate certificate = new CertificateMaker(DatabaseAddress.Parse(from), DatabaseAddress.Parse(to), TimeProvider.System, null).Make();
        context.Say(string.Create(CultureInfo.InvariantCulture, $"{rows:N0} rows in {seconds:N1} s with {kills} kills; digests are {(certificate.IsEqual ? "equal" : "NOT equal")}"));
        if (!certificate.IsEqual) throw new InvalidOperationException("The certificate says that the copies differ.");
        return
        [
            new Figure("kills of source, process and target", kills, "kills", "higher", 1),
            new Figure("chunks that a kill repeats, of each channel, at most", most, "chunks", "lower", 1),
            new Figure("digests equal", certificate.IsEqual ? 1 : 0, "", "higher", 1),
        ];
    }

    static IReadOnlyList<Figure> Migrate(BenchContext context)
    {
        DatabaseAddress from = DatabaseAddress.Parse(context.Options.Find("source")!), to = DatabaseAddress.Parse(context.Options.Find("target")!);
        var options = new MigrationOptions
        {
            Job = Job, ChunkRows = (int)context.Options.Number("chunk", 20_000, 100, 1_000_000), Channels = (int)context.Options.Number("parallel", 2, 1, 64),
            Throttle = new ThrottleOptions { RowsPerSecond = context.Options.Number("rate", 0, 0, 10_000_000) },
        };
        new Migration(from, to, options, new JobControl(), TimeProvider.System, new Told()).Run();
        Console.WriteLine("done");
        return [];
    }

    static long Committed(string connectionString)
    {
        using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        connection.Open();
        using var command = new NpgsqlCommand("SELECT coalesce(sum(row_count), 0)::bigint FROM orrery_chunk WHERE chunk >= 0", connection);
        return (long)command.ExecuteScalar()!;
    }

    static void Execute(string connectionString, params string[] statements)
    {
        using var connection = new MySqlConnection(connectionString);
        connection.Open();
        foreach (string statement in statements)
        {
            using MySqlCommand command = connection.CreateCommand();
            command.CommandText = statement;
            command.CommandTimeout = 0;
            command.ExecuteNonQuery();
        }
    }

    sealed class Told : IProgress<JobProgress>
    {
        public void Report(JobProgress value)
        {
            if (value.Phase == JobPhase.Copying) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"rows {value.Rows}"));
        }
    }

    /// <summary>The migrating process.</summary>
    sealed class Child : IAsyncDisposable
    {
        readonly Process process;

        Child(Process process) => (this.process, Exited) = (process, process.WaitForExitAsync());

        public Task Exited { get; }

        /// <summary>Done or under way, as it said last.</summary>
        public long Rows { get; private set; }

        public bool IsDone { get; private set; }

        public string Last { get; private set; } = "";

        public static Child Start(string[] arguments)
        {
            var process = new Process { StartInfo = new ProcessStartInfo(Environment.ProcessPath!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true } };
            process.Start();
            var child = new Child(process);
            process.OutputDataReceived += (_, line) => child.Hear(line.Data);
            process.ErrorDataReceived += (_, line) => child.Hear(line.Data);
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            return child;
        }

        public async ValueTask DisposeAsync()
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
            await Exited;
            process.Dispose();
        }

        void Hear(string? line)
        {
            if (line is null) return;
            if (line.StartsWith("rows ", StringComparison.Ordinal)) Rows = long.Parse(line.AsSpan(5), CultureInfo.InvariantCulture);
            else if (line == "done") IsDone = true;
            else if (!line.StartsWith("   at ", StringComparison.Ordinal)) Last = line;
        }
    }
}
