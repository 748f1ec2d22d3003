using System.Text.Encodings.Web;
using System.Text.Json;
using Orrery.Grains.Alarms.Webhooks;
using Orrery.Grains.News.Mail;
using Orrery.Grains.Storing;
using Orrery.Grains.Tags;
using Orrery.Interfaces;
using Orrery.Interfaces.News;
using Orrery.Interfaces.Tags;

namespace Orrery.Grains.News;

/// <summary>
/// What leaves the house.
/// <code>
/// e-mail    some are noted as doubtful, sent, and noted as what became of them. A crash in between leaves them doubtful: they are shown so and not sent again, since nothing can tell whether the server took them.
/// webhook   a batch is posted until it is taken. A crash between the answer and its note posts it once more, each recipient with the same delivery id.
/// </code>
/// </summary>
sealed partial class NewsInboxGrain
{
    public const string HookPurpose = "news-webhook";

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly Dictionary<string, int> tried = new(StringComparer.Ordinal);

    // What is on the line now. A recall waits for it: nothing leaves once it has answered.
    Task handing = Task.CompletedTask;

    /// <summary>Sees that what waits is being delivered.</summary>
    void Deliver()
    {
        if (work.IsCompleted && !ending.IsCancellationRequested && Undelivered().Any())
            work = DeliverAsync(ending.Token);
    }

    IEnumerable<(NewsMarks Marks, StateWriter Writer, NewsChannel Channel)> Undelivered() =>
        from kept in articles.Values from channel in new[] { NewsChannel.Email, NewsChannel.Webhook } where kept.Marks.Pending(channel).Count > 0 select (kept.Marks, kept.Writer, channel);

