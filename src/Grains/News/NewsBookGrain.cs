using Microsoft.Extensions.Options;
using Orrery.Grains.Alarms.Webhooks;
using Orrery.Grains.Input;
using Orrery.Grains.Secrets;
using Orrery.Grains.Storing;
using Orrery.Grains.Tags;
using Orrery.Interfaces;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.News;
using Orrery.Interfaces.Paging;
using Orrery.Interfaces.Tags;
using Orrery.Interfaces.Tenants;
using Orrery.Interfaces.Users;

namespace Orrery.Grains.News;

[Reentrant]
sealed class NewsBookGrain : Grain, INewsBookGrain
{
    const int CapMax = 1_000, CapDaysMax = 90, ReachMax = 50, Samples = 20, UsersMax = 500;
    static readonly NewsSettings Unset = new(0, 7, null, null, new Dictionary<string, NewsReach>(), null, null, false, 0);

    readonly IPersistentState<NewsBookState> stored;
    readonly StateWriter writer;
    readonly NewsOptions options;
    readonly WebhookOptions webhooks;
    readonly SecretBox secrets;

    public NewsBookGrain([PersistentState("news")] IPersistentState<NewsBookState> stored, IOptions<NewsOptions> options, IOptions<WebhookOptions> webhooks, SecretBox secrets)
    {
        this.stored = stored;
        this.options = options.Value;
        this.webhooks = webhooks.Value;
        this.secrets = secrets;
        writer = new StateWriter(stored, DeactivateOnIdle);
    }

    string Tenant => this.GetPrimaryKeyString();

    NewsBookState State => stored.State;

    public async Task<IReadOnlyList<NewsSummary>> List()
    {
        await GrainFactory.GetGrain<ITenantGrain>(Tenant).Get();
        return [.. State.Articles.Values.OrderByDescending(static article => article.ChangedAt).ThenBy(static article => article.Id, StringComparer.Ordinal)];
    }

    public Task<NewsSettings> Settings() => Task.FromResult(State.Settings ?? Unset);

    public async Task<NewsSettings> PutSettings(NewsSettings settings, string user, long? version)
    {
        await GrainFactory.GetGrain<ITenantGrain>(Tenant).Get();
        NewsSettings known = State.Settings ?? Unset;
        InputChecks.Version($"The settings of the news of '{Tenant}'", version, known.Version);
        if (settings.CapCount is < 0 or > CapMax)
            throw new InvalidInputException("capCount", $"capCount is {settings.CapCount}; it can be 0 (no cap) to {CapMax}.");
        if (settings.CapDays is < 1 or > CapDaysMax)
            throw new InvalidInputException("capDays", $"capDays is {settings.CapDays}; it can be 1 to {CapDaysMax}.");
        NewsHours.CheckQuiet(settings.QuietFrom, settings.QuietUntil);
        string? url = string.IsNullOrEmpty(settings.WebhookUrl) ? null : WebhookDrafts.CheckUrl("webhookUrl", settings.WebhookUrl, webhooks);
        if (settings.WebhookSecret?.Length > WebhookDrafts.SecretLengthMax)
            throw new InvalidInputException("webhookSecret", $"The secret has {settings.WebhookSecret.Length} characters; use at most {WebhookDrafts.SecretLengthMax}.");
        if (settings.Reach is null || settings.Reach.Count > ReachMax)
            throw new InvalidInputException("reach", $"Say of up to {ReachMax} types how their objects are reached.");
        foreach ((string type, NewsReach reach) in settings.Reach)
            await CheckReachAsync(type, reach);
        byte[]? secret = url is null || settings.WebhookSecret is "" ? null
            : settings.WebhookSecret is { } given ? secrets.Seal(given, NewsInboxGrain.HookPurpose)
            : url == known.WebhookUrl ? State.SealedSecret : null;
        InputChecks.Version($"The settings of the news of '{Tenant}'", version, (State.Settings ?? Unset).Version);
        (State.SealedSecret, State.Settings) = (secret, settings with { WebhookUrl = url, WebhookSecret = null, HasWebhookSecret = secret is not null, Version = known.Version + 1 });
        await writer.WriteAsync();
        return State.Settings;
    }

