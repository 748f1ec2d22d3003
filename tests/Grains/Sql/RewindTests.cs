using System.Globalization;
using System.Text;
using Orrery.Grains.Topics;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Sql;
using Orrery.Interfaces.Topics;
using Orrery.Log;

namespace Orrery.Grains.Tests.Sql;

/// <summary>Topics that are read again: tables have the rows that they should, and sinks hear only what differs.</summary>
public sealed class RewindTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60), Look = TimeSpan.FromMilliseconds(50);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_table_without_a_key_has_the_rows_from_the_offset_on_and_sinks_hear_only_the_difference(int partitions)
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync(options => options.Partitions = partitions);
        await ClicksAsync(fleet);
        await GiveAsync(fleet, "acme.clicks", 1, [.. "aabbbc".Select(static page => $$"""{"page":"{{page}}"}""")]);
        await fleet.UntilAsync("SELECT page, n FROM pages ORDER BY page", """[["a",2],["b",3],["c",1]]""");
        await ToldAsync(fleet, """["c"]""");
        int before = (await ReadAsync(fleet)).Count;
        SqlRewound rewound = await fleet.Sql.Rewind("clicks", new SqlRewind(true, null, null, false, "ann"));
        rewound.Partitions.ShouldBe([new RewoundPartition(0, 0, 6)]);
        (await fleet.AskAsync("SELECT page, n FROM pages ORDER BY page")).ShouldBe("""[["a",2],["b",3],["c",1]]""");
        (await fleet.AskAsync("SELECT COUNT(*) FROM clicks")).ShouldBe("[[6]]");
        await fleet.Sql.Rewind("clicks", new SqlRewind(false, null, [3], false, "ann"));
        (await fleet.AskAsync("SELECT page, n FROM pages ORDER BY page")).ShouldBe("""[["b",2],["c",1]]""");
        await GiveAsync(fleet, "acme.clicks", 2, """{"page":"d"}""");
        await ToldAsync(fleet, """["d"]""");
        // The first rewind changed nothing; the second took a away and changed b.
        (await ReadAsync(fleet))[before..].Order(StringComparer.Ordinal).ShouldBe(["""["a"]""", """["b"] {"page":"b","n":2}""", """["d"] {"page":"d","n":1}"""]);
        (await fleet.Sql.Relation("clicks")).Sources.Single().Offset.ShouldBe(7);
    }

    [Fact]
    public async Task A_table_with_a_key_keeps_its_rows_until_their_keys_come_again_or_is_emptied_where_that_is_asked()
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync();
        await fleet.Grains.GetGrain<ITopicGrain>("acme.stock").Create(new TopicSettings());
        await fleet.RunAsync("""
            CREATE TABLE stock (id BIGINT NOT NULL, n BIGINT, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'topic', 'topic' = 'acme.stock', 'format' = 'json', 'append-only' = 'false');
            CREATE MATERIALIZED VIEW total AS SELECT COUNT(*) AS rows_there, SUM(n) AS n FROM stock;
            """);
        await GiveAsync(fleet, "acme.stock", 1, """{"id":1,"n":1}""", """{"id":2,"n":2}""", """{"id":3,"n":3}""", """{"id":2,"n":20}""");
        await fleet.UntilAsync("SELECT * FROM total", "[[3,24]]");
        await fleet.Sql.Rewind("stock", new SqlRewind(false, null, [2], false, "ann"));
        (await fleet.AskAsync("SELECT id, n FROM stock ORDER BY id")).ShouldBe("[[1,1],[2,20],[3,3]]");
        (await fleet.AskAsync("SELECT * FROM total")).ShouldBe("[[3,24]]");
        await fleet.Sql.Rewind("stock", new SqlRewind(false, null, [2], true, "ann"));
        (await fleet.AskAsync("SELECT id, n FROM stock ORDER BY id")).ShouldBe("[[2,20],[3,3]]");
        (await fleet.AskAsync("SELECT * FROM total")).ShouldBe("[[2,23]]");
        await fleet.CrashAsync();
        (await fleet.AskAsync("SELECT * FROM total")).ShouldBe("[[2,23]]");
        await fleet.Sql.Rewind("stock", new SqlRewind(true, null, null, false, "ann"));
        (await fleet.AskAsync("SELECT * FROM total")).ShouldBe("[[3,24]]");
    }

    [Fact]
    public async Task A_topic_is_read_again_from_a_time_and_what_is_more_than_the_bound_follows_by_itself()
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync(static options => options.RewindRecordsMax = 3);
        await ClicksAsync(fleet);
        await GiveAsync(fleet, "acme.clicks", 1, """{"page":"old"}""");
        await fleet.UntilAsync("SELECT COUNT(*) FROM clicks", "[[1]]");
        DateTimeOffset past = TimeProvider.System.GetUtcNow();
        using var looks = new PeriodicTimer(Look);
        await looks.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        DateTimeOffset between = TimeProvider.System.GetUtcNow();
        between.ShouldBeGreaterThan(past);
        await GiveAsync(fleet, "acme.clicks", 2, [.. Enumerable.Repeat("""{"page":"new"}""", 10)]);
        await fleet.UntilAsync("SELECT COUNT(*) FROM clicks", "[[11]]");
        SqlRewound rewound = await fleet.Sql.Rewind("clicks", new SqlRewind(false, between, null, false, "ann"));
        rewound.Partitions.ShouldBe([new RewoundPartition(0, 1, 11)]);
        await fleet.UntilAsync("SELECT page, n FROM pages", """[["new",10]]""");
    }

    [Fact]
    public async Task What_cannot_be_rewound_is_refused_with_the_reason()
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync();
        await ClicksAsync(fleet);
        await fleet.RunAsync("CREATE TABLE own (id BIGINT); CREATE TABLE bid (price BIGINT) WITH ('connector' = 'nexmark', 'events' = '10')");
        (await Should.ThrowAsync<ConflictException>(() => fleet.Sql.Rewind("own", new SqlRewind(true, null, null, false, "ann")))).Message.ShouldContain("only a table that is read from a topic");
        (await Should.ThrowAsync<ConflictException>(() => fleet.Sql.Rewind("bid", new SqlRewind(true, null, null, false, "ann")))).Message.ShouldContain("only a table that is read from a topic");
        (await Should.ThrowAsync<ConflictException>(() => fleet.Sql.Rewind("pages", new SqlRewind(true, null, null, false, "ann")))).Message.ShouldContain("materializedView");
        await Should.ThrowAsync<NotFoundException>(() => fleet.Sql.Rewind("nothing", new SqlRewind(true, null, null, false, "ann")));
        (await Should.ThrowAsync<InvalidInputException>(() => fleet.Sql.Rewind("clicks", new SqlRewind(true, null, [0], false, "ann")))).Message.ShouldContain("one of earliest");
        (await Should.ThrowAsync<InvalidInputException>(() => fleet.Sql.Rewind("clicks", new SqlRewind(false, null, [0, 0], false, "ann")))).Message.ShouldContain("1 partitions");
        (await Should.ThrowAsync<InvalidInputException>(() => fleet.Sql.Rewind("clicks", new SqlRewind(false, null, [5], false, "ann")))).Message.ShouldContain("The offset 5 of partition 0");
    }

    static async Task ClicksAsync(SqlFleet fleet)
    {
        await fleet.Grains.GetGrain<ITopicGrain>("acme.clicks").Create(new TopicSettings());
        await fleet.Grains.GetGrain<ITopicGrain>("acme.totals").Create(new TopicSettings());
        await fleet.RunAsync("""
            CREATE TABLE clicks (page STRING NOT NULL) WITH ('connector' = 'topic', 'topic' = 'acme.clicks', 'format' = 'json');
            CREATE TABLE totals (page STRING NOT NULL, n BIGINT NOT NULL, PRIMARY KEY (page) NOT ENFORCED) WITH ('connector' = 'topic', 'topic' = 'acme.totals');
            INSERT INTO totals SELECT page, COUNT(*) FROM clicks GROUP BY page;
            CREATE MATERIALIZED VIEW pages AS SELECT page, COUNT(*) AS n FROM clicks GROUP BY page;
            """);
    }

    internal static async Task GiveAsync(SqlFleet fleet, string topic, long sequence, params string[] values)
    {
        var writer = new TopicWriter(fleet.Grains, topic, 1, 7, 1, TimeProvider.System, new Random(1));
        foreach (string value in values)
            writer.Add([], Encoding.UTF8.GetBytes(value), 1);
        await writer.FlushAsync(sequence, TestContext.Current.CancellationToken);
    }

    static async Task ToldAsync(SqlFleet fleet, string key)
    {
        using var late = new CancellationTokenSource(Patience);
        using var looks = new PeriodicTimer(Look);
        while (!(await ReadAsync(fleet)).Any(record => record.StartsWith(key, StringComparison.Ordinal)))
            await looks.WaitForNextTickAsync(late.Token);
    }

    /// <summary>All that the sink's topic was given: key and value.</summary>
    static async Task<List<string>> ReadAsync(SqlFleet fleet)
    {
        var reader = new TopicReader(fleet.Grains, "acme.totals", 0, 0, TimeProvider.System, new Random(1));
        var found = new List<string>();
        long end = (await fleet.Grains.GetGrain<ITopicPartitionGrain>("acme.totals/0").Info()).End;
        while (reader.Offset < end)
            foreach ((_, LogRecord record) in (await reader.ReadAsync(1 << 20, TimeSpan.Zero, TestContext.Current.CancellationToken)).Records())
                found.Add(string.Create(CultureInfo.InvariantCulture, $"{Encoding.UTF8.GetString(record.Key.Span)} {Encoding.UTF8.GetString(record.Value.Span)}").TrimEnd());
        return found;
    }
}
