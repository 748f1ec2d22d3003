namespace Orrery.Retail.Business;

/// <summary>
/// Orders: made, paid or cancelled, split, delivered, done; asked back in part, also long after; purged. An order's money is the sum of its lines'.
/// </summary>
sealed class OrderCentre(RetailOptions options, Numbers numbers, HeadOffice office)
{
    const int GroupNeeds = 3;
    static readonly string[] Channels = ["app", "applet", "applet", "store"];
    static readonly string[] Sources = ["wechat", "alipay", "douyin", "own"];
    static readonly string[] Carriers = ["顺丰", "达达", "蜂鸟"];
    static readonly string[] Reasons = ["不想要了", "质量问题", "少发漏发", "配送太慢"];
    static readonly string[] Campaigns = ["满减", "秒杀", "会员日"];

    readonly Memory<Order> open = new(options.Remembered);
    readonly Memory<Order> done = new(options.Remembered);
    readonly Memory<Order> cancelled = new(options.Remembered);
    readonly Memory<(Row Case, Order Order)> cases = new(options.Remembered);
    readonly Memory<(Row Group, int Joined)> groups = new(options.Remembered);

    public void Make(Work work)
    {
        if (open.Count >= options.UnderWayMost)
        {
            Advance(work);
            return;
        }

        long id = numbers.Next();
        Row shop = office.AnyShop(work), member = work.Any(office.Members);
        bool isGroup = work.Happens(8);
        List<object?[]> lines = [];
        for (int number = 1, count = work.Random.Next(1, 6); number <= count; number++)
        {
            Row product = work.Any(office.Products);
            bool isGift = number > 1 && work.Happens(10);
            int quantity = work.Random.Next(1, 5);
            decimal price = product.Decimal("sale_price"), discount = isGift ? price * quantity : work.Happens(30) ? Math.Round(price * quantity / 10, 2) : 0;
            lines.Add([numbers.Next(), id, number, product["sku_code"], product["sku_name"], quantity, price, discount, price * quantity - discount, isGift ? 1 : 0, work.Now]);
        }

        decimal freight = work.Happens(40) ? 6 : 0;
        decimal total = lines.Sum(static line => (decimal)line[6]! * (int)line[5]!), less = lines.Sum(static line => (decimal)line[7]!);
        Row head = work.Insert(
            "gqsh_order", id, $"GQ{id}", null, shop["store_code"], member["member_id"], work.Any(Channels), isGroup ? 1 : 0, 10, total, less, freight, total - less + freight,
            work.Now, null, null, null, null, 0, work.Happens(20) ? "多放\"辣\"，\n谢谢" : null, work.Now);
        bool isBrought = work.Happens(55);
        List<Row> around =
        [
            work.Insert("gqsh_order_ext", id, work.Any(Sources), isBrought ? 2 : 1, isBrought ? shop["province"] : null, isBrought ? shop["city"] : null, work.Happens(30) ? "ad" + work.Random.Next(9) : null, work.Now),
        ];
        var order = new Order { Head = head, Member = member, Lines = [.. lines.Select(line => work.Insert("gqsh_order_item", line))], Around = around };
        if (work.Happens(30))
            around.Add(work.Insert("gqsh_order_coupon", numbers.Next(), id, $"C{work.Random.Next(100_000)}", work.Random.Next(1, 4), Math.Min(less, 5), work.Now));
        if (work.Happens(20))
            around.Add(work.Insert("gqsh_order_activity", numbers.Next(), id, work.Random.Next(1, 30), work.Any(Campaigns), less, work.Now));
        if (isGroup)
            Join(work, order);
        open.Add(order);
    }

