using Orrery.Grains.Tests.Sql;
using Orrery.Interfaces;
using Orrery.Interfaces.Reviews;
using Orrery.Interfaces.Tags;

namespace Orrery.Grains.Tests.Reviews;

/// <summary>Reviews of people who have tags.</summary>
public sealed class ReviewTagTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(120), Look = TimeSpan.FromMilliseconds(20);

    [Fact]
    public async Task A_form_is_shown_to_its_segment_and_a_review_keeps_the_tags_that_its_writer_had()
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync();
        ITagBookGrain tags = fleet.Grains.GetGrain<ITagBookGrain>(SqlFleet.Tenant);
        IReviewBookGrain reviews = fleet.Grains.GetGrain<IReviewBookGrain>(SqlFleet.Tenant);
        ITagIndexGrain index = fleet.Grains.GetGrain<ITagIndexGrain>(EntityKeys.Site(SqlFleet.Tenant, "cashier"));
        await fleet.RunAsync("CREATE TABLE cashiers (id BIGINT, shifts INT, region STRING, PRIMARY KEY (id) NOT ENFORCED); INSERT INTO cashiers VALUES (1, 2, 'north'), (2, 50, 'south')");
        await tags.PutType("cashier", new ObjectTypeDraft(new TagTitle("收银员", "Cashiers"), [new TagFacts("cashiers", "id")]), "ann", null);
        await tags.PutTag("cashier", "fresh", new TagDraft(new TagTitle("新手", "New"), TagKind.Boolean, new TagRule(Condition: "shifts < 10")), "ann", null);
        await tags.PutTag("cashier", "region", new TagDraft(new TagTitle("大区", "Region"), TagKind.Enumerated, new TagRule(Value: "region")), "ann", null);
        await tags.PutSegment("cashier", "beginners", new SegmentDraft(new TagTitle("新手", "Beginners"), "fresh"), "ann", null);
        await UntilAsync(async () => (await index.Sizes()).Segments["beginners"] == 1 && (await index.Sizes()).Tags["region"] == 2);
        await reviews.PutForm("start", Draft("beginners"), "ann", null);
        await reviews.SetState("start", ReviewFormState.Open, "ann", null);
        (await reviews.Offer("start", Cashier("1"))).Show.ShouldBeTrue();
        (await reviews.Offer("start", Cashier("2"))).Because.ShouldBe("segment");
        (await reviews.Offer("start", new ReviewSubject(null))).Because.ShouldBe("segment");

        foreach ((string cashier, int nps) in new[] { ("1", 10), ("2", 3) })
            await reviews.Submit("start", Cashier(cashier), new ReviewSubmission($"submission-of-{cashier}-0000000", 2, [new("nps", nps)], new ReviewContext()));
        await fleet.RunAsync("INSERT INTO cashiers VALUES (1, 20, 'north')");
        await UntilAsync(async () => (await index.Sizes()).Segments["beginners"] == 0);
        (await reviews.Get(1)).Tags.ShouldBe(["fresh", "region=north"], ignoreOrder: true);
        ReviewResults results = await reviews.Results(new ReviewFilter(), ResultGroup.Tag, ResultStep.Month);
        results.Series.Select(static series => (series.Name, series.Total.Nps)).ShouldBe([("fresh", 100.0), ("region=north", 100.0), ("region=south", -100.0)], ignoreOrder: true);
        (await reviews.Results(new ReviewFilter(Tag: "region=south"), ResultGroup.None, ResultStep.Month)).Total.Reviews.ShouldBe(1);
    }

    static ReviewSubject Cashier(string id) => new(id, IsTrusted: true);

    static ReviewFormDraft Draft(string segment) => new(
        new("题", "Question"), null, [new("nps", QuestionKind.Nps, new("题", "Question"), true, [])], new ReviewTrigger(TriggerKind.Load, null, 0), new ReviewCaps(1, 0), "cashier", segment, Anonymous: true, [], null);

    static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        using var late = new CancellationTokenSource(Patience);
        using var looks = new PeriodicTimer(Look);
        while (!await isSo())
            await looks.WaitForNextTickAsync(late.Token);
    }
}
