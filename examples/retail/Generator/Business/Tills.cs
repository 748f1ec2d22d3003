namespace Orrery.Retail.Business;

/// <summary>The shops' tills: receipts, and goods that are brought back.</summary>
sealed class Tills(RetailOptions options, Numbers numbers, HeadOffice office)
{
    readonly Memory<Receipt> receipts = new(options.Remembered);

    public void Sell(Work work)
    {
        long id = numbers.Next();
        Row? member = work.Happens(45) ? work.Any(office.Members) : null;
        var lines = new List<object?[]>();
        for (int count = work.Random.Next(1, 5); count > 0; count--)
        {
            Row product = work.Any(office.Products);
            int quantity = work.Random.Next(1, 4);
            decimal price = product.Decimal("sale_price");
            lines.Add([numbers.Next(), id, product["sku_code"], quantity, price, Math.Round(price * quantity * (member is null ? 1 : 0.95m), 2)]);
        }

        decimal total = lines.Sum(static line => (decimal)line[4]! * (int)line[3]!), paid = lines.Sum(static line => (decimal)line[5]!);
        Row head = work.Insert(
            "t_order_info", id, $"POS{id}", office.AnyShop(work)["store_code"], work.Random.Next(1, 4), $"收银{work.Random.Next(1, 60)}", member?["member_id"], work.Random.Next(1, 4),
            total, total - paid, paid, 20, work.Now, work.Now);
        receipts.Add(new Receipt(head, [.. lines.Select(line => work.Insert("t_order_item", line))], []));
        if (member is not null)
            office.GivePoints(work, member, (long)paid, "till", id);
    }

    /// <summary>Some of what a receipt has is brought back.</summary>
    public void TakeBack(Work work)
    {
        if (!receipts.TryTake(work.Random, out Receipt receipt))
            return;
        long id = numbers.Next();
        var pieces = new List<object?[]>();
        foreach (Row line in receipt.Lines)
        {
            long left = line.Integer("quantity") - receipt.Returned.GetValueOrDefault(line.Integer("item_id"));
            if (left == 0 || work.Happens(40))
                continue;
            long quantity = work.Random.Next(1, (int)left + 1);
            receipt.Returned[line.Integer("item_id")] = receipt.Returned.GetValueOrDefault(line.Integer("item_id")) + quantity;
            pieces.Add([numbers.Next(), id, receipt.Head["order_id"], line["item_id"], quantity, Math.Round(line.Decimal("pay_amount") * quantity / line.Integer("quantity"), 2)]);
        }

        if (pieces.Count > 0)
        {
            work.Insert("t_order_refund_info", id, receipt.Head["order_id"], $"RF{id}", pieces.Sum(static piece => (decimal)piece[5]!), work.Now);
            foreach (object?[] piece in pieces)
                work.Insert("t_order_item_refund", piece);
            bool isAll = receipt.Lines.All(line => line.Integer("quantity") == receipt.Returned.GetValueOrDefault(line.Integer("item_id")));
            work.Update(receipt.Head, ("order_status", isAll ? 70 : 60), ("update_time", work.Now));
        }

        receipts.Add(receipt);
    }

    sealed record Receipt(Row Head, IReadOnlyList<Row> Lines, Dictionary<long, long> Returned);
}
