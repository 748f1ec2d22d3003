using System.Diagnostics;
using System.Globalization;
using Orrery.Bench.Harness;
using Orrery.Jobs.Certificates;
using Orrery.Jobs.Plans;
using Orrery.Jobs.Running;
using Orrery.Tests.Servers;

namespace Orrery.Bench.Migrate;

/// <summary>
/// A table of 12 columns with a key from MariaDB to PostgreSQL, key built and all, beside the two clients in a pipe (<c>mariadb --quick -B | psql COPY</c>, then the key); and its certificate. The peak of memory is this
/// process's own, with the bench in it. <c>--raw</c>: beside PostgreSQL's COPY of a prepared text file into the keyed table; <c>--pgloader</c>: beside pgloader.
/// </summary>
static class MigrateBench
{
    const double TimesPipe = 1.5, TimesRaw = 1.0, TimesLoader = 3.5, MemoryMebibytes = 300, VerifySecondsPerMillion = 2;

    public static async Task<IReadOnlyList<Figure>> RunAsync(BenchContext context)
    {
        if ((MariaDbServer.Missing ?? PostgreSqlServer.Missing) is { } missing)
        {
            context.Say(missing);
            return [];
        }

        long rows = context.Options.Number("rows", 5_000_000, 10_000, 100_000_000);
        int channels = (int)context.Options.Number("parallel", 2, 1, 64);
        await using MariaDbServer maria = await MariaDbServer.Start(performanceSchema: false, "--innodb-buffer-pool-size=1G", "--skip-log-bin");
        await using PostgreSqlServer postgres = await PostgreSqlServer.Start("shared_buffers=512MB", "max_wal_size=8GB");
        OrdersTable.Fill(maria.ConnectionString, rows);
        context.Say($"{rows:N0} rows are in MariaDB");
        var from = DatabaseAddress.Parse($"mysql:{maria.ConnectionString};Database=src");
        var to = DatabaseAddress.Parse($"postgresql://postgres@127.0.0.1:{postgres.Port}/postgres");
        if (context.Options.Has("raw")) OrdersTable.Shell($"{OrdersTable.MariaDbClient(maria)} -e 'select * from orders' > {context.Scratch}/orders.txt");
        string? loader = Servers.ServerProcess.Find("pgloader");
        List<double> pipe = [], ours = [], copying = [], seconds = [], raw = [], loaded = [];
        for (int run = 0; run < context.Runs; run++)
        {
            OrdersTable.Reset(postgres.ConnectionString);
            OrdersTable.Execute(postgres.ConnectionString, OrdersTable.PostgreSql);
            long started = Stopwatch.GetTimestamp();
            OrdersTable.Shell($"{OrdersTable.MariaDbClient(maria)} -e 'select * from orders' | {OrdersTable.PostgreSqlClient(postgres)} -c \"copy orders from stdin with (null 'NULL')\"");
            OrdersTable.Execute(postgres.ConnectionString, "ALTER TABLE orders ADD PRIMARY KEY (id)");
            pipe.Add(rows / Stopwatch.GetElapsedTime(started).TotalSeconds);
            if (context.Options.Has("raw"))
            {
                OrdersTable.Reset(postgres.ConnectionString);
                OrdersTable.Execute(postgres.ConnectionString, OrdersTable.PostgreSql);
                OrdersTable.Execute(postgres.ConnectionString, "ALTER TABLE orders ADD PRIMARY KEY (id)");
                started = Stopwatch.GetTimestamp();
                OrdersTable.Shell($"{OrdersTable.PostgreSqlClient(postgres)} -c \"\\copy orders from '{context.Scratch}/orders.txt' with (null 'NULL')\"");
                raw.Add(rows / Stopwatch.GetElapsedTime(started).TotalSeconds);
            }

            if (context.Options.Has("pgloader") && loader is not null) loaded.Add(rows / await LoaderSeconds(loader, maria, postgres, context));
            OrdersTable.Reset(postgres.ConnectionString);
            started = Stopwatch.GetTimestamp();
            MigrationReport report = new Migration(from, to, new MigrationOptions { Job = "bench", Channels = channels, ChunkRows = 250_000 }, new JobControl(), TimeProvider.System, null).Run();
            ours.Add(rows / Stopwatch.GetElapsedTime(started).TotalSeconds);
            copying.Add(rows / report.Copying.TotalSeconds);
            if (report.Rows != rows) throw new InvalidOperationException($"{report.Rows} rows arrived of {rows}.");
            started = Stopwatch.GetTimestamp();
            Certificate certificate = new CertificateMaker(from, to, TimeProvider.System, null).Make();
            seconds.Add(Stopwatch.GetElapsedTime(started).TotalSeconds / rows * 1_000_000);
            if (!certificate.IsEqual) throw new InvalidOperationException("The certificate says that the copies differ.");
            context.Say($"run {run + 1}: {ours[^1]:N0} rows/s ({copying[^1]:N0} while copying), pipe {pipe[^1]:N0} rows/s, certificate {seconds[^1]:N2} s a million rows");
        }

        double peak = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries) is { } parts ? double.Parse(parts[1], CultureInfo.InvariantCulture) / 1024 : 0;
        var figures = new List<Figure>
        {
            new Figure($"MariaDB to PostgreSQL, {rows:N0} rows of 12 columns with key", BenchContext.Median(ours), "rows/s", "higher", BenchContext.Median(pipe) * TimesPipe, "mariadb -B | COPY, then the key", BenchContext.Median(pipe)),
            new Figure("of it while copying", BenchContext.Median(copying), "rows/s", "higher"),
            new Figure("peak of memory", peak, "MiB", "lower", MemoryMebibytes),
            new Figure("certificate, a million rows", BenchContext.Median(seconds), "s", "lower", VerifySecondsPerMillion),
        };
        if (raw.Count > 0) figures.Add(new Figure("the same beside COPY of a prepared text file", BenchContext.Median(ours), "rows/s", "higher", BenchContext.Median(raw) * TimesRaw, "COPY of a text file into the keyed table", BenchContext.Median(raw)));
        if (loaded.Count > 0) figures.Add(new Figure("the same beside pgloader, tuned", BenchContext.Median(ours), "rows/s", "higher", BenchContext.Median(loaded) * TimesLoader, "pgloader, tuned", BenchContext.Median(loaded)));
        return figures;
    }

    /// <summary>pgloader with the settings that were the quickest for it: it makes table and key, too.</summary>
    static async Task<double> LoaderSeconds(string loader, MariaDbServer maria, PostgreSqlServer postgres, BenchContext context)
    {
        OrdersTable.Reset(postgres.ConnectionString);
        string file = Path.Combine(context.Scratch, "orders.load");
        await File.WriteAllTextAsync(file, $"""
            LOAD DATABASE FROM mysql://root@127.0.0.1:{maria.Port}/src INTO postgresql://postgres@127.0.0.1:{postgres.Port}/postgres
             WITH include drop, create tables, create indexes, reset sequences, workers = 4, concurrency = 2, multiple readers per thread, rows per range = 100000, batch rows = 10000, batch size = 8MB, prefetch rows = 10000
             INCLUDING ONLY TABLE NAMES MATCHING 'orders';
            """);
        long started = Stopwatch.GetTimestamp();
        OrdersTable.Shell($"{loader} --no-ssl-cert-verification {file} > {context.Scratch}/pgloader.log");
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        OrdersTable.Execute(postgres.ConnectionString, "DROP SCHEMA IF EXISTS src CASCADE");
        return seconds;
    }
}
