using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orrery.Grains.Input;
using Orrery.Grains.Storing;
using Orrery.Interfaces;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.News;
using Orrery.Interfaces.Tenants;

namespace Orrery.Grains.News;

/// <summary>
/// An article's way.
/// <code>
/// draft ──submit──► waiting ──approve──► approved ──its time──► sending ──nobody waits──► sent ──resend──► sending
///   ▲ put, reject      │                    └──────────────── recall ─────────┴──────────────────► recalled
///   └──────────────────┘
/// </code>
/// Sending is two steps that may be done again at any point: recipients are put into their inboxes page by page, how far is stored behind each page; then inboxes release it to those whose hour has come. See <see cref="NewsInboxGrain"/>.
/// </summary>
[Reentrant]
sealed partial class NewsArticleGrain : Grain, INewsArticleGrain, IRemindable
{
    const int VersionsMax = 50, VersionsLengthMax = 2_000_000, ReasonMax = 500;

    readonly IPersistentState<NewsArticleState> stored;
    readonly StateWriter writer;
    readonly Announcement announcement;
    readonly NewsOptions options;
    readonly TimeProvider time;
    readonly ILogger<NewsArticleGrain> logger;
    IGrainTimer? look;
    NewsContent? content;

    public NewsArticleGrain([PersistentState("news-article")] IPersistentState<NewsArticleState> stored, IOptions<NewsOptions> options, TimeProvider time, ILogger<NewsArticleGrain> logger)
    {
        this.stored = stored;
        this.options = options.Value;
        this.time = time;
        this.logger = logger;
        writer = new StateWriter(stored, DeactivateOnIdle);
        announcement = new Announcement(this, "entry among news", Announce, logger);
    }

    string Key => this.GetPrimaryKeyString();

    string Tenant => EntityKeys.TenantOf(Key);

    NewsArticleState State => stored.State;

