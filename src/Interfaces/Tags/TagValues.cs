namespace Orrery.Interfaces.Tags;

/// <summary>A text for people in both languages, each 1 to 120 characters.</summary>
public sealed record TagTitle(string Zh, string En);

/// <summary>A live table or materialized view that has one row of each object.</summary>
/// <param name="Relation">Its name in the tenant's SQL schema.</param>
/// <param name="Key">Its primary key's only column, whose value as text is the object's id.</param>
public sealed record TagFacts(string Relation, string Key);

/// <param name="Facts">1 to 10; the rows of the first one say which objects there are.</param>
public sealed record ObjectTypeDraft(TagTitle Title, IReadOnlyList<TagFacts> Facts);

/// <param name="Id">A letter, then up to 19 letters or digits.</param>
/// <param name="Version">Rises with each change.</param>
public sealed record ObjectTypeInfo(string Id, TagTitle Title, IReadOnlyList<TagFacts> Facts, long Version);

/// <summary>What a tag says of an object.</summary>
public enum TagKind
{
    /// <summary>It has it or not.</summary>
    Boolean,

    /// <summary>One of some words.</summary>
    Enumerated,

    /// <summary>A number.</summary>
    Numeric,

    /// <summary>A date or an instant.</summary>
    Dated,
}

/// <summary>Which objects a tag has, in one of three ways: a condition (with a value) over facts, a query, or a list that people keep.</summary>
/// <param name="Relation">The facts that the condition and the value read; null: the type's first.</param>
/// <param name="Condition">SQL over a row of the facts, such as <c>last_order &lt; NOW() - INTERVAL '30' DAY</c>; null: any row.</param>
/// <param name="Value">SQL over a row of the facts; needed where the tag's kind is not boolean, and no row without a value has the tag.</param>
/// <param name="Query">A SELECT of the object's id and, where the kind is not boolean, its value; of several values of one object the greatest is meant.</param>
/// <param name="IsList">Members are put by hand or from a file.</param>
public sealed record TagRule(string? Relation = null, string? Condition = null, string? Value = null, string? Query = null, bool IsList = false);

/// <param name="Owner">Who answers for it, at most 100 characters.</param>
/// <param name="Parent">The tag under which it is shown; null: at the top.</param>
/// <param name="ValidFrom">Before it nobody has the tag, UTC; null: at once.</param>
/// <param name="ValidUntil">From then on nobody has it, UTC; null: for ever.</param>
public sealed record TagDraft(TagTitle Title, TagKind Kind, TagRule Rule, string? Owner = null, string? Parent = null, DateTimeOffset? ValidFrom = null, DateTimeOffset? ValidUntil = null);

/// <param name="Id">A letter, then up to 39 of a-z, 0-9 and '_'. Its view is <c>tag_TYPE_ID</c>.</param>
/// <param name="Size">Objects that have it.</param>
/// <param name="IsValid">Whether its time has come and not passed.</param>
/// <param name="Problem">Why its view stands still; null: it is kept true.</param>
/// <param name="Version">Rises with each change.</param>
public sealed record TagInfo(
    string Id, TagTitle Title, TagKind Kind, TagRule Rule, string Owner, string? Parent, DateTimeOffset? ValidFrom, DateTimeOffset? ValidUntil, bool IsValid, string View, long Size, string? Problem, long Version,
    string ChangedBy, DateTimeOffset ChangedAt);

/// <summary>A tag as it was made at some version.</summary>
public sealed record TagVersion(long Version, TagDraft Draft, string User, DateTimeOffset At);

/// <summary>What would be other if a tag were.</summary>
/// <param name="Tags">That read it.</param>
/// <param name="Segments">Whose expressions name it.</param>
/// <param name="Views">Other views and inserts that read its view.</param>
/// <param name="Webhooks">Subscriptions of these segments.</param>
public sealed record TagImpact(IReadOnlyList<string> Tags, IReadOnlyList<string> Segments, IReadOnlyList<string> Views, int Webhooks);

/// <param name="Versions">The newest first, at most 50.</param>
/// <param name="History">Sizes over time, oldest first.</param>
public sealed record TagView(TagInfo Info, TagImpact Impact, IReadOnlyList<TagVersion> Versions, IReadOnlyList<SizePoint> History);

/// <param name="At">UTC.</param>
public readonly record struct SizePoint(DateTimeOffset At, long Size);

/// <summary>What a rule would do, computed over the rows as they stand.</summary>
/// <param name="Size">Objects that would have it.</param>
/// <param name="Entering">How many would get it that do not have it now.</param>
/// <param name="Leaving">How many would lose it.</param>
/// <param name="Samples">At most 20 that would have it.</param>
/// <param name="EnteringSamples">At most 20.</param>
/// <param name="LeavingSamples">At most 20.</param>
public sealed record TagTrial(
    long Size, long Entering, long Leaving, IReadOnlyList<string> Samples, IReadOnlyList<string> EnteringSamples, IReadOnlyList<string> LeavingSamples, TagImpact Impact);

/// <summary>A tag of an object.</summary>
/// <param name="Value">Null of a boolean one.</param>
/// <param name="Since">When it got the tag, UTC, to the millisecond; a change of the value alone does not move it.</param>
public sealed record ObjectTag(string Tag, string? Value, DateTimeOffset Since);

/// <param name="IsKnown">Whether the type's facts have it.</param>
public sealed record ObjectTags(string Object, bool IsKnown, IReadOnlyList<ObjectTag> Tags);

/// <summary>Why an object has a tag.</summary>
/// <param name="Rows">The rows behind it, by table.</param>
public sealed record TagReason(string Tag, bool Holds, DateTimeOffset? Since, string? Value, IReadOnlyList<ReasonRow> Rows);

