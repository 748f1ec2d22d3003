using Orrery.Interfaces.Sql;

namespace Orrery.Grains.Tests.Sql;

/// <summary>Queries that are followed, and gone on with from what was seen last.</summary>
public sealed class SubscriptionTests
{
    const string Query = "SELECT id, name FROM items";
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60), Wait = TimeSpan.FromMilliseconds(200);

    [Fact]
    public async Task Who_comes_back_with_what_he_saw_last_hears_what_came_since()
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync();
        await fleet.RunAsync("CREATE TABLE items (id BIGINT, name STRING, PRIMARY KEY (id) NOT ENFORCED); INSERT INTO items VALUES (1, 'one')");
        SqlFeed first = await fleet.Sql.Follow(Query, null, TimeSpan.Zero);
        first.Rows.ToString().ShouldBe("""[[1,"one"]]""");
        // Another query's cursor is none of this one's.
        SqlFeed other = await fleet.Sql.Follow("SELECT id FROM items", first.Cursor, TimeSpan.Zero);
        other.IsSnapshot.ShouldBeTrue();
        await fleet.RunAsync("INSERT INTO items VALUES (1, 'uno'), (2, 'two')");
        SqlFeed next = await ChangedAsync(fleet, first.Cursor);
        next.IsSnapshot.ShouldBeFalse();
        next.Changes.ToString().ShouldContain("""{"weight":-1,"row":[1,"one"]}""");
        next.Changes.ToString().ShouldContain("""{"weight":1,"row":[1,"uno"]}""");
        // Again from the same place: the same.
        (await fleet.Sql.Follow(Query, first.Cursor, TimeSpan.Zero)).Changes.ToString().ShouldBe(next.Changes.ToString());
        (await fleet.Sql.Follow(Query, next.Cursor, TimeSpan.Zero)).Changes.ToString().ShouldBe("[]");
    }

    [Fact]
    public async Task After_a_crash_what_is_not_known_any_more_is_told_as_a_whole_and_nothing_is_passed_over()
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync();
        await fleet.RunAsync("CREATE TABLE items (id BIGINT, name STRING, PRIMARY KEY (id) NOT ENFORCED); INSERT INTO items VALUES (1, 'one')");
        SqlFeed seen = await fleet.Sql.Follow(Query, null, TimeSpan.Zero);
        await fleet.CrashAsync();
        await fleet.RunAsync("INSERT INTO items VALUES (2, 'two')");
        SqlFeed next = await ChangedAsync(fleet, seen.Cursor);
        next.IsSnapshot.ShouldBeTrue();
        next.Rows.ToString().ShouldContain("two");
        await fleet.RunAsync("INSERT INTO items VALUES (3, 'three')");
        (await ChangedAsync(fleet, next.Cursor)).Changes.ToString().ShouldBe("""[{"weight":1,"row":[3,"three"]}]""");
    }

    [Fact]
    public async Task A_query_over_a_view_that_was_replaced_begins_anew()
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync();
        await fleet.RunAsync("CREATE TABLE t (id BIGINT, name STRING, PRIMARY KEY (id) NOT ENFORCED); CREATE MATERIALIZED VIEW items AS SELECT id, name FROM t; INSERT INTO t VALUES (1, 'one'), (2, 'two')");
        SqlFeed seen = await fleet.Sql.Follow(Query, null, TimeSpan.Zero);
        await fleet.RunAsync("CREATE OR REPLACE MATERIALIZED VIEW items AS SELECT id, name FROM t WHERE id > 1");
        SqlFeed next = await ChangedAsync(fleet, seen.Cursor);
        next.IsSnapshot.ShouldBeTrue();
        next.Rows.ToString().ShouldBe("""[[2,"two"]]""");
    }

    static async Task<SqlFeed> ChangedAsync(SqlFleet fleet, string cursor)
    {
        using var late = new CancellationTokenSource(Patience);
        while (true)
        {
            SqlFeed feed = await fleet.Sql.Follow(Query, cursor, Wait);
            if (feed.IsSnapshot || feed.Changes.ToString() != "[]")
                return feed;
            late.Token.ThrowIfCancellationRequested();
        }
    }
}
