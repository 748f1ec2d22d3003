using Npgsql;
using Orrery.Grains.Channels;
using Orrery.Grains.Tests.Sql;
using Orrery.Interfaces.Alarms;
using Orrery.Interfaces.Channels;
using Orrery.Interfaces.Checks;
using Orrery.Interfaces.Paging;
using Orrery.Tests.Servers;

namespace Orrery.Grains.Tests.Checks;

/// <summary>Checks whose source is a PostgreSQL: it tells no position of a picture, so rows that differ are looked at again until patience ends.</summary>
public sealed class PostgreSqlCheckTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(90), Look = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task Views_over_PostgreSQL_are_equal_until_rows_are_planted_that_are_shown_side_by_side_and_equal_again_when_the_channel_has_told_them()
    {
        if (PostgreSqlServer.Missing is { } missing)
            Assert.Skip(missing);
        await using PostgreSqlServer database = await PostgreSqlServer.Start();
        await ExecuteAsync(database, """
            CREATE TABLE orders (id BIGINT PRIMARY KEY, shop TEXT NOT NULL, amount NUMERIC(12, 2) NOT NULL, weight DOUBLE PRECISION, placed TIMESTAMP(0) NOT NULL, day DATE NOT NULL, is_paid BOOLEAN NOT NULL, note TEXT);
            ALTER TABLE orders REPLICA IDENTITY FULL;
            INSERT INTO orders SELECT n, 'shop ' || n % 3, n / 4.0, n / 7.0, TIMESTAMP '2026-01-01 08:00:00' + n * INTERVAL '1 hour', DATE '2026-01-01' + (n / 24)::INT, n % 2 = 0, CASE WHEN n % 5 = 0 THEN NULL ELSE '雪 O''Neil ' || n END
            FROM generate_series(1, 200) AS n
            """);
        await using SqlFleet fleet = await SqlFleet.StartAsync(services: static host => Microsoft.Extensions.DependencyInjection.OptionsServiceCollectionExtensions.Configure<ChannelOptions>(
            host, static options => options.WakePeriod = options.ReportPeriod = options.RetryPause = TimeSpan.FromMilliseconds(100)));
        var channel = fleet.Grains.GetGrain<IChannelGrain>($"{SqlFleet.Tenant}/shop");
        await channel.Put(new ChannelSpec { Source = new SourceSpec { Kind = "postgresql", Connection = database.ConnectionString, Tables = ["public.orders"] } }, null);
        await fleet.RunAsync("""
            CREATE TABLE ods_orders (id BIGINT, shop STRING, amount DECIMAL(12, 2), weight DOUBLE, placed TIMESTAMP(0), day DATE, is_paid BOOLEAN, note STRING, PRIMARY KEY (id) NOT ENFORCED)
                WITH ('connector' = 'topic', 'topic' = 'acme.shop', 'format' = 'change', 'table' = 'postgres.public.orders');
            CREATE MATERIALIZED VIEW dwd_paid AS SELECT id, shop, amount, weight, placed, day, is_paid, note FROM ods_orders WHERE is_paid;
            CREATE MATERIALIZED VIEW ads_shops AS SELECT shop, COUNT(*) AS n, SUM(amount) AS amount, MAX(placed) AS newest FROM dwd_paid GROUP BY shop;
            """);
        var check = fleet.Grains.GetGrain<ICheckGrain>($"{SqlFleet.Tenant}/shop");
        await check.Put(new CheckSpec { PatienceSeconds = 60 }, "ann", null);

        CheckRun found = await RunAsync(check);
        found.Summary.Outcome.ShouldBe("equal", CheckedShop.Describe(found));
        (found.Summary.IsExact, found.Summary.Position).ShouldBe((false, null));
        found.Summary.Note.ShouldNotBeNull().ShouldStartWith("The database tells no position");
        found.Results.Select(static result => (result.Name, result.State, result.Rows, result.RowsExpected)).ShouldBe([("ads_shops", "equal", 3, 3), ("dwd_paid", "equal", 100, 100)], CheckedShop.Describe(found));

        // What the channel does not tell is planted: the views stay behind, whatever the patience.
        await channel.Pause();
        await ExecuteAsync(database, "INSERT INTO orders VALUES (900, 'planted', 5.25, NULL, '2026-03-01 10:00:00', '2026-03-01', TRUE, NULL); UPDATE orders SET amount = 77.77 WHERE id = 2; DELETE FROM orders WHERE id = 4");
        await check.Put((await check.Get()).Spec with { PatienceSeconds = 3 }, "ann", null);
        found = await RunAsync(check);
        found.Summary.Outcome.ShouldBe("different");
        CheckResult paid = found.Results.Single(static result => result.Name == "dwd_paid");
        (paid.Missing, paid.Surplus, paid.Different).ShouldBe((1, 1, 1), CheckedShop.Describe(found));
        paid.Key.ShouldBe(["id"]);
        CheckDifference planted = paid.Differences.Single(static row => row.Kind == "missing"), changed = paid.Differences.Single(static row => row.Kind == "different"), surplus = paid.Differences.Single(static row => row.Kind == "surplus");
        planted.Actual.ShouldBeNull();
        planted.Expected!.Take(3).ShouldBe(["900", "planted", "5.25"]);
        (changed.Expected![0], changed.Expected[2], changed.Actual![2]).ShouldBe(("2", "77.77", "0.5"));
        surplus.Expected.ShouldBeNull();
        surplus.Actual![0].ShouldBe("4");
        CheckResult shops = found.Results.Single(static result => result.Name == "ads_shops");
        (shops.Missing, shops.Different).ShouldBe((1, 2), CheckedShop.Describe(found));
        (await Alarms(fleet)).ShouldHaveSingleItem().RuleId.ShouldBe("check-differs");

        await channel.Resume();
        await check.Put((await check.Get()).Spec with { PatienceSeconds = 60 }, "ann", null);
        found = await RunAsync(check);
        found.Summary.Outcome.ShouldBe("equal", CheckedShop.Describe(found));
        (await Alarms(fleet)).ShouldBeEmpty();
    }

    static async Task<CheckRun> RunAsync(ICheckGrain check)
    {
        long number = await check.Run("ann");
        using var late = new CancellationTokenSource(Patience);
        using var looks = new PeriodicTimer(Look);
        while (await check.Get() is not { Activity: "idle" } info || info.Last?.Number != number)
            await looks.WaitForNextTickAsync(late.Token);
        (await check.Runs(1))[0].Outcome.ShouldBeOneOf("equal", "different");
        return await check.Result(number);
    }

    static async Task<IReadOnlyList<Alarm>> Alarms(SqlFleet fleet) => (await fleet.Grains.GetGrain<IAlarmBookGrain>(SqlFleet.Tenant).List(new AlarmQuery(Open: true), new PageRequest())).Items;

    static async Task ExecuteAsync(PostgreSqlServer database, string statements)
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(statements, connection);
        await command.ExecuteNonQueryAsync();
    }
}
