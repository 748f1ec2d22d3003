using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Grains.Alarms.Webhooks;
using Orrery.Grains.News;
using Orrery.Grains.Tests.Alarms;
using Orrery.Grains.Tests.Sql;
using Orrery.Interfaces;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.News;
using Orrery.Interfaces.Tags;

namespace Orrery.Grains.Tests.News;

/// <summary>What leaves the house: e-mails over a real mail server, webhooks over HTTP, to objects of a segment.</summary>
public sealed class NewsDeliveryTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(120), Look = TimeSpan.FromMilliseconds(30);
    static readonly TagTitle Title = new("标签", "tag");

    [Fact]
    public async Task E_mails_go_to_the_segment_in_its_languages_bounces_are_noted_and_busy_servers_asked_again()
    {
        using var server = new TestMailServer();
        server.Refuse("c3@a.example", 550);
        server.Refuse("c5@a.example", 450);
        await using SqlFleet fleet = await StartAsync(server, 8);
        await News(fleet).Put(Draft(NewsChannel.Email), "author", null);
        await SendAsync(fleet);
        await UntilAsync(async () => (await RowAsync(fleet)) is { Sent: 5, Failed: 1, Unreachable: 1 });
        server.Letters.Select(static letter => letter.To).Order().ShouldBe(["c1@a.example", "c2@a.example", "c4@a.example", "c6@a.example", "c7@a.example"]);
        (await News(fleet).Get()).State.ShouldBe(NewsState.Sending, "one is asked again");
        server.Take("c5@a.example");
        await UntilAsync(async () => (await News(fleet).Get()).State == NewsState.Sent);
        (await RowAsync(fleet)).Sent.ShouldBe(6);
        server.Letters.Select(static letter => letter.Delivery).Distinct().Count().ShouldBe(6);
        // Languages differ by object; the subject is encoded where it is not ASCII.
        server.Letters.First(static letter => letter.To == "c1@a.example").Text.ShouldContain("Subject: Hello");
        server.Letters.First(static letter => letter.To == "c2@a.example").Text.ShouldContain("Subject: =?utf-8?", Case.Insensitive);
        server.Letters.First().Text.ShouldContain("Message-ID: <");
    }

    [Fact]
    public async Task A_crash_in_the_middle_of_e_mails_sends_none_twice_and_says_which_are_in_doubt()
    {
        const int Customers = 60;
        using var server = new TestMailServer();
        await using SqlFleet fleet = await StartAsync(server, Customers);
        await News(fleet).Put(Draft(NewsChannel.Email), "author", null);
        // The server takes letters and does not answer: the crash comes between.
        server.Hold();
        await SendAsync(fleet);
        await UntilAsync(() => Task.FromResult(server.Letters.Count >= 3));
        await fleet.KillAsync();
        server.Release();
        await fleet.BeginAsync();
        await fleet.Grains.GetGrain<ITagDirectoryGrain>(EntityKeys.Fleet).WakeAll();
        await News(fleet).Get();
        await UntilAsync(async () => (await News(fleet).Get()).State == NewsState.Sent);
        NewsFunnelRow row = await RowAsync(fleet);
        row.Doubtful.ShouldBeGreaterThan(0);
        (row.Sent + row.Doubtful + row.Unreachable).ShouldBe(Customers);
        string[] told = [.. server.Letters.Select(static letter => letter.Delivery)];
        told.Distinct().Count().ShouldBe(told.Length, "none twice");
        told.Length.ShouldBeGreaterThanOrEqualTo((int)row.Sent);
    }

    [Fact]
    public async Task A_webhook_is_signed_and_a_batch_that_failed_comes_again_with_the_same_ids()
    {
        using var server = new TestMailServer();
        using var receiver = new WebhookReceiver();
        receiver.Statuses.Enqueue(503);
        await using SqlFleet fleet = await StartAsync(server, 3);
        await fleet.Grains.GetGrain<INewsBookGrain>(SqlFleet.Tenant).PutSettings(Settings() with { WebhookUrl = receiver.Url, WebhookSecret = "secret" }, "root", null);
        (await fleet.Grains.GetGrain<INewsBookGrain>(SqlFleet.Tenant).Settings()).HasWebhookSecret.ShouldBeTrue();
        await News(fleet).Put(Draft(NewsChannel.Webhook) with { Audience = new NewsAudience("customer", Objects: ["1"]) }, "author", null);
        await SendAsync(fleet);
        WebhookRequest first = await receiver.NextAsync(), again = await receiver.NextAsync();
        (again.Delivery, again.Body, again.Event).ShouldBe((first.Delivery, first.Body, "news"));
        again.Signature.ShouldBe("sha256=" + Convert.ToHexStringLower(System.Security.Cryptography.HMACSHA256.HashData("secret"u8, System.Text.Encoding.UTF8.GetBytes(again.Body))));
        JsonElement recipient = JsonDocument.Parse(again.Body).RootElement.GetProperty("recipients")[0];
        (recipient.GetProperty("object").GetString(), recipient.GetProperty("delivery").GetString()).ShouldBe(("1", NewsKeys.Delivery($"{SqlFleet.Tenant}/hello", "1", NewsChannel.Webhook, 1)));
        await UntilAsync(async () => (await News(fleet).Get()).State == NewsState.Sent);
    }

    [Fact]
    public async Task A_recall_drops_e_mails_that_were_not_sent()
    {
        using var server = new TestMailServer();
        foreach (int number in Enumerable.Range(1, 5))
            server.Refuse($"c{number}@a.example", 450);
        await using SqlFleet fleet = await StartAsync(server, 6);
        await News(fleet).Put(Draft(NewsChannel.Email), "author", null);
        await SendAsync(fleet);
        await UntilAsync(async () => (await RowAsync(fleet)).Sent >= 1);
        await News(fleet).Recall("editor", "wrong price");
        foreach (int number in Enumerable.Range(1, 5))
            server.Take($"c{number}@a.example");
        NewsFunnel funnel = await News(fleet).Funnel();
        (funnel.Pending, funnel.Waiting).ShouldBe((0, 0));
        await fleet.CrashAsync();
        await UntilAsync(async () => (await News(fleet).Funnel()).Pending == 0);
        server.Letters.Select(static letter => letter.To).ShouldBe(["c6@a.example"]);
    }

    [Fact]
    public async Task An_audience_that_is_frozen_is_as_it_was_when_it_was_approved_and_a_live_one_as_it_is()
    {
        using var server = new TestMailServer();
        await using SqlFleet fleet = await StartAsync(server, 3);
        DateTimeOffset at = TimeProvider.System.GetUtcNow().AddYears(1);
        foreach ((string name, bool isFrozen) in new[] { ("frozen", true), ("live", false) })
        {
            INewsArticleGrain article = fleet.Grains.GetGrain<INewsArticleGrain>($"{SqlFleet.Tenant}/{name}");
            await article.Put(Draft(NewsChannel.Sdk) with { Audience = new NewsAudience("customer", "few", IsFrozen: isFrozen), Schedule = new NewsSchedule($"{at:yyyy-MM-ddTHH:mm}") }, "author", null);
            await article.Submit("author", null, null);
            await article.Approve("editor", null);
        }

        INewsArticleGrain frozen = fleet.Grains.GetGrain<INewsArticleGrain>($"{SqlFleet.Tenant}/frozen");
        await UntilAsync(async () => (await frozen.Funnel()).Audience == 2);
        await fleet.RunAsync("INSERT INTO customers VALUES (1, 'c1@a.example', 'en', 9)");
        (await frozen.Funnel()).Audience.ShouldBe(2);
        (await fleet.Grains.GetGrain<INewsArticleGrain>($"{SqlFleet.Tenant}/live").Funnel()).Audience.ShouldBe(0);
        (await Should.ThrowAsync<InvalidInputException>(() => fleet.Grains.GetGrain<INewsBookGrain>(SqlFleet.Tenant).Size(new NewsAudience("customer", "nobody")))).Field.ShouldBe("audience.segment");
    }

    static async Task<SqlFleet> StartAsync(TestMailServer server, int customers)
    {
        SqlFleet fleet = await SqlFleet.StartAsync(services: services =>
        {
            services.Configure<WebhookOptions>(static options => options.AllowInternalAddresses = true);
            services.Configure<NewsOptions>(options =>
            {
                options.LookPeriod = options.RetryPause = options.RetryPauseMax = TimeSpan.FromMilliseconds(100);
                (options.Mail.Host, options.Mail.Port, options.Mail.UseTls, options.Mail.From) = ("127.0.0.1", server.Port, false, "news@vendor.example");
            });
        });
        // The eighth has no address; every second one reads Chinese.
        string rows = string.Join(", ", Enumerable.Range(1, customers).Select(number => $"({number}, {(number == 8 ? "NULL" : $"'c{number}@a.example'")}, '{(number % 2 == 0 ? "zh" : "en")}', {number})"));
        await fleet.RunAsync($"CREATE TABLE customers (id BIGINT, email STRING, language STRING, orders INT, PRIMARY KEY (id) NOT ENFORCED); INSERT INTO customers VALUES {rows}");
        ITagBookGrain tags = fleet.Grains.GetGrain<ITagBookGrain>(SqlFleet.Tenant);
        await tags.PutType("customer", new ObjectTypeDraft(Title, [new TagFacts("customers", "id")]), "ann", null);
        await tags.PutTag("customer", "email", new TagDraft(Title, TagKind.Enumerated, new TagRule(Value: "email")), "ann", null);
        await tags.PutTag("customer", "language", new TagDraft(Title, TagKind.Enumerated, new TagRule(Value: "language")), "ann", null);
        await tags.PutTag("customer", "few", new TagDraft(Title, TagKind.Boolean, new TagRule(Condition: "orders < 3")), "ann", null);
        await tags.PutSegment("customer", "few", new SegmentDraft(Title, "few"), "ann", null);
        ITagIndexGrain index = fleet.Grains.GetGrain<ITagIndexGrain>($"{SqlFleet.Tenant}/customer");
        await UntilAsync(async () => (await index.Sizes()) is var sizes && sizes.Tags["language"] == customers && sizes.Tags["email"] >= customers - 1 && sizes.Segments["few"] == 2);
        await fleet.Grains.GetGrain<INewsBookGrain>(SqlFleet.Tenant).PutSettings(Settings(), "root", null);
        return fleet;
    }

    static NewsSettings Settings() => new(0, 7, null, null, new Dictionary<string, NewsReach> { ["customer"] = new("email", null, "language") }, null, null, false, 0);

    static NewsDraft Draft(NewsChannel channel) =>
        new([new NewsText("en", "Hello", "**text**"), new NewsText("zh", "你好", "**文字**")], new NewsAudience("customer", IsEverybody: true), new NewsSchedule(), [channel]);

    static async Task SendAsync(SqlFleet fleet)
    {
        NewsAudienceSize size = await fleet.Grains.GetGrain<INewsBookGrain>(SqlFleet.Tenant).Size((await News(fleet).Get()).Draft.Audience);
        await News(fleet).Submit("author", null, size.Size);
        await News(fleet).Approve("editor", null);
    }

    static INewsArticleGrain News(SqlFleet fleet) => fleet.Grains.GetGrain<INewsArticleGrain>($"{SqlFleet.Tenant}/hello");

    static async Task<NewsFunnelRow> RowAsync(SqlFleet fleet) => (await News(fleet).Funnel()).Rows.FirstOrDefault() ?? new NewsFunnelRow(NewsChannel.Email, "a", 0, 0, 0, 0, 0, 0, 0);

    static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        using var late = new CancellationTokenSource(Patience);
        using var looks = new PeriodicTimer(Look);
        while (!await isSo())
            await looks.WaitForNextTickAsync(late.Token);
    }
}