    INewsBookGrain Book => GrainFactory.GetGrain<INewsBookGrain>(Tenant);

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        look = this.RegisterGrainTimer(_ => GoOnAsync(), new GrainTimerCreationOptions { DueTime = Timeout.InfiniteTimeSpan, Period = Timeout.InfiniteTimeSpan });
        if (State.Version > 0)
            announcement.Soon();
        if (IsUnderWay)
            LookIn(TimeSpan.Zero);
        return Task.CompletedTask;
    }

    public Task<NewsInfo> Get() => Task.FromResult(Info());

    public async Task<NewsInfo> Put(NewsDraft draft, string user, long? version)
    {
        EntityKeys.CheckPart("id", EntityKeys.Leaf(Key));
        await GrainFactory.GetGrain<ITenantGrain>(Tenant).Get();
        NewsChecks.Check(draft);
        bool isNew = State.Version == 0;
        if (isNew && version is not null)
            throw new NotFoundException($"There is no article '{Key}' to change. Leave the version out to make it.");
        Expect(version);
        Write(draft, State.Attachments, user);
        await writer.WriteAsync();
        try
        {
            await announcement.TryNow();
        }
        catch (RefusalException) when (isNew)
        {
            await ForgetAsync();
            throw;
        }

        return Info();
    }

    public async Task<NewsInfo> Attach(string name, byte[]? content, string user, long? version)
    {
        MustExist();
        Expect(version);
        List<NewsAttachment> files = [.. State.Attachments.Where(file => file.Name != name)];
        if (content is null && files.Count == State.Attachments.Count)
            throw new NotFoundException($"'{Key}' has no file '{name}'.");
        if (content is not null)
        {
            string type = NewsChecks.TypeOf(name, content);
            if (files.Count >= NewsChecks.AttachmentsMax)
                throw new LimitReachedException($"'{Key}' has {NewsChecks.AttachmentsMax} files, the most an article may have. Take one away.");
            var file = new NewsAttachment(name, type, content.Length, Convert.ToHexStringLower(SHA256.HashData(content)));
            await File(file.Hash).Write(content);
            Expect(version);
            files.Add(file);
        }

        Write(State.Draft!, files, user);
        await writer.WriteAsync();
        await announcement.TryNow();
        return Info();
    }

    public async Task<byte[]> Attachment(string name)
    {
        MustExist();
        NewsAttachment file = State.Attachments.Find(file => file.Name == name) ?? throw new NotFoundException($"'{Key}' has no file '{name}'.");
        return await File(file.Hash).Read() ?? throw new NotFoundException($"What '{name}' held is not kept any more.");
    }

    public async Task<NewsInfo> Submit(string user, long? version, long? confirmedSize)
    {
        MustExist();
        Expect(version);
        if (State.State != NewsState.Draft)
            throw new ConflictException($"'{Key}' waits for approval already.");
        NewsDraft draft = State.Draft!;
        NewsAudienceSize size = await Book.Size(draft.Audience);
        CheckReach(draft, await Book.Settings());
        // A segment of all is everybody, however it is called.
        bool isEverybody = draft.Audience.Objects is null && size.Size > 0 && size.Size >= size.Of;
        if (isEverybody && confirmedSize != size.Size)
            throw new InvalidInputException("confirmedSize", $"The audience of '{Key}' is everybody: {size.Size:N0} of {size.Of:N0}. If that is meant, submit it with confirmedSize {size.Size}.");
        Expect(version);
        (State.State, State.SubmittedBy, State.Size, State.Reason) = (NewsState.Waiting, user, size.Size, null);
        return await MovedAsync();
    }

    public async Task<NewsInfo> Approve(string user, long? version)
    {
        MustExist();
        if (State.State != NewsState.Waiting)
            throw new ConflictException($"'{Key}' is {State.State} and does not wait for approval.");
        Expect(version);
        if (user == State.ChangedBy || user == State.SubmittedBy)
            throw new ConflictException($"'{user}' wrote or submitted '{Key}': somebody else is to approve it.");
        NewsSettings settings = await Book.Settings();
        NewsDraft draft = State.Draft!;
        CheckReach(draft, settings);
        if (State.State != NewsState.Waiting)
            throw new ConflictException($"'{Key}' was changed meanwhile. Read it again.");
        DateTimeOffset now = time.GetUtcNow();
        State.Order = new NewsOrder(
            Key, draft.Audience.Type, draft.Channels, draft.Schedule, settings.Reach.GetValueOrDefault(draft.Audience.Type, new NewsReach()), draft.Alternative?.Percent ?? 0, draft.IsUrgent, settings.CapCount, settings.CapDays,
            settings.QuietFrom, settings.QuietUntil);
        (State.State, State.ApprovedBy, State.ApprovedAt, State.First) = (NewsState.Approved, user, now, NewsHours.First(draft.Schedule, now));
        await StayAwakeAsync();
        NewsInfo info = await MovedAsync();
        LookIn(TimeSpan.Zero);
        return info;
    }

    public Task<NewsInfo> Reject(string user, string reason)
    {
        MustExist();
        if (State.State != NewsState.Waiting)
            throw new ConflictException($"'{Key}' is {State.State} and does not wait for approval.");
        (State.State, State.SubmittedBy, State.Reason) = (NewsState.Draft, null, $"{user}: {Reason(reason)}");
        return MovedAsync();
    }

    public async Task<NewsInfo> Recall(string user, string reason)
    {
        MustExist();
        string why = Reason(reason);
        if (State.State is NewsState.Draft or NewsState.Waiting)
            throw new ConflictException($"'{Key}' was never approved, so there is nothing to recall.");
        if (State.State == NewsState.Recalled)
            throw new ConflictException($"'{Key}' is recalled already.");
        (State.State, State.Reason, State.Next) = (NewsState.Recalled, $"{user}: {why}", null);
        await StayAwakeAsync();
        await MovedAsync();
        await GoOnAsync();
        return Info();
    }

    public async Task<NewsInfo> Resend(string user)
    {
        MustExist();
        if (State.State != NewsState.Sent)
            throw new ConflictException($"'{Key}' is {State.State}: what is sent to all can be sent once more to those who have not read it.");
        (State.State, State.Wave) = (NewsState.Sending, State.Wave + 1);
        await StayAwakeAsync();
        await MovedAsync();
        await GoOnAsync();
        return Info();
    }

    public Task<IReadOnlyList<NewsVersion>> Versions()
    {
        MustExist();
        return Task.FromResult<IReadOnlyList<NewsVersion>>([.. Enumerable.Reverse(State.Versions)]);
    }

    public async Task<NewsFunnel> Funnel()
    {
        MustExist();
        NewsFunnel[] parts = await Task.WhenAll(Inboxes().Select(inbox => inbox.Funnel(Key)));
        NewsFunnelRow[] rows =
        [
            .. parts.SelectMany(static part => part.Rows).GroupBy(static row => (row.Channel, row.Variant)).OrderBy(static same => same.Key).Select(static same => new NewsFunnelRow(
                same.Key.Channel, same.Key.Variant, same.Sum(static row => row.Sent), same.Sum(static row => row.Delivered), same.Sum(static row => row.Read), same.Sum(static row => row.Clicked), same.Sum(static row => row.Failed),
                same.Sum(static row => row.Doubtful), same.Sum(static row => row.Unreachable))),
        ];
        return new NewsFunnel(parts.Sum(static part => part.Audience), parts.Sum(static part => part.Waiting), parts.Sum(static part => part.Capped), parts.Sum(static part => part.Pending), rows, Winner(rows));
    }

    public Task<NewsReceipt> Receipt(string recipient)
    {
        MustExist();
        return GrainFactory.GetGrain<INewsInboxGrain>(NewsKeys.Inbox(Tenant, State.Draft!.Audience.Type, recipient)).Receipt(Key, recipient);
    }

    public Task<NewsContent> Content()
    {
        MustExist();
        if (State.Order is null)
            throw new ConflictException($"'{Key}' is not approved.");
        NewsDraft draft = State.Draft!;
        return Task.FromResult(content ??= new NewsContent(
            new Dictionary<string, IReadOnlyList<RenderedNews>> { ["a"] = [.. draft.Texts.Select(NewsMarkdown.Render)], ["b"] = [.. (draft.Alternative?.Texts ?? draft.Texts).Select(NewsMarkdown.Render)] }, [.. State.Attachments]));
    }

    public async Task Delete(string user)
    {
        MustExist();
        if (State.State is NewsState.Approved or NewsState.Sending)
            throw new ConflictException($"'{Key}' is on its way. Recall it first.");
        await ForgetAsync();
    }

    public async Task TenantDeleted()
    {
        if (State.Version > 0)
            await ForgetAsync();
    }

    /// <summary>The form with the greater share of clicks among those it was sent to, over all channels.</summary>
    static string? Winner(IEnumerable<NewsFunnelRow> rows)
    {
        (string Variant, double Share)[] shares = [.. rows.GroupBy(static row => row.Variant).Select(static same => (same.Key, same.Sum(static row => row.Clicked) / Math.Max(1.0, same.Sum(static row => row.Sent))))];
        return shares is [var one, var other] && one.Share != other.Share ? (one.Share > other.Share ? one.Variant : other.Variant) : null;
    }

    void Write(NewsDraft draft, List<NewsAttachment> files, string user)
    {
        if (State.State is not (NewsState.Draft or NewsState.Waiting))
            throw new ConflictException($"'{Key}' is {State.State}: it does not change any more. Write another article.");
        (State.Draft, State.Attachments, State.ChangedBy, State.ChangedAt, State.State, State.SubmittedBy) = (draft, files, user, time.GetUtcNow(), NewsState.Draft, null);
        State.Version++;
        State.Versions.Add(new NewsVersion(State.Version, draft, [.. files], user, State.ChangedAt));
        while (State.Versions.Count > VersionsMax || (State.Versions.Count > 1 && State.Versions.Sum(static version => NewsChecks.Length(version.Draft)) > VersionsLengthMax))
            State.Versions.RemoveAt(0);
    }

    /// <exception cref="NewsConflictException">The writer saw another version.</exception>
    void Expect(long? version)
    {
        if (version is null || version == State.Version)
            return;
        NewsVersion? seen = State.Versions.Find(known => known.Version == version);
        throw new NewsConflictException(
            $"'{Key}' is at version {State.Version}, not {version}: {State.ChangedBy} changed it since you read it. Read it again and repeat your change.", State.Version,
            seen is null ? [] : NewsChecks.Differences(seen.Draft, State.Draft!));
    }

    void CheckReach(NewsDraft draft, NewsSettings settings)
    {
        string type = draft.Audience.Type;
        NewsReach reach = settings.Reach.GetValueOrDefault(type, new NewsReach());
        if (draft.Channels.Contains(NewsChannel.Email) && reach.EmailTag is null)
            throw new InvalidInputException("channels", $"No e-mail address of '{type}' is known. Name the tag that is the address in the settings of news, or leave out e-mail.");
        if (draft.Channels.Contains(NewsChannel.Webhook) && settings.WebhookUrl is null)
            throw new InvalidInputException("channels", "The tenant has no webhook for news. Name one in the settings of news, or leave it out.");
        if (draft.Channels.Contains(NewsChannel.Sdk) && type == NewsKeys.PortalUsers)
            throw new InvalidInputException("channels", "Users of the portal have no inbox in the ERP: use the channel portal.");
        if (draft.Channels.Contains(NewsChannel.Portal) && type != NewsKeys.PortalUsers && !reach.IsPortalUsers)
            throw new InvalidInputException("channels", $"Objects of '{type}' are no users of the portal. Say so in the settings of news if their ids are users' names, or leave out the portal.");
    }

    static string Reason(string reason) => InputChecks.Text("reason", reason, ReasonMax) ?? throw new InvalidInputException("reason", "Say why: those who wrote it, and who got it, will ask.");

    async Task<NewsInfo> MovedAsync()
    {
        await writer.WriteAsync();
        NewsMessages.Moved(logger, Key, State.State.ToString(), State.Size);
        await announcement.TryNow();
        return Info();
    }

    async Task ForgetAsync()
    {
        foreach (INewsInboxGrain inbox in Inboxes())
            await inbox.Forget(Key);
        foreach (string hash in State.Versions.SelectMany(static version => version.Attachments).Select(static file => file.Hash).Distinct())
            await File(hash).Clear();
        await SleepAsync();
        await writer.ClearAsync();
        (stored.State, content) = (new NewsArticleState(), null);
        await Announce();
    }

    Task Announce() => Book.Set(EntityKeys.Leaf(Key), State.Version == 0 ? null : new NewsSummary(
        EntityKeys.Leaf(Key), State.Draft!.Texts.ToDictionary(static text => text.Language, static text => text.Title), State.State, State.Draft.Audience with { Objects = State.Draft.Audience.Objects is null ? null : [] }, State.Draft.Channels,
        State.Size, State.Version, State.ChangedBy, State.ChangedAt, State.Next ?? (State.State == NewsState.Approved ? State.First : null)));

    IBlockGrain File(string hash) => GrainFactory.GetGrain<IBlockGrain>($"news-files/{Key}/{hash}");

    IEnumerable<INewsInboxGrain> Inboxes() => State.Shards.Select(shard => GrainFactory.GetGrain<INewsInboxGrain>(NewsKeys.Inbox(Tenant, State.Draft!.Audience.Type, shard)));

    void MustExist()
    {
        if (State.Version == 0)
            throw new NotFoundException($"There is no article '{Key}'.");
    }

    NewsInfo Info()
    {
        MustExist();
        return new NewsInfo(
            Tenant, EntityKeys.Leaf(Key), State.Draft!, [.. State.Attachments], State.State, State.Version, State.ChangedBy, State.ChangedAt, State.SubmittedBy, State.ApprovedBy, State.ApprovedAt, State.Reason, State.Size, State.Wave,
            State.Next ?? (State.State == NewsState.Approved ? State.First : null), State.SentAt);
    }
}
