using Orrery.Grains.Tags;
using Orrery.Interfaces.Sql;
using Orrery.Interfaces.Tags;

namespace Orrery.Grains.Tests.Tags;

/// <summary>The index as a state machine.</summary>
public sealed class TagIndexTests
{
    const long Start = 1_900_000_000_000;
    static readonly TagIndexOrder Order = new(
        1,
        [
            new IndexedTag("vip", 1, TagKind.Boolean, 0, 1), new IndexedTag("lapsed", 2, TagKind.Boolean, -1, 0), new IndexedTag("level", 3, TagKind.Enumerated, -1, 0), new IndexedTag("spent", 4, TagKind.Numeric, -1, 0),
        ],
        [new IndexedSegment("wooed", "vip AND NOT lapsed"), new IndexedSegment("rich", "spent >= 1000 OR level IN ('gold', 'black')")], 0);

    [Fact]
    public void A_bit_that_changes_is_a_tag_that_comes_or_goes_and_other_bits_keep_their_since()
    {
        TagIndex index = Defined(out List<SegmentEvent> told);
        index.Apply(0, "a", 0b11, Start);
        index.Apply(2, "a", "", Start + 5);
        index.Apply(0, "a", 0b11, Start + 9);
        index.TagsOf("a").Tags.ShouldBe([new ObjectTag("vip", null, At(Start)), new ObjectTag("lapsed", null, At(Start + 5))]);
        told.Select(static said => (said.Id, said.Segment, said.Event)).ShouldBe([(1, "wooed", "enter"), (2, "wooed", "leave")]);
    }

    [Fact]
    public void An_object_that_is_not_among_the_facts_is_in_no_segment()
    {
        TagIndex index = Defined(out List<SegmentEvent> told);
        index.Apply(3, "ghost", "gold", Start);
        told.ShouldBeEmpty();
        index.Apply(0, "ghost", 1, Start + 1);
        told.Single().ShouldBe(new SegmentEvent(1, "rich", "ghost", "enter", At(Start + 1)));
        index.Apply(0, "ghost", 0, Start + 2);
        told[^1].Event.ShouldBe("leave");
        index.Apply(3, "ghost", null, Start + 3);
        index.TagsOf("ghost").ShouldBeEquivalentTo(new ObjectTags("ghost", false, []));
        // Its place is another's now.
        index.Apply(0, "b", 1, Start + 4);
        index.TagsOf("b").Tags.ShouldBeEmpty();
    }

    [Fact]
    public void Values_are_spread_by_words_and_by_ranges_of_numbers()
    {
        TagIndex index = Defined(out _);
        for (int number = 0; number <= 100; number++)
        {
            index.Apply(0, $"o{number}", 1, Start);
            index.Apply(4, $"o{number}", number.ToString(System.Globalization.CultureInfo.InvariantCulture), Start);
            index.Apply(3, $"o{number}", number < 70 ? "plain" : "gold", Start);
        }

        index.Spread("level").Bins.ShouldBe([new SpreadBin("plain", null, 70), new SpreadBin("gold", null, 31)]);
        TagSpread spent = index.Spread("spent");
        spent.Bins.Count.ShouldBe(20);
        spent.Bins.ShouldAllBe(static bin => bin.Objects == 5 || bin.Objects == 6);
        (spent.Bins[0].From, spent.Bins[^1].To, spent.Bins.Sum(static bin => bin.Objects)).ShouldBe(("0", "100", 101));
        index.Spread("vip").Bins.ShouldBeEmpty();
    }

    [Fact]
    public void Objects_are_alike_by_the_tags_that_they_share_of_those_that_either_has()
    {
        TagIndex index = Defined(out _);
        // a: vip, lapsed, gold. b: the same. c: vip, lapsed, plain. d: vip. e: nothing.
        foreach ((string name, bool isVip, bool isLapsed, string? level) in new[] { ("a", true, true, "gold"), ("b", true, true, "gold"), ("c", true, true, "plain"), ("d", true, false, null), ("e", false, false, null) })
        {
            index.Apply(0, name, isVip ? 0b11 : 1, Start);
            if (isLapsed)
                index.Apply(2, name, "", Start);
            if (level is not null)
                index.Apply(3, name, level, Start);
        }

        TagPeers peers = index.Peers("a", 10);
        peers.Peers.Select(static peer => (peer.Object, peer.Likeness)).ShouldBe([("b", 1.0), ("c", 2.0 / 4), ("d", 1.0 / 3)]);
        peers.Peers[0].Shared.ShouldBe(["vip", "lapsed", "level"]);
        peers.Considered.ShouldBe(3);
        index.Peers("a", 1).Peers.Single().Object.ShouldBe("b");
        index.Peers("e", 10).Peers.ShouldBeEmpty();
        index.Peers("nobody", 10).Considered.ShouldBe(0);
    }

