using System.Diagnostics;
using System.Globalization;
using MySql.Data.MySqlClient;
using Orrery.Bench.Harness;
using Orrery.Jobs.Archives;
using Orrery.Jobs.Plans;
using Orrery.Tests.Servers;

namespace Orrery.Bench.Archive;

/// <summary>
/// Old rows of 12 columns with an index out of one table of a MariaDB into another database of the same server, copied, compared by digests and deleted, every commit on the disk; beside plain
/// <c>INSERT ... SELECT</c> and <c>DELETE</c> in 10,000s, which compares nothing, and beside pt-archiver where it is installed. Each begins with the same table.
/// </summary>
static class ArchiveBench
{
    const double TimesDefault = 80, TimesTuned = 2.2, ShareOfPlain = 0.6;
    const int Batch = 10_000;

    const string Columns = "(id bigint NOT NULL, shop_id int NOT NULL, qty int NOT NULL, unit_price decimal(18,4) NOT NULL, amount decimal(18,2) NOT NULL, created_at datetime(6) NOT NULL, biz_date date NOT NULL, sku varchar(40) NOT NULL, title varchar(120) NOT NULL, status tinyint NOT NULL, score double NOT NULL, remark text NULL, PRIMARY KEY (id), KEY k_created (created_at))";
    const string Rules = """{ "documents": [{ "name": "order", "table": "arch", "date": "biz_date", "closed": "status < 100" }] }""";

    public static async Task<IReadOnlyList<Figure>> RunAsync(BenchContext context)
    {
        if (MariaDbServer.Missing is { } missing)
        {
            context.Say(missing);
            return [];
        }

        long rows = context.Options.Number("rows", 400_000, 20_000, 50_000_000), move = rows / 4, moveDefault = Math.Min(move, context.Options.Number("default-rows", 4_000, 100, 1_000_000));
        int documents = (int)context.Options.Number("chunk", Batch, 1, 100_000);
        await using MariaDbServer server = await MariaDbServer.Start(performanceSchema: false, "--innodb-buffer-pool-size=1G", "--innodb-flush-log-at-trx-commit=1", "--local-infile=1");
        Execute(server, "CREATE DATABASE src CHARACTER SET utf8mb4", "USE src", $"CREATE TABLE src.arch0 {Columns}", Fill(rows, move));
        context.Say($"{rows:N0} rows, of which {move:N0} go");
        List<double> plain = [], ours = [], usual = [], tuned = [];
        string? archiver = Servers.ServerProcess.Find("pt-archiver");
        for (int run = 0; run < context.Runs; run++)
        {
            Begin(server);
            plain.Add(move / Seconds(() => Plain(server, move)));
            Check(server, rows, move, "src.arch_to");
            if (archiver is not null)
            {
                string data = string.Create(CultureInfo.InvariantCulture, $"{archiver} --source h=127.0.0.1,P={server.Port},u=root,D=src,A=utf8mb4,L=1,t=arch,i=PRIMARY --dest t=arch_to --no-version-check --no-check-charset --charset utf8");
                Begin(server);
                usual.Add(moveDefault / Seconds(() => Shell($"{data} --where 'id <= {moveDefault}'")));
                Check(server, rows, moveDefault, "src.arch_to");
                Begin(server);
                tuned.Add(move / Seconds(() => Shell($"{data} --where 'id <= {move}' --limit 1000 --commit-each --bulk-insert --bulk-delete")));
                Check(server, rows, move, "src.arch_to");
            }

            Begin(server);
            var from = DatabaseAddress.Parse($"mysql:{server.ConnectionString};Database=src");
            var to = DatabaseAddress.Parse($"mysql:{server.ConnectionString};Database=old");
            var options = new ArchiveOptions("bench", new DateOnly(2025, 1, 1)) { ChunkDocuments = documents };
            ArchiveReport? report = null;
            ours.Add(move / Seconds(() => report = new ArchiveRun(from.Open, to.Open, ArchiveRules.Parse(Rules), options, TimeProvider.System).Run(static _ => { }, CancellationToken.None)));
            if (report!.Rows != move || !report.IsProven) throw new InvalidOperationException($"{report.Rows:N0} of {move:N0} rows went.");
            Check(server, rows, move, "old.arch");
            context.Say($"run {run + 1}: {ours[^1]:N0} rows/s, plain {plain[^1]:N0}{(archiver is null ? "" : $", pt-archiver {usual[^1]:N0}, tuned {tuned[^1]:N0}")}");
        }

        double median = BenchContext.Median(ours);
        var figures = new List<Figure> { new("archived, compared by digests, deleted", median, "rows/s", "higher", BenchContext.Median(plain) * ShareOfPlain, "INSERT ... SELECT and DELETE in 10,000s", BenchContext.Median(plain)) };
        if (archiver is null)
        {
            context.Say("pt-archiver is not installed (Debian: apt-get install percona-toolkit)");
            return figures;
        }

        figures.Add(new Figure("beside pt-archiver's defaults", median, "rows/s", "higher", BenchContext.Median(usual) * TimesDefault, "pt-archiver", BenchContext.Median(usual)));
        figures.Add(new Figure("beside pt-archiver in bulk", median, "rows/s", "higher", BenchContext.Median(tuned) * TimesTuned, "pt-archiver --limit 1000 --commit-each --bulk-insert --bulk-delete", BenchContext.Median(tuned)));
        return figures;
    }

