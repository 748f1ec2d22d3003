using Microsoft.Extensions.DependencyInjection;
using MySql.Data.MySqlClient;
using Orrery.Grains.Channels;
using Orrery.Grains.Tests.Sql;
using Orrery.Interfaces.Channels;
using Orrery.Interfaces.Checks;
using Orrery.Tests.Servers;

namespace Orrery.Grains.Tests.Checks;

/// <summary>A MariaDB with orders and their lines, a channel of its changes, views over them, and people who write all the time.</summary>
sealed class CheckedShop : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(90), Look = TimeSpan.FromMilliseconds(50);

    readonly MariaDbServer database;
    readonly CancellationTokenSource ending = new();
    readonly List<Task> writers = [];

    CheckedShop(MariaDbServer database, SqlFleet fleet)
    {
        this.database = database;
        Fleet = fleet;
    }

    public SqlFleet Fleet { get; }

    public int Written { get; private set; }

    public ICheckGrain Check => Fleet.Grains.GetGrain<ICheckGrain>($"{SqlFleet.Tenant}/shop");

    /// <summary>Without a pool, whose sessions would keep what was set for secrets.</summary>
    public string Connection => database.ConnectionString + ";Pooling=false";

    public static async Task<CheckedShop> StartAsync(int partitions = 1, Action<IServiceCollection>? services = null, int sqlPartitions = 1)
    {
        if (MariaDbServer.Missing is { } missing)
            Assert.Skip(missing);
        MariaDbServer database = await MariaDbServer.Start(performanceSchema: false);
        SqlFleet fleet = await SqlFleet.StartAsync(options => options.Partitions = sqlPartitions, host =>
        {
            host.Configure<ChannelOptions>(options => options.WakePeriod = options.ReportPeriod = options.RetryPause = TimeSpan.FromMilliseconds(100));
            services?.Invoke(host);
        });
        var shop = new CheckedShop(database, fleet);
        await shop.ExecuteAsync("""
            CREATE DATABASE shop CHARACTER SET utf8mb4;
            CREATE TABLE shop.orders (id BIGINT PRIMARY KEY AUTO_INCREMENT, status VARCHAR(20) NOT NULL, amount DECIMAL(12, 2) NOT NULL, weight DOUBLE, placed DATETIME NOT NULL, note TEXT);
            CREATE TABLE shop.order_lines (id BIGINT PRIMARY KEY AUTO_INCREMENT, order_id BIGINT NOT NULL, sku VARCHAR(20) NOT NULL, quantity INT NOT NULL);
            INSERT INTO shop.orders (status, amount, weight, placed, note) VALUES ('open', 10.5, 0.1, '2026-01-01 08:00:00', NULL), ('paid', 7, 0.2, '2026-01-02', '雪 O''Neil');
            INSERT INTO shop.order_lines (order_id, sku, quantity) VALUES (1, 'a', 2), (2, 'b', 1), (2, 'a', 4);
            """);
        await fleet.Grains.GetGrain<IChannelGrain>($"{SqlFleet.Tenant}/shop").Put(
            new ChannelSpec { Partitions = partitions, Source = new SourceSpec { Kind = "mysql", Connection = database.ConnectionString, Tables = ["shop.*"] } }, null);
        await fleet.RunAsync("""
            CREATE TABLE ods_orders (id BIGINT, status STRING, amount DECIMAL(12, 2), weight DOUBLE, placed TIMESTAMP(0), note STRING, PRIMARY KEY (id) NOT ENFORCED)
                WITH ('connector' = 'topic', 'topic' = 'acme.shop', 'format' = 'change', 'table' = 'shop.orders');
            CREATE TABLE ods_lines (id BIGINT, order_id BIGINT, sku STRING, quantity INT, PRIMARY KEY (id) NOT ENFORCED)
                WITH ('connector' = 'topic', 'topic' = 'acme.shop', 'format' = 'change', 'table' = 'shop.order_lines');
            CREATE TABLE own (id INT);
            CREATE VIEW paid AS SELECT * FROM ods_orders WHERE status = 'paid';
            CREATE MATERIALIZED VIEW dwd_lines AS SELECT l.id, l.order_id, l.sku, l.quantity, o.status, o.amount, o.weight, o.placed, o.note FROM ods_lines l JOIN ods_orders o ON o.id = l.order_id;
            CREATE MATERIALIZED VIEW ads_skus AS SELECT sku, COUNT(*) AS n, SUM(quantity) AS quantity, SUM(amount) AS amount, SUM(weight) AS weight FROM dwd_lines GROUP BY sku;
            CREATE MATERIALIZED VIEW ads_days AS SELECT CAST(placed AS DATE) AS day, COUNT(*) AS n, SUM(amount) AS amount FROM paid GROUP BY CAST(placed AS DATE);
            CREATE MATERIALIZED VIEW own_rows AS SELECT id FROM own;
            CREATE MATERIALIZED VIEW late AS SELECT id FROM ods_orders WHERE placed < CURRENT_TIMESTAMP;
            """);
        return shop;
    }

    /// <summary>Lets people write until the shop closes: several statements a transaction, so that views between them would be wrong.</summary>
    /// <param name="people">How many at once.</param>
    /// <param name="each">Transactions of each at most: where a bound on bytes is tested, a slow machine must not make more of them.</param>
    public void Write(int people, int each = int.MaxValue)
    {
        for (int person = 0; person < people; person++)
        {
            var dice = new Random(person);
            writers.Add(Task.Run(async () =>
            {
                await using var connection = new MySqlConnection(Connection + ";Allow User Variables=true");
                await connection.OpenAsync();
                for (int done = 0; done < each && !ending.IsCancellationRequested; done++)
                {
                    int order = dice.Next(1, 60);
                    await RunAsync(connection, dice.Next(5) switch
                    {
                        0 => $"BEGIN; INSERT INTO shop.orders (status, amount, weight, placed) VALUES ('open', {dice.Next(10_000)} / 100, {dice.Next(100)} / 7, NOW()); SET @id = LAST_INSERT_ID(); "
                            + $"INSERT INTO shop.order_lines (order_id, sku, quantity) VALUES (@id, 'a', 1), (@id, 'b', {dice.Next(9)}); COMMIT",
                        1 => $"BEGIN; UPDATE shop.orders SET status = 'paid', amount = amount + 1 WHERE id = {order}; UPDATE shop.order_lines SET quantity = quantity + 1, sku = 'c{dice.Next(5)}' WHERE order_id = {order}; COMMIT",
                        2 => $"BEGIN; DELETE FROM shop.order_lines WHERE order_id = {order} LIMIT 1; COMMIT",
                        // A line and an order get other keys: they go to other partitions of the topic.
                        3 => $"BEGIN; UPDATE shop.orders SET id = -id WHERE id IN ({order}, -{order}); UPDATE shop.order_lines SET id = -id, order_id = -order_id WHERE order_id IN ({order}, -{order}); COMMIT",
                        _ => $"UPDATE shop.orders SET note = 'seen', placed = placed + INTERVAL 1 DAY WHERE id BETWEEN {order} AND {order + 3}",
                    });
                    Written++;
                }
            }));
        }
    }

    public async Task StopWritingAsync()
    {
        await ending.CancelAsync();
        await Task.WhenAll(writers);
    }

    /// <summary>Changes rows behind the log's back: no channel hears of it.</summary>
    public Task SecretlyAsync(string statement) => ExecuteAsync("SET SESSION sql_log_bin = 0; " + statement);

    public async Task ExecuteAsync(string statement)
    {
        await using var connection = new MySqlConnection(Connection);
        await connection.OpenAsync();
        await RunAsync(connection, statement);
    }

    /// <summary>Runs the check and answers what it found.</summary>
    public async Task<CheckRun> RunAsync()
    {
        long number = await Check.Run("ann");
        using var late = new CancellationTokenSource(Patience);
        using var looks = new PeriodicTimer(Look);
        while (await Check.Get() is not { Activity: "idle" } info || info.Last?.Number != number)
            await looks.WaitForNextTickAsync(late.Token);
        CheckSummary summary = (await Check.Runs(1))[0];
        summary.Outcome.ShouldBeOneOf("equal", "different");
        return await Check.Result(number);
    }

    /// <summary>What a run found, for the message of a test that failed.</summary>
    public static string Describe(CheckRun run) => $"{run.Summary}\n" + string.Join('\n', run.Results.Select(static result =>
        $"{result.Name} {result.State} {result.Reason} {result.Rows}/{result.RowsExpected} -{result.Missing} +{result.Surplus} !{result.Different} by {string.Join(",", result.Key)}\n"
        + string.Concat(result.Differences.Take(4).Select(static row => $"  {row.Kind}: {string.Join("|", row.Expected ?? [])} :: {string.Join("|", row.Actual ?? [])}\n"))));

    static async Task RunAsync(MySqlConnection connection, string statement)
    {
        const int DeadlocksMax = 100;
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                await using var command = new MySqlCommand(statement, connection);
                await command.ExecuteNonQueryAsync();
                return;
            }
            catch (MySqlException fault) when (fault.Number is 1213 or 1205 && attempt < DeadlocksMax)
            {
                // One of two who wait for each other is chosen, and does it again.
                await using var command = new MySqlCommand("ROLLBACK", connection);
                await command.ExecuteNonQueryAsync();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await ((Task)Task.WhenAll(writers)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Fleet.DisposeAsync();
        await database.DisposeAsync();
        ending.Dispose();
    }
}
