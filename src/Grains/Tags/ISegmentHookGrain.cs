using Orrery.Interfaces.Tags;

namespace Orrery.Grains.Tags;

/// <summary>Carries a segment's enters and leaves to a webhook. Key: <c>tenant/type/hook</c>.</summary>
interface ISegmentHookGrain : IGrainWithStringKey
{
    /// <summary>Remembers what it is for; it hears what is told from now on.</summary>
    Task Begin(string segment, string url, byte[]? sealedSecret);

    [AlwaysInterleave]
    Task<SegmentHook> Get();

    /// <summary>Sees that it is delivering.</summary>
    [AlwaysInterleave]
    Task Wake();

    [AlwaysInterleave]
    Task Forget();
}
