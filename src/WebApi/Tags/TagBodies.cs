using Orrery.Interfaces.Tags;

namespace Orrery.WebApi.Tags;

/// <param name="Facts">The first one says which objects there are.</param>
internal sealed record ObjectTypeBody(TagTitle? Title, IReadOnlyList<TagFacts>? Facts);

internal sealed record TagBody(TagTitle? Title, TagKind? Kind, TagRule? Rule, string? Owner, string? Parent, DateTimeOffset? ValidFrom, DateTimeOffset? ValidUntil)
{
    public TagDraft ToDraft() => new(Title!, Kind ?? TagKind.Boolean, Rule!, Owner, Parent, ValidFrom, ValidUntil);
}

internal sealed record TagMembersBody(IReadOnlyList<TagMember>? Members);

internal sealed record TagMembersAnswer(int Rows);

internal sealed record SegmentBody(TagTitle? Title, string? Expression, string? Owner);

internal sealed record ExpressionBody(string? Expression);

/// <param name="First">An expression.</param>
/// <param name="Second">Another.</param>
internal sealed record OverlapBody(string? First, string? Second);

/// <param name="Expressions">2 to 12.</param>
internal sealed record OverlapsBody(IReadOnlyList<string>? Expressions);

/// <param name="Objects">Ids, at most 1,000.</param>
internal sealed record ObjectsBody(IReadOnlyList<string>? Objects);

/// <param name="Members">In the order of the question.</param>
internal sealed record AreInAnswer(IReadOnlyList<bool> Members);

/// <param name="Secret">Requests are signed with it.</param>
internal sealed record HookBody(string? Url, string? Secret);
