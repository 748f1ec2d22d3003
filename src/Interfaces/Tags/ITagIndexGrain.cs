using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Paging;

namespace Orrery.Interfaces.Tags;

/// <summary>Which objects of a type have which tags, and are in which segments, as the tags' views said last. Key: <c>tenant/type</c>.</summary>
public interface ITagIndexGrain : IGrainWithStringKey
{
    /// <summary>Called by the tenant's book with what there is; answers when the segments are so, and what changed by it is kept to be told.</summary>
    [AlwaysInterleave]
    Task Define(TagIndexOrder order);

    /// <summary>Tags of objects, in the order of the question; at most 1,000.</summary>
    /// <exception cref="NotFoundException">There is no such type.</exception>
    [AlwaysInterleave]
    Task<IReadOnlyList<ObjectTags>> TagsOf(IReadOnlyList<string> objects);

    /// <summary>How many objects have each tag and are in each segment.</summary>
    [AlwaysInterleave]
    Task<TagSizes> Sizes();

    /// <summary>Sizes of a tag or of a segment over time, oldest first, by ten minutes for two weeks at most.</summary>
    [AlwaysInterleave]
    Task<IReadOnlyList<SizePoint>> History(string? tag, string? segment);

    /// <summary>Objects for which an expression holds, in a stable order.</summary>
    /// <exception cref="Sql.SqlRefusedException">The expression cannot be read, or names no tag.</exception>
    [AlwaysInterleave]
    Task<Page<string>> Members(string expression, PageRequest page);

    /// <summary>Objects of a segment, in a stable order.</summary>
    [AlwaysInterleave]
    Task<Page<string>> SegmentMembers(string segment, PageRequest page);

    /// <summary>All objects of the type, in a stable order.</summary>
    [AlwaysInterleave]
    Task<Page<string>> Everything(PageRequest page);

    /// <summary>Which of some objects are in a segment, in the order of the question; at most 1,000.</summary>
    [AlwaysInterleave]
    Task<IReadOnlyList<bool>> AreIn(string segment, IReadOnlyList<string> objects);

    /// <summary>An expression's size and some of its objects.</summary>
    [AlwaysInterleave]
    Task<SegmentTrial> Try(string expression);

    [AlwaysInterleave]
    Task<SegmentOverlap> Overlap(string first, string second);

    /// <summary>How 2 to 12 expressions overlap, each with each.</summary>
    [AlwaysInterleave]
    Task<SegmentMatrix> Overlaps(IReadOnlyList<string> expressions);

    /// <summary>How a tag's values are spread.</summary>
    [AlwaysInterleave]
    Task<TagSpread> Spread(string tag);

    /// <summary>Objects whose tags are most like an object's.</summary>
    /// <param name="limit">1 to 100.</param>
    [AlwaysInterleave]
    Task<TagPeers> Peers(string @object, int limit);

    /// <summary>When tags and segments came to an object and left it, as far as the topics keep it.</summary>
    [AlwaysInterleave]
    Task<TagTimeline> Timeline(string @object);

    /// <summary>Enters and leaves of a segment, oldest first.</summary>
    /// <param name="cursor">From the answer before; null: what comes from now on.</param>
    [AlwaysInterleave]
    Task<SegmentEvents> Events(string segment, long? cursor);

    /// <summary>Ends it with all that it keeps.</summary>
    [AlwaysInterleave]
    Task Forget();
}

/// <summary>What an index knows of its tags and segments.</summary>
/// <param name="Version">Rises; an older one is ignored.</param>
/// <param name="StartOffset">Of the topic of changes, where an index begins that has nothing yet.</param>
public sealed record TagIndexOrder(long Version, IReadOnlyList<IndexedTag> Tags, IReadOnlyList<IndexedSegment> Segments, long StartOffset);

/// <param name="Number">Of the type's tags, never given twice.</param>
/// <param name="Part">Of the set of conditions that it is a bit of; -1: its changes come by themselves.</param>
/// <param name="Bit">1 to 61, of the set's number.</param>
public sealed record IndexedTag(string Id, int Number, TagKind Kind, int Part, int Bit);

public sealed record IndexedSegment(string Id, string Expression);

/// <param name="Objects">Of the type in all.</param>
public sealed record TagSizes(long Objects, IReadOnlyDictionary<string, long> Tags, IReadOnlyDictionary<string, long> Segments);
