using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Reviews;

namespace Orrery.Cli.Demo;

/// <summary>A form of the demo's chain and what its cashiers have said of the ERP in the last weeks.</summary>
static class DemoReviews
{
    const string Form = "erp";
    const int DaysBetween = 2, RouteHours = 24;

    static readonly string[] Modules = ["pos", "stock", "finance"];

    /// <summary>The newest first.</summary>
    static readonly (int Nps, int Csat, string Text)[] Said =
    [
        (9, 5, "新版收银界面简单清楚，结账速度快了很多，非常好用。"), (10, 5, "Stock counts are fast now and the new report is really helpful."), (3, 2, "昨天收银台闪退两次，顾客等了很久，太失望了。"),
        (8, 4, "报表齐全，就是打开有点慢。"), (9, 5, "客服很耐心，问题当天就解决了，感谢！"), (2, 1, "The till crashed twice and support was slow. Unacceptable on a Saturday."),
        (7, 3, "功能可以，但是退货流程太复杂。"), (10, 5, "强烈推荐，库存准确，省时省力。"), (9, 4, "Easy to use, and the price labels print without errors."), (6, 3, "打印小票偶尔卡顿，希望能改进。"),
        (9, 5, "会员积分查询方便，店员都喜欢。"), (4, 2, "月结时系统很卡，对账数据不准确。"), (8, 4, "Invoices are clear. The menu is a bit confusing at first."), (10, 5, "升级以后很稳定，没有再报错。"),
        (5, 2, "盘点时扫码经常没有反应，麻烦。"), (9, 4, "调拨单自动生成，效率提升明显。"), (3, 1, "断网以后订单丢失，没人管，太差了。"), (7, 4, "Works well, nothing special."), (8, 4, "移动端很方便，字体小了一些。"),
        (6, 2, "Closing the month takes too long and the errors are hard to understand."), (9, 5, "培训专业，操作简单，满意。"), (2, 1, "退款失败，客服也不理人，非常生气。"), (8, 4, "The dashboard is nice and quick."), (5, 3, "界面一般，功能还行。"),
    ];

    /// <summary>Once; what somebody made of it stays as it is.</summary>
    public static async Task PutAsync(IGrainFactory grains, string tenant, string user, DateTimeOffset now)
    {
        IReviewBookGrain book = grains.GetGrain<IReviewBookGrain>(tenant);
        try
        {
            await book.Form(Form);
            return;
        }
        catch (NotFoundException)
        {
            // The first start.
        }

        await book.PutForm(Form, Draft(), user, null);
        ReviewForm open = await book.SetState(Form, ReviewFormState.Open, user, null);
        for (int at = Said.Length - 1; at >= 0; at--)
        {
            (int nps, int csat, string text) = Said[at];
            string module = Modules[at % Modules.Length];
            await book.Submit(Form, new ReviewSubject($"cashier-{at + 1}", IsTrusted: true), new ReviewSubmission(
                $"demo-review-{at:D8}", open.Version, [new("nps", nps), new("csat", csat), new("module", Choices: [module]), new("why", Text: text)],
                new ReviewContext(at < Said.Length / 2 ? "9.1" : "9.0", module, text[0] < 128 ? "en" : "zh"), now.AddDays(-DaysBetween * (at + 1))));
        }
    }

    static ReviewFormDraft Draft() => new(
        new("您对系统满意吗？", "How do you like the system?"), new("谢谢！我们会认真阅读。", "Thank you! Somebody reads every word."),
        [
            new("nps", QuestionKind.Nps, new("您有多大可能向同行推荐我们的系统？", "How likely would you recommend the system to others?"), true, []),
            new("csat", QuestionKind.Csat, new("总体满意度", "How satisfied are you?"), false, []),
            new("module", QuestionKind.Choice, new("您主要使用哪个模块？", "Which module do you use most?"), false, [new("pos", new("收银", "Till")), new("stock", new("库存", "Stock")), new("finance", new("财务", "Finance"))]),
            new("why", QuestionKind.Text, new("为什么？", "Why?"), false, []), new("picture", QuestionKind.Screenshot, new("截图", "A screenshot"), false, []),
        ],
        new ReviewTrigger(TriggerKind.Load, null, 2), new ReviewCaps(2, 30), null, null, Anonymous: true, [], new ReviewRoute("admin", RouteHours, NegativeOnly: true));
}
