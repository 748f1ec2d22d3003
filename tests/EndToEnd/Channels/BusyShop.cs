using System.Globalization;
using MySql.Data.MySqlClient;

namespace Orrery.EndToEnd.Tests.Channels;

/// <summary>A shop's orders in a real database, and somebody who writes, changes, re-keys and deletes them in transactions for as long as wanted.</summary>
sealed class BusyShop : IAsyncDisposable
{
    public const string Database = "shop", Table = "orders";
    const int RowsAtFirst = 3_000;

    readonly string connection;
    readonly CancellationTokenSource ending = new();
    Task work = Task.CompletedTask;

    BusyShop(string connection) => this.connection = connection;

    /// <summary>Transactions committed so far.</summary>
    public int Commits { get; private set; }

    public static async Task<BusyShop> CreateAsync(string connection)
    {
        var shop = new BusyShop(connection);
        await Task.Run(() => shop.Run(connection,
            $"CREATE DATABASE {Database}",
            $"""
             CREATE TABLE {Database}.{Table} (
               id bigint unsigned NOT NULL PRIMARY KEY, code varchar(40) NOT NULL, amount decimal(20,6) NOT NULL, quantity int, note text, paid datetime(6), state enum('new','paid','sent') NOT NULL,
               flags bit(8) NOT NULL, ratio double)
             """));
        await Task.Run(() => shop.Fill());
        return shop;
    }

    public void Start(int seed) => work = Task.Factory.StartNew(() => Write(seed), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Ends the writing; what was committed by then is what there is.</summary>
    public async Task StopAsync()
    {
        await ending.CancelAsync();
        await work;
    }

    /// <summary>Every row as text, by id.</summary>
    public SortedDictionary<string, string> Rows()
    {
        using var open = Open(connection);
        using var command = new MySqlCommand($"SELECT id, code, CAST(amount AS CHAR), quantity, note, DATE_FORMAT(paid, '%Y-%m-%d %H:%i:%s.%f'), state, flags+0, ratio FROM {Database}.{Table}", open);
        using MySqlDataReader reader = command.ExecuteReader();
        var rows = new SortedDictionary<string, string>(StringComparer.Ordinal);
        while (reader.Read())
        {
            object?[] values = [.. Enumerable.Range(0, reader.FieldCount).Select(column => reader.IsDBNull(column) ? null : reader.GetValue(column))];
            rows[Convert.ToString(values[0], CultureInfo.InvariantCulture)!] = string.Join('|', values.Select(Text));
        }

        return rows;
    }

    /// <summary>A value as both sides write it.</summary>
    public static string Text(object? value) => value switch
    {
        null => "NULL",
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    void Fill()
    {
        using var open = Open(connection);
        var random = new Random(7);
        for (int from = 0; from < RowsAtFirst; from += 500)
        {
            using var command = new MySqlCommand($"INSERT INTO {Database}.{Table} VALUES {string.Join(',', Enumerable.Range(from, 500).Select(id => Row(random, id * 10)))}", open);
            command.ExecuteNonQuery();
        }
    }

    void Write(int seed)
    {
        var random = new Random(seed);
        using var open = Open(connection);
        long next = 1_000_000;
        while (!ending.IsCancellationRequested)
        {
            using MySqlTransaction transaction = open.BeginTransaction();
            for (int statement = random.Next(1, 8); statement > 0; statement--)
            {
                string text = random.Next(10) switch
                {
                    < 5 => $"INSERT INTO {Database}.{Table} VALUES {Row(random, next++)}",
                    < 7 => $"UPDATE {Database}.{Table} SET amount = amount + 0.000001, note = CONCAT('é汉🚀', {random.Next()}), quantity = IF(quantity IS NULL, 1, NULL) WHERE id >= {random.Next(30_000)} ORDER BY id LIMIT {random.Next(1, 20)}",
                    < 8 => $"UPDATE {Database}.{Table} SET id = {next++} WHERE id = {random.Next(3_000) * 10}",
                    < 9 => $"DELETE FROM {Database}.{Table} WHERE id >= {random.Next(2_000_000)} ORDER BY id LIMIT 2",
                    _ => $"UPDATE {Database}.{Table} SET state = 'paid', paid = '2026-02-28 23:59:59.{random.Next(1_000_000):D6}' WHERE state = 'new' LIMIT 5",
                };
                using var command = new MySqlCommand(text, open, transaction);
                command.ExecuteNonQuery();
            }

            if (random.Next(10) == 0)
            {
                transaction.Rollback();
                continue;
            }

            transaction.Commit();
            Commits++;
        }
    }

    static string Row(Random random, long id) => string.Create(CultureInfo.InvariantCulture,
        $"({id},'C-{id:x}',{random.Next()}.{random.Next(1_000_000):D6},{(random.Next(4) == 0 ? "NULL" : random.Next(1_000))},'Zeile ''{id}'' 订单',{(random.Next(3) == 0 ? "NULL" : "'2026-01-05 10:11:12.000013'")},'new',{random.Next(256)},{random.NextDouble()})");

    static MySqlConnection Open(string connection)
    {
        var open = new MySqlConnection(connection);
        open.Open();
        using var names = new MySqlCommand("SET NAMES utf8mb4", open);
        names.ExecuteNonQuery();
        return open;
    }

    void Run(string to, params string[] statements)
    {
        using var open = Open(to);
        foreach (string statement in statements)
        {
            using var command = new MySqlCommand(statement, open);
            command.ExecuteNonQuery();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        ending.Dispose();
    }
}