    [Fact]
    public void Numbers_are_compared_as_numbers()
    {
        TagIndex index = Defined(out _);
        foreach ((string name, string value) in new[] { ("a", "999.5"), ("b", "1000"), ("c", "20000") })
        {
            index.Apply(0, name, 1, Start);
            index.Apply(4, name, value, Start);
        }

        index.SegmentMembers("rich").Count.ShouldBe(2);
        index.Evaluate(SegmentExpression.Parse("spent BETWEEN 999 AND 1000", index.KindOf)).Count.ShouldBe(2);
        index.Evaluate(SegmentExpression.Parse("NOT spent > 0", index.KindOf)).Count.ShouldBe(0);
    }

    [Theory]
    [InlineData("vip AND unknown", "no tag 'unknown'", 9)]
    [InlineData("vip > 3", "no value to compare", 1)]
    [InlineData("vip AND (level", "expected", 15)]
    [InlineData("UPPER(level) = 'A'", "made of tags", 1)]
    [InlineData("spent > 'much'", "is none", 1)]
    public void An_expression_that_means_nothing_is_refused_with_its_place(string text, string reason, int column)
    {
        SqlRefusedException refused = Should.Throw<SqlRefusedException>(() => SegmentExpression.Parse(text, Defined(out _).KindOf));
        refused.Message.ShouldContain(reason);
        refused.Column.ShouldBe(column);
    }

    [Fact]
    public void A_segment_that_is_changed_tells_only_what_differs()
    {
        TagIndex index = Defined(out List<SegmentEvent> told);
        index.Apply(0, "a", 0b11, Start);
        index.Apply(0, "b", 0b01, Start);
        told.Clear();
        index.Define(Order with { Version = 2, Segments = [new IndexedSegment("wooed", "NOT lapsed")] }, Start + 1);
        told.Single().ShouldBe(new SegmentEvent(2, "wooed", "b", "enter", At(Start + 1)));
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public void From_any_checkpoint_the_same_changes_give_the_same_events_with_the_same_numbers(int seed)
    {
        const int Changes = 4_000;
        TagIndex whole = Defined(out List<SegmentEvent> told);
        Action<TagIndex>[] changes = [.. Random(seed, Changes)];
        int cut = new Random(seed).Next(Changes);
        byte[] checkpoint = [];
        for (int place = 0; place < Changes; place++)
        {
            if (place == cut)
                checkpoint = whole.Write(place, []);
            changes[place](whole);
        }

        var again = new List<SegmentEvent>();
        var restored = new TagIndex(1_000) { Told = again.Add };
        (long offset, _) = restored.Read(checkpoint);
        foreach (Action<TagIndex> change in changes.Skip((int)offset))
            change(restored);
        again.ShouldBe(told.Skip(told.Count - again.Count));
        restored.LastEvent.ShouldBe(whole.LastEvent);
        foreach (string name in Enumerable.Range(0, 200).Select(static number => $"o{number}"))
            restored.TagsOf(name).ShouldBeEquivalentTo(whole.TagsOf(name));
        foreach ((string segment, string expression) in Order.Segments.Select(static segment => (segment.Id, segment.Expression)))
        {
            // What was kept change by change is what the expression gives over all, in both.
            string[] members = Names(whole, whole.SegmentMembers(segment));
            Names(whole, whole.Evaluate(SegmentExpression.Parse(expression, whole.KindOf))).ShouldBe(members);
            Names(restored, restored.SegmentMembers(segment)).ShouldBe(members);
        }

        static string[] Names(TagIndex index, ObjectBitmap members) => [.. index.Page(members, 0, 1_000).Names.Order(StringComparer.Ordinal)];
    }

    [Fact]
    public void A_checkpoint_with_one_byte_changed_is_not_read()
    {
        TagIndex index = Defined(out _);
        index.Apply(0, "a", 0b11, Start);
        byte[] bytes = index.Write(1, []);
        bytes[bytes.Length / 2] ^= 1;
        Should.Throw<InvalidDataException>(() => new TagIndex(10).Read(bytes)).Message.ShouldContain("hash");
    }

    static IEnumerable<Action<TagIndex>> Random(int seed, int count)
    {
        var random = new Random(seed);
        string[] levels = ["gold", "silver", "black"];
        for (int place = 0; place < count; place++)
        {
            (string name, long at, int kind, int pick) = ($"o{random.Next(200)}", Start + place * 1_000, random.Next(5), random.Next(4));
            yield return kind switch
            {
                0 => index => index.Apply(0, name, pick, at),
                1 => index => index.Apply(2, name, pick > 1 ? "" : null, at),
                2 => index => index.Apply(3, name, pick < 3 ? levels[pick] : null, at),
                3 => index => index.Apply(4, name, pick < 3 ? $"{pick * 700}" : null, at),
                _ => index => index.Apply(0, name, pick | 1, at),
            };
        }
    }

    static TagIndex Defined(out List<SegmentEvent> told)
    {
        var events = told = [];
        var index = new TagIndex(1_000) { Told = events.Add };
        index.Define(Order, Start);
        return index;
    }

    static DateTimeOffset At(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
