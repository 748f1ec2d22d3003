namespace Orrery.Bench.Dataflow;

enum OrderTable : byte
{
    Orders,
    Items,
    AfterSales,
    Products,
    Shops,
}

/// <summary>A new row of a table, in the order of its columns, the key first.</summary>
readonly record struct OrderChange(OrderTable Kind, long Key, long A, long B, long C, long D, long E);

/// <summary>A history of a shop system.</summary>
static class OrderChanges
{
    const int Products = 20_000;
    const int Shops = 2_000;

    public static List<OrderChange> Make(int count)
    {
        var random = new Random(23);
        var changes = new List<OrderChange>(count + 16);
        for (int id = 0; id < Products; id++) changes.Add(new(OrderTable.Products, id, id % 40, id % 250, 0, 0, 0));
        for (int id = 0; id < Shops; id++) changes.Add(new(OrderTable.Shops, id, id % 200, id % 5, 0, 0, 0));
        var items = new List<(long Id, long Order, long Product)>();
        var orders = new List<(long Id, long Buyer, long Shop)>();
        for (long number = 0; changes.Count < count; number++)
        {
            // Ids are scattered, so that neighbours in time are not neighbours in a table.
            long order = (long)((ulong)number * 0x9E3779B97F4A7C15 >> 20);
            long shop = random.Next(Shops), buyer = random.Next(500_000);
            orders.Add((order, buyer, shop));
            changes.Add(new(OrderTable.Orders, order, buyer, number, 0, shop, 0));
            int lines = 2 + (int)(number % 2);
            for (int line = 0; line < lines; line++)
            {
                long product = (long)(Math.Pow(random.NextDouble(), 2) * Products);
                items.Add((order * 4 + line, order, product));
                changes.Add(new(OrderTable.Items, order * 4 + line, order, product, random.Next(100_000), random.Next(1_000_000), 1 + random.Next(5)));
            }

            for (int update = 0; update < (number % 7 < 3 ? 2 : 1); update++)
            {
                int back = random.Next(4) == 0 ? random.Next(orders.Count) : orders.Count - 1 - random.Next(Math.Min(orders.Count, 5_000));
                changes.Add(new(OrderTable.Orders, orders[back].Id, orders[back].Buyer, back, number, orders[back].Shop, 1 + update));
            }

            var (item, of, what) = items[^(1 + random.Next(Math.Min(items.Count, 20_000)))];
            if (number % 7 < 3) changes.Add(new(OrderTable.AfterSales, item, random.Next(10_000), number, random.Next(4), 0, 0));
            if (number % 3 == 0) changes.Add(new(OrderTable.Items, item, of, what, random.Next(100_000), random.Next(1_000_000), 2));
            if (number % 88 == 0) changes.Add(new(OrderTable.Products, random.Next(Products), random.Next(40), random.Next(250), 0, 0, 0));
            if (number % 350 == 0) changes.Add(new(OrderTable.Shops, random.Next(Shops), random.Next(200), random.Next(5), 0, 0, 0));
        }

        return changes;
    }
}
