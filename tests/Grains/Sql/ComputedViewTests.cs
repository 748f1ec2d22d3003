using Orrery.Interfaces.Sql;
using Orrery.Interfaces.Topics;

namespace Orrery.Grains.Tests.Sql;

/// <summary>Views that keep no rows of their own (<c>'rows' = 'computed'</c>): whoever asks, reads or follows them sees the same as of kept ones.</summary>
public sealed class ComputedViewTests
{
    const string Tables = """
        CREATE TABLE orders (id BIGINT, shop STRING, PRIMARY KEY (id) NOT ENFORCED);
        CREATE TABLE lines (id BIGINT, order_id BIGINT, pieces INT, PRIMARY KEY (id) NOT ENFORCED);
        """;

    const string Wide = "SELECT l.id, o.shop, l.pieces FROM lines l JOIN orders o ON o.id = l.order_id";

    const string Views = $"""
        CREATE MATERIALIZED VIEW wide WITH ('rows' = 'computed') AS {Wide};
        CREATE MATERIALIZED VIEW shops AS SELECT shop, SUM(pieces) AS pieces FROM wide GROUP BY shop;
        """;

    const string Rows = "SELECT id, shop, pieces FROM wide ORDER BY id", Sums = "SELECT shop, pieces FROM shops ORDER BY shop";

    // A tenant of several partitions keeps all rows, and answers the same.
    public static TheoryData<int> Partitions => [1, 3];

    [Theory]
    [MemberData(nameof(Partitions))]
    public async Task Its_rows_and_those_of_its_readers_follow_what_it_is_made_of_over_crashes_with_and_without_a_checkpoint(int partitions)
    {
        await using SqlFleet fleet = await StartAsync(partitions);
        (await fleet.AskAsync(Rows)).ShouldBe("""[[1,"york",2],[2,"york",3],[3,"kent",5]]""");
        (await fleet.AskAsync(Sums)).ShouldBe("""[["kent",5],["york",5]]""");
        await fleet.RunAsync("INSERT INTO lines VALUES (3, 1, 7), (4, 2, 1); INSERT INTO orders VALUES (2, 'bath')");
        const string Now = """[[1,"york",2],[2,"york",3],[3,"york",7],[4,"bath",1]]""", NowSums = """[["bath",1],["york",12]]""";
        (await fleet.AskAsync(Rows)).ShouldBe(Now);
        await fleet.CrashAsync();
        (await fleet.AskAsync(Rows)).ShouldBe(Now);
        (await fleet.AskAsync(Sums)).ShouldBe(NowSums);
        // In order: with a checkpoint.
        await fleet.RestartAsync();
        (await fleet.AskAsync(Rows)).ShouldBe(Now);
        await fleet.RunAsync("INSERT INTO lines VALUES (4, 1, 100)");
        (await fleet.AskAsync(Sums)).ShouldBe("""[["york",112]]""");
        (await fleet.AskAsync("SELECT COUNT(*) AS n, SUM(pieces) AS pieces FROM wide WHERE shop = 'york' AND pieces > 2")).ShouldBe("[[3,110]]");
        RelationInfo info = (await fleet.Sql.Relation("wide")).Info;
        (info.Status, info.Problem).ShouldBe(("running", null));
    }

    [Theory]
    [MemberData(nameof(Partitions))]
    public async Task It_is_followed_explained_and_written_into_a_sink_as_any_other(int partitions)
    {
        await using SqlFleet fleet = await StartAsync(partitions);
        await fleet.Grains.GetGrain<ITopicGrain>("acme.kept").Create(new TopicSettings { Partitions = 1 });
        SqlFeed first = await fleet.Sql.Follow("wide", null, TimeSpan.Zero);
        first.Rows.ToString().ShouldContain("""[3,"kent",5]""");
        await fleet.RunAsync($"""
            CREATE TABLE kept (id BIGINT NOT NULL, shop STRING, pieces INT, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'topic', 'topic' = 'acme.kept');
            INSERT INTO kept SELECT id, shop, pieces FROM wide;
            CREATE TABLE back (id BIGINT, shop STRING, pieces INT, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'topic', 'topic' = 'acme.kept', 'format' = 'json')
            """);
        await fleet.RunAsync("INSERT INTO lines VALUES (3, 1, 9)");
        SqlFeed next = await fleet.Sql.Follow("wide", first.Cursor, TimeSpan.Zero);
        next.Changes.ToString().ShouldContain("""{"weight":-1,"row":[3,"kent",5]}""");
        next.Changes.ToString().ShouldContain("""{"weight":1,"row":[3,"york",9]}""");
        (await fleet.AskAsync("WHY wide WHERE id = 3")).ShouldContain("york");
        await fleet.UntilAsync("SELECT id, shop, pieces FROM back ORDER BY id", """[[1,"york",2],[2,"york",3],[3,"york",9]]""");
    }

    [Theory]
    [MemberData(nameof(Partitions))]
    public async Task Rows_can_be_kept_from_now_on_and_computed_again(int partitions)
    {
        await using SqlFleet fleet = await StartAsync(partitions);
        string rows = await fleet.AskAsync(Rows);
        await fleet.RunAsync($"CREATE OR REPLACE MATERIALIZED VIEW wide AS {Wide}");
        (await fleet.AskAsync(Rows)).ShouldBe(rows);
        await fleet.RunAsync($"CREATE OR REPLACE MATERIALIZED VIEW wide WITH ('rows' = 'computed') AS {Wide} WHERE l.pieces < 5");
        await fleet.CrashAsync();
        (await fleet.AskAsync(Rows)).ShouldBe("""[[1,"york",2],[2,"york",3]]""");
        (await fleet.AskAsync(Sums)).ShouldBe("""[["york",5]]""");
    }

    [Theory]
    [InlineData("CREATE MATERIALIZED VIEW wide WITH ('rows' = 'some') AS SELECT id FROM orders", "kept, computed")]
    [InlineData("CREATE MATERIALIZED VIEW wide WITH ('on-error' = 'ignore') AS SELECT id FROM orders", "dead-letter")]
    [InlineData("CREATE MATERIALIZED VIEW wide WITH ('row' = 'computed') AS SELECT id FROM orders", "no option 'row'")]
    [InlineData("CREATE TABLE wide (id INT) WITH ('scan.startupp' = 'latest')", "scan.startup,")]
    public async Task An_option_that_nobody_knows_is_refused_where_it_is_written(string statement, string told)
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync();
        await fleet.RunAsync(Tables);
        (await Should.ThrowAsync<SqlRefusedException>(() => fleet.RunAsync(statement))).Message.ShouldContain(told);
        (await fleet.AskAsync("SHOW TABLES")).ShouldNotContain("wide");
    }

    static async Task<SqlFleet> StartAsync(int partitions)
    {
        SqlFleet fleet = await SqlFleet.StartAsync(options => options.Partitions = partitions);
        await fleet.RunAsync(Tables + Views);
        await fleet.RunAsync("INSERT INTO orders VALUES (1, 'york'), (2, 'kent'); INSERT INTO lines VALUES (1, 1, 2), (2, 1, 3), (3, 2, 5)");
        return fleet;
    }
}
