using Orrery.Grains.Tests.Sql;
using Orrery.Interfaces;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Paging;
using Orrery.Interfaces.Sql;
using Orrery.Interfaces.Tags;
using Orrery.Runtime.Testing;

namespace Orrery.Grains.Tests.Tags;

/// <summary>Tags over a tenant's live tables, through the engine, the log and the index.</summary>
public sealed class TagTests
{
    const string Tables = """
        CREATE TABLE customers (id BIGINT, city STRING, orders INT, spent DECIMAL(12, 2), last_order TIMESTAMP(3), PRIMARY KEY (id) NOT ENFORCED);
        INSERT INTO customers VALUES (1, 'Paris', 12, 1500.00, TIMESTAMP '2026-01-01 00:00:00'), (2, 'Rome', 1, 20.00, TIMESTAMP '2026-01-01 00:00:00'), (3, 'Paris', 5, 300.00, NULL)
        """;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(120), Look = TimeSpan.FromMilliseconds(20);

    [Fact]
    public async Task A_change_of_facts_changes_tags_and_segments_and_is_told_once_over_a_crash()
    {
        await using SqlFleet fleet = await StartAsync();
        await fleet.RunAsync(Tables);
        await DefineAsync(fleet);
        await Book(fleet).PutTag("customer", "parisian", Boolean("city = 'Paris'"), "ann", null);
        await Book(fleet).PutTag("customer", "frequent", Boolean("orders >= 5"), "ann", null);
        await Book(fleet).PutTag("customer", "spending", new TagDraft(Title("spending"), TagKind.Numeric, new TagRule(Value: "spent")), "ann", null);
        await Book(fleet).PutTag("customer", "level", new TagDraft(Title("level"), TagKind.Enumerated, new TagRule(Query: "SELECT id, CASE WHEN spent >= 1000 THEN 'gold' ELSE 'plain' END FROM customers")), "ann", null);
        // A tag over tags: their views are tables like others.
        await Book(fleet).PutTag("customer", "loyal", new TagDraft(Title("loyal"), TagKind.Boolean, new TagRule(Query: "SELECT f.object FROM tag_customer_frequent f JOIN tag_customer_parisian p ON f.object = p.object")), "ann", null);
        await UntilAsync(async () => (await TagsAsync(fleet, "1")) == "parisian frequent spending=1500.00 level=gold loyal");
        (await TagsAsync(fleet, "2")).ShouldBe("spending=20.00 level=plain");

        await Book(fleet).PutSegment("customer", "courted", new SegmentDraft(Title("courted"), "loyal AND (level = 'gold' OR spending < 400)"), "ann", null);
        (await Index(fleet).SegmentMembers("courted", new PageRequest())).Items.ShouldBe(["1", "3"], ignoreOrder: true);
        long cursor = (await Index(fleet).Events("courted", null)).Next;
        await fleet.RunAsync("INSERT INTO customers VALUES (1, 'Rome', 12, 1500.00, NULL), (2, 'Paris', 5, 30.00, NULL)");
        await UntilAsync(async () => (await Index(fleet).Events("courted", cursor)).Items.Count >= 2);
        await fleet.CrashAsync();
        await fleet.Grains.GetGrain<ITagDirectoryGrain>(EntityKeys.Fleet).WakeAll();
        await fleet.RunAsync("INSERT INTO customers VALUES (3, 'Lyon', 5, 300.00, NULL)");
        await UntilAsync(async () => (await Index(fleet).Events("courted", cursor)).Items.Count >= 3);
        IReadOnlyList<SegmentEvent> told = (await Index(fleet).Events("courted", cursor)).Items;
        told.Select(static said => $"{said.Event} {said.Object}").Order().ShouldBe(["enter 2", "leave 1", "leave 3"]);
        told.Select(static said => said.Id).ShouldBe(Enumerable.Range((int)told[0].Id, 3).Select(static id => (long)id));
        (await Index(fleet).AreIn("courted", ["1", "2", "3", "4"])).ShouldBe([false, true, false, false]);
        TagTimeline timeline = await Index(fleet).Timeline("1");
        timeline.Moments.Where(static moment => moment is { Kind: "segment", Event: "leave" }).Single().Name.ShouldBe("courted");
        timeline.Moments.ShouldContain(static moment => moment.Kind == "tag" && moment.Name == "parisian" && moment.Event == "leave");
        timeline.Moments.ShouldContain(static moment => moment.Kind == "tag" && moment.Name == "frequent" && moment.Event == "enter");
        SegmentMatrix matrix = await Index(fleet).Overlaps(["frequent", "parisian", "frequent AND NOT parisian"]);
        matrix.Both.Select(static row => string.Join(' ', row)).ShouldBe(["3 1 2", "1 1 0", "2 0 2"]);
        (await Should.ThrowAsync<InvalidInputException>(() => Index(fleet).Overlaps(["frequent"]))).Field.ShouldBe("expressions");
    }

