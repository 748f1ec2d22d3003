using Orrery.Interfaces;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.News;
using Orrery.Interfaces.Tenants;
using Orrery.Interfaces.Users;

namespace Orrery.Grains.Tests.News;

/// <summary>Articles on their way to users of the portal, under a clock that the test moves.</summary>
public sealed class NewsTests
{
    const string Tenant = "acme";
    // A step is less than what a call may take: one that is under way outlives it.
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(10), Step = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Somebody_else_approves_and_the_news_are_in_the_inboxes_of_the_audience_alone()
    {
        await using TestFleet fleet = await StartAsync("ann", "bob", "cy");
        await PutAsync(fleet, "hello", ["ann", "bob"]);
        (await Should.ThrowAsync<ConflictException>(() => News(fleet, "hello").Recall("eve", "no"))).Message.ShouldContain("never approved");
        await News(fleet, "hello").Submit("author", null, null);
        (await Should.ThrowAsync<ConflictException>(() => News(fleet, "hello").Approve("author", null))).Message.ShouldContain("somebody else");
        await News(fleet, "hello").Approve("editor", 1);
        await SentAsync(fleet, "hello");
        (await TitlesAsync(fleet, "ann")).ShouldBe(["hello"]);
        (await TitlesAsync(fleet, "cy")).ShouldBeEmpty();
        await Inbox(fleet, "ann").Mark("acme/hello", "ann", NewsChannel.Portal, NewsStep.Clicked);
        await Inbox(fleet, "ann").Mark("acme/hello", "ann", NewsChannel.Portal, NewsStep.Read);
        await Should.ThrowAsync<NotFoundException>(() => Inbox(fleet, "cy").Mark("acme/hello", "cy", NewsChannel.Portal, NewsStep.Read));
        NewsFunnel funnel = await News(fleet, "hello").Funnel();
        funnel.Audience.ShouldBe(2);
        NewsFunnelRow row = funnel.Rows.Single();
        (row.Sent, row.Delivered, row.Read, row.Clicked).ShouldBe((2, 1, 1, 1));
        NewsReceipt receipt = await News(fleet, "hello").Receipt("ann");
        receipt.Steps[NewsChannel.Portal].ShouldBe([NewsStep.Sent, NewsStep.Delivered, NewsStep.Read, NewsStep.Clicked]);
        (await News(fleet, "hello").Receipt("cy")).IsInAudience.ShouldBeFalse();
        (await Should.ThrowAsync<ConflictException>(() => PutAsync(fleet, "hello", ["cy"]))).Message.ShouldContain("does not change any more");
    }

    [Fact]
    public async Task Two_authors_at_once_are_told_what_differs()
    {
        await using TestFleet fleet = await StartAsync("ann");
        await PutAsync(fleet, "hello", ["ann"]);
        await News(fleet, "hello").Put(Draft("hello", ["ann"]) with { Texts = [new NewsText("en", "Hello!", "other")] }, "bob", 1);
        NewsConflictException conflict = await Should.ThrowAsync<NewsConflictException>(() => News(fleet, "hello").Put(Draft("hello", ["ann"]), "author", 1));
        conflict.Version.ShouldBe(2);
        conflict.Differences.ShouldContain(new NewsDifference("texts.en.title", "hello", "Hello!"));
        await News(fleet, "hello").Submit("bob", 2, null);
        (await News(fleet, "hello").Put(Draft("hello", ["ann"]), "author", 2)).State.ShouldBe(NewsState.Draft, "what was to be approved is another now");
        (await News(fleet, "hello").Versions()).Select(static version => (version.Version, version.User)).ShouldBe([(3, "author"), (2, "bob"), (1, "author")]);
    }

