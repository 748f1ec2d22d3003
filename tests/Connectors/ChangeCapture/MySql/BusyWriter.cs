using System.Globalization;
using MySql.Data.MySqlClient;

namespace Orrery.Connectors.Tests.ChangeCapture.MySql;

/// <summary>Changes tables at random, from several connections: rows, keys, transactions, definitions.</summary>
sealed class BusyWriter(Func<MySqlConnection> connect, int seed)
{
    // Deadlocks, waits, doubled keys, and rows of a table that another connection has just altered, renamed or dropped are a busy database's life.
    static readonly int[] Usual = [1054, 1062, 1146, 1205, 1213, 1412, 1020, 1265, 1050, 1060, 1091];

    volatile bool ends;

    const int StepsMax = 250;

    public int Transactions;

    public void End() => ends = true;

    public Task Run(int writers, bool definitions) => Task.WhenAll(
        Enumerable.Range(0, writers).Select(writer => Task.Factory.StartNew(() => Loop(new Random(seed + writer), Rows), TaskCreationOptions.LongRunning))
            .Append(definitions ? Task.Factory.StartNew(() => Loop(new Random(seed - 1), Define), TaskCreationOptions.LongRunning) : Task.CompletedTask));

    void Loop(Random random, Action<MySqlConnection, Random> step)
    {
        using var connection = connect();
        // A row's lock and a table's definition can wait for each other, which the server sees only by a time-out: 50 s if nothing shorter is said.
        CaptureServer.Run(connection, "SET sql_mode='', innodb_lock_wait_timeout=1, lock_wait_timeout=2");
        for (int left = StepsMax; left > 0 && !ends; left--)
        {
            try
            {
                step(connection, random);
                Interlocked.Increment(ref Transactions);
            }
            catch (MySqlException error) when (Usual.Contains(error.Number))
            {
                CaptureServer.Run(connection, "ROLLBACK");
            }
        }
    }

    static void Rows(MySqlConnection connection, Random random)
    {
        CaptureServer.Run(connection, "BEGIN");
        for (int left = random.Next(1, 12); left > 0; left--) CaptureServer.Run(connection, Change(random));
        CaptureServer.Run(connection, random.Next(8) == 0 ? "ROLLBACK" : "COMMIT");
    }

    static string Change(Random random)
    {
        int id = random.Next(400), number = random.Next(100_000), other = random.Next(400);
        string text = $"'{(char)('a' + random.Next(26))}汉{number}'";
        return random.Next(9) switch
        {
            0 or 1 => string.Create(CultureInfo.InvariantCulture, $"INSERT IGNORE INTO numbers (id, n, t) VALUES ({id}, {number}, {text}), ({other}, {number}, NULL)"),
            2 => $"UPDATE IGNORE numbers SET n={number} WHERE id={id}",
            3 => $"UPDATE IGNORE numbers SET id={other}, n={number} WHERE id={id}",
            4 => $"DELETE FROM numbers WHERE id={id}",
            5 => $"REPLACE INTO texts (a, b, v) VALUES ('k{id % 60}', {other % 20}, {number}.25)",
            6 => $"UPDATE IGNORE texts SET a='K{other % 60}', v=v+1 WHERE a='k{id % 60}' LIMIT 3",
            7 => $"DELETE FROM texts WHERE b={id % 20} LIMIT 5",
            _ => $"INSERT INTO texts (a, b, v) VALUES ('n{id}', {other}, {number}) ON DUPLICATE KEY UPDATE v={number}",
        };
    }

    static void Define(MySqlConnection connection, Random random)
    {
        int number = random.Next(4);
        CaptureServer.Run(connection, random.Next(12) switch
        {
            0 => $"ALTER TABLE numbers ADD COLUMN IF NOT EXISTS x{number} INT NOT NULL DEFAULT {number + 5}",
            1 => $"ALTER TABLE numbers DROP COLUMN IF EXISTS x{number}",
            2 => $"ALTER TABLE numbers ADD COLUMN IF NOT EXISTS y{number} VARCHAR({10 + number}) AFTER id",
            3 => $"ALTER TABLE numbers CHANGE COLUMN IF EXISTS y{number} z{number} VARCHAR(30) CHARACTER SET gbk DEFAULT '汉'",
            4 => $"ALTER TABLE numbers DROP COLUMN IF EXISTS z{number}, ADD INDEX IF NOT EXISTS i{number} (n)",
            5 => $"ALTER TABLE texts MODIFY v DECIMAL({12 + number},2) NOT NULL",
            6 => "TRUNCATE TABLE texts",
            7 => $"CREATE TABLE IF NOT EXISTS extra{number} (id BIGINT PRIMARY KEY, d DATETIME(6)) ENGINE=InnoDB",
            8 => $"INSERT IGNORE INTO extra{number} VALUES ({random.Next(50)}, NOW(6))",
            9 => $"RENAME TABLE extra{number} TO extra{(number + 1) % 4}",
            10 => $"DROP TABLE IF EXISTS extra{number}",
            _ => $"CREATE OR REPLACE TABLE extra{number} AS SELECT id, n FROM numbers LIMIT {random.Next(20)}",
        });
        for (int pause = 0; pause < 40; pause++) CaptureServer.Run(connection, "SELECT 1");
    }
}
