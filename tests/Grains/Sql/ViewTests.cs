using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Sql;

namespace Orrery.Grains.Tests.Sql;

public sealed class ViewTests
{
    const string Orders = """
        CREATE TABLE orders (id BIGINT, status STRING, amount DECIMAL(12, 2), PRIMARY KEY (id) NOT ENFORCED);
        CREATE MATERIALIZED VIEW dws_totals AS SELECT status, COUNT(*) AS n, SUM(amount) AS total FROM orders GROUP BY status;
        """;

    const string Totals = "SELECT status, n, total FROM dws_totals ORDER BY status";

    [Fact]
    public async Task A_view_follows_the_rows_of_its_table()
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync();
        await fleet.RunAsync(Orders);
        (await fleet.AskAsync(Totals)).ShouldBe("[]");
        (await fleet.RunAsync("INSERT INTO orders VALUES (1, 'open', 10.50), (2, 'open', 1), (3, 'paid', 7.25)")).Message.ShouldBe("3 rows were added to orders.");
        (await fleet.AskAsync(Totals)).ShouldBe("""[["open",2,"11.50"],["paid",1,"7.25"]]""");
        // A row of the same key takes the place of the one before.
        (await fleet.Sql.Append("orders", """[[1, "paid", "10.50"], {"id": 4, "status": "open"}]"""u8.ToArray())).ShouldBe(2);
        (await fleet.AskAsync(Totals)).ShouldBe("""[["open",2,"1.00"],["paid",2,"17.75"]]""");
        (await fleet.AskAsync("SELECT id FROM orders WHERE amount > 5 ORDER BY id DESC LIMIT 2")).ShouldBe("[[3],[1]]");
    }

    [Fact]
    public async Task After_a_crash_everything_is_as_it_was_and_goes_on()
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync();
        await fleet.RunAsync(Orders);
        await fleet.RunAsync("INSERT INTO orders VALUES (1, 'open', 10.50), (2, 'open', 1)");
        await fleet.CrashAsync();
        (await fleet.AskAsync(Totals)).ShouldBe("""[["open",2,"11.50"]]""");
        await fleet.RunAsync("INSERT INTO orders VALUES (2, 'paid', 2); CREATE VIEW paid AS SELECT * FROM orders WHERE status = 'paid'");
        await fleet.CrashAsync();
        (await fleet.AskAsync("SELECT id, amount FROM paid")).ShouldBe("""[[2,"2.00"]]""");
        (await fleet.AskAsync(Totals)).ShouldBe("""[["open",1,"10.50"],["paid",1,"2.00"]]""");
    }

    [Fact]
    public async Task A_view_that_is_replaced_is_full_at_once_and_its_readers_with_it()
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync();
        await fleet.RunAsync(Orders);
        await fleet.RunAsync("INSERT INTO orders VALUES (1, 'open', 10), (2, 'paid', 1); CREATE MATERIALIZED VIEW ads_count AS SELECT SUM(n) AS n FROM dws_totals");
        await fleet.RunAsync("CREATE OR REPLACE MATERIALIZED VIEW dws_totals AS SELECT status, COUNT(*) AS n, SUM(amount) AS total FROM orders WHERE status = 'paid' GROUP BY status");
        (await fleet.AskAsync(Totals)).ShouldBe("""[["paid",1,"1.00"]]""");
        (await fleet.AskAsync("SELECT n FROM ads_count")).ShouldBe("[[1]]");
        await fleet.CrashAsync();
        (await fleet.AskAsync("SELECT n FROM ads_count")).ShouldBe("[[1]]");
    }

    [Fact]
    public async Task What_is_read_cannot_be_dropped_and_what_is_dropped_is_gone()
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync();
        await fleet.RunAsync(Orders);
        await fleet.RunAsync("INSERT INTO orders VALUES (1, 'open', 10)");
        (await Should.ThrowAsync<SqlRefusedException>(() => fleet.RunAsync("DROP TABLE orders"))).Message.ShouldBe("orders is read by dws_totals. Drop those first.");
        await fleet.RunAsync("DROP MATERIALIZED VIEW dws_totals; DROP TABLE orders");
        (await fleet.Sql.Relations()).ShouldBeEmpty();
        // A table of the same name is another one.
        await fleet.RunAsync("CREATE TABLE orders (id INT)");
        (await fleet.AskAsync("SELECT COUNT(*) FROM orders")).ShouldBe("[[0]]");
    }

    [Fact]
    public async Task An_error_says_where_it_is_and_what_came_before_stays_done()
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync();
        SqlRefusedException refused = await Should.ThrowAsync<SqlRefusedException>(() => fleet.RunAsync("CREATE TABLE t (id INT);\nSELECT nothing FROM t"));
        (refused.Statement, refused.Line, refused.Column).ShouldBe((2, 2, 8));
        (await fleet.Sql.Relations()).Single().Name.ShouldBe("t");
        refused = await Should.ThrowAsync<SqlRefusedException>(() => fleet.RunAsync("SELECT FROM WHERE"));
        refused.Line.ShouldBe(1);
        (await fleet.Sql.Check("SELECT id FROM t; SELECT x FROM t")).Single().Column.ShouldBe(26);
    }

    [Fact]
    public async Task Who_may_only_read_may_only_ask()
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync();
        await fleet.RunAsync(Orders);
        await Should.ThrowAsync<SqlForbiddenException>(() => fleet.Sql.Run(new SqlRequest("DROP TABLE orders", "bob", MayChange: false)));
        (await fleet.Sql.Run(new SqlRequest("SELECT COUNT(*) FROM orders", "bob", MayChange: false))).Single().Rows.ToString().ShouldBe("[[0]]");
        // Another tenant has nothing of it.
        await fleet.Grains.GetGrain<Interfaces.Tenants.ITenantGrain>("other").Create(new Interfaces.Tenants.TenantDraft("Other"));
        await Should.ThrowAsync<SqlRefusedException>(() => fleet.Grains.GetGrain<ISqlSchemaGrain>("other").Run(new SqlRequest("SELECT * FROM orders", "eve", MayChange: true)));
        await Should.ThrowAsync<SqlRefusedException>(() => fleet.Grains.GetGrain<ISqlSchemaGrain>("other").Run(
            new SqlRequest("CREATE TABLE t (id INT) WITH ('connector' = 'topic', 'topic' = 'acme.sql-orders')", "eve", MayChange: true)));
    }

    [Fact]
    public async Task Rows_that_do_not_fit_are_refused_together()
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync();
        await fleet.RunAsync(Orders);
        (await Should.ThrowAsync<InvalidInputException>(() => fleet.Sql.Append("orders", """[[1, "open", 1], ["x", "open", 1]]"""u8.ToArray()))).Field.ShouldBe("rows[1]");
        (await fleet.AskAsync("SELECT COUNT(*) FROM orders")).ShouldBe("[[0]]");
    }

    [Fact]
    public async Task A_query_that_is_followed_tells_its_result_and_then_its_changes()
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync();
        await fleet.RunAsync(Orders);
        await fleet.RunAsync("INSERT INTO orders VALUES (1, 'open', 10)");
        SqlFeed first = await fleet.Sql.Follow("dws_totals", null, TimeSpan.Zero);
        (first.IsSnapshot, first.Rows.ToString()).ShouldBe((true, """[["open",1,"10.00"]]"""));
        await fleet.RunAsync("INSERT INTO orders VALUES (2, 'open', 5)");
        SqlFeed next = await fleet.Sql.Follow("dws_totals", first.Cursor, TimeSpan.Zero);
        next.IsSnapshot.ShouldBeFalse();
        next.Changes.ToString().ShouldContain("""{"weight":1,"row":["open",2,"15.00"]}""");
        next.Changes.ToString().ShouldContain("""{"weight":-1,"row":["open",1,"10.00"]}""");
        (await fleet.Sql.Follow("dws_totals", next.Cursor, TimeSpan.Zero)).Changes.ToString().ShouldBe("[]");
    }

    [Fact]
    public async Task Tables_and_views_are_shown_described_and_explained()
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync();
        await fleet.RunAsync(Orders + "CREATE FUNCTION twice(x INT) RETURNS INT AS x + x");
        (await fleet.AskAsync("SHOW TABLES")).ShouldBe("""[["dws_totals","materializedView"],["orders","table"]]""");
        (await fleet.AskAsync("SHOW FUNCTIONS")).ShouldContain("twice");
        (await fleet.AskAsync("SELECT twice(21)")).ShouldBe("[[42]]");
        (await fleet.AskAsync("DESCRIBE orders")).ShouldContain("DECIMAL(12, 2)");
        SqlResult plan = await fleet.RunAsync("EXPLAIN SELECT * FROM dws_totals WHERE n > 1");
        (plan.Kind, plan.Plan!.Count).ShouldBe(("plan", 2));
        RelationView view = await fleet.Sql.Relation("dws_totals");
        view.Reads.ShouldBe(["orders"]);
        view.Plan.ShouldNotBeEmpty();
        (await fleet.Sql.Complete("SELECT am FROM orders", 9)).Items.ShouldContain(item => item.Label == "amount" && item.Kind == "column");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_paused_view_stands_still_and_catches_up(int partitions)
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync(options => options.Partitions = partitions);
        await fleet.RunAsync(Orders);
        (await fleet.Sql.Pause("dws_totals", "ann")).Status.ShouldBe("paused");
        await fleet.RunAsync("INSERT INTO orders VALUES (1, 'open', 10)");
        string paused = await fleet.AskAsync(Totals);
        paused.ShouldNotContain("10.00", Case.Sensitive, "its rows stay as they were");
        paused.ShouldBe("[]");
        await fleet.RestartAsync();
        (await fleet.AskAsync(Totals)).ShouldBe(paused);
        (await fleet.Sql.Relation("dws_totals")).Info.Status.ShouldBe("paused");
        (await fleet.Sql.Resume("dws_totals", "ann")).Status.ShouldBe("running");
        (await fleet.AskAsync(Totals)).ShouldBe("""[["open",1,"10.00"]]""");
    }

    [Fact]
    public async Task A_query_that_takes_too_long_or_too_much_memory_is_given_up_and_names_the_bound()
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync(static options =>
        {
            options.QueryTimeout = TimeSpan.FromSeconds(1);
            options.QueryBytesMax = 1L << 40;
        });
        await fleet.RunAsync("CREATE TABLE bid (auction BIGINT, bidder BIGINT, price BIGINT) WITH ('connector' = 'nexmark', 'events' = '50000')");
        await fleet.UntilAsync("SELECT COUNT(*) FROM bid", "[[46000]]");
        const string Pairs = "SELECT COUNT(*) FROM bid AS a INNER JOIN bid AS b ON a.auction % 2 = b.auction % 2";
        (await Should.ThrowAsync<SqlRefusedException>(() => fleet.RunAsync(Pairs + " AND a.price + b.price < 0"))).Message.ShouldContain("took more than");
        // It let go of everything.
        (await fleet.AskAsync("SELECT COUNT(*) FROM bid")).ShouldBe("[[46000]]");

        await using SqlFleet small = await SqlFleet.StartAsync(static options => options.QueryBytesMax = 32L << 20);
        await small.RunAsync("CREATE TABLE bid (auction BIGINT, bidder BIGINT, price BIGINT) WITH ('connector' = 'nexmark', 'events' = '50000')");
        await small.UntilAsync("SELECT COUNT(*) FROM bid", "[[46000]]");
        (await Should.ThrowAsync<SqlRefusedException>(() => small.RunAsync(Pairs))).Message.ShouldContain("QueryBytesMax is 33,554,432");
        (await small.AskAsync("SELECT COUNT(*) FROM bid")).ShouldBe("[[46000]]");
    }
}
