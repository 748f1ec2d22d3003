using Orrery.Grains.Alarms.Webhooks;
using Orrery.Grains.Input;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Tags;

namespace Orrery.Grains.Tags;

/// <summary>Segments and who hears of them.</summary>
sealed partial class TagBookGrain
{
    const int HooksMax = 10, HookIdBytes = 6;
    public const string HookPurpose = "segment-webhook";

    ISegmentHookGrain Hook(string type, string hook) => GrainFactory.GetGrain<ISegmentHookGrain>(TagKeys.Hook(Tenant, type, hook));

    public async Task<IReadOnlyList<SegmentInfo>> Segments(string type)
    {
        StoredType known = Type(type);
        TagSizes sizes = await Index(type).Sizes();
        return [.. known.Segments.OrderBy(static segment => segment.Key, StringComparer.Ordinal).Select(segment => Info(segment.Key, segment.Value, sizes.Segments.GetValueOrDefault(segment.Key)))];
    }

    public async Task<SegmentView> Segment(string type, string segment)
    {
        StoredSegment known = SegmentOf(type, segment);
        SegmentInfo info = (await Segments(type)).First(other => other.Id == segment);
        return new SegmentView(
            info, Parsed(type, known.Draft.Expression), await Index(type).History(null, segment), TagKeys.Events(Tenant, type), await Task.WhenAll(known.Hooks.Select(hook => Hook(type, hook).Get())));
    }

    public async Task<SegmentInfo> PutSegment(string type, string segment, SegmentDraft draft, string user, long? version)
    {
        TagKeys.CheckTag(segment);
        Title(draft.Title);
        InputChecks.Text("owner", draft.Owner, OwnerMax);
        await ChangeAsync(async () =>
        {
            StoredType known = Type(type);
            known.Segments.TryGetValue(segment, out StoredSegment? former);
            Expected($"The segment '{segment}'", version, former?.Version);
            if (former is null && known.Segments.Count >= SegmentsMax)
                throw new LimitReachedException($"The object type '{type}' has {SegmentsMax} segments, the most it may have.");
            Parsed(type, draft.Expression);
            StoredSegment next = former ?? new StoredSegment { Draft = draft };
            (next.Draft, next.Version, next.User, next.At) = (draft, next.Version + 1, user, time.GetUtcNow());
            known.Segments[segment] = next;
            known.IndexVersion++;
            await writer.WriteAsync();
            await Index(type).Define(Order(known));
            return true;
        });
        return (await Segments(type)).First(other => other.Id == segment);
    }

    public Task DeleteSegment(string type, string segment, string user) => ChangeAsync(async () =>
    {
        StoredType known = Type(type);
        foreach (string hook in SegmentOf(type, segment).Hooks)
            await Hook(type, hook).Forget();
        known.Segments.Remove(segment);
        known.IndexVersion++;
        await writer.WriteAsync();
        await Index(type).Define(Order(known));
        return true;
    });

    public Task<SegmentTrial> TrySegment(string type, string expression)
    {
        Type(type);
        return Index(type).Try(expression);
    }

    public Task<SegmentHook> AddHook(string type, string segment, SegmentHookDraft draft, string user) => ChangeAsync(async () =>
    {
        StoredSegment known = SegmentOf(type, segment);
        if (known.Hooks.Count >= HooksMax)
            throw new LimitReachedException($"The segment '{segment}' has {HooksMax} webhooks, the most it may have.");
        string url = WebhookDrafts.CheckUrl("url", draft.Url, webhooks);
        if (draft.Secret?.Length > WebhookDrafts.SecretLengthMax)
            throw new InvalidInputException("secret", $"The secret has {draft.Secret.Length} characters; use at most {WebhookDrafts.SecretLengthMax}.");
        byte[] id = new byte[HookIdBytes];
        random.Fill(id);
        string hook = Convert.ToHexStringLower(id);
        // The hook is there before the segment names it: one that nobody names hears nothing.
        await Hook(type, hook).Begin(segment, url, string.IsNullOrEmpty(draft.Secret) ? null : secrets.Seal(draft.Secret, HookPurpose));
        known.Hooks.Add(hook);
        await writer.WriteAsync();
        await Hook(type, hook).Wake();
        return await Hook(type, hook).Get();
    });

    public Task RemoveHook(string type, string segment, string hook, string user) => ChangeAsync(async () =>
    {
        if (!SegmentOf(type, segment).Hooks.Remove(hook))
            throw new NotFoundException($"The segment '{segment}' has no webhook '{hook}'.");
        await writer.WriteAsync();
        await Hook(type, hook).Forget();
        return true;
    });

    SegmentNode Parsed(string type, string expression)
    {
        StoredType known = Type(type);
        return SegmentExpression.Parse(expression, name => known.Tags.TryGetValue(name, out StoredTag? tag) ? tag.Draft.Kind : null);
    }

    StoredSegment SegmentOf(string type, string segment) => Type(type).Segments.TryGetValue(segment, out StoredSegment? known) ? known : throw new NotFoundException($"There is no segment '{segment}' of '{type}'.");

    static SegmentInfo Info(string id, StoredSegment segment, long size) => new(id, segment.Draft.Title, segment.Draft.Expression, segment.Draft.Owner ?? "", size, segment.Version, segment.User, segment.At);
}
