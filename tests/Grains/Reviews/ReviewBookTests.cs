using Orrery.Interfaces.Alarms;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Paging;
using Orrery.Interfaces.Reviews;
using Orrery.Interfaces.Tenants;
using Orrery.Interfaces.Users;

namespace Orrery.Grains.Tests.Reviews;

/// <summary>Reviews as a tenant keeps them.</summary>
public sealed class ReviewBookTests
{
    static readonly byte[] Png = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, 1, 2, 3];

    [Fact]
    public async Task A_form_goes_from_draft_to_open_to_closed_and_takes_reviews_in_between_only()
    {
        await using TestFleet fleet = await StartAsync();
        ReviewForm draft = await Book(fleet).PutForm("pos", Draft(), "ann", null);
        (draft.State, draft.Link, draft.Version).ShouldBe((ReviewFormState.Draft, null, 1));
        await Should.ThrowAsync<NotFoundException>(() => Book(fleet).Submit("pos", Trusted("c1"), Submission("s", stars: 5)));
        await Should.ThrowAsync<ConflictException>(() => Book(fleet).SetState("pos", ReviewFormState.Closed, "ann", null));
        ReviewForm open = await Book(fleet).SetState("pos", ReviewFormState.Open, "bob", draft.Version);
        (open.State, open.Link!.Length).ShouldBe((ReviewFormState.Open, 43));
        await Should.ThrowAsync<VersionMismatchException>(() => Book(fleet).PutForm("pos", Draft(), "eve", draft.Version));
        (await Book(fleet).Submit("pos", Trusted("c1"), Submission("s", stars: 5, version: open.Version))).Number.ShouldBe(1);
        await Book(fleet).SetState("pos", ReviewFormState.Closed, "bob", null);
        await Should.ThrowAsync<NotFoundException>(() => Book(fleet).Submit("pos", Trusted("c2"), Submission("t", stars: 5)));
        await Should.ThrowAsync<ConflictException>(() => Book(fleet).PutForm("pos", Draft(), "ann", null));
        await fleet.CrashAsync();
        ReviewForm kept = await Book(fleet).Form("pos");
        (kept.State, kept.Reviews, kept.Draft.Questions.Count).ShouldBe((ReviewFormState.Closed, 1, Draft().Questions.Count));
        (await Book(fleet).Get(1)).Answers[0].Number.ShouldBe(5);
    }

    [Fact]
    public async Task A_review_is_taken_once_of_each_subject_and_a_replay_gets_the_same_answer_also_after_a_crash()
    {
        await using TestFleet fleet = await OpenAsync();
        ReviewReceipt first = await Book(fleet).Submit("pos", Trusted("c1"), Submission("a", stars: 4, text: "报表很慢"));
        await fleet.CrashAsync();
        (await Book(fleet).Submit("pos", Trusted("c1"), Submission("a", stars: 4, text: "报表很慢"))).ShouldBe(first);
        await Should.ThrowAsync<ConflictException>(() => Book(fleet).Submit("pos", Trusted("c1"), Submission("a", stars: 1, text: "报表很慢")));
        await Should.ThrowAsync<ConflictException>(() => Book(fleet).Submit("pos", Trusted("c1"), Submission("b", stars: 4)));
        await Book(fleet).Submit("pos", new ReviewSubject(null), Submission("c", stars: 2));
        (await Book(fleet).List(new ReviewFilter(), new PageRequest())).Items.Select(static review => (review.Number, review.Subject)).ShouldBe([(2, null), (1, "c1")]);
        (await Book(fleet).Offer("pos", Trusted("c1"))).Because.ShouldBe("answered");
    }

    [Fact]
    public async Task A_subject_that_a_page_names_counts_only_with_the_tenants_proof()
    {
        await using TestFleet fleet = await OpenAsync(Draft() with { Anonymous = false });
        ReviewInvitation invitation = (await Book(fleet).Invite("pos", ["c1"])).ShouldHaveSingleItem();
        (await Book(fleet).Offer("pos", new ReviewSubject("c1"))).Because.ShouldBe("unknown");
        (await Book(fleet).Offer("pos", new ReviewSubject("c2", invitation.Proof))).Because.ShouldBe("unknown");
        (await Book(fleet).Offer("pos", new ReviewSubject("c1", invitation.Proof))).Show.ShouldBeTrue();
        (await Should.ThrowAsync<InvalidInputException>(() => Book(fleet).Submit("pos", new ReviewSubject("c2", invitation.Proof), Submission("a", stars: 4)))).Field.ShouldBe("subject");
        await Book(fleet).Submit("pos", new ReviewSubject("c1", invitation.Proof), Submission("a", stars: 4));
        (await Book(fleet).Get(1)).Subject.ShouldBe("c1");
    }

    [Fact]
    public async Task It_is_shown_to_the_same_person_as_often_as_its_caps_say()
    {
        await using TestFleet fleet = await OpenAsync(Draft() with { Caps = new ReviewCaps(2, 7) });
        await Book(fleet).Shown("pos", Trusted("c1"));
        (await Book(fleet).Offer("pos", Trusted("c1"))).Because.ShouldBe("shown");
        (await Book(fleet).Offer("pos", Trusted("c2"))).Show.ShouldBeTrue();
        fleet.Time.Advance(TimeSpan.FromDays(7));
        (await Book(fleet).Offer("pos", Trusted("c1"))).Show.ShouldBeTrue();
        await Book(fleet).Shown("pos", Trusted("c1"));
        await fleet.RestartAsync();
        fleet.Time.Advance(TimeSpan.FromDays(30));
        (await Book(fleet).Offer("pos", Trusted("c1"))).Because.ShouldBe("shown", "it was shown twice, which is the most");
    }

    [Fact]
    public async Task Forms_that_cannot_be_are_refused_with_their_field()
    {
        await using TestFleet fleet = await StartAsync();
        ReviewFormDraft good = Draft();
        ReviewQuestion question = good.Questions[0], choice = good.Questions.Single(static one => one.Kind == QuestionKind.Choice);
        foreach ((string field, ReviewFormDraft draft) in new[]
        {
            ("questions", good with { Questions = [] }), ("questions", good with { Questions = [question, question] }), ("questions[0].id", good with { Questions = [question with { Id = "A b" }] }),
            ("questions[0].options", good with { Questions = [choice with { Options = [choice.Options[0]] }] }), ("questions[0].options", good with { Questions = [question with { Options = choice.Options }] }),
            ("title.zh", good with { Title = new("", "x") }), ("trigger.event", good with { Trigger = new(TriggerKind.Event, null, 0) }), ("trigger.delaySeconds", good with { Trigger = new(TriggerKind.Load, null, -1) }),
            ("caps.timesMax", good with { Caps = new(0, 0) }), ("origins[0]", good with { Origins = ["https://erp.example.com/page"] }), ("origins[0]", good with { Origins = ["javascript:alert(1)"] }),
            ("segment", good with { Segment = "vip" }), ("segment", good with { ObjectType = "shop", Segment = "vip" }), ("objectType", good with { ObjectType = "shop" }), ("route.owner", good with { Route = new("nobody", 4, false) }),
            ("route.hours", good with { Route = new("ann", 0, false) }),
        })
            (await Should.ThrowAsync<InvalidInputException>(() => Book(fleet).PutForm("pos", draft, "ann", null), field)).Field.ShouldBe(field);
        (await Book(fleet).Forms()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Answers_that_do_not_fit_the_form_are_refused_with_their_question()
    {
        await using TestFleet fleet = await OpenAsync();
        foreach ((string field, ReviewAnswerDraft[] answers) in new (string, ReviewAnswerDraft[])[]
        {
            ("answers.stars", []), ("answers", [Stars(3), new("colour", Text: "red")]), ("answers", [Stars(3), Stars(4)]), ("answers.stars", [new("why", Text: "x")]), ("answers.stars", [Stars(6)]), ("answers.nps", [Stars(3), new("nps", 11)]),
            ("answers.module", [Stars(3), new("module", Choices: ["none"])]), ("answers.module", [Stars(3), new("module", Choices: ["pos", "stock"])]), ("answers.why", [Stars(3), new("why", Text: new string('x', 2_001))]),
            ("answers.picture", [Stars(3), new("picture", Image: "<svg onload=alert(1)>"u8.ToArray())]), ("answers.picture", [Stars(3), new("picture", Image: [.. Png, .. new byte[250_000]])]),
        })
            (await Should.ThrowAsync<InvalidInputException>(() => Book(fleet).Submit("pos", Trusted("c1"), new ReviewSubmission("submission-0000001", 2, answers, new ReviewContext())), field)).Field.ShouldBe(field);
        (await Should.ThrowAsync<InvalidInputException>(() => Book(fleet).Submit("pos", Trusted("c1"), new ReviewSubmission("short", 2, [Stars(3)], new ReviewContext())))).Field.ShouldBe("id");
        (await Should.ThrowAsync<InvalidInputException>(() => Book(fleet).Submit("pos", Trusted("c1"), Submission("a", 3, version: 9)))).Field.ShouldBe("formVersion");
        (await Book(fleet).Form("pos")).Reviews.ShouldBe(0);
    }

    [Fact]
    public async Task Who_filled_in_an_older_version_of_a_form_may_send_it()
    {
        await using TestFleet fleet = await OpenAsync();
        await Book(fleet).PutForm("pos", Draft() with { Questions = [new ReviewQuestion("csat", QuestionKind.Csat, Title, true, [])] }, "ann", null);
        await Book(fleet).Submit("pos", Trusted("c1"), Submission("a", stars: 4, version: 2));
        (await Should.ThrowAsync<InvalidInputException>(() => Book(fleet).Submit("pos", Trusted("c2"), Submission("b", stars: 4, version: 3)))).Field.ShouldBe("answers");
        (await Book(fleet).Versions("pos")).Select(static one => one.Version).ShouldBe([3, 1]);
    }

    [Fact]
    public async Task A_picture_is_known_by_its_bytes_and_kept_beside_the_review()
    {
        await using TestFleet fleet = await OpenAsync();
        await Book(fleet).Submit("pos", Trusted("c1"), new ReviewSubmission("submission-0000001", 2, [Stars(3), new("picture", Image: Png)], new ReviewContext()));
        await fleet.CrashAsync();
        (await Book(fleet).Get(1)).Answers.Single(static answer => answer.Question == "picture").Image.ShouldBe(new ReviewImage("image/png", Png.Length));
        (await Book(fleet).Screenshot(1, "picture")).ShouldBe(Png);
        await Should.ThrowAsync<NotFoundException>(() => Book(fleet).Screenshot(1, "stars"));
        await Book(fleet).DeleteForm("pos", "ann", null);
        await Should.ThrowAsync<NotFoundException>(() => Book(fleet).Get(1));
        await Book(fleet).PutForm("pos", Draft(), "ann", null);
        await Book(fleet).SetState("pos", ReviewFormState.Open, "ann", null);
        (await Book(fleet).Submit("pos", Trusted("c1"), Submission("b", stars: 4))).Number.ShouldBe(2, "a number is not given again");
    }

    [Fact]
    public async Task A_review_that_nobody_answers_in_time_is_told_to_the_alarm_book_and_a_reply_ends_it()
    {
        await using TestFleet fleet = await OpenAsync(Draft() with { Route = new ReviewRoute("ann", 4, NegativeOnly: true) });
        await Book(fleet).Submit("pos", Trusted("c1"), Submission("a", stars: 5, text: "非常好用，强烈推荐"));
        await Book(fleet).Submit("pos", Trusted("c2"), Submission("b", stars: 1, text: "太差了，数据丢失，没人管"));
        (await Book(fleet).Get(1)).Task.ShouldBeNull();
        (await Book(fleet).Get(2)).Task.ShouldBe(new ReviewTask("ann", fleet.Time.GetUtcNow().AddHours(4), null));
        await fleet.RestartAsync();
        await fleet.UntilAsync("the review is late", async () => (await OpenAlarms(fleet)).Count > 0, TimeSpan.FromHours(5), TimeSpan.FromMinutes(10));
        (await OpenAlarms(fleet)).ShouldHaveSingleItem().Server.ShouldBe("acme/~!2");
        (await Book(fleet).List(new ReviewFilter(Overdue: true), new PageRequest())).Items.ShouldHaveSingleItem().Number.ShouldBe(2);
        Review replied = await Book(fleet).Reply(2, "我们已经修复", "ann", 1);
        (replied.Reply!.By, replied.Task!.DoneAt).ShouldBe(("ann", fleet.Time.GetUtcNow()));
        (await OpenAlarms(fleet)).ShouldBeEmpty();
        (await Book(fleet).Receipt("pos", Id("b"))).Reply.ShouldBe("我们已经修复");
        await Should.ThrowAsync<VersionMismatchException>(() => Book(fleet).Reply(2, "x", "eve", 1));
    }

    [Fact]
    public async Task A_review_is_published_or_hidden_with_a_reason_and_what_is_hidden_counts_in_no_result()
    {
        await using TestFleet fleet = await OpenAsync();
        foreach ((string id, int stars) in new[] { ("a", 5), ("b", 4), ("c", 1) })
            await Book(fleet).Submit("pos", Trusted(id), Submission(id, stars, text: $"text {id}"));
        (await Should.ThrowAsync<InvalidInputException>(() => Book(fleet).Moderate(3, ModerationState.Hidden, " ", "ann", null))).Field.ShouldBe("reason");
        (await Book(fleet).Moderate(3, ModerationState.Hidden, "spam", "ann", null)).Moderation.Reason.ShouldBe("spam");
        await Book(fleet).Moderate(1, ModerationState.Published, null, "ann", null);
        (await Book(fleet).Published("pos")).ShouldHaveSingleItem().ShouldSatisfyAllConditions(one => one.Text.ShouldBe("text a"), one => one.Stars.ShouldBe(5));
        (await Book(fleet).Results(new ReviewFilter(), ResultGroup.None, ResultStep.Day)).Total.ShouldSatisfyAllConditions(total => total.Reviews.ShouldBe(2), total => total.Stars.ShouldBe(4.5));
    }

    [Fact]
    public async Task Words_and_pairs_of_Chinese_characters_find_reviews()
    {
        await using TestFleet fleet = await OpenAsync();
        foreach ((string id, string text) in new[] { ("a", "报表打开很慢"), ("b", "The stock report is slow"), ("c", "打印报销单很快") })
            await Book(fleet).Submit("pos", Trusted(id), Submission(id, 3, text: text));
        await Book(fleet).Reply(3, "Thanks a lot", "ann", null);
        foreach ((string search, long[] found) in new (string, long[])[] { ("报表", [1]), ("报", [3, 1]), ("表打", [1]), ("表报", []), ("REPORT slow", [2]), ("thanks 打印", [3]), ("？！", []) })
            (await Book(fleet).List(new ReviewFilter(), new PageRequest(Search: search))).Items.Select(static review => review.Number).ShouldBe(found, search);
    }

    [Fact]
    public async Task Nps_and_satisfaction_are_counted_over_time_by_version_and_module()
    {
        await using TestFleet fleet = await OpenAsync();
        int sent = 0;
        foreach ((int nps, string version) in new[] { (10, "9.1"), (9, "9.1"), (7, "9.1"), (3, "9.0") })
        {
            await Book(fleet).Submit("pos", Trusted($"c{++sent}"), new ReviewSubmission(Id($"n{sent}"), 2, [Stars(4), new("nps", nps)], new ReviewContext(version, "pos")));
            fleet.Time.Advance(TimeSpan.FromDays(7));
        }

        ReviewResults results = await Book(fleet).Results(new ReviewFilter(Module: "pos"), ResultGroup.Version, ResultStep.Week);
        (results.Total.Promoters, results.Total.Passives, results.Total.Detractors, results.Total.Nps).ShouldBe((2, 1, 1, 25.0));
        results.Series.Select(static series => (series.Name, series.Total.Nps, series.Points.Count)).ShouldBe([("9.1", 66.7, 3), ("9.0", -100.0, 1)]);
        results.Series[0].Points.ShouldAllBe(point => point.At.DayOfWeek == DayOfWeek.Monday);
        (await Book(fleet).Results(new ReviewFilter(Module: "stock"), ResultGroup.None, ResultStep.Day)).Total.Nps.ShouldBeNull();
    }

    [Fact]
    public async Task Reviews_go_with_their_tenant()
    {
        await using TestFleet fleet = await OpenAsync();
        string link = (await Book(fleet).Form("pos")).Link!;
        await Book(fleet).Submit("pos", Trusted("c1"), Submission("a", 3));
        string hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(link)));
        (await fleet.Grains.GetGrain<IReviewLinkGrain>(hash).Find()).ShouldBe("acme/pos");
        await fleet.User("ann").Delete(null);
        await fleet.Tenant("acme").Delete(null);
        (await fleet.Grains.GetGrain<IReviewLinkGrain>(hash).Find()).ShouldBeNull();
        await fleet.Tenant("acme").Create(new TenantDraft("Acme"));
        (await Book(fleet).Forms()).ShouldBeEmpty();
        (await Book(fleet).List(new ReviewFilter(), new PageRequest())).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_model_of_its_own_is_used_where_it_does_better_than_the_lexicon()
    {
        await using TestFleet fleet = await OpenAsync();
        (await Should.ThrowAsync<InvalidInputException>(() => Book(fleet).Train([], "ann"))).Field.ShouldBe("texts");
        // Words of one trade that no lexicon knows.
        LabelledText[] texts = [.. Enumerable.Range(0, 60).Select(static at => at % 2 == 0 ? new LabelledText($"ledger zorps again {at}", SentimentLabel.Negative) : new LabelledText($"ledger glims today {at}", SentimentLabel.Positive))];
        SentimentReport report = await Book(fleet).Train(texts, "ann");
        (report.IsUsed, report.Accuracy).ShouldBe((true, 1));
        await fleet.CrashAsync();
        (await Book(fleet).Judge("it zorps")).Label.ShouldBe(SentimentLabel.Negative);
        (await Book(fleet).Judge("it glims")).Label.ShouldBe(SentimentLabel.Positive);
        (await Book(fleet).Train([.. texts.Select(static (text, at) => new LabelledText(at % 4 < 2 ? "excellent" : "terrible", at % 4 < 2 ? SentimentLabel.Positive : SentimentLabel.Negative))], "ann")).IsUsed.ShouldBeFalse("the lexicon knows it all");
        (await Book(fleet).Judge("it zorps")).Label.ShouldBe(SentimentLabel.Neutral);
    }

    static readonly ReviewText Title = new("题", "Question");

    static ReviewFormDraft Draft() => new(
        new("收银台体验", "The till"), null,
        [
            new("stars", QuestionKind.Stars, Title, true, []), new("nps", QuestionKind.Nps, Title, false, []), new("why", QuestionKind.Text, Title, false, []),
            new("module", QuestionKind.Choice, Title, false, [new("pos", Title), new("stock", Title)]), new("picture", QuestionKind.Screenshot, Title, false, []),
        ],
        new ReviewTrigger(TriggerKind.Load, null, 0), new ReviewCaps(1, 0), null, null, Anonymous: true, ["https://erp.example.com"], null);

    static ReviewAnswerDraft Stars(int number) => new("stars", number);

    static string Id(string id) => $"submission-{id}".PadRight(20, '0');

    static ReviewSubmission Submission(string id, int stars, string? text = null, long version = 2) =>
        new(Id(id), version, text is null ? [Stars(stars)] : [Stars(stars), new("why", Text: text)], new ReviewContext());

    static ReviewSubject Trusted(string id) => new(id, IsTrusted: true);

    static IReviewBookGrain Book(TestFleet fleet) => fleet.Grains.GetGrain<IReviewBookGrain>("acme");

    static async Task<IReadOnlyList<Alarm>> OpenAlarms(TestFleet fleet) => (await fleet.Book("acme").List(new AlarmQuery(Open: true), new PageRequest())).Items;

    static async Task<TestFleet> StartAsync()
    {
        TestFleet fleet = await TestFleet.StartAsync();
        await fleet.Tenant("acme").Create(new TenantDraft("Acme"));
        await fleet.User("ann").Create(new UserDraft("Ann", Role.TenantAdministrator, "acme"), "correct horse");
        return fleet;
    }

    static async Task<TestFleet> OpenAsync(ReviewFormDraft? draft = null)
    {
        TestFleet fleet = await StartAsync();
        await Book(fleet).PutForm("pos", draft ?? Draft(), "ann", null);
        await Book(fleet).SetState("pos", ReviewFormState.Open, "ann", null);
        return fleet;
    }
}
