using System.Diagnostics;
using System.Globalization;
using Orrery.Bench.Harness;
using Orrery.Bench.Migrate;
using Orrery.Jobs.Certificates;
using Orrery.Jobs.Plans;
using Orrery.Tests.Servers;

namespace Orrery.Bench.Verify;

/// <summary>
/// A certificate over a table of 12 columns in MariaDB and in PostgreSQL: counts and digests inside of both, at once. Beside it both servers' clients, which only read the rows to nowhere. At the end one value is changed
/// in PostgreSQL, and the certificate has to name it.
/// </summary>
static class VerifyBench
{
    const double SecondsPerMillion = 2;

    public static async Task<IReadOnlyList<Figure>> RunAsync(BenchContext context)
    {
        if ((MariaDbServer.Missing ?? PostgreSqlServer.Missing) is { } missing)
        {
            context.Say(missing);
            return [];
        }

        long rows = context.Options.Number("rows", 1_000_000, 10_000, 100_000_000);
        await using MariaDbServer maria = await MariaDbServer.Start(performanceSchema: false, "--innodb-buffer-pool-size=1G", "--skip-log-bin");
        await using PostgreSqlServer postgres = await PostgreSqlServer.Start("shared_buffers=512MB", "max_wal_size=8GB");
        OrdersTable.Fill(maria.ConnectionString, rows);
        OrdersTable.Execute(postgres.ConnectionString, OrdersTable.PostgreSql);
        OrdersTable.Shell($"{OrdersTable.MariaDbClient(maria)} -e 'select * from orders' | {OrdersTable.PostgreSqlClient(postgres)} -c \"copy orders from stdin with (null 'NULL')\"");
        OrdersTable.Execute(postgres.ConnectionString, "ALTER TABLE orders ADD PRIMARY KEY (id); VACUUM ANALYZE orders");
        context.Say($"{rows:N0} rows are in both");
        var from = DatabaseAddress.Parse($"mysql:{maria.ConnectionString};Database=src");
        var to = DatabaseAddress.Parse($"postgresql://postgres@127.0.0.1:{postgres.Port}/postgres");
        List<double> ours = [], reading = [];
        for (int run = 0; run < context.Runs; run++)
        {
            long started = Stopwatch.GetTimestamp();
            Certificate certificate = new CertificateMaker(from, to, TimeProvider.System, null).Make();
            ours.Add(Stopwatch.GetElapsedTime(started).TotalSeconds / rows * 1_000_000);
            if (!certificate.IsEqual || certificate.Tables.Sum(table => table.FromRows) != rows) throw new InvalidOperationException("The certificate says that the two differ.");
            started = Stopwatch.GetTimestamp();
            OrdersTable.Shell($"{OrdersTable.MariaDbClient(maria)} -e 'select * from orders' >/dev/null & {OrdersTable.PostgreSqlClient(postgres)} -c 'copy orders to stdout' >/dev/null; wait");
            reading.Add(Stopwatch.GetElapsedTime(started).TotalSeconds / rows * 1_000_000);
            context.Say($"run {run + 1}: {ours[^1]:N2} s a million rows; reading them to nowhere {reading[^1]:N2} s");
        }

        OrdersTable.Execute(postgres.ConnectionString, string.Create(CultureInfo.InvariantCulture, $"UPDATE orders SET score = score + 0.000001 WHERE id = {rows / 3}"));
        long sought = Stopwatch.GetTimestamp();
        TableCertificate found = new CertificateMaker(from, to, TimeProvider.System, null).Make().Tables.Single();
        double finding = Stopwatch.GetElapsedTime(sought).TotalSeconds / rows * 1_000_000;
        if (found.Differences is not [{ Kind: "differs", Columns: [{ Column: "score" }] }]) throw new InvalidOperationException("The changed value was not found.");
        return
        [
            new Figure("certificate of MariaDB and PostgreSQL, a million rows of 12 columns", BenchContext.Median(ours), "s", "lower", SecondsPerMillion, "both clients reading the rows to nowhere", BenchContext.Median(reading)),
            new Figure("the same where one value differs, with its name", finding, "s", "lower"),
        ];
    }
}
