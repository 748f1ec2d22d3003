using System.Text;
using Orrery.Connectors.Dialects;
using Orrery.Grains.Topics;
using Orrery.Interfaces.Sql;
using Orrery.Interfaces.Topics;

namespace Orrery.Grains.Tests.Sql;

/// <summary>Rows from topics, changes to sinks, and crashes in between.</summary>
public sealed class SinkTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60), Look = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task A_topic_of_json_goes_through_a_view_into_a_topic_by_key()
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync();
        await MakeTopicAsync(fleet, "acme.clicks");
        await MakeTopicAsync(fleet, "acme.totals");
        await fleet.RunAsync("""
            CREATE TABLE clicks (page STRING, ms BIGINT) WITH ('connector' = 'topic', 'topic' = 'acme.clicks', 'format' = 'json');
            CREATE TABLE totals (page STRING NOT NULL, n BIGINT NOT NULL, PRIMARY KEY (page) NOT ENFORCED) WITH ('connector' = 'topic', 'topic' = 'acme.totals');
            INSERT INTO totals SELECT page, COUNT(*) FROM clicks WHERE page IS NOT NULL GROUP BY page;
            CREATE MATERIALIZED VIEW slow AS SELECT page, MAX(ms) AS ms FROM clicks GROUP BY page;
            """);
        await GiveAsync(fleet, "acme.clicks", 1, """{"page":"a","ms":5}""", """{"page":"b","ms":7}""", "no json", """{"page":"a","ms":"9"}""");
        await fleet.UntilAsync("SELECT page, ms FROM slow ORDER BY page", """[["a",9],["b",7]]""");
        (await ReadAsync(fleet, "acme.totals", 2))["""["a"]"""].ShouldBe("""{"page":"a","n":2}""");
        (await fleet.Sql.Relation("clicks")).Rejected.ShouldBe(1);
        Dictionary<string, string> dead = await ReadAsync(fleet, "acme.sql-clicks-dead", 1);
        dead.Values.ShouldBe(["no json"]);
    }

    [Fact]
    public async Task A_database_has_each_change_once_however_often_the_silo_is_killed()
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync();
        string file = Path.Combine(fleet.Folder, "sink.db");
        DialectList.TryFind("sqlite", out IDialect? dialect).ShouldBeTrue();
        using IDatabase database = dialect.Open($"Data Source={file}", Patience);
        Execute(database, "CREATE TABLE totals (status TEXT NOT NULL PRIMARY KEY, n INTEGER NOT NULL, total DECIMAL_TEXT(38,2))");
        Execute(database, "CREATE TABLE lines (id INTEGER NOT NULL, amount DECIMAL_TEXT(12,2))");
        await fleet.RunAsync($"""
            CREATE TABLE orders (id BIGINT NOT NULL, status STRING, amount DECIMAL(12, 2)) WITH ('append-only' = 'true');
            CREATE TABLE totals (status STRING NOT NULL, n BIGINT NOT NULL, total DECIMAL(38, 2), PRIMARY KEY (status) NOT ENFORCED)
                WITH ('connector' = 'sqlite', 'connection' = 'Data Source={file}', 'table' = 'totals');
            CREATE TABLE lines (id BIGINT NOT NULL, amount DECIMAL(12, 2)) WITH ('connector' = 'sqlite', 'connection' = 'Data Source={file}', 'table' = 'lines');
            INSERT INTO totals SELECT COALESCE(status, '?'), COUNT(*), SUM(amount) FROM orders GROUP BY COALESCE(status, '?');
            INSERT INTO lines SELECT id, amount FROM orders;
            """);
        for (int round = 0; round < 4; round++)
        {
            await fleet.RunAsync(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"INSERT INTO orders VALUES ({round * 2}, 'open', {round}.5), ({(round * 2) + 1}, 'paid', 1)"));
            await fleet.CrashAsync();
        }

        await UntilAsync(() => Scalar(database, "SELECT COUNT(*) FROM lines") >= 8 && Scalar(database, "SELECT SUM(n) FROM totals") >= 8);
        string problems = string.Join("; ", (await fleet.Sql.Relations()).Select(static relation => $"{relation.Name} is {relation.Status}: {relation.Problem}"));
        Scalar(database, "SELECT COUNT(*) FROM lines").ShouldBe(8, problems);
        Scalar(database, "SELECT COUNT(DISTINCT id) FROM lines").ShouldBe(8);
        Scalar(database, "SELECT n FROM totals WHERE status = 'open'").ShouldBe(4);
        Scalar(database, "SELECT CAST(total AS REAL) * 10 FROM totals WHERE status = 'open'").ShouldBe(80);
        // Nobody reads back how the database is reached.
        (await fleet.AskAsync("SHOW CREATE TABLE totals")).ShouldNotContain(file);
    }

    [Fact]
    public async Task A_sink_elsewhere_than_allowed_is_refused()
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync();
        (await Should.ThrowAsync<SqlRefusedException>(() => fleet.RunAsync("CREATE TABLE t (id INT) WITH ('connector' = 'postgresql', 'connection' = 'Host=10.1.1.1;Username=x')"))).Message.ShouldContain("10.1.1.1");
        (await Should.ThrowAsync<SqlRefusedException>(() => fleet.RunAsync("CREATE TABLE t (id INT) WITH ('connector' = 'file', 'path' = '/etc')"))).Message.ShouldContain("/etc");
        (await Should.ThrowAsync<SqlRefusedException>(() => fleet.RunAsync("CREATE TABLE t (id INT) WITH ('connector' = 'webhook', 'url' = 'http://10.1.1.1/x')"))).Message.ShouldContain("10.1.1.1");
    }

    [Fact]
    public async Task Files_hold_an_epoch_each_once()
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync();
        await fleet.RunAsync($"""
            CREATE TABLE numbers (n INT NOT NULL);
            CREATE TABLE squares (n INT NOT NULL, square INT NOT NULL) WITH ('connector' = 'file', 'path' = '{fleet.Folder}');
            INSERT INTO squares SELECT n, n * n FROM numbers;
            INSERT INTO numbers VALUES (2), (3);
            """);
        await fleet.CrashAsync();
        await fleet.RunAsync("INSERT INTO numbers VALUES (4)");
        string[] Lines() => [.. Directory.EnumerateFiles(fleet.Folder, "*.jsonl", SearchOption.AllDirectories).Order(StringComparer.Ordinal).SelectMany(File.ReadLines)];
        await UntilAsync(() => Lines().Length >= 3);
        Lines().Order(StringComparer.Ordinal).ShouldBe(["""{"weight":1,"row":{"n":2,"square":4}}""", """{"weight":1,"row":{"n":3,"square":9}}""", """{"weight":1,"row":{"n":4,"square":16}}"""]);
    }

    [Fact]
    public async Task A_generator_gives_the_same_events_after_a_crash()
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync(options => options.GeneratedPerEpoch = 700);
        await fleet.RunAsync("""
            CREATE TABLE bid (auction BIGINT, bidder BIGINT, price BIGINT, dateTime TIMESTAMP(3)) WITH ('connector' = 'nexmark', 'events' = '5000');
            CREATE MATERIALIZED VIEW top AS SELECT COUNT(*) AS n, MAX(price) AS price, SUM(auction) AS auctions FROM bid;
            """);
        await fleet.UntilAsync("SELECT n FROM top", "[[4600]]");
        string before = await fleet.AskAsync("SELECT * FROM top");
        await fleet.CrashAsync();
        (await fleet.AskAsync("SELECT * FROM top")).ShouldBe(before);
    }

    [Fact]
    public async Task It_is_said_where_a_column_and_a_row_come_from()
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync();
        await fleet.RunAsync("""
            CREATE TABLE orders (id BIGINT, status STRING, amount DECIMAL(12, 2), PRIMARY KEY (id) NOT ENFORCED);
            CREATE MATERIALIZED VIEW totals AS SELECT status, SUM(amount) AS total FROM orders GROUP BY status;
            INSERT INTO orders VALUES (1, 'open', 1), (2, 'paid', 2), (3, 'open', 3);
            """);
        SqlResult lineage = await fleet.RunAsync("EXPLAIN LINEAGE totals.total");
        lineage.Lineage!.Single().Sources.ShouldContain(new SqlSource("orders", "amount"));
        SqlResult why = await fleet.RunAsync("WHY totals WHERE status = 'open'");
        why.Rows.ToString().ShouldContain("\\\"id\\\":1");
        why.Rows.ToString().ShouldContain("\\\"id\\\":3");
        why.Rows.ToString().ShouldNotContain("\\\"id\\\":2");
    }

    [Fact]
    public async Task A_sink_that_cannot_be_written_says_why_and_goes_on_once_it_can()
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync();
        string file = Path.Combine(fleet.Folder, "late.db");
        DialectList.TryFind("sqlite", out IDialect? dialect).ShouldBeTrue();
        using IDatabase database = dialect.Open($"Data Source={file}", Patience);
        Execute(database, "CREATE TABLE other (id INTEGER NOT NULL)");
        await fleet.RunAsync($"""
            CREATE TABLE orders (id BIGINT NOT NULL) WITH ('append-only' = 'true');
            CREATE TABLE lines (id BIGINT NOT NULL) WITH ('connector' = 'sqlite', 'connection' = 'Data Source={file}', 'table' = 'lines');
            INSERT INTO lines SELECT id FROM orders;
            INSERT INTO orders VALUES (1), (2);
            """);
        async Task<string> ProblemAsync() => (await fleet.Sql.Relations()).Single(static relation => relation.Name == "lines").Problem ?? "";
        using var late = new CancellationTokenSource(Patience);
        using var looks = new PeriodicTimer(Look);
        while (!(await ProblemAsync()).Contains("lines", StringComparison.Ordinal))
            await looks.WaitForNextTickAsync(late.Token);
        Execute(database, "CREATE TABLE lines (id INTEGER NOT NULL)");
        await UntilAsync(() => Scalar(database, "SELECT COUNT(*) FROM lines") >= 2);
        Scalar(database, "SELECT COUNT(*) FROM lines").ShouldBe(2);
        while ((await ProblemAsync()).Length > 0)
            await looks.WaitForNextTickAsync(late.Token);
    }

    static Task MakeTopicAsync(SqlFleet fleet, string topic) => fleet.Grains.GetGrain<ITopicGrain>(topic).Create(new TopicSettings { Partitions = 1 });

    static async Task GiveAsync(SqlFleet fleet, string topic, long sequence, params string[] values)
    {
        var writer = new TopicWriter(fleet.Grains, topic, 1, 7, 1, TimeProvider.System, new Random(1));
        foreach (string value in values)
            writer.Add([], Encoding.UTF8.GetBytes(value), 1);
        await writer.FlushAsync(sequence, TestContext.Current.CancellationToken);
    }

    /// <summary>The newest value of each key, once there are so many records.</summary>
    static async Task<Dictionary<string, string>> ReadAsync(SqlFleet fleet, string topic, int records)
    {
        using var late = new CancellationTokenSource(Patience);
        var reader = new TopicReader(fleet.Grains, topic, 0, 0, TimeProvider.System, new Random(1));
        var found = new Dictionary<string, string>();
        int count = 0;
        while (count < records)
        {
            foreach ((_, Log.LogRecord record) in (await reader.ReadAsync(1 << 20, Look, late.Token)).Records())
            {
                found[Encoding.UTF8.GetString(record.Key.Span)] = Encoding.UTF8.GetString(record.Value.Span);
                count++;
            }

            late.Token.ThrowIfCancellationRequested();
        }

        return found;
    }

    static async Task UntilAsync(Func<bool> holds)
    {
        using var late = new CancellationTokenSource(Patience);
        using var looks = new PeriodicTimer(Look);
        while (!holds() && !late.IsCancellationRequested)
            await looks.WaitForNextTickAsync(CancellationToken.None);
    }

    static void Execute(IDatabase database, string text) => database.Execute(text);

    static long Scalar(IDatabase database, string text)
    {
        using System.Data.Common.DbCommand command = database.Connection.CreateCommand();
        command.CommandText = text;
        return command.ExecuteScalar() is { } value and not DBNull ? Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture) : 0;
    }
}
