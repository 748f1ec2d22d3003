using System.Globalization;
using Orrery.Connectors.Dialects;
using Orrery.Grains.Sql.Readings;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Sql;
using Orrery.Sql.Binding;
using Orrery.Sql.Catalogs;
using Orrery.Sql.Syntax;

namespace Orrery.Grains.Tests.Sql;

/// <summary>Tables that are read from real databases again and again.</summary>
public sealed class ScheduledTableTests(SinkServers servers) : IClassFixture<SinkServers>
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60), Look = TimeSpan.FromMilliseconds(50);

    public static TheoryData<string> Engines => SinkServers.Engines;

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task What_differs_from_the_last_reading_goes_through_joins_also_over_crashes(string engine)
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync();
        using IDatabase database = servers.Open(engine, fleet);
        string connection = servers.Connection(engine, fleet), table = $"products_{engine}";
        database.Execute($"CREATE TABLE {table} (code VARCHAR(20) NOT NULL PRIMARY KEY, name VARCHAR(50), price DECIMAL(12, 2), made DATE, stocked INTEGER)");
        database.Execute($"INSERT INTO {table} VALUES ('a', '苹果', 1.50, '2026-01-02', 1), ('b', NULL, NULL, NULL, 0), ('c', 'pear', 3, '2026-01-03', NULL)");
        await fleet.RunAsync($"""
            CREATE TABLE sales (id BIGINT NOT NULL, code STRING, PRIMARY KEY (id) NOT ENFORCED);
            INSERT INTO sales VALUES (1, 'a'), (2, 'b'), (3, 'c'), (4, 'a'), (5, 'd');
            CREATE TABLE product (code STRING NOT NULL, name STRING, price DECIMAL(12, 2), made DATE, stocked BOOLEAN, PRIMARY KEY (code) NOT ENFORCED)
                WITH ('connector' = '{engine}', 'connection' = '{connection}', 'table' = '{table}', 'every' = '1s');
            CREATE TABLE cheap (code STRING NOT NULL, twice DECIMAL(12, 2), PRIMARY KEY (code) NOT ENFORCED)
                WITH ('connector' = '{engine}', 'connection' = '{connection}', 'query' = 'SELECT price * 2 AS twice, code FROM {table} WHERE price < 3', 'every' = '1s');
            CREATE MATERIALIZED VIEW sold AS SELECT p.code, p.name, COUNT(*) AS n FROM sales s JOIN product p ON p.code = s.code GROUP BY p.code, p.name;
            """);
        await fleet.UntilAsync("SELECT * FROM product ORDER BY code", """[["a","苹果","1.50","2026-01-02",true],["b",null,null,null,false],["c","pear","3.00","2026-01-03",null]]""");
        await fleet.UntilAsync("SELECT code, n FROM sold ORDER BY code", """[["a",2],["b",1],["c",1]]""");
        await fleet.UntilAsync("SELECT * FROM cheap", """[["a","3.00"]]""");

        database.Execute($"UPDATE {table} SET name = 'apple' WHERE code = 'a'");
        database.Execute($"DELETE FROM {table} WHERE code = 'b'");
        database.Execute($"INSERT INTO {table} VALUES ('d', 'plum', 2, NULL, 1)");
        await fleet.UntilAsync("SELECT code, name, n FROM sold ORDER BY code", """[["a","apple",2],["c","pear",1],["d","plum",1]]""");
        await fleet.UntilAsync("SELECT * FROM cheap ORDER BY code", """[["a","3.00"],["d","4.00"]]""");
        await fleet.CrashAsync();
        database.Execute($"DELETE FROM {table} WHERE code = 'c'");
        await fleet.UntilAsync("SELECT code, name, n FROM sold ORDER BY code", """[["a","apple",2],["d","plum",1]]""");

        // A database that cannot be read is said with the table, which keeps its rows.
        database.Execute($"DROP TABLE {table}");
        using var late = new CancellationTokenSource(Patience);
        using var looks = new PeriodicTimer(Look);
        while ((await fleet.Sql.Relations()).Single(static relation => relation.Name == "product").Problem?.Contains("Reading it", StringComparison.Ordinal) != true)
            await looks.WaitForNextTickAsync(late.Token);
        (await fleet.AskAsync("SELECT code FROM product ORDER BY code")).ShouldBe("""[["a"],["d"]]""");
        (await fleet.Sql.Relations()).Single(static relation => relation.Name == "product").Kind.ShouldBe("source");
        (await fleet.AskAsync("SHOW CREATE TABLE product")).ShouldNotContain(connection);
    }

    [Fact]
    public async Task A_daily_table_is_read_at_once_and_again_when_that_is_asked_for()
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync();
        string file = Path.Combine(fleet.Folder, "daily.db");
        using IDatabase database = SinkServers.Dialect("sqlite").Open($"Data Source={file}", Patience);
        database.Execute("CREATE TABLE shops (id INTEGER NOT NULL PRIMARY KEY, name TEXT)");
        database.Execute("INSERT INTO shops VALUES (1, 'one')");
        await fleet.RunAsync($"CREATE TABLE shop (id BIGINT NOT NULL, name STRING, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'sqlite', 'connection' = 'Data Source={file}', 'table' = 'shops', 'at' = '02:30', 'time-zone' = 'Asia/Shanghai')");
        await fleet.UntilAsync("SELECT * FROM shop", """[[1,"one"]]""");
        database.Execute("INSERT INTO shops VALUES (2, 'two')");
        await fleet.Sql.ReadNow("shop");
        await fleet.UntilAsync("SELECT * FROM shop ORDER BY id", """[[1,"one"],[2,"two"]]""");
        await fleet.RunAsync("CREATE TABLE own (id BIGINT NOT NULL, PRIMARY KEY (id) NOT ENFORCED)");
        await Should.ThrowAsync<ConflictException>(() => fleet.Sql.ReadNow("own"));
        (await Should.ThrowAsync<SqlRefusedException>(() => fleet.RunAsync("INSERT INTO shop VALUES (3, 'x')"))).Message.ShouldContain("shop");
    }

    [Theory]
    [InlineData("'table' = 't', 'every' = '1s'", "id BIGINT", "PRIMARY KEY")]
    [InlineData("'every' = '1s'", "id BIGINT NOT NULL, PRIMARY KEY (id) NOT ENFORCED", "'query'")]
    [InlineData("'table' = 't', 'every' = '1 s'", "id BIGINT NOT NULL, PRIMARY KEY (id) NOT ENFORCED", "1s to 30d")]
    [InlineData("'table' = 't', 'every' = '40d'", "id BIGINT NOT NULL, PRIMARY KEY (id) NOT ENFORCED", "1s to 30d")]
    [InlineData("'table' = 't', 'at' = '25:00'", "id BIGINT NOT NULL, PRIMARY KEY (id) NOT ENFORCED", "02:30")]
    [InlineData("'table' = 't', 'at' = '02:00', 'every' = '1h'", "id BIGINT NOT NULL, PRIMARY KEY (id) NOT ENFORCED", "one of them")]
    public async Task Options_that_do_not_fit_are_refused(string options, string columns, string said)
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync();
        (await Should.ThrowAsync<SqlRefusedException>(() => fleet.RunAsync($"CREATE TABLE t ({columns}) WITH ('connector' = 'sqlite', 'connection' = 'Data Source={fleet.Folder}/x.db', {options})"))).Message.ShouldContain(said);
    }

    [Theory]
    [InlineData("'every' = '15m'", "2026-03-01T10:00:00+00:00", "2026-03-01T10:15:00+00:00")]
    [InlineData("'at' = '02:30', 'time-zone' = 'Asia/Shanghai'", "2026-03-01T10:00:00+00:00", "2026-03-01T18:30:00+00:00")]
    [InlineData("'at' = '02:30', 'time-zone' = 'Asia/Shanghai'", "2026-03-01T18:30:00+00:00", "2026-03-02T18:30:00+00:00")]
    [InlineData("'at' = '02:30', 'time-zone' = 'Europe/Berlin'", "2026-03-28T12:00:00+00:00", "2026-03-29T01:30:00+00:00")] // 02:30 is passed over that night
    [InlineData("'at' = '02:30', 'time-zone' = 'Europe/Berlin'", "2026-03-29T01:30:00+00:00", "2026-03-30T00:30:00+00:00")]
    public void It_is_known_when_the_next_reading_is_due(string options, string last, string next)
    {
        Relation relation = ((BoundCreateTable)SqlBinder.Bind(SqlParser.ParseStatement($"CREATE TABLE t (id BIGINT) WITH ('connector' = 'sqlite', {options})"), new Grains.Sql.Schemas.SchemaCatalog([]))).Relation;
        ReadingSchedule.Of(relation).NextAfter(DateTimeOffset.Parse(last, CultureInfo.InvariantCulture)).ShouldBe(DateTimeOffset.Parse(next, CultureInfo.InvariantCulture));
        ReadingSchedule.Of(relation).NextAfter(null).ShouldBe(DateTimeOffset.MinValue);
    }
}
