using System.Globalization;
using Orrery.Connectors.Dialects;
using Orrery.Interfaces.Sql;

namespace Orrery.Grains.Tests.Sql;

/// <summary>Views in three partitions are what they are in one, and so is what they write, however often the silo is killed.</summary>
public sealed class PartitionTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(90), Look = TimeSpan.FromMilliseconds(50);

    static readonly string[] Questions =
    [
        "SELECT COUNT(*), SUM(amount) FROM orders",
        "SELECT id, customer, amount FROM orders WHERE amount > 50 ORDER BY id",
        "SELECT region, n, total FROM byRegion ORDER BY region",
        "SELECT name, n FROM top3 ORDER BY n DESC, name",
        "SELECT n FROM all_orders",
        "SELECT c.name, COUNT(*) FROM orders o JOIN customers c ON o.customer = c.id GROUP BY c.name ORDER BY c.name",
        "SELECT o.id FROM orders o WHERE o.customer NOT IN (SELECT id FROM customers) ORDER BY o.id",
    ];

    /// <summary>Seeds, each with the number of silos. More: <c>ORRERY_PARTITION_SEEDS=50</c>.</summary>
    public static TheoryData<int, short> Seeds
    {
        get
        {
            var data = new TheoryData<int, short>();
            for (int seed = 11; seed < 11 + (int.TryParse(Environment.GetEnvironmentVariable("ORRERY_PARTITION_SEEDS"), CultureInfo.InvariantCulture, out int seeds) ? seeds : 1); seed++)
            {
                data.Add(seed, 1);
                data.Add(seed, 3);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Three_partitions_answer_and_write_what_one_does_over_kills(int seed, short silos)
    {
        await using SqlFleet one = await SqlFleet.StartAsync();
        await using SqlFleet three = await SqlFleet.StartAsync(static options => options.Partitions = 3, silos: silos);
        using IDatabase oneSink = await BeginAsync(one), threeSink = await BeginAsync(three);
        var random = new Random(seed);
        for (int step = 0; step < 24; step++)
        {
            string statement = Next(random);
            await one.RunAsync(statement);
            await AgainAsync(three, statement);
            if (step == 8)
            {
                const string late = "CREATE MATERIALIZED VIEW top3 AS SELECT name, n FROM (SELECT c.name, COUNT(*) AS n FROM orders o JOIN customers c ON o.customer = c.id GROUP BY c.name) x ORDER BY n DESC, name LIMIT 3";
                await one.RunAsync(late);
                await AgainAsync(three, late);
            }

            if (random.Next(4) == 0)
                await (silos == 1 ? three.CrashAsync() : three.CrashOneAsync(random.Next(silos)));
        }

        foreach (string question in Questions)
            await three.UntilAsync(question, await one.AskAsync(question));
        string expected = Rows(oneSink);
        using var late2 = new CancellationTokenSource(Patience);
        using var looks = new PeriodicTimer(Look);
        while (!late2.IsCancellationRequested && (Rows(oneSink) != Rows(threeSink) || Rows(oneSink) != expected))
        {
            expected = Rows(oneSink);
            await looks.WaitForNextTickAsync(CancellationToken.None);
        }

        Rows(threeSink).ShouldBe(Rows(oneSink));
        (await three.Sql.Relations()).ShouldAllBe(static relation => relation.Status == "running" && relation.Problem == null);
        (await three.Sql.Relations()).Single(static relation => relation.Name == "orders").Rows.ShouldBe((await one.Sql.Relations()).Single(static relation => relation.Name == "orders").Rows);
        (await three.Sql.Relation("byRegion")).Plan.ShouldContain(static node => node.Title == "Exchange");
    }

    [Fact]
    public async Task Another_number_of_partitions_is_refused_with_the_reason_and_following_tells_changes()
    {
        int partitions = 2;
        await using SqlFleet fleet = await SqlFleet.StartAsync(options => options.Partitions = partitions);
        await fleet.RunAsync("CREATE TABLE t (id BIGINT NOT NULL, k BIGINT, PRIMARY KEY (id) NOT ENFORCED); CREATE MATERIALIZED VIEW v AS SELECT k, COUNT(*) AS n FROM t GROUP BY k; INSERT INTO t VALUES (1, 1), (2, 1), (3, 2)");
        SqlFeed feed = await fleet.Sql.Follow("SELECT k, n FROM v", null, TimeSpan.Zero);
        feed.IsSnapshot.ShouldBeTrue();
        await fleet.RunAsync("INSERT INTO t VALUES (4, 2)");
        using var late = new CancellationTokenSource(Patience);
        string told = "";
        while (told.Length <= 2 && !late.IsCancellationRequested)
        {
            feed = await fleet.Sql.Follow("SELECT k, n FROM v", feed.Cursor, TimeSpan.FromSeconds(1));
            feed.IsSnapshot.ShouldBeFalse();
            told = feed.Changes.ToString();
        }

        told.ShouldContain("""{"weight":-1,"row":[2,1]}""");
        told.ShouldContain("""{"weight":1,"row":[2,2]}""");
        (await fleet.RunAsync("WHY v WHERE k = 2")).Rows.ToString().ShouldBe("""[["t","{\"id\":3,\"k\":2}"],["t","{\"id\":4,\"k\":2}"]]""");
        await fleet.RestartAsync(() => partitions = 3);
        string problem = "";
        using var looks = new PeriodicTimer(Look);
        while (!problem.Contains("are kept in 2 partitions", StringComparison.Ordinal) && !late.IsCancellationRequested)
        {
            await looks.WaitForNextTickAsync(CancellationToken.None);
            problem = (await fleet.Sql.Relations())[0].Problem ?? "";
        }

        problem.ShouldContain("are kept in 2 partitions");
        await fleet.RestartAsync(() => partitions = 2);
        await fleet.UntilAsync("SELECT k, n FROM v ORDER BY k", "[[1,2],[2,2]]");
    }

    static async Task<IDatabase> BeginAsync(SqlFleet fleet)
    {
        string file = Path.Combine(fleet.Folder, "sink.db");
        DialectList.TryFind("sqlite", out IDialect? dialect).ShouldBeTrue();
        IDatabase database = dialect.Open($"Data Source={file}", Patience);
        database.Execute("CREATE TABLE totals (name TEXT NOT NULL PRIMARY KEY, n INTEGER NOT NULL, total DECIMAL_TEXT(38,2))");
        await fleet.RunAsync($"""
            CREATE TABLE orders (id BIGINT NOT NULL, customer BIGINT, amount DECIMAL(12, 2), PRIMARY KEY (id) NOT ENFORCED);
            CREATE TABLE customers (id INT NOT NULL, name STRING, region STRING, PRIMARY KEY (id) NOT ENFORCED);
            CREATE MATERIALIZED VIEW byRegion AS SELECT c.region, COUNT(*) AS n, SUM(o.amount) AS total FROM orders o JOIN customers c ON o.customer = c.id GROUP BY c.region;
            CREATE MATERIALIZED VIEW all_orders AS SELECT COUNT(*) AS n FROM orders;
            CREATE TABLE totals (name STRING NOT NULL, n BIGINT NOT NULL, total DECIMAL(38, 2), PRIMARY KEY (name) NOT ENFORCED) WITH ('connector' = 'sqlite', 'connection' = 'Data Source={file}', 'table' = 'totals');
            INSERT INTO totals SELECT COALESCE(c.name, '?'), COUNT(*), SUM(o.amount) FROM orders o LEFT JOIN customers c ON o.customer = c.id GROUP BY COALESCE(c.name, '?');
            """);
        return database;
    }

    /// <summary>Upserts may be given again.</summary>
    static async Task AgainAsync(SqlFleet fleet, string statement)
    {
        using var late = new CancellationTokenSource(Patience);
        using var looks = new PeriodicTimer(Look);
        while (true)
        {
            try
            {
                await fleet.RunAsync(statement);
                return;
            }
            catch (Exception failure) when (!late.IsCancellationRequested && failure is not SqlRefusedException)
            {
                await looks.WaitForNextTickAsync(CancellationToken.None);
            }
        }
    }

    static string Next(Random random)
    {
        if (random.Next(3) == 0)
            return string.Create(CultureInfo.InvariantCulture, $"INSERT INTO customers VALUES ({random.Next(6)}, 'c{random.Next(6)}', 'r{random.Next(3)}')");
        return "INSERT INTO orders VALUES " + string.Join(", ", Enumerable.Range(0, random.Next(1, 8)).Select(_ => string.Create(CultureInfo.InvariantCulture, $"({random.Next(40)}, {random.Next(8)}, {random.Next(100)}.25)")));
    }

    static string Rows(IDatabase database)
    {
        var rows = new List<string>();
        foreach (RowBatch batch in database.Read(database.ReadTable(new TableName(null, "totals")), KeyRange.All, ReadOptions.Default))
            for (int row = 0; row < batch.Count; row++)
                rows.Add(string.Join('|', Connectors.Rows.RowValues.ReadAll(batch.Schema, batch[row])));
        rows.Sort(StringComparer.Ordinal);
        return string.Join('\n', rows);
    }
}