    /// <summary>The next thing happens to an order that is under way.</summary>
    public void Advance(Work work)
    {
        if (!open.TryTake(work.Random, out Order order))
            return;
        switch (order.Status)
        {
            case 10 when work.Happens(12):
                Cancel(work, order, "超时未支付");
                return;
            case 10:
                Pay(work, order);
                break;
            case 20 when order.Delivery is null && work.Happens(5):
                GiveUp(work, order);
                return;
            case 20 when order is { Delivery: null, WasSplit: false, Lines.Count: > 1 } && order.Head.Integer("order_type") == 0 && work.Happens(12):
                Split(work, order);
                break;
            case 20 when order.Delivery is null:
                order.Delivery = work.Insert("gqsh_order_delivery", numbers.Next(), order.Id, work.Any(Carriers), 10, null, null, work.Now);
                Perform(work, order, 20, "pick");
                break;
            case 20:
                work.Update(order.Delivery, ("status", 20), ("ship_time", work.Now), ("update_time", work.Now));
                work.Update(order.Head, ("order_status", 30), ("update_time", work.Now));
                Perform(work, order, 30, "hand over");
                break;
            default:
                work.Update(order.Delivery!, ("status", 30), ("sign_time", work.Now), ("update_time", work.Now));
                work.Update(order.Head, ("order_status", 40), ("finish_time", work.Now), ("update_time", work.Now));
                done.Add(order);
                return;
        }

        open.Add(order);
    }

    /// <summary>Somebody wants money for some of an order back: of one that is done, however long ago.</summary>
    public void AskAfterSales(Work work)
    {
        if (cases.Count >= options.UnderWayMost)
        {
            AdvanceAfterSales(work);
            return;
        }

        if (!done.TryAny(work.Random, out Order order))
            return;
        var pieces = new List<(Row Line, long Quantity)>();
        foreach (Row line in order.Lines)
        {
            long left = line.Integer("quantity") - order.Returned.GetValueOrDefault(line.Integer("line_no"));
            if (left > 0 && work.Happens(60))
                pieces.Add((line, work.Random.Next(1, (int)left + 1)));
        }

        if (pieces.Count > 0)
            OpenCase(work, order, pieces, work.Happens(60) ? 2 : 1, 10);
    }

    public void AdvanceAfterSales(Work work)
    {
        if (!cases.TryTake(work.Random, out (Row Case, Order Order) asked))
            return;
        if (asked.Case.Integer("status") == 10)
        {
            bool isAgreed = work.Happens(85);
            work.Update(asked.Case, ("status", isAgreed ? 20 : 50), ("update_time", work.Now));
            if (isAgreed)
                cases.Add(asked);
            return;
        }

        work.Update(asked.Case, ("status", 40), ("refund_time", work.Now), ("update_time", work.Now));
        office.GivePoints(work, asked.Order.Member, -(long)asked.Case.Decimal("refund_amount"), "refund", asked.Order.Id);
    }

    /// <summary>An order that nobody paid is deleted with all that belongs to it; one that is done may be hidden by its buyer.</summary>
    public void Purge(Work work)
    {
        if (work.Happens(40) && done.TryAny(work.Random, out Order hidden))
        {
            work.Update(hidden.Head, ("is_deleted", 1), ("update_time", work.Now));
            return;
        }

        if (!cancelled.TryTake(work.Random, out Order order))
            return;
        foreach (Row row in order.Around.Concat(order.Lines))
            work.Delete(row);
        work.Delete(order.Head);
    }

    /// <summary>The lines of an order get other ids.</summary>
    public void Rekey(Work work)
    {
        if (!open.TryAny(work.Random, out Order order))
            return;
        foreach (Row line in order.Lines)
            work.Update(line, ("item_id", numbers.Next()), ("update_time", work.Now));
    }

    void Pay(Work work, Order order)
    {
        work.Update(order.Head, ("order_status", 20), ("pay_time", work.Now), ("update_time", work.Now));
        order.Performance = work.Insert("perf_info", numbers.Next(), order.Id, $"P{order.Id}", 10, work.Happens(90) ? work.Now.AddMinutes(45) : null, work.Now);
        Record(work, order, "take");
        office.GivePoints(work, order.Member, (long)order.Head.Decimal("pay_amount"), "order", order.Id);
    }

    void Cancel(Work work, Order order, string reason)
    {
        work.Update(order.Head, ("order_status", 50), ("cancel_time", work.Now), ("cancel_reason", reason), ("update_time", work.Now));
        if (order.Head["pay_time"] is null && order.Head.Integer("order_type") == 0)
            cancelled.Add(order);
    }

    /// <summary>A paid order is cancelled: all of it is paid back.</summary>
    void GiveUp(Work work, Order order)
    {
        OpenCase(work, order, [.. order.Lines.Select(static line => (line, line.Integer("quantity")))], 1, 20);
        Cancel(work, order, work.Any(Reasons));
        Perform(work, order, 40, "give up");
    }

