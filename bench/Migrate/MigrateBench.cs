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
/// A table of 12 columns with a key from MariaDB to PostgreSQL, key built and all, beside the two clients in a pipe (<c>mariadb --quick -B | psql COPY</c>, then the key); and its certificate. The peak of memory is this
/// process's own, with the bench in it.
/// </summary>
static class MigrateBench
{
    const double TimesPipe = 1.5, MemoryMebibytes = 300, VerifySecondsPerMillion = 2;

    const string PostgreSqlTable = "CREATE TABLE orders (id bigint NOT NULL, shop_id int NOT NULL, qty int NOT NULL, unit_price decimal(18,4) NOT NULL, amount decimal(18,2) NOT NULL, created_at timestamp(6) NOT NULL, biz_date date NOT NULL, sku varchar(40) NOT NULL, title varchar(120) NOT NULL, status smallint NOT NULL, score double precision NOT NULL, remark text NULL)";

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
        Fill(maria.ConnectionString, rows);
        context.Say($"{rows:N0} rows are in MariaDB");
        var from = DatabaseAddress.Parse($"mysql:{maria.ConnectionString};Database=src");
        var to = DatabaseAddress.Parse($"postgresql://postgres@127.0.0.1:{postgres.Port}/postgres");
        List<double> pipe = [], ours = [], copying = [], seconds = [];
        for (int run = 0; run < context.Runs; run++)
        {
            Reset(postgres.ConnectionString);
            Execute(postgres.ConnectionString, PostgreSqlTable);
            long started = Stopwatch.GetTimestamp();
            Shell($"mariadb --no-defaults -h 127.0.0.1 -P {maria.Port} -uroot --quick -B -N src -e 'select * from orders' | psql -X -q -h 127.0.0.1 -p {postgres.Port} -U postgres -d postgres -c \"copy orders from stdin with (null 'NULL')\"");
            Execute(postgres.ConnectionString, "ALTER TABLE orders ADD PRIMARY KEY (id)");
            pipe.Add(rows / Stopwatch.GetElapsedTime(started).TotalSeconds);
            Reset(postgres.ConnectionString);
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
        return
        [
            new Figure($"MariaDB to PostgreSQL, {rows:N0} rows of 12 columns with key", BenchContext.Median(ours), "rows/s", "higher", BenchContext.Median(pipe) * TimesPipe, "mariadb -B | COPY, then the key", BenchContext.Median(pipe)),
            new Figure("of it while copying", BenchContext.Median(copying), "rows/s", "higher"),
            new Figure("peak of memory", peak, "MiB", "lower", MemoryMebibytes),
            new Figure("certificate, a million rows", BenchContext.Median(seconds), "s", "lower", VerifySecondsPerMillion),
        ];
    }

    static void Fill(string connectionString, long rows)
    {
        using var connection = new MySqlConnection(connectionString);
        connection.Open();
        string[] statements =
        [
            "CREATE DATABASE src CHARACTER SET utf8mb4", "USE src",
            "CREATE TABLE orders (id bigint NOT NULL, shop_id int NOT NULL, qty int NOT NULL, unit_price decimal(18,4) NOT NULL, amount decimal(18,2) NOT NULL, created_at datetime(6) NOT NULL, biz_date date NOT NULL, sku varchar(40) NOT NULL, title varchar(120) NOT NULL, status tinyint NOT NULL, score double NOT NULL, remark text NULL, PRIMARY KEY (id))",
            string.Create(CultureInfo.InvariantCulture, $"""
                INSERT INTO orders SELECT seq, seq * 7919 % 4000, 1 + seq * 31 % 20, (seq * 104729 % 9999900) / 10000 + 0.01, (seq * 15485863 % 99999900) / 100, TIMESTAMP('2024-01-01') + INTERVAL seq * 97 % 30000000 * 1000003 MICROSECOND,
                  DATE('2024-01-01') + INTERVAL seq % 365 DAY, CONCAT('SKU-', LPAD(seq * 13 % 100000, 6, '0'), '-', LPAD(seq * 7 % 10000, 4, '0'), '-', LPAD(seq % 97, 2, '0')),
                  CONCAT(ELT(1 + seq % 5, '华为', '小米', '海尔', '美的', '格力'), ELT(1 + seq * 3 % 4, '智能手机', '蓝牙耳机', '空气净化器', '变频空调'), ' 旗舰版 2024新款 ', seq % 999, '号 包邮'), seq % 7, seq * 0.000731,
                  IF(seq % 10 < 7, NULL, CONCAT('工作日送货，周末不在家 ', seq % 1000000)) FROM seq_1_to_{rows}
                """),
            "ANALYZE TABLE orders",
        ];
        foreach (string statement in statements)
        {
            using MySqlCommand command = connection.CreateCommand();
            command.CommandText = statement;
            command.CommandTimeout = 0;
            command.ExecuteNonQuery();
        }
    }

    static void Reset(string connectionString) => Execute(connectionString, "DROP TABLE IF EXISTS orders, orrery_job, orrery_chunk; CHECKPOINT");

    static void Execute(string connectionString, string statement)
    {
        using var connection = new NpgsqlConnection(connectionString);
        connection.Open();
        foreach (string each in statement.Split("; "))
        {
            using var command = new NpgsqlCommand(each, connection) { CommandTimeout = 0 };
            command.ExecuteNonQuery();
        }
    }

    static void Shell(string text)
    {
        using Process process = Process.Start(new ProcessStartInfo("bash", ["-c", "set -o pipefail; " + text]) { RedirectStandardError = true })!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"The pipe ended with {process.ExitCode}: {error}");
    }
}