/// <param name="Relation">A table.</param>
/// <param name="Values">By its columns' names.</param>
public sealed record ReasonRow(string Relation, IReadOnlyDictionary<string, string?> Values);

/// <param name="Expression">Tags with AND, OR, NOT and parentheses; of a tag with a value also <c>=</c>, <c>&lt;&gt;</c>, <c>&lt;</c>, <c>&lt;=</c>, <c>&gt;</c>, <c>&gt;=</c>, <c>IN (...)</c> and <c>BETWEEN</c>.</param>
public sealed record SegmentDraft(TagTitle Title, string Expression, string? Owner = null);

/// <param name="Size">Objects in it.</param>
public sealed record SegmentInfo(string Id, TagTitle Title, string Expression, string Owner, long Size, long Version, string ChangedBy, DateTimeOffset ChangedAt);

/// <param name="Tree">The expression as a tree.</param>
/// <param name="History">Sizes over time, oldest first.</param>
/// <param name="Topic">Where its enters and leaves are told.</param>
public sealed record SegmentView(SegmentInfo Info, SegmentNode Tree, IReadOnlyList<SizePoint> History, string Topic, IReadOnlyList<SegmentHook> Webhooks);

/// <summary>A node of a segment's expression.</summary>
/// <param name="Kind"><c>and</c>, <c>or</c>, <c>not</c>, <c>tag</c>.</param>
/// <param name="Tag">Of a tag.</param>
/// <param name="Comparison">Of a tag with a value: <c>=</c>, <c>&lt;&gt;</c>, <c>&lt;</c>, <c>&lt;=</c>, <c>&gt;</c>, <c>&gt;=</c>; null: that it has it.</param>
/// <param name="Value">That it is compared with.</param>
/// <param name="Nodes">Of and, or, not.</param>
public sealed record SegmentNode(string Kind, string? Tag, string? Comparison, string? Value, IReadOnlyList<SegmentNode> Nodes);

/// <param name="Size">Objects for which the expression holds.</param>
/// <param name="Objects">Of the type in all.</param>
/// <param name="Samples">At most 20.</param>
public sealed record SegmentTrial(long Size, long Objects, IReadOnlyList<string> Samples, SegmentNode Tree);

/// <summary>How two expressions overlap.</summary>
public sealed record SegmentOverlap(long First, long Second, long Both, long Either);

/// <summary>How the values of a tag are spread over the objects that have it.</summary>
/// <param name="Bins">Of words the most frequent, at most 50; of numbers and dates up to 20 of one width, in their order; of a boolean tag none.</param>
/// <param name="Others">Objects whose values are in no bin.</param>
public sealed record TagSpread(IReadOnlyList<SpreadBin> Bins, long Others);

/// <param name="From">The word, or the lowest value.</param>
/// <param name="To">The highest value, which is the next bin's lowest; null of a word.</param>
public sealed record SpreadBin(string From, string? To, long Objects);

/// <summary>How several expressions overlap, each with each.</summary>
/// <param name="Both">By row and column in the order of the question: objects for which both hold; on the diagonal each one's own size.</param>
public sealed record SegmentMatrix(IReadOnlyList<IReadOnlyList<long>> Both);

/// <summary>An object whose tags are like another's.</summary>
/// <param name="Likeness">Tags that both have by tags that one of them has (Jaccard), 0 to 1.</param>
/// <param name="Shared">Tags that both have.</param>
public sealed record TagPeer(string Object, double Likeness, IReadOnlyList<string> Shared);

/// <param name="Considered">Objects that were compared: those with this object's rarest tags, at most 100,000.</param>
public sealed record TagPeers(IReadOnlyList<TagPeer> Peers, long Considered);

/// <summary>A tag or a segment came to an object, or left it.</summary>
/// <param name="Kind"><c>tag</c> or <c>segment</c>.</param>
/// <param name="Event"><c>enter</c> or <c>leave</c>.</param>
/// <param name="At">UTC.</param>
public sealed record TagMoment(string Kind, string Name, string Event, string? Value, DateTimeOffset At);

/// <summary>What happened to an object's tags, the newest first.</summary>
/// <param name="From">As far back as was read: at most 50,000 changes of all objects. Of what came before, only the tags that it still has are told.</param>
public sealed record TagTimeline(IReadOnlyList<TagMoment> Moments, DateTimeOffset? From);

/// <summary>An object entered or left a segment.</summary>
/// <param name="Id">Rises by one from event to event of a type; a repeat has the same.</param>
/// <param name="Event"><c>enter</c> or <c>leave</c>.</param>
/// <param name="At">UTC.</param>
public sealed record SegmentEvent(long Id, string Segment, string Object, string Event, DateTimeOffset At);

/// <param name="Next">To ask with next.</param>
public sealed record SegmentEvents(IReadOnlyList<SegmentEvent> Items, long Next);

/// <summary>A webhook that hears a segment's enters and leaves.</summary>
/// <param name="Url">Where events are posted.</param>
/// <param name="IsSigned">Whether requests carry a signature.</param>
/// <param name="Delivered">Events that the receiver has taken.</param>
/// <param name="Status">What the last try came to; null: none was made.</param>
/// <param name="RetryAt">When it is tried again, UTC; null: nothing failed.</param>
public sealed record SegmentHook(string Id, string Url, bool IsSigned, long Delivered, string? Status, DateTimeOffset? RetryAt);

/// <param name="Secret">Requests are signed with it; null: they are not.</param>
public sealed record SegmentHookDraft(string Url, string? Secret = null);

/// <summary>Members of a list that are put or taken.</summary>
/// <param name="Value">Of a tag that is not boolean.</param>
/// <param name="IsMember">False: it is taken from the list.</param>
public sealed record TagMember(string Object, string? Value = null, bool IsMember = true);
