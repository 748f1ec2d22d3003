using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Sql;

namespace Orrery.Interfaces.Tags;

/// <summary>
/// A tenant's object types, tags and segments. A tag is a live view of the tenant's SQL schema, <c>tag_TYPE_TAG</c> with the columns <c>object</c> and, unless it is boolean, <c>value</c>. Key: the tenant's id.
/// </summary>
public interface ITagBookGrain : IGrainWithStringKey
{
    /// <summary>By id.</summary>
    [AlwaysInterleave]
    Task<IReadOnlyList<ObjectTypeInfo>> Types();

    /// <summary>Makes or changes an object type.</summary>
    /// <param name="version">That is changed; null: whatever is there, also nothing.</param>
    /// <exception cref="InvalidInputException">A relation has no such key.</exception>
    /// <exception cref="ConflictException">Facts that tags read would be taken away.</exception>
    [AlwaysInterleave, ResponseTimeout("00:05:00")]
    Task<ObjectTypeInfo> PutType(string type, ObjectTypeDraft draft, string user, long? version);

    /// <exception cref="ConflictException">It has tags or segments.</exception>
    [AlwaysInterleave, ResponseTimeout("00:05:00")]
    Task DeleteType(string type, string user);

    /// <summary>By id.</summary>
    [AlwaysInterleave]
    Task<IReadOnlyList<TagInfo>> Tags(string type);

    [AlwaysInterleave]
    Task<TagView> Tag(string type, string tag);

    /// <summary>Makes or changes a tag; answers when its view is kept true.</summary>
    /// <exception cref="SqlRefusedException">The rule cannot be read or followed, with its place in the rule's text.</exception>
    /// <exception cref="ConflictException">It would read itself; the message names the way.</exception>
    [AlwaysInterleave, ResponseTimeout("00:05:00")]
    Task<TagInfo> PutTag(string type, string tag, TagDraft draft, string user, long? version);

    /// <exception cref="ConflictException">Something uses it.</exception>
    [AlwaysInterleave, ResponseTimeout("00:05:00")]
    Task DeleteTag(string type, string tag, string user);

    /// <summary>What a rule would do, without keeping it.</summary>
    /// <exception cref="SqlRefusedException">The rule cannot be read or followed.</exception>
    [AlwaysInterleave, ResponseTimeout("00:05:00")]
    Task<TagTrial> Try(string type, string tag, TagDraft draft);

    /// <summary>Puts and takes members of a list, at most 100,000 at once.</summary>
    /// <returns>How many rows were changed.</returns>
    /// <exception cref="ConflictException">The tag has a rule.</exception>
    [AlwaysInterleave, ResponseTimeout("00:02:00")]
    Task<int> SetMembers(string type, string tag, IReadOnlyList<TagMember> members, string user);

    /// <summary>Why an object has a tag, or does not have it.</summary>
    [AlwaysInterleave, ResponseTimeout("00:02:00")]
    Task<TagReason> Why(string type, string tag, string @object);

    [AlwaysInterleave]
    Task<IReadOnlyList<SegmentInfo>> Segments(string type);

    [AlwaysInterleave]
    Task<SegmentView> Segment(string type, string segment);

    /// <summary>Makes or changes a segment. What differs from the one before is told as enters and leaves.</summary>
    /// <exception cref="SqlRefusedException">The expression cannot be read, or names no tag, with its place.</exception>
    [AlwaysInterleave]
    Task<SegmentInfo> PutSegment(string type, string segment, SegmentDraft draft, string user, long? version);

    [AlwaysInterleave]
    Task DeleteSegment(string type, string segment, string user);

    /// <summary>An expression's size and some of its objects, without keeping it.</summary>
    [AlwaysInterleave]
    Task<SegmentTrial> TrySegment(string type, string expression);

    /// <summary>Adds a webhook to a segment: from now on it hears who enters and leaves.</summary>
    /// <exception cref="InvalidInputException">The address cannot be used; internal ones are refused.</exception>
    [AlwaysInterleave]
    Task<SegmentHook> AddHook(string type, string segment, SegmentHookDraft draft, string user);

    [AlwaysInterleave]
    Task RemoveHook(string type, string segment, string hook, string user);

    /// <summary>Sees that the indexes follow their tags. Called when silos start, and again and again.</summary>
    [AlwaysInterleave]
    Task Wake();

    /// <summary>Called by a tenant that is deleted.</summary>
    Task TenantDeleted();
}

/// <summary>The tenants that have object types. Key: <see cref="EntityKeys.Fleet"/>.</summary>
public interface ITagDirectoryGrain : IGrainWithStringKey
{
    /// <summary>Called by a tenant's first type. At most 10,000 tenants.</summary>
    Task Add(string tenant);

    Task Remove(string tenant);

    /// <summary>Sees that the tags of all tenants are followed.</summary>
    [AlwaysInterleave]
    Task WakeAll();
}