    async Task DeliverAsync(CancellationToken cancellationToken)
    {
        await Task.Yield();
        TimeSpan pause = options.RetryPause;
        while (!cancellationToken.IsCancellationRequested && Undelivered().ToArray() is { Length: > 0 } round)
        {
            // What fails waits for itself only where nothing else can be delivered.
            bool hasMoved = false;
            foreach ((NewsMarks marks, StateWriter marksWriter, NewsChannel channel) in round)
            {
                string? problem;
                try
                {
                    problem = channel == NewsChannel.Email ? await MailAsync(marks, marksWriter, cancellationToken) : await PostAsync(marks, marksWriter, cancellationToken);
                }
                catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
                {
                    return;
                }
                catch (Exception failure)
                {
                    problem = failure.Message;
                }

                hasMoved |= problem is null;
                if (problem is not null)
                    NewsMessages.NotDelivered(logger, marks.Order.Article, Key, channel.ToString(), problem, pause);
            }

            if (hasMoved)
            {
                pause = options.RetryPause;
                continue;
            }

            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, options.RetryPauseMax.Ticks));
        }
    }

    /// <returns>Why some are to be tried later; null: none are.</returns>
    async Task<string?> MailAsync(NewsMarks marks, StateWriter marksWriter, CancellationToken cancellationToken)
    {
        NewsOrder order = marks.Order;
        ObjectBitmap pending = marks.Pending(NewsChannel.Email);
        if (pending.Count == 0)
            return null;
        // One that fails for now must not keep the others waiting.
        int from = tried.GetValueOrDefault(order.Article);
        int[] numbers = [.. pending.From(from).Concat(pending.From().TakeWhile(number => number < from)).Take(options.MailsAtOnce)];
        tried[order.Article] = numbers[^1] + 1;
        Dictionary<string, ObjectTags> facts = order.Reach.EmailTag is null ? [] : (await FactsAsync(order, [.. numbers.Select(number => roster[number])])).ToDictionary(static one => one.Object);
        NewsContent content = await ContentAsync(order.Article);
        IReadOnlyList<(NewsAttachment, byte[])> files = await FilesAsync(order.Article, content);
        var letters = new List<(int Number, MailLetter Letter)>();
        foreach (int number in numbers)
        {
            if (!facts.TryGetValue(roster[number], out ObjectTags? known) || Value(known, order.Reach.EmailTag) is not { Length: > 0 } address)
            {
                marks.Step(NewsChannel.Email, NewsStep.Unreachable).Add(number);
                continue;
            }

            string id = NewsKeys.Delivery(order.Article, roster[number], NewsChannel.Email, marks.Wave);
            letters.Add((number, new MailLetter(id, address, TextOf(content, marks.Alternative.Contains(number), Value(known, order.Reach.LanguageTag)), files)));
        }

        if (!mail.IsConfigured && letters.Count > 0)
            return await LaterAsync(marks, marksWriter, NewsChannel.Email, letters.Select(static each => each.Number), "no mail server is configured: Orrery:News:Mail:Host");
        // A recall while facts were asked for.
        if (marks.IsWithdrawn)
            return null;
        var later = new List<int>();
        string? problem = null;
        foreach ((int number, _) in letters)
        {
            marks.Step(NewsChannel.Email, NewsStep.Doubtful).Add(number);
            marks.UnderWay.Add(number);
        }

        try
        {
            await marksWriter.WriteAsync();
            await (handing = Task.WhenAll(letters.Select(SendAsync)));
        }
        finally
        {
            marks.UnderWay = new ObjectBitmap();
        }

        return await LaterAsync(marks, marksWriter, NewsChannel.Email, later, problem);

        async Task SendAsync((int Number, MailLetter Letter) each)
        {
            (MailOutcome outcome, string status) = marks.IsWithdrawn ? (MailOutcome.Later, "recalled") : await mail.SendAsync(each.Letter, cancellationToken);
            if (outcome == MailOutcome.Doubtful)
                return;
            marks.Step(NewsChannel.Email, NewsStep.Doubtful).Remove(each.Number);
            if (outcome == MailOutcome.Later)
            {
                later.Add(each.Number);
                problem = status;
                return;
            }

            marks.Step(NewsChannel.Email, outcome == MailOutcome.Sent ? NewsStep.Sent : NewsStep.Failed).Add(each.Number);
        }
    }

    /// <returns>Why the batch is to be tried later; null: it was taken.</returns>
    async Task<string?> PostAsync(NewsMarks marks, StateWriter marksWriter, CancellationToken cancellationToken)
    {
        NewsOrder order = marks.Order;
        int[] numbers = [.. marks.Pending(NewsChannel.Webhook).From().Take(options.WebhookRecipientsMax)];
        if (numbers.Length == 0)
            return null;
        if (await GrainFactory.GetGrain<INewsBookGrain>(EntityKeys.TenantOf(order.Article)).Hook() is not { } hook)
            return await LaterAsync(marks, marksWriter, NewsChannel.Webhook, numbers, "the tenant has no webhook for news");
        NewsContent content = await ContentAsync(order.Article);
        DateTimeOffset now = time.GetUtcNow();
        string id = NewsKeys.Delivery(order.Article, $"{Key}\n{numbers[0]}\n{numbers[^1]}\n{numbers.Length}", NewsChannel.Webhook, marks.Wave);
        string body = JsonSerializer.Serialize(new
        {
            id, order.Article, order.Type, marks.Wave, content.Texts,
            Recipients = numbers.Select(number => new
            {
                Object = roster[number], Delivery = NewsKeys.Delivery(order.Article, roster[number], NewsChannel.Webhook, marks.Wave), Variant = marks.Alternative.Contains(number) ? "b" : "a",
            }),
        }, Json);
        if (marks.IsWithdrawn)
            return null;
        Task<DeliveryResult> posting = webhooks.SendAsync(
            new Delivery(id, hook.Url, "news", body, now, 0, now), hook.SealedSecret is { } secret ? secrets.Open(secret, HookPurpose) : null, cancellationToken);
        handing = posting;
        DeliveryResult result = await posting;
        if (!result.Delivered)
            return await LaterAsync(marks, marksWriter, NewsChannel.Webhook, numbers, result.Status);
        foreach (int number in numbers)
            marks.Step(NewsChannel.Webhook, NewsStep.Sent).Add(number);
        await marksWriter.WriteAsync();
        return null;
    }

    /// <summary>Notes what was done, and gives up those that are too old.</summary>
    async Task<string?> LaterAsync(NewsMarks marks, StateWriter marksWriter, NewsChannel channel, IEnumerable<int> numbers, string? problem)
    {
        DateTimeOffset oldest = time.GetUtcNow() - options.GiveUpAfter;
        int left = 0;
        foreach (int number in numbers)
        {
            if (TimeOf(marks, number) <= oldest)
                marks.Step(channel, NewsStep.Failed).Add(number);
            else
                left++;
        }

        await marksWriter.WriteAsync();
        return left == 0 || marks.IsWithdrawn ? null : problem;
    }

    async Task<IReadOnlyList<(NewsAttachment, byte[])>> FilesAsync(string article, NewsContent content)
    {
        INewsArticleGrain grain = GrainFactory.GetGrain<INewsArticleGrain>(article);
        var files = new List<(NewsAttachment, byte[])>();
        foreach (NewsAttachment info in content.Attachments)
            files.Add((info, await grain.Attachment(info.Name)));
        return files;
    }
}
