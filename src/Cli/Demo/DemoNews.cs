using Orrery.Interfaces;
using Orrery.Interfaces.News;

namespace Orrery.Cli.Demo;

/// <summary>Articles of the demo's retail tenant: one is sent, one is to be approved, one is being written.</summary>
static class DemoNews
{
    const string Author = "editor";
    static readonly TimeSpan Wait = TimeSpan.FromMinutes(3);

    static readonly (string Id, NewsDraft Draft, bool IsSubmitted, bool IsApproved)[] Articles =
    [
        ("autumn-offers", new NewsDraft(
            [
                new NewsText("zh", "秋季会员优惠", "# 秋季优惠\n\n**会员专享**，本周全场八折：\n\n- 羽绒系列\n- 家居服\n\n[查看全部优惠](https://example.com/autumn)"),
                new NewsText("en", "Autumn offers for members", "# Autumn offers\n\n**For members only**: 20 % off this week.\n\n- Down jackets\n- Loungewear\n\n[All offers](https://example.com/autumn)"),
            ],
            new NewsAudience("member", IsEverybody: true), new NewsSchedule(Zone: "Asia/Shanghai"), [NewsChannel.Sdk],
            new NewsAlternative(50, [new NewsText("zh", "本周八折，只给会员", "**最后三天**。[马上看看](https://example.com/autumn)"), new NewsText("en", "20 % off, for you", "**Three days left.** [Have a look](https://example.com/autumn)")])), true, true),
        ("welcome", new NewsDraft(
            [
                new NewsText("zh", "欢迎使用资讯", "这里会显示发给您的文章。\n\n| 渠道 | 位置 |\n| --- | --- |\n| 门户 | 右上角的收件箱 |\n| ERP | SDK 收件箱 |"),
                new NewsText("en", "Welcome to your news", "What is sent to you is shown here.\n\n| Channel | Where |\n| --- | --- |\n| Portal | the inbox at the top |\n| ERP | the SDK's inbox |"),
            ],
            new NewsAudience(NewsKeys.PortalUsers, Objects: ["admin"]), new NewsSchedule(), [NewsChannel.Portal]), true, true),
        ("win-back", new NewsDraft(
            [new NewsText("zh", "我们想念您", "好久不见！下一单立减 **20 元**。"), new NewsText("en", "We miss you", "It has been a while. **20 off** your next order.")],
            new NewsAudience("member", "to_woo"), new NewsSchedule("2027-01-05T09:00", "Asia/Shanghai"), [NewsChannel.Sdk]), true, false),
        ("inspection", new NewsDraft(
            [new NewsText("zh", "门店走访通知", "请准备好本月的退货记录。"), new NewsText("en", "A visit to your shop", "Please have this month's returns at hand.")],
            new NewsAudience("shop", "to_visit"), new NewsSchedule(), [NewsChannel.Sdk]), false, false),
    ];

    /// <summary>Makes what is not there.</summary>
    /// <remarks>What is sent to members waits some minutes: the chain has none before its first orders.</remarks>
    public static async Task PutAsync(IGrainFactory grains, string tenant, string approver, TimeProvider time)
    {
        INewsBookGrain book = grains.GetGrain<INewsBookGrain>(tenant);
        HashSet<string> known = [.. (await book.List()).Select(static article => article.Id)];
        foreach ((string id, NewsDraft draft, bool isSubmitted, bool isApproved) in Articles)
        {
            if (known.Contains(id))
                continue;
            INewsArticleGrain article = grains.GetGrain<INewsArticleGrain>(EntityKeys.Site(tenant, id));
            bool waits = isApproved && draft.Audience.Type != NewsKeys.PortalUsers;
            await article.Put(waits ? draft with { Schedule = new NewsSchedule($"{time.GetUtcNow() + Wait:yyyy-MM-ddTHH:mm}") } : draft, Author, null);
            if (isSubmitted)
                await article.Submit(Author, null, (await book.Size(draft.Audience)).Size);
            if (isApproved)
                await article.Approve(approver, null);
        }
    }
}