    /// <summary>Rows of 2024, which go, before those of 2025.</summary>
    static string Fill(long rows, long move) => string.Create(CultureInfo.InvariantCulture, $"""
        INSERT INTO src.arch0 SELECT seq, seq * 7919 % 4000, 1 + seq * 31 % 20, (seq * 104729 % 9999900) / 10000 + 0.01, (seq * 15485863 % 99999900) / 100, TIMESTAMP('2024-01-01') + INTERVAL seq * 1000003 MICROSECOND,
          IF(seq <= {move}, DATE('2024-01-01') + INTERVAL seq * 365 DIV {move} DAY - INTERVAL 1 DAY, DATE('2025-01-01') + INTERVAL seq % 365 DAY), CONCAT('SKU-', LPAD(seq * 13 % 100000, 6, '0'), '-', LPAD(seq * 7 % 10000, 4, '0'), '-', LPAD(seq % 97, 2, '0')),
          CONCAT(ELT(1 + seq % 5, '华为', '小米', '海尔', '美的', '格力'), ELT(1 + seq * 3 % 4, '智能手机', '蓝牙耳机', '空气净化器', '变频空调'), ' 旗舰版 2024新款 ', seq % 999, '号 包邮'), seq % 7, seq * 0.000731,
          IF(seq % 10 < 7, NULL, CONCAT('工作日送货，周末不在家 ', seq % 1000000)) FROM seq_1_to_{rows}
        """);

    static void Begin(MariaDbServer server) => Execute(server,
        "SET sql_log_bin = 0", "DROP TABLE IF EXISTS src.arch, src.arch_to, src.orrery_archive_job, src.orrery_archive_done, src.orrery_archive_opening", "DROP DATABASE IF EXISTS old", "CREATE DATABASE old CHARACTER SET utf8mb4",
        "CREATE TABLE src.arch LIKE src.arch0", "INSERT INTO src.arch SELECT * FROM src.arch0", "CREATE TABLE src.arch_to LIKE src.arch0", "ANALYZE TABLE src.arch");

    static void Plain(MariaDbServer server, long move)
    {
        var statements = new List<string>();
        for (long at = 0; at < move; at += Batch)
        {
            string where = string.Create(CultureInfo.InvariantCulture, $"WHERE id > {at} AND id <= {Math.Min(move, at + Batch)}");
            statements.AddRange(["START TRANSACTION", $"INSERT INTO src.arch_to SELECT * FROM src.arch {where}", $"DELETE FROM src.arch {where}", "COMMIT"]);
        }

        Execute(server, [.. statements]);
    }

    static void Check(MariaDbServer server, long rows, long moved, string to)
    {
        using MySqlConnection connection = Open(server);
        using MySqlCommand command = connection.CreateCommand();
        command.CommandText = $"SELECT (SELECT COUNT(*) FROM src.arch), (SELECT COUNT(*) FROM {to})";
        using MySqlDataReader reader = command.ExecuteReader();
        reader.Read();
        if (reader.GetInt64(0) != rows - moved || reader.GetInt64(1) != moved) throw new InvalidOperationException($"{reader.GetInt64(0):N0} rows stayed and {reader.GetInt64(1):N0} went, of {rows:N0} and {moved:N0}.");
    }

    static double Seconds(Action work)
    {
        long started = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    static MySqlConnection Open(MariaDbServer server)
    {
        var connection = new MySqlConnection(server.ConnectionString);
        connection.Open();
        return connection;
    }

    static void Execute(MariaDbServer server, params string[] statements)
    {
        using MySqlConnection connection = Open(server);
        foreach (string statement in statements)
        {
            using MySqlCommand command = connection.CreateCommand();
            command.CommandText = statement;
            command.CommandTimeout = 0;
            command.ExecuteNonQuery();
        }
    }

    static void Shell(string text)
    {
        using Process process = Process.Start(new ProcessStartInfo("bash", ["-c", text]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        Task<string> said = process.StandardOutput.ReadToEndAsync();
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"pt-archiver ended with {process.ExitCode}: {error}{said.Result}");
    }
}