    [Fact]
    public async Task A_recalled_article_vanishes_where_it_was_not_read_and_is_shown_as_withdrawn_where_it_was()
    {
        await using TestFleet fleet = await StartAsync("ann", "bob");
        await SendAsync(fleet, "hello", ["ann", "bob"]);
        await TitlesAsync(fleet, "ann");
        await Inbox(fleet, "ann").Mark("acme/hello", "ann", NewsChannel.Portal, NewsStep.Read);
        (await News(fleet, "hello").Recall("editor", "wrong price")).State.ShouldBe(NewsState.Recalled);
        (await TitlesAsync(fleet, "bob")).ShouldBeEmpty();
        (await Inbox(fleet, "bob").Unread("bob", NewsChannel.Portal)).ShouldBe(0);
        NewsItem read = (await OpenAsync(fleet, "ann")).Items.Single();
        (read.IsWithdrawn, read.Html).ShouldBe((true, ""));
        await fleet.CrashAsync();
        (await TitlesAsync(fleet, "bob")).ShouldBeEmpty();
        await News(fleet, "hello").Delete("editor");
        (await OpenAsync(fleet, "ann")).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task Quiet_hours_and_the_schedule_hold_an_article_up_until_its_time()
    {
        await using TestFleet fleet = await StartAsync("ann");
        // Due in two minutes, in quiet hours that end three minutes later.
        DateTimeOffset now = fleet.Time.GetUtcNow(), due = new DateTimeOffset(now.Ticks - (now.Ticks % TimeSpan.TicksPerMinute), TimeSpan.Zero).AddMinutes(2), end = due.AddMinutes(3);
        await fleet.Grains.GetGrain<INewsBookGrain>(Tenant).PutSettings(Settings() with { QuietFrom = $"{due.AddHours(-1):HH:mm}", QuietUntil = $"{end:HH:mm}" }, "root", null);
        await News(fleet, "late").Put(Draft("late", ["ann"]) with { Schedule = new NewsSchedule($"{due:yyyy-MM-ddTHH:mm}") }, "author", null);
        await News(fleet, "late").Submit("author", null, null);
        await News(fleet, "late").Approve("editor", null);
        await UntilAsync(fleet, "it waits for the end of the quiet hours", async () => (await News(fleet, "late").Get()) is { State: NewsState.Sending, Next: { } next } && next == end, Patience, Step);
        (await OpenAsync(fleet, "ann")).Items.ShouldBeEmpty();
        (await News(fleet, "late").Funnel()).Waiting.ShouldBe(1);
        await UntilAsync(fleet, "they end", async () => (await OpenAsync(fleet, "ann")).Items.Count == 1, Patience, Step);
        (await News(fleet, "late").Receipt("ann")).SentAt.ShouldNotBeNull().ShouldBeGreaterThanOrEqualTo(end);
    }

    [Fact]
    public async Task Who_had_as_many_news_as_he_may_have_gets_no_other_unless_it_is_urgent()
    {
        await using TestFleet fleet = await StartAsync("ann", "bob");
        await fleet.Grains.GetGrain<INewsBookGrain>(Tenant).PutSettings(Settings() with { CapCount = 2, CapDays = 7 }, "root", null);
        await SendAsync(fleet, "one", ["ann"]);
        await SendAsync(fleet, "two", ["ann", "bob"]);
        await SendAsync(fleet, "three", ["ann", "bob"]);
        (await TitlesAsync(fleet, "ann")).ShouldBe(["two", "one"], ignoreOrder: true);
        (await TitlesAsync(fleet, "bob")).ShouldBe(["three", "two"], ignoreOrder: true);
        (await News(fleet, "three").Funnel()).Capped.ShouldBe(1);
        await SendAsync(fleet, "fire", ["ann"], isUrgent: true);
        (await TitlesAsync(fleet, "ann")).ShouldContain("fire");
        await fleet.PassAsync(TimeSpan.FromDays(8), TimeSpan.FromHours(6));
        await SendAsync(fleet, "four", ["ann"]);
        (await TitlesAsync(fleet, "ann")).ShouldContain("four");
    }

    [Fact]
    public async Task A_crash_in_the_middle_of_sending_leaves_nobody_out_and_tells_nobody_twice()
    {
        string[] names = [.. Enumerable.Range(0, 40).Select(static number => $"user{number}")];
        await using TestFleet fleet = await StartAsync();
        await fleet.Grains.GetGrain<IUserGrain>("root").Create(new UserDraft("root", Role.Administrator, null), "correct horse");
        foreach (string name in names)
            await fleet.User(name).Create(new UserDraft(name, Role.Viewer, Tenant), "correct horse");
        await News(fleet, "hello").Put(Draft("hello", []) with { Audience = new NewsAudience(NewsKeys.PortalUsers, IsEverybody: true) }, "author", null);
        InvalidInputException unconfirmed = await Should.ThrowAsync<InvalidInputException>(() => News(fleet, "hello").Submit("author", null, null));
        (unconfirmed.Field, unconfirmed.Message.Contains("40 of 40")).ShouldBe(("confirmedSize", true));
        await News(fleet, "hello").Submit("author", null, 40);
        // The inboxes' own rows cannot be written: names and marks of many are stored, and no list says so.
        fleet.Storage.FailWritesOf("newsinbox");
        await News(fleet, "hello").Approve("editor", null);
        await fleet.PassAsync(TimeSpan.FromSeconds(30));
        (await News(fleet, "hello").Get()).State.ShouldNotBe(NewsState.Sent);
        fleet.Storage.FailWritesOf(null);
        await fleet.CrashAsync();
        await SentAsync(fleet, "hello");
        NewsFunnel funnel = await News(fleet, "hello").Funnel();
        (funnel.Audience, funnel.Rows.Single().Sent).ShouldBe((40, 40));
        foreach (string name in names)
            (await TitlesAsync(fleet, name)).ShouldBe(["hello"]);
        (await News(fleet, "hello").Funnel()).Rows.Single().Delivered.ShouldBe(40);
    }

    [Fact]
    public async Task The_unread_get_it_once_more_and_halves_by_hash_get_the_other_form()
    {
        string[] names = [.. Enumerable.Range(0, 30).Select(static number => $"user{number}")];
        await using TestFleet fleet = await StartAsync(names);
        await News(fleet, "ab").Put(Draft("ab", names) with { Alternative = new NewsAlternative(50, [new NewsText("en", "other", "b")]) }, "author", null);
        await News(fleet, "ab").Submit("author", null, null);
        await News(fleet, "ab").Approve("editor", null);
        await SentAsync(fleet, "ab");
        foreach (string name in names)
            (await TitlesAsync(fleet, name)).Single().ShouldBe(NewsKeys.IsAlternative("acme/ab", name, 50) ? "other" : "ab");
        string clicking = names.First(static name => NewsKeys.IsAlternative("acme/ab", name, 50));
        await Inbox(fleet, clicking).Mark("acme/ab", clicking, NewsChannel.Portal, NewsStep.Clicked);
        NewsFunnel funnel = await News(fleet, "ab").Funnel();
        funnel.Winner.ShouldBe("b");
        funnel.Rows.Sum(static row => row.Sent).ShouldBe(30);
        DateTimeOffset first = (await OpenAsync(fleet, names[0])).Items.Single().At;
        await fleet.PassAsync(TimeSpan.FromHours(1), TimeSpan.FromMinutes(1));
        await News(fleet, "ab").Resend("editor");
        await SentAsync(fleet, "ab");
        foreach (string name in names)
            (await OpenAsync(fleet, name)).Items.Single().At.ShouldBe(name == clicking ? first : (await News(fleet, "ab").Receipt(name)).SentAt!.Value);
        (await News(fleet, "ab").Receipt(names.First(name => name != clicking))).SentAt.ShouldNotBeNull().ShouldBeGreaterThan(first);
        (await News(fleet, "ab").Funnel()).Rows.Sum(static row => row.Sent).ShouldBe(30);
    }

    [Theory]
    [InlineData("a.html", "<script>alert(1)</script>", "text/plain")]
    [InlineData("a.pdf", "%PDF-1.7 x", "application/pdf")]
    public async Task A_file_is_what_its_bytes_are_whatever_it_is_called(string name, string content, string type)
    {
        await using TestFleet fleet = await StartAsync("ann");
        await PutAsync(fleet, "hello", ["ann"]);
        NewsInfo info = await News(fleet, "hello").Attach(name, System.Text.Encoding.UTF8.GetBytes(content), "author", 1);
        info.Attachments.Single().Type.ShouldBe(type);
        (await News(fleet, "hello").Attachment(name)).Length.ShouldBe(content.Length);
        (await Should.ThrowAsync<InvalidInputException>(() => News(fleet, "hello").Attach("big.txt", new byte[(1 << 20) + 1], "author", null))).Message.ShouldContain("1,048,577 bytes");
        (await Should.ThrowAsync<InvalidInputException>(() => News(fleet, "hello").Attach("a.exe", [0x4D, 0x5A, 0, 1], "author", null))).Message.ShouldContain("are not taken");
        await Should.ThrowAsync<InvalidInputException>(() => News(fleet, "hello").Attach("../a", [65], "author", null));
    }

    [Fact]
    public async Task What_cannot_be_sent_is_refused_before_anybody_approves_it()
    {
        await using TestFleet fleet = await StartAsync("ann");
        await fleet.Tenant("globex").Create(new TenantDraft("Globex"));
        await fleet.User("zoe").Create(new UserDraft("zoe", Role.Viewer, "globex"), "correct horse");
        await PutAsync(fleet, "hello", ["zoe"]);
        (await Should.ThrowAsync<InvalidInputException>(() => News(fleet, "hello").Submit("author", null, null))).Message.ShouldContain("'zoe' is no user");
        await News(fleet, "mail").Put(Draft("mail", ["ann"]) with { Channels = [NewsChannel.Email] }, "author", null);
        (await Should.ThrowAsync<InvalidInputException>(() => News(fleet, "mail").Submit("author", null, null))).Field.ShouldBe("channels");
        await Should.ThrowAsync<NotFoundException>(() => fleet.Grains.GetGrain<INewsBookGrain>(Tenant).Size(new NewsAudience("ghost", "nobody")));
        foreach (NewsDraft bad in new[] { Draft("x", []), Draft("x", ["a"]) with { Channels = [] }, Draft("x", ["a"]) with { Texts = [] }, Draft("x", ["a"]) with { Audience = new NewsAudience("customer", "s", ["a"]) } })
            await Should.ThrowAsync<InvalidInputException>(() => News(fleet, "bad").Put(bad, "author", null));
    }

    static async Task<TestFleet> StartAsync(params string[] users)
    {
        TestFleet fleet = await TestFleet.StartAsync();
        await fleet.Tenant(Tenant).Create(new TenantDraft("Acme"));
        if (users.Length > 0)
            await fleet.User("root").Create(new UserDraft("root", Role.Administrator, null), "correct horse");
        foreach (string user in users)
            await fleet.User(user).Create(new UserDraft(user, Role.Viewer, Tenant), "correct horse");
        return fleet;
    }

    static NewsDraft Draft(string title, string[] users, bool isUrgent = false) =>
        new([new NewsText("en", title, "**text**")], new NewsAudience(NewsKeys.PortalUsers, Objects: users), new NewsSchedule(), [NewsChannel.Portal], IsUrgent: isUrgent);

    static NewsSettings Settings() => new(0, 7, null, null, new Dictionary<string, NewsReach>(), null, null, false, 0);

    static Task<NewsInfo> PutAsync(TestFleet fleet, string article, string[] users) => News(fleet, article).Put(Draft(article, users), "author", null);

    static async Task SendAsync(TestFleet fleet, string article, string[] users, bool isUrgent = false)
    {
        await News(fleet, article).Put(Draft(article, users, isUrgent), "author", null);
        NewsAudienceSize size = await fleet.Grains.GetGrain<INewsBookGrain>(Tenant).Size(new NewsAudience(NewsKeys.PortalUsers, Objects: users));
        await News(fleet, article).Submit("author", null, size.Size);
        await News(fleet, article).Approve("editor", null);
        await SentAsync(fleet, article);
    }

    static Task SentAsync(TestFleet fleet, string article) => UntilAsync(fleet, $"{article} is sent", async () => (await News(fleet, article).Get()).State == NewsState.Sent, Patience, null);

    static Task UntilAsync(TestFleet fleet, string what, Func<Task<bool>> isSo, TimeSpan within, TimeSpan? step) => fleet.UntilAsync(what, isSo, within, step);

    static INewsArticleGrain News(TestFleet fleet, string article) => fleet.Grains.GetGrain<INewsArticleGrain>(EntityKeys.Site(Tenant, article));

    static INewsInboxGrain Inbox(TestFleet fleet, string user) => fleet.Grains.GetGrain<INewsInboxGrain>(NewsKeys.Inbox(Tenant, NewsKeys.PortalUsers, user));

    static Task<NewsInbox> OpenAsync(TestFleet fleet, string user) => Inbox(fleet, user).Open(user, NewsChannel.Portal, "en", null, 0);

    static async Task<string[]> TitlesAsync(TestFleet fleet, string user) => [.. (await OpenAsync(fleet, user)).Items.Select(static item => item.Title)];
}
