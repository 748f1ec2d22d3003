namespace Orrery.Retail.Business;

/// <summary>
/// K/3 Cloud at head office. Bills are made, go into audit, are audited, and are pushed on: a shop's order to goods that leave, these to what the shop owes; an order to a supplier to goods that come, these to what is
/// owed, some to goods that go back. Links lead from bill to bill. Stock and ledger follow what is audited. Some orders are changed (a new version is valid, the old is not), some cancelled.
/// </summary>
sealed class Erp(RetailOptions options, Numbers numbers, HeadOffice office)
{
    const long Organization = 100_100;
    const int Stocks = 6, Suppliers = 20;
    const decimal TaxRate = 13;

    readonly Memory<Bill> open = new(options.Remembered);
    readonly Memory<Bill> audited = new(options.Remembered);
    readonly Warehouse warehouse = new();
    readonly Ledger ledger = new();

    /// <summary>Whether as much lies there as may: then it is worked off before anything new is begun.</summary>
    bool IsBusy => open.Count + audited.Count >= options.UnderWayMost;

    public IEnumerable<Action<Work>> Opening()
    {
        yield return work =>
        {
            work.Insert("t_bas_datacenter", "6537a1c2d4e5f0", "001", "锅圈账套", "AIS20260101");
            work.Insert("t_org_organizations_l", 1, Organization, 2052, "总部供应链");
            work.Insert("t_bd_unit_l", 1, 10_101, 2052, "盒");
            for (int stock = 0; stock < Stocks; stock++)
                work.Insert("t_bd_stock_l", 600_000 + stock, 600_000 + stock, 2052, stock + "号仓");
        };
    }

    /// <summary>A shop orders.</summary>
    public void OrderGoods(Work work)
    {
        if (IsBusy)
        {
            Advance(work);
            return;
        }

        Row shop = office.AnyShop(work);
        open.Add(SalesOrder(work, shop.Integer("fcustid"), Chosen(work, 1.2m)));
    }

    /// <summary>Goods are ordered from a supplier.</summary>
    public void BuyGoods(Work work)
    {
        if (IsBusy)
        {
            Advance(work);
            return;
        }

        long supplier = 800_000 + work.Random.Next(Suppliers);
        Bill bill = Make(work, BillKind.PurchaseOrder, "t_pur_poorder", "CGDD", supplier, [supplier, Organization], Chosen(work, 1), static (material, quantity, _) => [material, quantity], "_r", hasPrices: true);
        open.Add(bill);
    }

    /// <summary>Goods are moved between stocks.</summary>
    public void MoveGoods(Work work)
    {
        long from = AnyStock(work), to = AnyStock(work);
        open.Add(Make(work, BillKind.Transfer, "t_stk_stktransferin", "ZJDB", from, [Organization], Chosen(work, 1), (material, quantity, _) => [material, from, to, quantity], null, hasPrices: false));
    }

    /// <summary>Something is to be produced.</summary>
    public void Produce(Work work) =>
        open.Add(Make(work, BillKind.Production, "t_prd_mo", "MO", 0, [Organization], [.. Chosen(work, 1).Take(1)], static (material, quantity, _) => [material, quantity, 0m, 1], null, hasPrices: false));

    /// <summary>The next thing happens to a bill that is open, or something follows from one that is audited.</summary>
    public void Advance(Work work)
    {
        // Each bill as often as any other, so that neither kind piles up.
        if (work.Random.Next(Math.Max(1, open.Count + audited.Count)) < audited.Count && audited.TryTake(work.Random, out Bill done))
        {
            Push(work, done);
            if (++done.Pushed < 2)
                audited.Add(done);
            return;
        }

        if (!open.TryTake(work.Random, out Bill bill))
            return;
        switch (bill.Status)
        {
            case "A" when work.Happens(8):
                work.Update(bill.Head, ("FCANCELSTATUS", "B"), ("FMODIFYDATE", work.Now));
                return;
            case "A":
                work.Update(bill.Head, ("FDOCUMENTSTATUS", "B"), ("FMODIFYDATE", work.Now));
                break;
            case "B" when work.Happens(8):
                work.Update(bill.Head, ("FDOCUMENTSTATUS", "D"), ("FMODIFYDATE", work.Now));
                break;
            case "D":
                work.Update(bill.Head, ("FDOCUMENTSTATUS", "B"), ("FMODIFYDATE", work.Now));
                break;
            case "B" when bill.Kind == BillKind.SalesOrder && work.Happens(6):
                // It is changed: the new version is the valid one.
                work.Update(bill.Head, ("FFINALVERSION", "0"), ("FMODIFYDATE", work.Now));
                open.Add(SalesOrder(work, bill.Partner, [.. bill.Lines.Select(line => (line.Material, line.Quantity + work.Random.Next(3), line.Price))]));
                return;
            default:
                work.Update(bill.Head, ("FDOCUMENTSTATUS", "C"), ("FMODIFYDATE", work.Now));
                Audited(work, bill);
                audited.Add(bill);
                return;
        }

        open.Add(bill);
    }