    [Fact]
    public async Task A_tag_by_time_turns_true_at_its_second_while_nothing_changes()
    {
        // The clock goes in steps that no call in flight is timed out by: what has to be called again would wait by this clock, too.
        TimeSpan walk = TimeSpan.FromMilliseconds(50), creep = TimeSpan.FromMilliseconds(0.1);
        var time = new ManualTimeProvider();
        await using SqlFleet fleet = await StartAsync(time);
        Task<DateTimeOffset> made = MakeAsync();
        await UntilAsync(() => Task.FromResult(made.IsCompleted), time, walk);
        DateTimeOffset due = await made;
        await UntilAsync(async () => (await Index(fleet).Sizes()).Objects == 1, time, walk);
        await UntilAsync(() => Task.FromResult(due - time.GetUtcNow() <= TimeSpan.FromSeconds(1)), time, walk);
        if (time.GetUtcNow() < due)
            (await Index(fleet).Sizes()).Tags["lapsed"].ShouldBe(0);
        time.Advance(due > time.GetUtcNow() ? due - time.GetUtcNow() : TimeSpan.Zero);
        // However long the machine takes, the clock does not reach the bound before the patience ends.
        DateTimeOffset begun = time.GetUtcNow();
        await UntilAsync(async () => (await Index(fleet).Sizes()).Tags["lapsed"] == 1, time, creep);
        DateTimeOffset since = (await Index(fleet).TagsOf(["7"]))[0].Tags.Single().Since;
        since.ShouldBeInRange(due, begun.AddSeconds(1));

        async Task<DateTimeOffset> MakeAsync()
        {
            await fleet.RunAsync("CREATE TABLE customers (id BIGINT, last_order TIMESTAMP(3), PRIMARY KEY (id) NOT ENFORCED)");
            await DefineAsync(fleet);
            await Book(fleet).PutTag("customer", "lapsed", Boolean("last_order <= NOW() - INTERVAL '30' DAY"), "ann", null);
            DateTimeOffset due = DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds() + 20);
            await fleet.RunAsync($"INSERT INTO customers VALUES (7, TIMESTAMP '{due.AddDays(-30):yyyy-MM-dd HH:mm:ss}')");
            return due;
        }
    }

    [Fact]
    public async Task In_real_time_a_window_turns_when_it_is_due()
    {
        await using SqlFleet fleet = await StartAsync();
        await fleet.RunAsync("CREATE TABLE customers (id BIGINT, last_order TIMESTAMP(3), PRIMARY KEY (id) NOT ENFORCED)");
        await DefineAsync(fleet);
        await Book(fleet).PutTag("customer", "lapsed", Boolean("last_order <= NOW() - INTERVAL '30' DAY"), "ann", null);
        DateTimeOffset due = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + 3);
        await fleet.RunAsync($"INSERT INTO customers VALUES (7, TIMESTAMP '{due.AddDays(-30):yyyy-MM-dd HH:mm:ss}')");
        await UntilAsync(async () => (await Index(fleet).Sizes()).Tags["lapsed"] == 1);
        // Never before; how much behind it, the bench measures.
        (await Index(fleet).TagsOf(["7"]))[0].Tags.Single().Since.ShouldBeGreaterThanOrEqualTo(due);
    }

    [Fact]
    public async Task What_a_rule_would_do_is_told_before_it_is_kept_and_why_an_object_has_a_tag_after()
    {
        await using SqlFleet fleet = await StartAsync();
        await fleet.RunAsync(Tables);
        await DefineAsync(fleet);
        await Book(fleet).PutTag("customer", "frequent", Boolean("orders >= 5"), "ann", null);
        await Book(fleet).PutTag("customer", "loyal", new TagDraft(Title("loyal"), TagKind.Boolean, new TagRule(Query: "SELECT object FROM tag_customer_frequent")), "ann", null);
        await Book(fleet).PutSegment("customer", "all", new SegmentDraft(Title("all"), "frequent OR NOT frequent"), "ann", null);
        TagTrial trial = await Book(fleet).Try("customer", "frequent", Boolean("orders < 10"));
        (trial.Size, trial.Entering, trial.Leaving).ShouldBe((2, 1, 1));
        trial.EnteringSamples.ShouldBe(["2"]);
        trial.LeavingSamples.ShouldBe(["1"]);
        trial.Impact.Tags.ShouldBe(["loyal"]);
        trial.Impact.Segments.ShouldBe(["all"]);

        await Book(fleet).PutTag("customer", "frequent", Boolean("orders < 10"), "bob", 1);
        await UntilAsync(async () => await TagsAsync(fleet, "2") == "frequent loyal");
        TagView view = await Book(fleet).Tag("customer", "frequent");
        view.Versions.Select(static version => (version.Version, version.User)).ShouldBe([(2, "bob"), (1, "ann")]);
        (await Should.ThrowAsync<VersionMismatchException>(() => Book(fleet).PutTag("customer", "frequent", Boolean("orders < 3"), "ann", 1))).Message.ShouldContain("version 2");
        TagReason reason = await Book(fleet).Why("customer", "frequent", "2");
        reason.Holds.ShouldBeTrue();
        reason.Rows.Single().Relation.ShouldBe("customers");
        reason.Rows.Single().Values["orders"].ShouldBe("1");
        (await Book(fleet).Why("customer", "frequent", "1")).Rows.Single().Values["orders"].ShouldBe("12");
        (await Should.ThrowAsync<ConflictException>(() => Book(fleet).DeleteTag("customer", "frequent", "ann"))).Message.ShouldContain("the tag loyal, the segment all");
    }

    [Fact]
    public async Task Bad_rules_are_refused_with_place_and_reason_and_leave_the_tag_as_it_was()
    {
        await using SqlFleet fleet = await StartAsync();
        await fleet.RunAsync(Tables);
        await DefineAsync(fleet);
        SqlRefusedException refused = await Should.ThrowAsync<SqlRefusedException>(() => Book(fleet).PutTag("customer", "a", Boolean("orders >= 5 AND citty = 'x'"), "ann", null));
        refused.Message.ShouldContain("citty");
        refused.Column.ShouldBe(17);
        (await Should.ThrowAsync<SqlRefusedException>(() => Book(fleet).PutTag("customer", "a", Boolean("orders >="), "ann", null))).Line.ShouldBe(1);
        await Should.ThrowAsync<SqlRefusedException>(() => Book(fleet).PutTag("customer", "a", Boolean("1 = 1) OR (1 = 1"), "ann", null));
        (await Should.ThrowAsync<SqlRefusedException>(() => Book(fleet).PutTag("customer", "a", Query("SELECT a.id FROM customers a, customers b"), "ann", null))).Message.ShouldContain("equality");
        // Each with each of one city: 14,400 rows of 123 objects.
        await fleet.RunAsync($"INSERT INTO customers VALUES {string.Join(", ", Enumerable.Range(100, 120).Select(static id => $"({id}, 'Oslo', 0, 0.00, NULL)"))}");
        SqlRefusedException explodes = await Should.ThrowAsync<SqlRefusedException>(() => Book(fleet).PutTag("customer", "a", Query("SELECT x.id FROM customers x JOIN customers y ON x.city = y.city"), "ann", null));
        explodes.Message.ShouldContain("14,40");
        explodes.Message.ShouldContain("multiplies rows");
        await Book(fleet).PutTag("customer", "a", Boolean("orders >= 5"), "ann", null);
        await Book(fleet).PutTag("customer", "b", Query("SELECT object FROM tag_customer_a"), "ann", null);
        (await Should.ThrowAsync<ConflictException>(() => Book(fleet).PutTag("customer", "a", Query("SELECT object FROM tag_customer_b"), "ann", null))).Message.ShouldContain("a -> b -> a");
        (await Should.ThrowAsync<InvalidInputException>(() => Book(fleet).PutType("other", new ObjectTypeDraft(Title("other"), [new TagFacts("customers", "city")]), "ann", null))).Message.ShouldContain("has the key (id)");
        await Book(fleet).PutSegment("customer", "s", new SegmentDraft(Title("s"), "a"), "ann", null);
        (await Should.ThrowAsync<InvalidInputException>(() => Book(fleet).AddHook("customer", "s", new SegmentHookDraft("http://127.0.0.1/x"), "ann"))).Message.ShouldContain("internal");
        await UntilAsync(async () => (await Index(fleet).Sizes()).Segments["s"] == 2);
    }

    [Fact]
    public async Task A_list_is_put_and_taken_by_hand_and_a_tag_that_ends_has_nobody_from_then_on()
    {
        await using SqlFleet fleet = await StartAsync();
        await fleet.RunAsync(Tables);
        await DefineAsync(fleet);
        await Book(fleet).PutTag("customer", "invited", new TagDraft(Title("invited"), TagKind.Boolean, new TagRule(IsList: true)), "ann", null);
        await Book(fleet).SetMembers("customer", "invited", [new TagMember("1"), new TagMember("3")], "ann");
        await UntilAsync(async () => (await Index(fleet).Sizes()).Tags["invited"] == 2);
        await Book(fleet).SetMembers("customer", "invited", [new TagMember("3", null, false)], "ann");
        await UntilAsync(async () => await TagsAsync(fleet, "3") == "" && await TagsAsync(fleet, "1") == "invited");
        await Book(fleet).PutTag("customer", "frequent", Boolean("orders >= 5"), "ann", null);
        await UntilAsync(async () => (await Index(fleet).Sizes()).Tags["frequent"] == 2);
        // Its end may come while it is put or after: nobody has it then.
        await Book(fleet).PutTag("customer", "frequent", Boolean("orders >= 5") with { ValidUntil = TimeProvider.System.GetUtcNow().AddSeconds(1) }, "ann", null);
        await UntilAsync(async () => (await Index(fleet).Sizes()).Tags["frequent"] == 0);
        (await Book(fleet).Tags("customer")).First(static tag => tag.Id == "frequent").IsValid.ShouldBeFalse();
        await Book(fleet).DeleteTag("customer", "invited", "ann");
        await Book(fleet).DeleteTag("customer", "frequent", "ann");
        await Book(fleet).DeleteType("customer", "ann");
        (await fleet.Sql.Relations()).Select(static relation => relation.Name).ShouldBe(["customers"]);
    }

    static Task<SqlFleet> StartAsync(ManualTimeProvider? time = null) => SqlFleet.StartAsync(time: time);

    static Task<ObjectTypeInfo> DefineAsync(SqlFleet fleet) => Book(fleet).PutType("customer", new ObjectTypeDraft(Title("customer"), [new TagFacts("customers", "id")]), "ann", null);

    static async Task<string> TagsAsync(SqlFleet fleet, string customer) =>
        string.Join(' ', (await Index(fleet).TagsOf([customer]))[0].Tags.Select(static tag => tag.Value is null ? tag.Tag : $"{tag.Tag}={tag.Value}"));

    static TagDraft Boolean(string condition) => new(Title("tag"), TagKind.Boolean, new TagRule(Condition: condition));

    static TagDraft Query(string query) => new(Title("tag"), TagKind.Boolean, new TagRule(Query: query));

    static TagTitle Title(string name) => new($"标签 {name}", name);

    static ITagBookGrain Book(SqlFleet fleet) => fleet.Grains.GetGrain<ITagBookGrain>(SqlFleet.Tenant);

    static ITagIndexGrain Index(SqlFleet fleet) => fleet.Grains.GetGrain<ITagIndexGrain>($"{SqlFleet.Tenant}/customer");

    /// <summary>Looks until it is so; a clock that is moved by hand goes a step at each look.</summary>
    static async Task UntilAsync(Func<Task<bool>> isSo, ManualTimeProvider? time = null, TimeSpan step = default)
    {
        using var late = new CancellationTokenSource(Patience);
        using var looks = new PeriodicTimer(Look);
        while (true)
        {
            Task<bool> look = isSo();
            // What is asked may wait for the clock itself.
            while (time is not null && !look.IsCompleted)
            {
                await looks.WaitForNextTickAsync(late.Token);
                time.Advance(step);
            }

            if (await look)
                return;
            await looks.WaitForNextTickAsync(late.Token);
            time?.Advance(step);
        }
    }
}
