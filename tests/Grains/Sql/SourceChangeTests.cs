using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Sql;
using Orrery.Interfaces.Topics;

namespace Orrery.Grains.Tests.Sql;

/// <summary>Sources whose columns become others, by what their tables say to that.</summary>
public sealed class SourceChangeTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60), Look = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task By_default_it_is_noted_and_read_on()
    {
        await using SqlFleet fleet = await StartAsync("");
        await RewindTests.GiveAsync(fleet, "acme.goods", 1, Message("\"id\":\"bigint\",\"name\":\"varchar(20)\",\"price\":\"decimal(10,2)\"", "\"id\":\"1\",\"name\":\"a\",\"price\":\"1.50\""));
        await fleet.UntilAsync("SELECT id, name, price FROM goods", """[[1,"a","1.50"]]""");
        (await fleet.Sql.SourceChanges()).ShouldBeEmpty();
        // One is added, one is wider, one is gone.
        await RewindTests.GiveAsync(fleet, "acme.goods", 2, Message("\"id\":\"bigint\",\"name\":\"varchar(40)\",\"colour\":\"varchar(8)\",\"weight\":\"int\"", "\"id\":\"2\",\"name\":\"b\",\"colour\":\"red\",\"weight\":\"3\""));
        await fleet.UntilAsync("SELECT id, name, price FROM goods ORDER BY id", """[[1,"a","1.50"],[2,"b",null]]""");
        SourceChange change = (await ChangesAsync(fleet, 1)).Single();
        (change.Relation, change.Source, change.Partition, change.Offset, change.Outcome).ShouldBe(("goods", "shop.goods", 0, 1L, "noted"));
        change.Columns.ShouldBe([
            new ColumnChange("widened", "name", "Text(20)", "Text(40)"), new ColumnChange("dropped", "price", "Decimal(10,2)", null), new ColumnChange("added", "colour", null, "Text(8)"), new ColumnChange("added", "weight", null, "Int32"),
        ]);
        // Columns that were seen before are no news, after a crash neither.
        await fleet.CrashAsync();
        await RewindTests.GiveAsync(fleet, "acme.goods", 3, Message("\"id\":\"bigint\",\"name\":\"varchar(20)\",\"price\":\"decimal(10,2)\"", "\"id\":\"3\",\"name\":\"c\",\"price\":\"1\""));
        await fleet.UntilAsync("SELECT COUNT(*) FROM goods", "[[3]]");
        (await fleet.Sql.SourceChanges()).Count.ShouldBe(1);
        (await Should.ThrowAsync<ConflictException>(() => fleet.Sql.Resume("goods", "ann"))).Message.ShouldContain("goods");
    }

    [Fact]
    public async Task A_table_that_is_to_pause_reads_nothing_of_the_new_columns_until_somebody_resumes_it()
    {
        await using SqlFleet fleet = await StartAsync(", 'on-schema-change' = 'pause'");
        const string Before = "\"id\":\"bigint\",\"name\":\"varchar(20)\",\"price\":\"decimal(10,2)\"", After = "\"id\":\"bigint\",\"title\":\"varchar(20)\",\"price\":\"decimal(10,2)\"";
        await RewindTests.GiveAsync(
            fleet, "acme.goods", 1, Message(Before, "\"id\":\"1\",\"name\":\"a\",\"price\":\"1\""), Message(Before, "\"id\":\"2\",\"name\":\"b\",\"price\":\"1\""), Message(After, "\"id\":\"3\",\"title\":\"c\",\"price\":\"1\""),
            Message(Before, "\"id\":\"4\",\"name\":\"d\",\"price\":\"1\""));
        SourceChange change = (await ChangesAsync(fleet, 1)).Single();
        (change.Offset, change.Outcome).ShouldBe((2, "held"));
        change.Columns.ShouldBe([new ColumnChange("renamed", "name", "name", "title")]);
        await fleet.UntilAsync("SELECT id, name FROM goods ORDER BY id", """[[1,"a"],[2,"b"]]""");
        RelationInfo held = (await fleet.Sql.Relation("goods")).Info;
        (held.Status, held.Problem!.Contains("name was renamed to title", StringComparison.Ordinal)).ShouldBe(("paused", true));
        await fleet.CrashAsync();
        await UntilPausedAsync(fleet);
        (await fleet.AskAsync("SELECT COUNT(*) FROM goods")).ShouldBe("[[2]]");
        (await fleet.Sql.SourceChanges()).Count.ShouldBe(1);
        (await fleet.Sql.Resume("goods", "ann")).Status.ShouldBe("running");
        await fleet.UntilAsync("SELECT id, name FROM goods ORDER BY id", """[[1,"a"],[2,"b"],[3,null],[4,"d"]]""");
        (await fleet.Sql.SourceChanges()).Select(static other => other.Outcome).ShouldBe(["resumed", "held"]);
    }

    [Fact]
    public async Task A_table_that_adapts_reads_on_while_nothing_is_lost_and_pauses_else()
    {
        await using SqlFleet fleet = await StartAsync(", 'on-schema-change' = 'adapt'");
        await RewindTests.GiveAsync(fleet, "acme.goods", 1, Message("\"id\":\"int\",\"name\":\"varchar(20)\"", "\"id\":\"1\",\"name\":\"a\""));
        await RewindTests.GiveAsync(fleet, "acme.goods", 2, Message("\"id\":\"bigint\",\"name\":\"text\",\"price\":\"decimal(8,2)\",\"colour\":\"int\"", "\"id\":\"2\",\"name\":\"b\",\"price\":\"2.5\",\"colour\":\"1\""));
        await fleet.UntilAsync("SELECT id, name, price FROM goods ORDER BY id", """[[1,"a",null],[2,"b","2.50"]]""");
        (await ChangesAsync(fleet, 1)).Single().Outcome.ShouldBe("accepted");
        // More digits than the table has, and a column that it does not have is gone.
        await RewindTests.GiveAsync(fleet, "acme.goods", 3, Message("\"id\":\"bigint\",\"name\":\"text\",\"price\":\"decimal(30,4)\"", "\"id\":\"3\",\"name\":\"c\",\"price\":\"3\""));
        SourceChange change = (await ChangesAsync(fleet, 2))[0];
        change.Outcome.ShouldBe("held");
        change.Columns.ShouldBe([new ColumnChange("widened", "price", "Decimal(8,2)", "Decimal(30,4)"), new ColumnChange("dropped", "colour", "Int32", null)]);
        // Made anew with room for it.
        await fleet.Sql.Rewind("goods", new SqlRewind(true, null, null, false, "ann"));
        await UntilPausedAsync(fleet);
        await fleet.Sql.Resume("goods", "ann");
        await fleet.UntilAsync("SELECT COUNT(*) FROM goods", "[[3]]");
        (await Should.ThrowAsync<SqlRefusedException>(() => fleet.RunAsync("CREATE TABLE t (id BIGINT) WITH ('connector' = 'topic', 'topic' = 'acme.goods', 'format' = 'canal', 'on-schema-change' = 'panic')"))).Message.ShouldContain("continue, pause, adapt");
    }

    static async Task<SqlFleet> StartAsync(string option)
    {
        SqlFleet fleet = await SqlFleet.StartAsync();
        await fleet.Grains.GetGrain<ITopicGrain>("acme.goods").Create(new TopicSettings());
        await fleet.RunAsync($"CREATE TABLE goods (id BIGINT NOT NULL, name STRING, price DECIMAL(10, 2), PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'topic', 'topic' = 'acme.goods', 'format' = 'canal'{option})");
        return fleet;
    }

    static string Message(string types, string row) =>
        $$$"""{"data":[{{{{row}}}}],"database":"shop","table":"goods","type":"INSERT","isDdl":false,"es":1,"ts":1,"old":null,"pkNames":["id"],"mysqlType":{{{{types}}}}}""";

    static async Task<IReadOnlyList<SourceChange>> ChangesAsync(SqlFleet fleet, int count)
    {
        using var late = new CancellationTokenSource(Patience);
        using var looks = new PeriodicTimer(Look);
        IReadOnlyList<SourceChange> found;
        while ((found = await fleet.Sql.SourceChanges()).Count < count)
            await looks.WaitForNextTickAsync(late.Token);
        return found;
    }

    static async Task UntilPausedAsync(SqlFleet fleet)
    {
        using var late = new CancellationTokenSource(Patience);
        using var looks = new PeriodicTimer(Look);
        while ((await fleet.Sql.Relations()).Single(static relation => relation.Name == "goods").Status != "paused")
            await looks.WaitForNextTickAsync(late.Token);
    }
}
