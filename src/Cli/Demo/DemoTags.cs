using Orrery.Interfaces.Sql;
using Orrery.Interfaces.Tags;

namespace Orrery.Cli.Demo;

/// <summary>Tags and segments of the demo's shops and customers, over the warehouse's live views.</summary>
static class DemoTags
{
    const string Facts = """
        CREATE MATERIALIZED VIEW IF NOT EXISTS facts_member AS
        SELECT m.member_id, m.level, m.points, m.register_channel, COALESCE(o.orders, 0) AS orders, COALESCE(o.spent, 0) AS spent, o.last_order
        FROM ods_member m
        LEFT JOIN (SELECT member_id, COUNT(*) AS orders, SUM(pay_amount) AS spent, MAX(create_time) AS last_order FROM dwd_gqsh_order_gqsh_order GROUP BY member_id) o ON o.member_id = m.member_id;
        CREATE MATERIALIZED VIEW IF NOT EXISTS facts_shop AS
        SELECT s.store_code, s.store_type, s.region, s.city, COALESCE(o.orders, 0) AS orders, COALESCE(o.refunded, 0) AS refunded, o.last_order
        FROM dim_store_shop s
        LEFT JOIN (SELECT store_code, COUNT(*) AS orders, COUNT(*) FILTER (WHERE refund_amount > 0) AS refunded, MAX(create_time) AS last_order FROM dwd_gqsh_order_gqsh_order GROUP BY store_code) o ON o.store_code = s.store_code
        """;

    static readonly (string Type, string Zh, string En, TagFacts Facts)[] Types =
    [
        ("member", "会员", "Customers", new TagFacts("facts_member", "member_id")), ("shop", "门店", "Shops", new TagFacts("facts_shop", "store_code")),
    ];

    // The shops write their clocks' time, eight hours ahead of UTC.
    static readonly (string Type, string Id, string? Parent, string Zh, string En, TagKind Kind, TagRule Rule)[] Tags =
    [
        ("member", "buyer", null, "下过单", "Has ordered", TagKind.Boolean, new TagRule(Condition: "orders > 0")),
        ("member", "frequent", "buyer", "常客", "Orders often", TagKind.Boolean, new TagRule(Condition: "orders >= 20")),
        ("member", "quiet", "buyer", "十分钟未下单", "No order for 10 minutes", TagKind.Boolean, new TagRule(Condition: "last_order - INTERVAL '8' HOUR <= NOW() - INTERVAL '10' MINUTE")),
        ("member", "spending", null, "累计消费", "Spent so far", TagKind.Numeric, new TagRule(Value: "spent", Condition: "spent > 0")),
        ("member", "came_by", null, "注册渠道", "Registered by", TagKind.Enumerated, new TagRule(Value: "register_channel")),
        ("shop", "busy", null, "繁忙", "Busy", TagKind.Boolean, new TagRule(Condition: "orders >= 200")),
        ("shop", "idle", null, "两分钟无订单", "No order for 2 minutes", TagKind.Boolean, new TagRule(Condition: "last_order - INTERVAL '8' HOUR <= NOW() - INTERVAL '2' MINUTE")),
        ("shop", "returns", null, "退货较多", "Many returns", TagKind.Boolean, new TagRule(Condition: "refunded * 10 > orders")),
        ("shop", "region", null, "大区", "Region", TagKind.Enumerated, new TagRule(Value: "region")),
    ];

    static readonly (string Type, string Id, string Zh, string En, string Expression)[] Segments =
    [
        ("member", "to_woo", "待挽回的常客", "Regulars to win back", "frequent AND quiet"), ("shop", "to_visit", "需要走访的门店", "Shops to visit", "idle OR returns AND NOT busy"),
    ];

    /// <summary>Makes what is not there; what somebody has made or changed stays as it is.</summary>
    public static async Task PutAsync(IGrainFactory grains, string tenant, string user)
    {
        await grains.GetGrain<ISqlSchemaGrain>(tenant).Run(new SqlRequest(Facts, user, MayChange: true, Origin: "tags"));
        ITagBookGrain book = grains.GetGrain<ITagBookGrain>(tenant);
        IReadOnlyList<ObjectTypeInfo> known = await book.Types();
        foreach ((string type, string zh, string en, TagFacts facts) in Types)
        {
            if (known.All(other => other.Id != type))
                await book.PutType(type, new ObjectTypeDraft(new TagTitle(zh, en), [facts]), user, null);
            IReadOnlyList<TagInfo> tags = await book.Tags(type);
            foreach (var tag in Tags.Where(tag => tag.Type == type && tags.All(other => other.Id != tag.Id)))
                await book.PutTag(type, tag.Id, new TagDraft(new TagTitle(tag.Zh, tag.En), tag.Kind, tag.Rule, user, tag.Parent), user, null);
            IReadOnlyList<SegmentInfo> segments = await book.Segments(type);
            foreach (var segment in Segments.Where(segment => segment.Type == type && segments.All(other => other.Id != segment.Id)))
                await book.PutSegment(type, segment.Id, new SegmentDraft(new TagTitle(segment.Zh, segment.En), segment.Expression, user), user, null);
        }
    }
}
