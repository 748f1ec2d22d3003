using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orrery.Grains.Alarms.Webhooks;
using Orrery.Grains.News.Mail;
using Orrery.Grains.Secrets;
using Orrery.Grains.Storing;
using Orrery.Grains.Tags;
using Orrery.Interfaces;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.News;
using Orrery.Interfaces.Tags;

namespace Orrery.Grains.News;

/// <summary>
/// A share of a type's recipients. Who they are stands in blocks of names, where each article stands with them in a block of its own, see <see cref="NewsMarks"/>: a receipt rewrites a few kilobytes. All that
/// decides whether a recipient gets something (had it already, caps, quiet hours) is here, one change at a time.
/// </summary>
[Reentrant]
sealed partial class NewsInboxGrain : Grain, INewsInboxGrain
{
    const int ItemsMax = 100, FactsAtOnce = 1_000, WaitSecondsMax = 20;

    readonly IPersistentState<NewsInboxState> stored;
    readonly StateWriter writer;
    readonly NewsRoster roster;
    readonly MailSender mail;
    readonly WebhookSender webhooks;
    readonly SecretBox secrets;
    readonly NewsOptions options;
    readonly TimeProvider time;
    readonly ILogger<NewsInboxGrain> logger;
    readonly Dictionary<string, (NewsMarks Marks, StateWriter Writer)> articles = new(StringComparer.Ordinal);
    readonly Dictionary<string, NewsContent> contents = new(StringComparer.Ordinal);
    readonly SemaphoreSlim taking = new(1);
    readonly CancellationTokenSource ending = new();
    readonly string activation;
    TaskCompletionSource came = new(TaskCreationOptions.RunContinuationsAsynchronously);
    Task work = Task.CompletedTask;
    long changes;

    public NewsInboxGrain(
        [PersistentState("news-inbox")] IPersistentState<NewsInboxState> stored, MailSender mail, WebhookSender webhooks, SecretBox secrets, SecretSource random, IOptions<NewsOptions> options, TimeProvider time,
        ILogger<NewsInboxGrain> logger)
    {
        this.stored = stored;
        this.mail = mail;
        this.webhooks = webhooks;
        this.secrets = secrets;
        this.options = options.Value;
        this.time = time;
        this.logger = logger;
        writer = new StateWriter(stored, DeactivateOnIdle);
        roster = new NewsRoster(number => Block($"names-{number}"));
        byte[] name = new byte[6];
        random.Fill(name);
        activation = Convert.ToHexStringLower(name);
    }