    /// <summary>Stock and ledger follow.</summary>
    void Audited(Work work, Bill bill)
    {
        decimal amount = bill.Lines.Sum(static line => line.Quantity * line.Price);
        foreach (BillLine line in bill.Lines)
        {
            switch (bill.Kind)
            {
                case BillKind.OutStock or BillKind.PurchaseReturn:
                    warehouse.Change(work, Organization, line.Entry.Integer("FSTOCKID"), line.Material, Organization, -line.Quantity);
                    break;
                case BillKind.InStock:
                    warehouse.Change(work, Organization, line.Entry.Integer("FSTOCKID"), line.Material, work.Happens(15) ? office.AnyShop(work).Integer("fcustid") : Organization, line.Quantity);
                    break;
                case BillKind.Transfer:
                    warehouse.Change(work, Organization, line.Entry.Integer("FSRCSTOCKID"), line.Material, Organization, -line.Quantity);
                    warehouse.Change(work, Organization, line.Entry.Integer("FDESTSTOCKID"), line.Material, Organization, line.Quantity);
                    break;
                case BillKind.Production:
                    work.Update(line.Entry, ("FSTATUS", 6), ("FSTOCKINQTY", line.Quantity));
                    warehouse.Change(work, Organization, AnyStock(work), line.Material, Organization, line.Quantity);
                    break;
            }
        }

        (long Debit, long Credit)? accounts = bill.Kind switch
        {
            BillKind.Receivable => (Ledger.Receivables, Ledger.Revenue),
            BillKind.Payable => (Ledger.Stock, Ledger.Payables),
            BillKind.OutStock => (Ledger.Cost, Ledger.Stock),
            BillKind.PurchaseReturn => (Ledger.Payables, Ledger.Stock),
            _ => null,
        };
        if (accounts is { } pair && amount > 0)
            ledger.Enter(work, pair.Debit, pair.Credit, amount);
    }

    /// <summary>A bill follows from a bill, with links to its lines.</summary>
    void Push(Work work, Bill from)
    {
        Bill? next = from.Kind switch
        {
            BillKind.SalesOrder => Follow(work, from, BillKind.OutStock, "t_sal_outstock", "XSCK", [from.Partner, Organization], Stocked(work), Part(work, from), hasPrices: true),
            BillKind.PurchaseOrder => Follow(work, from, BillKind.InStock, "t_stk_instock", "CGRK", [from.Partner, Organization], Stocked(work), Part(work, from), hasPrices: true),
            BillKind.InStock when work.Happens(25) => Follow(work, from, BillKind.PurchaseReturn, "t_pur_mrb", "CGTL", [from.Partner, Organization], Stocked(work), Part(work, from, 4), hasPrices: true),
            BillKind.OutStock when from.Pushed == 0 => Follow(work, from, BillKind.Receivable, "t_ar_receivable", "AR", [from.Partner, Organization, Worth(from), 0m], Owed, Part(work, from), hasPrices: false),
            BillKind.InStock when from.Pushed == 0 => Follow(work, from, BillKind.Payable, "t_ap_payable", "AP", [from.Partner, Organization, Worth(from), 0m], Owed, Part(work, from), hasPrices: false),
            _ => null,
        };
        if (next is not null)
            open.Add(next);
        else if (from.Kind is BillKind.Receivable or BillKind.Payable)
            work.Update(from.Head, ("FWRITTENOFFAMOUNT", from.Pushed > 0 || work.Happens(70) ? from.Head.Decimal("FALLAMOUNTFOR") : Math.Round(from.Head.Decimal("FALLAMOUNTFOR") / 2, 2)), ("FMODIFYDATE", work.Now));
    }