    public async Task<NewsAudienceSize> Size(NewsAudience audience)
    {
        NewsChecks.CheckAudience(audience);
        if (audience.Type == NewsKeys.PortalUsers)
        {
            string[] known = await UsersAsync(Tenant);
            if (audience.Objects is not { } names)
                return new(known.Length, known.Length, [.. known.Take(Samples)]);
            // The vendor's people may be told too, those of other tenants may not.
            string[] others = [.. names.Except(known).Except(await UsersAsync(null))];
            return others.Length == 0 ? new(names.Count, known.Length, [.. names.Take(Samples)])
                : throw new InvalidInputException("audience.objects", $"'{others[0]}' is no user of the tenant '{Tenant}' or of the vendor{(others.Length > 1 ? $", and {others.Length - 1} more" : "")}.");
        }

        ITagIndexGrain index = GrainFactory.GetGrain<ITagIndexGrain>(TagKeys.Index(Tenant, audience.Type));
        TagSizes sizes = await index.Sizes();
        if (audience.Objects is { } objects)
            return new(objects.Count, sizes.Objects, [.. objects.Take(Samples)]);
        if (audience.Segment is { } segment && !sizes.Segments.ContainsKey(segment))
            throw new InvalidInputException("audience.segment", $"There is no segment '{segment}' of the type '{audience.Type}'.");
        Page<string> first = audience.Segment is { } named ? await index.SegmentMembers(named, new PageRequest(Samples)) : await index.Everything(new PageRequest(Samples));
        return new(first.Total ?? first.Items.Count, sizes.Objects, first.Items);
    }

    public Task<string> Preview(string markdown) => markdown.Length <= NewsChecks.MarkdownMax
        ? Task.FromResult(NewsMarkdown.Render(new NewsText("", "", markdown)).Html)
        : throw new InvalidInputException("markdown", $"The text has {markdown.Length} characters; it can have up to {NewsChecks.MarkdownMax}.");

    public Task<NewsHook?> Hook() => Task.FromResult(State.Settings?.WebhookUrl is { } url ? new NewsHook(url, State.SealedSecret) : null);

    public Task Set(string article, NewsSummary? summary)
    {
        if (summary is null)
            return State.Articles.Remove(article) ? writer.WriteAsync() : writer.Pending;
        if (!State.Articles.ContainsKey(article) && State.Articles.Count >= options.ArticlesMax)
            throw new LimitReachedException($"The tenant '{Tenant}' has {options.ArticlesMax} articles, the most it may have. Delete old ones.");
        State.Articles[article] = summary;
        return writer.WriteAsync();
    }

    public async Task TenantDeleted()
    {
        foreach (string article in State.Articles.Keys.ToArray())
            await GrainFactory.GetGrain<INewsArticleGrain>(EntityKeys.Site(Tenant, article)).TenantDeleted();
        if (!stored.RecordExists)
            return;
        await writer.ClearAsync();
        stored.State = new NewsBookState();
    }

    /// <summary>Names of a tenant's users; null: of the vendor's.</summary>
    async Task<string[]> UsersAsync(string? tenant)
    {
        var names = new List<string>();
        string? cursor = null;
        do
        {
            Page<UserInfo> page = await GrainFactory.GetGrain<IUserDirectoryGrain>(EntityKeys.Fleet).List(new PageRequest(UsersMax, cursor), tenant);
            names.AddRange(page.Items.Where(user => user.Tenant == tenant).Select(static user => user.Name));
            cursor = page.Next;
        }
        while (cursor is not null);
        return [.. names];
    }

    async Task CheckReachAsync(string type, NewsReach reach)
    {
        ITagBookGrain tags = GrainFactory.GetGrain<ITagBookGrain>(Tenant);
        HashSet<string> known = [.. (await tags.Tags(type)).Where(static tag => tag.Kind == TagKind.Enumerated).Select(static tag => tag.Id)];
        foreach ((string field, string? tag) in new[] { ("emailTag", reach.EmailTag), ("zoneTag", reach.ZoneTag), ("languageTag", reach.LanguageTag) })
            if (tag is not null && !known.Contains(tag))
                throw new InvalidInputException($"reach.{type}.{field}", $"There is no tag '{tag}' of '{type}' whose value is a word. Make one of the kind enumerated, whose value is the fact: a column of the objects' table.");
    }
}
