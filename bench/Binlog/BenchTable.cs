using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using MySql.Data.MySqlClient;
using Orrery.Connectors.ChangeCapture;
using Orrery.Connectors.ChangeCapture.MySql;
using Orrery.Tests.Servers;

namespace Orrery.Bench.Binlog;

/// <summary>A MariaDB of the bench's own with a table of 12 columns, as a shop's order lines have them.</summary>
sealed class BenchTable : IAsyncDisposable
{
    const int RowsAtOnce = 100_000;
    readonly MariaDbServer server;

    BenchTable(MariaDbServer server) => this.server = server;

    public static async Task<BenchTable> StartAsync()
    {
        if (MariaDbServer.Missing is { } missing) throw new FormatException(missing);
        var server = await MariaDbServer.Start(false, "--innodb-buffer-pool-size=512M", "--innodb-log-file-size=512M", "--max-binlog-size=1G");
        var table = new BenchTable(server);
        table.Run(
            "CREATE DATABASE bench CHARACTER SET utf8mb4",
            "CREATE TABLE bench.lines (id BIGINT UNSIGNED PRIMARY KEY, order_id BIGINT NOT NULL, shop INT UNSIGNED NOT NULL, sku VARCHAR(32) NOT NULL, name VARCHAR(100), quantity DECIMAL(12,3) NOT NULL,"
            + " price DECIMAL(18,4) NOT NULL, rate DOUBLE, status TINYINT NOT NULL, paid DATETIME(3), changed TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, note VARCHAR(200)) ENGINE=InnoDB",
            "CREATE TABLE bench.mark (id INT PRIMARY KEY)");
        return table;
    }

    public MySqlCapture Capture(MySqlCaptureStart start, string? checkpoint = null) => new(
        new MySqlCaptureOptions { Endpoint = new MySqlEndpoint { Host = "127.0.0.1", Port = server.Port, User = "root", Tls = MySqlTls.Disabled }, Tables = ["bench.*"], Start = start, BatchBytes = 4 << 20 },
        checkpoint, TimeProvider.System, NullLogger<MySqlCapture>.Instance, new CaptureInstruments(new Meters()));

    /// <summary>A checkpoint behind everything that was written.</summary>
    public async Task<string> CheckpointAsync()
    {
        await using var capture = Capture(MySqlCaptureStart.Now);
        var batch = new ChangeBatch();
        Task read = capture.ReadAsync(batch, default).AsTask();
        while (!read.IsCompleted)
        {
            Run("REPLACE INTO bench.mark VALUES (1)", "DELETE FROM bench.mark");
            await Task.WhenAny(read, Task.Delay(100));
        }

        await read;
        string checkpoint = batch.Checkpoint;
        while (capture.Lag != TimeSpan.Zero) await capture.ReadAsync(batch, default);
        return batch.Count == 0 ? checkpoint : batch.Checkpoint;
    }

    public void Fill(long rows)
    {
        using var connection = Open();
        for (long from = 0; from < rows; from += RowsAtOnce)
        {
            string sql = string.Create(CultureInfo.InvariantCulture,
                $"INSERT INTO bench.lines SELECT seq, seq DIV 3, seq % 997, CONCAT('SKU-', seq % 50000), IF(seq % 7 = 0, NULL, CONCAT('商品 ', seq % 1000, ' item')), (seq % 1000) / 8, (seq % 100000) / 7, seq / 3, seq % 5,"
                + $" '2024-01-01 00:00:00.125' + INTERVAL seq SECOND, '2024-06-01 12:00:00', IF(seq % 3 = 0, CONCAT('note ', seq), NULL) FROM seq_{from + 1}_to_{Math.Min(rows, from + RowsAtOnce)}");
            Run(connection, sql);
        }
    }

    /// <summary>The log's files that hold rows, in order, and their bytes.</summary>
    public (string[] Files, long Bytes) Logs()
    {
        string[] files = [.. Directory.GetFiles(server.DataDirectory, "binlog.0*").Order(StringComparer.Ordinal)];
        return (files, files.Sum(file => new FileInfo(file).Length));
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    void Run(params string[] statements)
    {
        using var connection = Open(null);
        foreach (string statement in statements) Run(connection, statement);
    }

    static void Run(MySqlConnection connection, string statement)
    {
        using var command = connection.CreateCommand();
        command.CommandText = statement;
        command.CommandTimeout = 0;
        command.ExecuteNonQuery();
    }

    MySqlConnection Open(string? database = "bench")
    {
        var connection = new MySqlConnection(server.ConnectionString + ";Pooling=false" + (database is null ? "" : ";Database=" + database));
        connection.Open();
        return connection;
    }

    sealed class Meters : IMeterFactory
    {
        public Meter Create(MeterOptions options) => new(options);

        public void Dispose()
        {
        }
    }
}