    string Key => this.GetPrimaryKeyString();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await roster.LoadAsync(stored.State.Names);
        foreach (string article in stored.State.Articles.ToArray())
            if (await Block(article).Read() is { } bytes)
                Keep(article, NewsMarks.Read(bytes));
        Deliver();
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await ending.CancelAsync();
        await StateWriter.Settled(work.WaitAsync(options.StopPatience, time, CancellationToken.None));
    }

    public async Task Take(NewsOrder order, IReadOnlyList<string> recipients)
    {
        await taking.WaitAsync();
        try
        {
            if (!articles.TryGetValue(order.Article, out (NewsMarks Marks, StateWriter Writer) kept))
                kept = Keep(order.Article, new NewsMarks { Order = order });
            NewsMarks marks = kept.Marks;
            foreach (string recipient in recipients)
            {
                int number = roster.Add(recipient);
                marks.Audience.Add(number);
                if (order.AlternativePercent > 0 && NewsKeys.IsAlternative(order.Article, recipient, order.AlternativePercent))
                    marks.Alternative.Add(number);
            }

            if (order.Reach.ZoneTag is { } tag)
                foreach (ObjectTags facts in await FactsAsync(order, recipients))
                    if (Value(facts, tag) is { } zone && zone != order.Schedule.Zone && NewsHours.Zone(zone) is not null)
                        ZoneOf(marks, zone).Add(roster.Add(facts.Object));
            // Names before numbers, numbers before the list that says that they are there.
            await roster.WriteAsync();
            await kept.Writer.WriteAsync();
            if (stored.State.Names == roster.Count && stored.State.Articles.Contains(order.Article))
                return;
            stored.State.Names = roster.Count;
            stored.State.Articles.Add(order.Article);
            await writer.WriteAsync();
        }
        finally
        {
            taking.Release();
        }
    }

    public async Task<NewsRelease> Release(string article, int wave)
    {
        if (!articles.TryGetValue(article, out (NewsMarks Marks, StateWriter Writer) kept))
            return new NewsRelease(0, 0, null);
        NewsMarks marks = kept.Marks;
        DateTimeOffset now = time.GetUtcNow();
        DateTimeOffset? next = null;
        var given = new ObjectBitmap();
        (int Wave, long Capped) before = (marks.Wave, marks.Capped.Count);
        if (!marks.IsWithdrawn)
        {
            if (wave > marks.Wave && marks.Wave > 0)
                given = Again(marks);
            marks.Wave = Math.Max(marks.Wave, wave);
            ObjectBitmap waiting = marks.Waiting, others = marks.Zones.Values.Aggregate(waiting, ObjectBitmap.Except);
            foreach ((string zone, ObjectBitmap recipients) in marks.Zones.Select(static zone => (zone.Key, zone.Value)).Prepend(("", others)))
            {
                ObjectBitmap due = ObjectBitmap.And(waiting, recipients);
                if (due.Count == 0)
                    continue;
                DateTimeOffset at = NewsHours.Due(marks.Order, zone, now);
                if (at <= now)
                    given = ObjectBitmap.Or(given, Uncapped(marks, due, now));
                else if (!(next <= at))
                    next = at;
            }
        }

        if (given.Count > 0)
        {
            marks.Released = ObjectBitmap.Or(marks.Released, given);
            NoteTime(marks, now, given);
        }

        await (given.Count > 0 || before != (marks.Wave, marks.Capped.Count) ? kept.Writer.WriteAsync() : kept.Writer.Pending);
        if (given.Count > 0)
            Tell();
        Deliver();
        return new NewsRelease(marks.Waiting.Count, marks.Pending(NewsChannel.Email).Count + marks.Pending(NewsChannel.Webhook).Count, next);
    }

    public async Task Withdraw(string article)
    {
        if (!articles.TryGetValue(article, out (NewsMarks Marks, StateWriter Writer) kept))
            return;
        kept.Marks.IsWithdrawn = true;
        await kept.Writer.WriteAsync();
        Tell();
        await StateWriter.Settled(handing);
    }

    public async Task Forget(string article)
    {
        if (!articles.Remove(article, out (NewsMarks Marks, StateWriter Writer) kept))
            return;
        kept.Marks.IsWithdrawn = true;
        await kept.Writer.ClearAsync();
        contents.Remove(article);
        stored.State.Articles.Remove(article);
        await writer.WriteAsync();
        Tell();
    }

    public Task<NewsFunnel> Funnel(string article) =>
        Task.FromResult(articles.TryGetValue(article, out (NewsMarks Marks, StateWriter Writer) kept) ? kept.Marks.Funnel() : new NewsFunnel(0, 0, 0, 0, [], null));

    public Task<NewsReceipt> Receipt(string article, string recipient)
    {
        if (!articles.TryGetValue(article, out (NewsMarks Marks, StateWriter Writer) kept) || roster.Find(recipient) is not { } number || !kept.Marks.Audience.Contains(number))
            return Task.FromResult(new NewsReceipt(recipient, false, false, "a", null, new Dictionary<NewsChannel, IReadOnlyList<NewsStep>>()));
        NewsMarks marks = kept.Marks;
        var steps = new Dictionary<NewsChannel, IReadOnlyList<NewsStep>>();
        foreach (NewsChannel channel in marks.Order.Channels)
            steps[channel] = [.. Enum.GetValues<NewsStep>().Where(step => marks.Step(channel, step).Contains(number) || (step == NewsStep.Sent && channel is NewsChannel.Portal or NewsChannel.Sdk && marks.Released.Contains(number)))];
        return Task.FromResult(new NewsReceipt(recipient, true, marks.Capped.Contains(number), marks.Alternative.Contains(number) ? "b" : "a", TimeOf(marks, number), steps));
    }

    public async Task<NewsInbox> Open(string recipient, NewsChannel channel, string? language, string? stamp, int waitSeconds)
    {
        if (waitSeconds is < 0 or > WaitSecondsMax)
            throw new InvalidInputException("wait", $"wait is {waitSeconds}; it can be 0 to {WaitSecondsMax} seconds.");
        if (stamp == Stamp && waitSeconds > 0)
        {
            using var waited = CancellationTokenSource.CreateLinkedTokenSource(ending.Token);
            await Task.WhenAny(came.Task, Task.Delay(TimeSpan.FromSeconds(waitSeconds), time, waited.Token));
            await waited.CancelAsync();
        }

        string now = Stamp;
        var items = new List<NewsItem>();
        if (roster.Find(recipient) is { } number)
        {
            foreach ((NewsMarks marks, StateWriter marksWriter) in Of(number, channel).OrderByDescending(kept => TimeOf(kept.Marks, number)).ThenByDescending(static kept => kept.Marks.Order.Article, StringComparer.Ordinal).Take(ItemsMax).ToArray())
            {
                items.Add(await ItemAsync(marks, number, language));
                if (!marks.IsWithdrawn && marks.Step(channel, NewsStep.Delivered).Add(number))
                    await marksWriter.WriteAsync();
            }
        }

        return new NewsInbox(items, items.Count(static item => !item.IsRead), now);
    }

    public Task<int> Unread(string recipient, NewsChannel channel) =>
        Task.FromResult(roster.Find(recipient) is { } number ? Of(number, channel).Count(kept => !kept.Marks.IsRead(number)) : 0);

    public Task Mark(string article, string recipient, NewsChannel channel, NewsStep step)
    {
        if (step is not (NewsStep.Read or NewsStep.Clicked))
            throw new InvalidInputException("step", "A reader tells that something was read or clicked.");
        if (roster.Find(recipient) is not { } number || !articles.TryGetValue(article, out (NewsMarks Marks, StateWriter Writer) kept) || !kept.Marks.Has(channel) || !kept.Marks.Released.Contains(number))
            throw new NotFoundException($"'{recipient}' has no article '{article}'.");
        bool isNew = kept.Marks.Step(channel, NewsStep.Read).Add(number);
        isNew |= kept.Marks.Step(channel, NewsStep.Delivered).Add(number);
        if (step == NewsStep.Clicked)
            isNew |= kept.Marks.Step(channel, NewsStep.Clicked).Add(number);
        return isNew ? kept.Writer.WriteAsync() : kept.Writer.Pending;
    }

    string Stamp => string.Create(CultureInfo.InvariantCulture, $"{activation}-{changes}");

    IEnumerable<(NewsMarks Marks, StateWriter Writer)> Of(int number, NewsChannel channel) =>
        articles.Values.Where(kept => kept.Marks.Has(channel) && kept.Marks.Released.Contains(number) && (!kept.Marks.IsWithdrawn || kept.Marks.IsRead(number)));

    async Task<NewsItem> ItemAsync(NewsMarks marks, int number, string? language)
    {
        NewsContent content = await ContentAsync(marks.Order.Article);
        RenderedNews text = TextOf(content, marks.Alternative.Contains(number), language);
        return new NewsItem(
            marks.Order.Article, text.Title, marks.IsWithdrawn ? "" : text.Html, text.Language, TimeOf(marks, number) ?? default, marks.IsRead(number), marks.IsWithdrawn, marks.IsWithdrawn ? [] : content.Attachments);
    }

    static RenderedNews TextOf(NewsContent content, bool isAlternative, string? language)
    {
        IReadOnlyList<RenderedNews> texts = content.Texts[isAlternative ? "b" : "a"];
        string wanted = language?.Split('-', '_')[0] ?? "";
        return texts.FirstOrDefault(text => text.Language.Equals(language, StringComparison.OrdinalIgnoreCase))
            ?? texts.FirstOrDefault(text => text.Language.Split('-')[0].Equals(wanted, StringComparison.OrdinalIgnoreCase)) ?? texts[0];
    }

    async Task<NewsContent> ContentAsync(string article)
    {
        if (!contents.TryGetValue(article, out NewsContent? content))
            contents[article] = content = await GrainFactory.GetGrain<INewsArticleGrain>(article).Content();
        return content;
    }

    /// <summary>The unread ones, who get it once more: what is outside is to be tried again for them.</summary>
    ObjectBitmap Again(NewsMarks marks)
    {
        ObjectBitmap unread = marks.Unread();
        foreach (NewsChannel channel in new[] { NewsChannel.Email, NewsChannel.Webhook })
            foreach (NewsStep step in new[] { NewsStep.Sent, NewsStep.Failed, NewsStep.Doubtful })
                marks.SetStep(channel, step, ObjectBitmap.Except(marks.Step(channel, step), unread));
        return unread;
    }

    /// <summary>Those who may have one more; the others are noted.</summary>
    ObjectBitmap Uncapped(NewsMarks marks, ObjectBitmap due, DateTimeOffset now)
    {
        if (marks.Order.CapCount == 0 || marks.Order.IsUrgent)
            return due;
        long since = now.AddDays(-marks.Order.CapDays).ToUnixTimeSeconds() / 60;
        ObjectBitmap[] recent = [.. articles.Values.Where(kept => kept.Marks != marks && kept.Marks.Order.Article.StartsWith(EntityKeys.TenantOf(marks.Order.Article) + "/", StringComparison.Ordinal))
            .Select(kept => kept.Marks.Times.Where(each => each.Minute >= since).Select(static each => each.Recipients).Aggregate(new ObjectBitmap(), ObjectBitmap.Or)).Where(static had => had.Count > 0)];
        if (recent.Length < marks.Order.CapCount)
            return due;
        var allowed = new ObjectBitmap();
        foreach (int number in due.From())
            (recent.Count(had => had.Contains(number)) < marks.Order.CapCount ? allowed : marks.Capped).Add(number);
        return allowed;
    }

    static void NoteTime(NewsMarks marks, DateTimeOffset now, ObjectBitmap given)
    {
        long minute = now.ToUnixTimeSeconds() / 60;
        if (marks.Times is [.., { } last] && last.Minute == minute)
            marks.Times[^1] = (minute, ObjectBitmap.Or(last.Recipients, given));
        else
            marks.Times.Add((minute, given));
    }

    static DateTimeOffset? TimeOf(NewsMarks marks, int number)
    {
        for (int place = marks.Times.Count - 1; place >= 0; place--)
            if (marks.Times[place].Recipients.Contains(number))
                return DateTimeOffset.FromUnixTimeSeconds(marks.Times[place].Minute * 60);
        return null;
    }

    static ObjectBitmap ZoneOf(NewsMarks marks, string zone) => marks.Zones.TryGetValue(zone, out ObjectBitmap? known) ? known : marks.Zones[zone] = new ObjectBitmap();

    /// <summary>Facts of objects of the order's type.</summary>
    async Task<List<ObjectTags>> FactsAsync(NewsOrder order, IReadOnlyList<string> objects)
    {
        var found = new List<ObjectTags>(objects.Count);
        if (order.Type == NewsKeys.PortalUsers)
            return found;
        ITagIndexGrain index = GrainFactory.GetGrain<ITagIndexGrain>(TagKeys.Index(EntityKeys.TenantOf(order.Article), order.Type));
        foreach (string[] part in objects.Chunk(FactsAtOnce))
            found.AddRange(await index.TagsOf(part));
        return found;
    }

    static string? Value(ObjectTags facts, string? tag) => tag is null ? null : facts.Tags.FirstOrDefault(held => held.Tag == tag)?.Value;

    (NewsMarks Marks, StateWriter Writer) Keep(string article, NewsMarks marks) =>
        articles[article] = (marks, new StateWriter(new MarksStorage(Block(article), marks), DeactivateOnIdle));

    void Tell()
    {
        changes++;
        TaskCompletionSource waited = came;
        came = new(TaskCreationOptions.RunContinuationsAsynchronously);
        waited.TrySetResult();
    }

    IBlockGrain Block(string name) => GrainFactory.GetGrain<IBlockGrain>($"news/{Key}/{name}");
}