    /// <summary>Half of the lines leave for an order of their own; the rows of the lines are new there.</summary>
    void Split(Work work, Order order)
    {
        long id = numbers.Next();
        List<Row> moved = [.. order.Lines.Skip(order.Lines.Count / 2)];
        foreach (Row line in moved)
        {
            work.Delete(line);
            order.Lines.Remove(line);
        }

        decimal total = Total(moved), less = moved.Sum(static line => line.Decimal("discount_amount"));
        object?[] head = [.. order.Head.Values];
        Set("order_id", id);
        Set("order_no", $"GQ{id}");
        Set("parent_order_no", order.Head["order_no"]);
        Set("total_amount", total);
        Set("discount_amount", less);
        Set("freight_amount", 0m);
        Set("pay_amount", total - less);
        Set("update_time", work.Now);
        decimal restTotal = Total(order.Lines), restLess = order.Lines.Sum(static line => line.Decimal("discount_amount"));
        work.Update(
            order.Head, ("total_amount", restTotal), ("discount_amount", restLess), ("pay_amount", restTotal - restLess + order.Head.Decimal("freight_amount")), ("update_time", work.Now));
        object?[] around = [.. order.Around[0].Values];
        around[0] = id;
        var child = new Order { Head = work.Insert("gqsh_order", head), Member = order.Member, Lines = [], Around = [work.Insert("gqsh_order_ext", around)], WasSplit = true };
        foreach (Row line in moved)
        {
            object?[] values = [.. line.Values];
            (values[0], values[1]) = (numbers.Next(), id);
            child.Lines.Add(work.Insert("gqsh_order_item", values));
        }

        child.Performance = work.Insert("perf_info", numbers.Next(), id, $"P{id}", 10, null, work.Now);
        order.WasSplit = true;
        open.Add(child);

        void Set(string column, object? value) => head[order.Head.Table.IndexOf(column)] = value;
        static decimal Total(List<Row> lines) => lines.Sum(static line => line.Decimal("sale_price") * line.Integer("quantity"));
    }

    void Perform(Work work, Order order, int status, string action)
    {
        if (order.Performance is null)
            return;
        work.Update(order.Performance, ("perf_status", status), ("update_time", work.Now));
        Record(work, order, action);
    }

    void Record(Work work, Order order, string action) => work.Insert(
        "perf_record", numbers.Next(), order.Performance!["perf_id"], order.Id, action, work.Happens(90) ? $"店员{work.Random.Next(40)}" : null, work.Now);

    void OpenCase(Work work, Order order, List<(Row Line, long Quantity)> pieces, int type, int status)
    {
        long id = numbers.Next();
        var amounts = pieces.ConvertAll(static piece => Math.Round(piece.Line.Decimal("pay_amount") * piece.Quantity / piece.Line.Integer("quantity"), 2));
        Row asked = work.Insert(
            "gqsh_order_after_sales", id, $"AS{id}", order.Id, type, status, amounts.Sum(), work.Happens(90) ? work.Any(Reasons) : null, work.Now, null, work.Now);
        for (int index = 0; index < pieces.Count; index++)
        {
            (Row line, long quantity) = pieces[index];
            work.Insert("gqsh_order_after_sales_dtl", numbers.Next(), id, order.Id, line["line_no"], line["sku_code"], quantity, amounts[index], work.Now);
            order.Returned[line.Integer("line_no")] = order.Returned.GetValueOrDefault(line.Integer("line_no")) + quantity;
        }

        cases.Add((asked, order));
    }

    /// <summary>An order joins a group that is open, or opens one; the last one that is needed completes it.</summary>
    void Join(Work work, Order order)
    {
        if (!groups.TryTake(work.Random, out (Row Group, int Joined) group))
            group = (work.Insert("gqsh_activity_group_buy", numbers.Next(), work.Random.Next(1, 30), order.Member["member_id"], GroupNeeds, 10, work.Now, null), 0);
        work.Insert("gqsh_activity_group_buy_detail", numbers.Next(), group.Group["group_id"], order.Member["member_id"], order.Id, work.Now);
        if (group.Joined + 1 < GroupNeeds)
            groups.Add((group.Group, group.Joined + 1));
        else
            work.Update(group.Group, ("status", work.Happens(90) ? 20 : 30), ("complete_time", work.Now));
    }
}
