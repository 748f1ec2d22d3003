using System.Diagnostics;
using System.Globalization;
using MySql.Data.MySqlClient;
using Npgsql;
using Orrery.Tests.Servers;

namespace Orrery.Bench.Migrate;

/// <summary>Orders of 12 columns in MariaDB and PostgreSQL, for benches of jobs, and the servers' own clients.</summary>
static class OrdersTable
{
    public const string PostgreSql = "CREATE TABLE orders (id bigint NOT NULL, shop_id int NOT NULL, qty int NOT NULL, unit_price decimal(18,4) NOT NULL, amount decimal(18,2) NOT NULL, created_at timestamp(6) NOT NULL, biz_date date NOT NULL, sku varchar(40) NOT NULL, title varchar(120) NOT NULL, status smallint NOT NULL, score double precision NOT NULL, remark text NULL)";

    public static string MariaDbClient(MariaDbServer server) => string.Create(CultureInfo.InvariantCulture, $"mariadb --no-defaults -h 127.0.0.1 -P {server.Port} -uroot --quick -B -N src");

    public static string PostgreSqlClient(PostgreSqlServer server) => string.Create(CultureInfo.InvariantCulture, $"psql -X -q -h 127.0.0.1 -p {server.Port} -U postgres -d postgres");

    /// <summary>Makes the table in the database <c>src</c> of a MariaDB, with so many rows.</summary>
    public static void Fill(string connectionString, long rows)
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

    public static void Reset(string connectionString) => Execute(connectionString, "DROP TABLE IF EXISTS orders, orrery_job, orrery_chunk; CHECKPOINT");

    public static void Execute(string connectionString, string statement)
    {
        using var connection = new NpgsqlConnection(connectionString);
        connection.Open();
        foreach (string each in statement.Split("; "))
        {
            using var command = new NpgsqlCommand(each, connection) { CommandTimeout = 0 };
            command.ExecuteNonQuery();
        }
    }

    public static void Shell(string text)
    {
        using Process process = Process.Start(new ProcessStartInfo("bash", ["-c", "set -o pipefail; " + text]) { RedirectStandardError = true })!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"The pipe ended with {process.ExitCode}: {error}");
    }
}
