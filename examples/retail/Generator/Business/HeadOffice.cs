namespace Orrery.Retail.Business;

/// <summary>Shops, products and members, and what head office does to them.</summary>
sealed class HeadOffice(RetailOptions options, Numbers numbers)
{
    const int MembersMax = 1_000_000;
    const int CategoriesMax = 12;

    static readonly (string Region, string Province, string City)[] Places =
        [("华中", "河南", "郑州"), ("华中", "湖北", "武汉"), ("华东", "江苏", "南京"), ("华东", "上海", "上海"), ("华北", "北京", "北京"), ("华南", "广东", "广州"), ("西南", "四川", "成都")];

    static readonly string[] Categories = ["锅底", "牛羊肉", "丸滑", "海鲜", "蔬菜", "蘸料", "饮料", "烧烤", "小吃", "主食", "器具", "生鲜"];
    static readonly string[] Brands = ["锅圈", "小郭", "欢乐", "澄明"];
    static readonly string[] Terminals = ["app", "applet", "door"];

    /// <summary>All shops, closed ones too.</summary>
    public List<Row> Shops { get; } = [];

    public List<Row> Products { get; } = [];

    public List<Row> Members { get; } = [];

    /// <summary>A shop that sells: a closed one only where all are.</summary>
    public Row AnyShop(Work work)
    {
        for (int tries = 0; tries < 8; tries++)
            if (work.Any(Shops) is var shop && shop.Integer("status") == 1)
                return shop;
        return Shops[0];
    }

    /// <summary>The master data, in transactions of a few rows.</summary>
    public IEnumerable<Action<Work>> Opening()
    {
        yield return work =>
        {
            for (int category = 0; category < CategoriesMax; category++)
                work.Insert("product_category", category + 1, Categories[category], null);
        };
        for (int shop = 0; shop < options.Shops; shop++)
            yield return OpenShop;
        for (int product = 0; product < options.Products; product++)
            yield return AddProduct;
        for (int member = 0; member < options.Members; member++)
            yield return AddMember;
    }

    /// <summary>A price of a product changes, or it leaves the shelf or comes back.</summary>
    public void ChangePrice(Work work)
    {
        Row product = work.Any(Products);
        if (work.Happens(15))
            work.Update(product, ("status", 3 - product.Integer("status")), ("update_time", work.Now));
        else
            work.Update(product, ("sale_price", Math.Max(0.5m, Math.Round(product.Decimal("sale_price") * work.Random.Next(85, 118) / 100, 1))), ("update_time", work.Now));
    }

    /// <summary>Somebody becomes a member, or a member of one more shop, or leaves one.</summary>
    public void Register(Work work)
    {
        if (Members.Count < MembersMax && work.Happens(60))
            AddMember(work);
        else
            work.Insert("store_member", numbers.Next(), AnyShop(work)["store_code"], work.Any(Members)["member_id"], "qr", work.Now, work.Happens(85) ? 1 : 0);
    }

    /// <summary>A shop closes, opens again, is given another name, or is new.</summary>
    public void ChangeShop(Work work)
    {
        Row shop = work.Any(Shops);
        if (work.Happens(10) && Shops.Count < 2 * options.Shops)
            OpenShop(work);
        else if (work.Happens(50))
            work.Update(shop, ("store_name", shop.Text("store_name").Split('·')[0] + "·" + work.Random.Next(1, 90) + "店"), ("update_time", work.Now));
        else if (shop.Integer("status") == 2)
            work.Update(shop, ("status", 1), ("close_date", null), ("update_time", work.Now));
        else if (Shops.Count(static each => each.Integer("status") == 1) > 1)
            work.Update(shop, ("status", 2), ("close_date", DateOnly.FromDateTime(work.Now)), ("update_time", work.Now));
    }

    /// <summary>Some pages are looked at.</summary>
    public void Visit(Work work)
    {
        for (int pages = work.Random.Next(1, 4); pages > 0; pages--)
        {
            Row? member = work.Happens(60) ? work.Any(Members) : null;
            work.Insert(
                "traffic_log", numbers.Next(), member is null ? $"v{work.Random.Next(100_000)}" : $"m{member["member_id"]}", member?["member_id"], work.Happens(70) ? AnyShop(work)["store_code"] : null,
                work.Any(Terminals), work.Happens(50) ? "/sku" : "/home", work.Happens(50) ? work.Any(Products)["sku_code"] : null, work.Now);
        }
    }

    /// <summary>A member gets points, or loses them.</summary>
    public void GivePoints(Work work, Row member, long points, string reason, long order)
    {
        if (points == 0)
            return;
        work.Update(member, ("points", member.Integer("points") + points), ("level", Math.Clamp((member.Integer("points") + points) / 2_000 + 1, 1, 6)), ("update_time", work.Now));
        work.Insert("member_points_log", numbers.Next(), member["member_id"], points, reason, order, work.Now);
    }

    void OpenShop(Work work)
    {
        int number = Shops.Count + 1;
        (string region, string province, string city) = work.Any(Places);
        Shops.Add(work.Insert(
            "store_shop", $"S{number:00000}", $"{city}{number}", work.Happens(20) ? 1 : 2, region, province, city, 1, DateOnly.FromDateTime(work.Now).AddDays(-work.Random.Next(2_000)), null, 500_000L + number, work.Now));
        work.Insert("t_bd_customer_l", 500_000L + number, 500_000L + number, 2052, $"{city}{number}号加盟商");
    }

    void AddProduct(Work work)
    {
        int number = Products.Count + 1;
        long category = work.Random.Next(CategoriesMax);
        string name = Categories[category] + number;
        decimal price = work.Random.Next(20, 900) / 10m;
        work.Insert("product_spu", number, name, category + 1, work.Any(Brands));
        Products.Add(work.Insert(
            "product_sku", $"K{number:000000}", number, name + " 盒装", work.Happens(80) ? "500g" : null, "盒", price, Math.Round(price * work.Random.Next(45, 75) / 100, 4), 1, work.Now));
        work.Insert("t_bd_material", 700_000L + number, $"K{number:000000}", category + 1, "A", work.Now);
        work.Insert("t_bd_material_l", 1_700_000L + number, 700_000L + number, 2052, name, "500g*20");
        if (work.Happens(30))
            work.Insert("t_bd_material_l", 2_700_000L + number, 700_000L + number, 1033, $"Material {number}", null);
    }

    void AddMember(Work work)
    {
        long id = 10_000_000L + Members.Count;
        Members.Add(work.Insert(
            "member", id, work.Happens(80) ? $"吃货{id}" : null, $"13{work.Random.Next(10)}****{work.Random.Next(10_000):0000}", 1, 0, work.Any(Terminals), work.Now, work.Now));
        work.Insert("store_member", id, AnyShop(work)["store_code"], id, "register", work.Now, 1);
    }
}
