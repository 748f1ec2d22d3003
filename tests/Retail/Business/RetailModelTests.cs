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
    public void In_a_long_run_as_much_is_under_way_as_early_on_and_everything_comes_to_its_end()
    {
        const int Transactions = 60_000, Looks = 6, UnderWay = 400;
        var state = new RetailState();
        var open = new List<(int Bills, int Orders, int Cases)>();
        int played = 0;
        // The generator's own size and seed.
        foreach (RetailTransaction transaction in History.Of(1, Transactions, new RetailOptions()))
        {
            state.Apply(transaction);
            if (++played % (Transactions / Looks) == 0)
                open.Add((Bills(state), Count("gqsh_order", "order_status", static status => (long)status! < 40), Count("gqsh_order_after_sales", "status", static status => (long)status! < 40)));
        }

        foreach ((int bills, int orders, int cases) in open)
        {
            bills.ShouldBeInRange(50, UnderWay + 50);
            // A split makes two of one.
            orders.ShouldBeInRange(100, UnderWay + 50);
            cases.ShouldBeLessThan(UnderWay + 50);
        }

        // Half of all that was ever made is closed by the first look, and nearly all by the last: what is open does not grow with what was made.
        Count("t_sal_order", "FID", static _ => true).ShouldBeGreaterThan(3 * Count("t_sal_order", "FDOCUMENTSTATUS", static status => !Equals(status, "C")));
        RetailTable receivables = RetailSchema.Instance.Find("t_ar_receivable");
        int owed = state.Rows(receivables).Count(row => (decimal)row[receivables.IndexOf("FWRITTENOFFAMOUNT")]! < (decimal)row[receivables.IndexOf("FALLAMOUNTFOR")]!);
        owed.ShouldBeLessThan(UnderWay);
        state.Rows(receivables).Count.ShouldBeGreaterThan(2 * owed);

        int Count(string table, string column, Func<object?, bool> condition)
        {
            RetailTable of = RetailSchema.Instance.Find(table);
            return state.Rows(of).Count(row => condition(row[of.IndexOf(column)]));
        }

        // Neither audited nor cancelled, nor an older version.
        static int Bills(RetailState state) => new[] { "t_sal_order", "t_sal_outstock", "t_ar_receivable", "t_pur_poorder", "t_stk_instock", "t_pur_mrb", "t_ap_payable", "t_stk_stktransferin", "t_prd_mo" }.Sum(table =>
        {
            RetailTable of = RetailSchema.Instance.Find(table);
            int final = of.Columns.Any(static column => column.Name == "FFINALVERSION") ? of.IndexOf("FFINALVERSION") : -1;
            return state.Rows(of).Count(row => !Equals(row[of.IndexOf("FDOCUMENTSTATUS")], "C") && !Equals(row[of.IndexOf("FCANCELSTATUS")], "B") && (final < 0 || !Equals(row[final], "0")));
        });
    }

    [Fact]
    public void Options_beyond_their_bounds_are_refused() =>
        Should.Throw<ArgumentException>(static () => new RetailModel(new RetailOptions { Shops = 0 })).Message.ShouldContain("Shops is 0");
}