    Bill Follow(
        Work work, Bill from, BillKind kind, string table, string prefix, object?[] fields, Func<long, decimal, decimal, object?[]> columns, List<(long Material, decimal Quantity, decimal Price)> lines, bool hasPrices)
    {
        Bill bill = Make(work, kind, table, prefix, from.Partner, fields, lines, columns, null, hasPrices);
        for (int index = 0; index < bill.Lines.Count; index++)
        {
            BillLine line = bill.Lines[index], source = from.Lines[index];
            work.Insert(table + "entry_lk", numbers.Next(), line.Id, from.Lines[0].Entry.Table.Name.ToUpperInvariant(), from.Id, source.Id, line.Quantity);
            if (source.Progress is { } progress)
            {
                string column = from.Kind == BillKind.SalesOrder ? "FSTOCKOUTQTY" : "FSTOCKINQTY";
                work.Update(progress, (column, progress.Decimal(column) + line.Quantity));
            }
        }

        return bill;
    }

    Bill SalesOrder(Work work, long customer, List<(long, decimal, decimal)> lines)
    {
        Bill bill = Make(
            work, BillKind.SalesOrder, "t_sal_order", "XSDD", customer, [customer, Organization, "1"], lines, static (material, quantity, _) => [material, 10_101, quantity, "A"], "_r", hasPrices: true);
        foreach (BillLine line in bill.Lines)
            work.Insert("t_sal_orderentry_d", line.Id, bill.Id, work.Now.AddDays(2));
        return bill;
    }

    /// <param name="fields">Of the header, between its date and its status.</param>
    /// <param name="columns">Of a line, behind its number, for material, quantity and price.</param>
    /// <param name="progress">Ending of the satellite with what was done; null: none.</param>
    Bill Make(
        Work work, BillKind kind, string table, string prefix, long partner, object?[] fields, List<(long Material, decimal Quantity, decimal Price)> lines,
        Func<long, decimal, decimal, object?[]> columns, string? progress, bool hasPrices)
    {
        long id = numbers.Next();
        Row head = work.Insert(table, [id, $"{prefix}{id}", work.Now, .. fields, "A", "A", work.Now]);
        var made = new List<BillLine>();
        foreach ((long material, decimal quantity, decimal price) in lines)
        {
            long line = numbers.Next();
            Row entry = work.Insert(table + "entry", [line, id, made.Count + 1, .. columns(material, quantity, price)]);
            decimal net = Math.Round(price / (1 + TaxRate / 100), 6);
            if (hasPrices)
                work.Insert(table + "entry_f", line, id, price, net, TaxRate, quantity * price, Math.Round(quantity * net, 2));
            made.Add(new BillLine(entry, material, quantity, price, progress is null ? null : work.Insert(table + "entry" + progress, line, id, 0m, 0m)));
        }

        return new Bill(kind, head, made, partner);
    }

    /// <summary>Some materials with a number of pieces and a price.</summary>
    List<(long Material, decimal Quantity, decimal Price)> Chosen(Work work, decimal margin)
    {
        var lines = new List<(long, decimal, decimal)>();
        for (int count = work.Random.Next(1, 6); count > 0; count--)
        {
            int place = work.Random.Next(office.Products.Count);
            lines.Add((700_001L + place, work.Random.Next(5, 120), Math.Round(office.Products[place].Decimal("cost_price") * margin, 4)));
        }

        return lines;
    }

    static List<(long Material, decimal Quantity, decimal Price)> Part(Work work, Bill bill, int least = 1) =>
        bill.Lines.Select(line => (line.Material, Math.Max(1, Math.Floor(line.Quantity / work.Random.Next(least, least + 2))), line.Price)).ToList();

    static Func<long, decimal, decimal, object?[]> Stocked(Work work)
    {
        long stock = AnyStock(work);
        return (material, quantity, _) => [material, stock, quantity];
    }

    static object?[] Owed(long material, decimal quantity, decimal price) => [material, quantity, quantity * price];

    static decimal Worth(Bill bill) => bill.Lines.Sum(static line => line.Quantity * line.Price);

    static long AnyStock(Work work) => 600_000 + work.Random.Next(Stocks);
}
