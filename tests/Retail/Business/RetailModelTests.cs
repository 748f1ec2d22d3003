using Orrery.Retail.Business;
using Orrery.Retail.Canal;
using Orrery.Retail.Changes;
using Orrery.Retail.Schema;

namespace Orrery.Retail.Tests.Business;

public sealed class RetailModelTests
{
    [Fact]
    public void The_same_seed_and_clock_give_the_same_changes_and_another_seed_others()
    {
        string first = Text(1), again = Text(1), other = Text(2);
        again.ShouldBe(first);
        other.ShouldNotBe(first);

        static string Text(int seed) => string.Join('\n', History.Of(seed, 800).SelectMany(static transaction => transaction.Changes.Select(change =>
            $"{transaction.Number} {transaction.At:s} {change.Kind} {change.Table.Name} {string.Join('|', change.Before ?? [])} -> {string.Join('|', change.After ?? [])}")));
    }

    [Fact]
    public void Every_table_of_the_schema_gets_rows_and_everything_that_the_story_tells_happens()
    {
        var state = new RetailState();
        var seen = new HashSet<(string Table, RowChangeKind Kind)>();
        bool wasRekeyed = false;
        foreach (RetailTransaction transaction in History.Of(3, 6_000))
        {
            state.Apply(transaction);
            foreach (RowChange change in transaction.Changes)
            {
                seen.Add((change.Table.Name, change.Kind));
                wasRekeyed |= change is { Kind: RowChangeKind.Update, Table.Name: "gqsh_order_item" } && !Equals(change.Before![0], change.After![0]);
            }
        }

        RetailSchema.Instance.Tables.Where(table => state.Rows(table).Count == 0).Select(static table => table.FullName).ShouldBeEmpty();
        wasRekeyed.ShouldBeTrue("a line changes its key");
        foreach ((string table, RowChangeKind kind) in new[]
        {
            ("gqsh_order", RowChangeKind.Delete), ("gqsh_order_item", RowChangeKind.Delete), ("product_sku", RowChangeKind.Update), ("store_shop", RowChangeKind.Update), ("t_stk_inventory", RowChangeKind.Update),
            ("t_gl_balance", RowChangeKind.Update), ("t_prd_moentry", RowChangeKind.Update), ("t_sal_orderentry_r", RowChangeKind.Update), ("gqsh_activity_group_buy", RowChangeKind.Update),
        })
            seen.ShouldContain((table, kind));
        Has("gqsh_order", "parent_order_no", static value => value is not null, "an order is split");
        Has("gqsh_order", "is_deleted", static value => Equals(value, 1L), "an order is hidden");
        Has("gqsh_order", "order_status", static value => Equals(value, 50L), "an order is cancelled");
        Has("gqsh_order_after_sales", "status", static value => Equals(value, 40L), "money is paid back");
        Has("store_shop", "status", static value => Equals(value, 2L), "a shop is closed");
        Has("t_sal_order", "FFINALVERSION", static value => Equals(value, "0"), "an order of the ERP has a new version");
        Has("t_sal_order", "FCANCELSTATUS", static value => Equals(value, "B"), "an order of the ERP is cancelled");
        Has("t_stk_inventory", "FQTY", static value => Equals(value, 0m), "a balance has pieces in its base unit alone");

        void Has(string table, string column, Func<object?, bool> condition, string what)
        {
            RetailTable of = RetailSchema.Instance.Find(table);
            state.Rows(of).Any(row => condition(row[of.IndexOf(column)])).ShouldBeTrue(what);
        }
    }

    [Fact]
    public void An_orders_money_is_that_of_its_lines_whatever_happened_to_it()
    {
        var state = new RetailState();
        foreach (RetailTransaction transaction in History.Of(4, 4_000))
            state.Apply(transaction);
        RetailTable orders = RetailSchema.Instance.Find("gqsh_order"), items = RetailSchema.Instance.Find("gqsh_order_item");
        Dictionary<object, decimal> lines = state.Rows(items).GroupBy(row => row[items.IndexOf("order_id")]!).ToDictionary(static group => group.Key, group => group.Sum(row => (decimal)row[items.IndexOf("pay_amount")]!));
        foreach (object?[] order in state.Rows(orders))
            ((decimal)order[orders.IndexOf("pay_amount")]! - (decimal)order[orders.IndexOf("freight_amount")]!).ShouldBe(lines[order[0]!], $"order {order[0]}");
    }

    [Fact]
    public void Options_beyond_their_bounds_are_refused() =>
        Should.Throw<ArgumentException>(static () => new RetailModel(new RetailOptions { Shops = 0 })).Message.ShouldContain("Shops is 0");
}
