using Orrery.Dataflow.Partitions;
using Orrery.Dataflow.Tests.Comparison;
using Orrery.Sql.Plans;

namespace Orrery.Dataflow.Tests.Partitions;

/// <summary>Where plans are cut, and where not.</summary>
public sealed class PartitionPlannerTests
{
    private const string Script = """
        CREATE TABLE orders (id BIGINT NOT NULL, customer BIGINT, amount DECIMAL(12, 2), PRIMARY KEY (id) NOT ENFORCED);
        CREATE TABLE lines (orderId BIGINT NOT NULL, line INT NOT NULL, item INT, PRIMARY KEY (orderId, line) NOT ENFORCED);
        CREATE TABLE customers (id INT NOT NULL, name STRING, PRIMARY KEY (id) NOT ENFORCED);
        CREATE TABLE clicks (customer BIGINT, at TIMESTAMP(3)) WITH ('append-only' = 'true');
        """;

    [Theory]
    // Rows lie by their primary key: what groups or joins by it stays.
    [InlineData("SELECT id, COUNT(*) AS n FROM orders GROUP BY id", "")]
    [InlineData("SELECT id, amount * 2 AS b FROM orders WHERE amount > 1", "")]
    [InlineData("SELECT o.id, p.amount FROM orders o JOIN orders p ON o.id = p.id", "")]
    [InlineData("SELECT DISTINCT id, customer FROM orders", "")]
    // One side comes to the other, which lies right; a cast that loses nothing makes no difference.
    [InlineData("SELECT o.id, c.name FROM orders o JOIN customers c ON o.customer = c.id", "by [customer]")]
    [InlineData("SELECT o.id, l.item FROM orders o LEFT JOIN lines l ON o.id = l.orderId", "by [orderId]")]
    [InlineData("SELECT c.id, COUNT(*) AS n FROM orders o JOIN customers c ON o.customer = c.id GROUP BY c.id", "by [customer]")]
    [InlineData("SELECT o.customer, COUNT(*) AS n FROM orders o JOIN customers c ON o.customer = c.id GROUP BY o.customer", "by [customer]")]
    // Both sides move where neither lies right; what is grouped by more than that stays then.
    [InlineData("SELECT o.customer, k.at, COUNT(*) AS n FROM orders o JOIN clicks k ON o.customer = k.customer GROUP BY o.customer, k.at", "by [customer] | by [customer]")]
    [InlineData("SELECT customer, COUNT(*) AS n FROM clicks GROUP BY customer", "by [customer]")]
    // Without keys all goes to one; the top rows are found at each partition first.
    [InlineData("SELECT COUNT(*) AS n FROM clicks", "to partition 0: the aggregate has no keys")]
    [InlineData("SELECT id FROM orders ORDER BY amount DESC LIMIT 3", "to partition 0: the order is over all rows")]
    [InlineData("SELECT id FROM orders WHERE customer NOT IN (SELECT id FROM customers)", "to all partitions: NOT IN looks at all of its rows")]
    [InlineData("SELECT o.id FROM orders o JOIN (SELECT MAX(amount) AS m FROM orders) x ON o.amount < x.m", "to all partitions: it has one row at most | to partition 0: the aggregate has no keys")]
    public void Plans_are_cut_where_rows_have_to_meet_and_nowhere_else(string query, string exchanges)
    {
        var catalog = new ScriptCatalog(Script);
        var planner = new PartitionPlanner();
        foreach (var table in catalog.Relations) planner.AddTable(table, TableFeed.Anywhere);
        var cut = planner.Cut(catalog.View(query));
        string.Join(" | ", PlanTraversal.Nodes(cut).OfType<ExchangePlan>().Select(exchange => PlanPrinter.Explain(exchange).Split('\n')[0]["Exchange ".Length..])).ShouldBe(exchanges, PlanPrinter.Explain(cut));
        PlanPrinter.Print(planner.Cut(catalog.View(query))).ShouldBe(PlanPrinter.Print(cut));
    }

    [Fact]
    public void A_table_that_comes_in_at_one_partition_needs_no_exchange_and_a_receiver_by_key_may_need_one()
    {
        var catalog = new ScriptCatalog(Script);
        var planner = new PartitionPlanner();
        foreach (var table in catalog.Relations) planner.AddTable(table, table.Name == "clicks" ? TableFeed.Anywhere : TableFeed.First);
        Exchanges(planner.Cut(catalog.View("SELECT COUNT(*) AS n FROM orders o JOIN customers c ON o.customer = c.id"))).ShouldBe(0);
        Exchanges(planner.Cut(catalog.View("SELECT customer, at FROM clicks"))).ShouldBe(0);
        Exchanges(planner.Cut(catalog.View("SELECT customer, at FROM clicks"), [0])).ShouldBe(1);
        Exchanges(planner.Cut(catalog.View("SELECT customer, COUNT(*) AS n FROM clicks GROUP BY customer"), [0])).ShouldBe(1);
    }

    private static int Exchanges(Plan plan) => PlanTraversal.Nodes(plan).Count(node => node is ExchangePlan);
}
