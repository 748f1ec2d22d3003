using System.Runtime.InteropServices;

namespace Orrery.Bench.Dataflow;

/// <summary>The join by hand: a dictionary from each key to a place in an array of structs, rows chained by their foreign keys, the wide row filled in a ring for every change.</summary>
sealed class OrderLoop
{
    struct Order
    {
        public OrderChange Row;
        public int FirstItem;
        public int NextOfShop;
        public bool IsThere;
    }

    struct Item
    {
        public OrderChange Row;
        public int Order;
        public int Product;
        public int AfterSale;
        public int NextOfOrder;
        public int NextOfProduct;
    }

    struct Parent
    {
        public OrderChange Row;
        public int First;
        public bool IsThere;
    }

    struct Wide
    {
        public long Order, Item, Buyer, Created, Paid, Product, Price, Amount, Refund, Refunded, Category, Brand, City, Grade;
        public int Quantity, Status, Shop, State, Weight;
    }

    readonly Dictionary<long, int> orderPlaces = [], itemPlaces = [], productPlaces = [], shopPlaces = [];
    readonly Wide[] ring = new Wide[4096];
    Order[] orders = new Order[1024];
    Item[] items = new Item[1024];
    OrderChange[] afterSales = new OrderChange[1024];
    Parent[] products = new Parent[1024];
    Parent[] shops = new Parent[1024];
    int orderCount, itemCount, afterSaleCount, productCount, shopCount;

    public long Emitted { get; private set; }

    public void Apply(in OrderChange change)
    {
        switch (change.Kind)
        {
            case OrderTable.Orders: ApplyOrder(change); break;
            case OrderTable.Items: ApplyItem(change); break;
            case OrderTable.AfterSales: ApplyAfterSale(change); break;
            case OrderTable.Products: ApplyProduct(change); break;
            default: ApplyShop(change); break;
        }
    }

    static int Place<T>(Dictionary<long, int> places, long key, ref T[] rows, ref int count, out bool isNew)
    {
        ref int place = ref CollectionsMarshal.GetValueRefOrAddDefault(places, key, out bool isKnown);
        isNew = !isKnown;
        if (isKnown) return place;
        if (count == rows.Length) Array.Resize(ref rows, count * 2);
        return place = count++;
    }

    void ApplyOrder(in OrderChange change)
    {
        int place = Place(orderPlaces, change.Key, ref orders, ref orderCount, out bool isNew);
        ref var order = ref orders[place];
        if (isNew) order.FirstItem = -1;
        if (order.IsThere)
        {
            EmitOrder(place, -1);
        }
        else
        {
            int shop = Place(shopPlaces, change.D, ref shops, ref shopCount, out bool isNewShop);
            if (isNewShop) shops[shop].First = -1;
            order.NextOfShop = shops[shop].First;
            shops[shop].First = place;
        }

        order.Row = change;
        order.IsThere = true;
        EmitOrder(place, 1);
    }

    void ApplyItem(in OrderChange change)
    {
        int place = Place(itemPlaces, change.Key, ref items, ref itemCount, out bool isNew);
        ref var item = ref items[place];
        if (isNew)
        {
            item.AfterSale = -1;
            item.Order = Place(orderPlaces, change.A, ref orders, ref orderCount, out bool isNewOrder);
            if (isNewOrder) orders[item.Order].FirstItem = -1;
            item.NextOfOrder = orders[item.Order].FirstItem;
            orders[item.Order].FirstItem = place;
            item.Product = Place(productPlaces, change.B, ref products, ref productCount, out bool isNewProduct);
            if (isNewProduct) products[item.Product].First = -1;
            item.NextOfProduct = products[item.Product].First;
            products[item.Product].First = place;
        }
        else
        {
            Emit(place, -1);
        }

        item.Row = change;
        Emit(place, 1);
    }

    void ApplyAfterSale(in OrderChange change)
    {
        // In this history an item is always there before its after-sales.
        int place = itemPlaces[change.Key];
        Emit(place, -1);
        ref var item = ref items[place];
        if (item.AfterSale < 0)
        {
            if (afterSaleCount == afterSales.Length) Array.Resize(ref afterSales, afterSaleCount * 2);
            item.AfterSale = afterSaleCount++;
        }

        afterSales[item.AfterSale] = change;
        Emit(place, 1);
    }

    void ApplyProduct(in OrderChange change)
    {
        int place = Place(productPlaces, change.Key, ref products, ref productCount, out bool isNew);
        ref var product = ref products[place];
        if (isNew) product.First = -1;
        for (int item = product.First; item >= 0; item = items[item].NextOfProduct) Emit(item, -1);
        product.Row = change;
        product.IsThere = true;
        for (int item = product.First; item >= 0; item = items[item].NextOfProduct) Emit(item, 1);
    }

    void ApplyShop(in OrderChange change)
    {
        int place = Place(shopPlaces, change.Key, ref shops, ref shopCount, out bool isNew);
        ref var shop = ref shops[place];
        if (isNew) shop.First = -1;
        for (int order = shop.First; order >= 0; order = orders[order].NextOfShop) EmitOrder(order, -1);
        shop.Row = change;
        shop.IsThere = true;
        for (int order = shop.First; order >= 0; order = orders[order].NextOfShop) EmitOrder(order, 1);
    }

    void EmitOrder(int order, int weight)
    {
        for (int item = orders[order].FirstItem; item >= 0; item = items[item].NextOfOrder) Emit(item, weight);
    }

    void Emit(int place, int weight)
    {
        ref var item = ref items[place];
        ref var order = ref orders[item.Order];
        if (!order.IsThere) return;
        ref var wide = ref ring[Emitted++ & 4095];
        wide.Order = order.Row.Key;
        wide.Item = item.Row.Key;
        wide.Buyer = order.Row.A;
        wide.Created = order.Row.B;
        wide.Paid = order.Row.C;
        wide.Product = item.Row.B;
        wide.Price = item.Row.C;
        wide.Amount = item.Row.D;
        wide.Quantity = (int)item.Row.E;
        wide.Status = (int)order.Row.E;
        wide.Shop = (int)order.Row.D;
        wide.Weight = weight;
        if (item.AfterSale >= 0)
        {
            ref var afterSale = ref afterSales[item.AfterSale];
            wide.Refund = afterSale.A;
            wide.Refunded = afterSale.B;
            wide.State = (int)afterSale.C;
        }
        else
        {
            wide.Refund = wide.Refunded = 0;
            wide.State = -1;
        }

        ref var product = ref products[item.Product];
        (wide.Category, wide.Brand) = product.IsThere ? (product.Row.A, product.Row.B) : (0, 0);
        if (shopPlaces.TryGetValue(order.Row.D, out int shop) && shops[shop].IsThere) (wide.City, wide.Grade) = (shops[shop].Row.A, shops[shop].Row.B);
        else (wide.City, wide.Grade) = (0, 0);
    }
}
