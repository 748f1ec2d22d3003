using System.Security.Cryptography;
using System.Text.Json;
using Orrery.Grains.Reviews.Sentiment;
using Orrery.Grains.Storing;
using Orrery.Interfaces;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Reviews;
using Orrery.Interfaces.Tags;

namespace Orrery.Grains.Reviews;

/// <summary>Forms as reviewers meet them.</summary>
sealed partial class ReviewBookGrain
{
    const int ShownMax = 50_000, TagsMax = 50, ImagesMax = 1_000, PublishedMax = 20;

    DateTimeOffset shownStored;
    bool shownChanged;

    public Task<IReadOnlyList<string>> Origins(string form) => Task.FromResult(Open(form).Versions[^1].Draft.Origins);

    public async Task<ReviewOffer> Offer(string form, ReviewSubject subject)
    {
        StoredForm open = Open(form);
        ReviewFormDraft draft = open.Versions[^1].Draft;
        string? known = KnownSubject(form, subject);
        string? because = known is null && !draft.Anonymous ? "unknown"
            : known is not null && shelf.OfSubject(form, known) is not null ? "answered"
            : known is not null && IsCapped(form, known, draft.Caps) ? "shown"
            : draft.Segment is not null && !await IsInSegmentAsync(draft, known) ? "segment" : null;
        return new ReviewOffer(new OfferedForm(draft.Title, draft.Thanks, draft.Questions, draft.Trigger, draft.Caps, open.Version), because is null, because);
    }

    public async Task Shown(string form, ReviewSubject subject)
    {
        Open(form);
        if (KnownSubject(form, subject) is not { } known)
            return;
        Dictionary<string, ShownTimes> times = storedShown.State.Times;
        string key = $"{form}/{known}";
        if (!times.ContainsKey(key) && times.Count >= ShownMax)
            times.Remove(times.MinBy(static pair => pair.Value.At).Key);
        times[key] = new ShownTimes((times.GetValueOrDefault(key)?.Times ?? 0) + 1, Now);
        shownChanged = true;
        // What a crash takes is shown once too often, at most to who came within the minute.
        if (Now - shownStored < ShownPeriod)
            return;
        shownStored = Now;
        shownChanged = false;
        await shownWriter.WriteAsync();
    }

    public async Task<ReviewReceipt> Submit(string form, ReviewSubject subject, ReviewSubmission submission)
    {
        StoredForm open = Open(form);
        ReviewChecks.SubmissionId(submission.Id);
        string? known = KnownSubject(form, subject);
        string digest = Digest(known, submission);
        if (shelf.OfSubmission(form, submission.Id) is { } before)
            return before.Digest == digest ? ReceiptOf(before.Review) : throw new ConflictException("A submission with this id was taken, and it was another one. Give each an id of its own.");
        if (known is null && !open.Versions[^1].Draft.Anonymous)
            throw new InvalidInputException("subject", "This form takes reviews only of people who were invited: their subject and its proof are missing, or do not fit.");
        if (known is not null && shelf.OfSubject(form, known) is not null)
            throw new ConflictException("This form was answered by this subject already. It is taken once.");
        ReviewFormDraft draft = DraftAt(open, submission.FormVersion);
        IReadOnlyList<ReviewAnswer> answers = ReviewChecks.Take(draft, submission);
        ReviewContext context = ReviewChecks.Take(submission.Context);
        IReadOnlyList<string> tags = known is null ? [] : await TagsOfAsync(draft.ObjectType, known);
        long number = Math.Max(shelf.Last, State.LastNumber) + 1;
        var review = new Review(number, form, submission.FormVersion, known, ReviewChecks.At(subject.IsTrusted ? submission.At : null, Now), answers, context, tags, Judge(answers), new ReviewModeration(ModerationState.Pending, null, null, null), null, null, 1);
        if (draft.Route is { } route && (!route.NegativeOnly || review.Sentiment.Label == SentimentLabel.Negative))
            review = review with { Task = new ReviewTask(route.Owner, Now.AddHours(route.Hours), null) };
        foreach (ReviewAnswerDraft picture in submission.Answers.Where(picture => answers.Any(answer => answer.Question == picture.Question && answer.Image is not null)))
            await ImageBlock(number, picture.Question).Write(picture.Image!);
        await AddAsync(new StoredReview(review, submission.Id, digest));
        if (review.Task is not null)
            await ArmAsync();
        return ReceiptOf(review);
    }

    public Task<ReviewReceipt> Receipt(string form, string submission) => Task.FromResult(
        shelf.OfSubmission(form, submission) is { Review: var review } ? ReceiptOf(review) : throw new NotFoundException("There is no such review."));

    public Task<IReadOnlyList<PublishedReview>> Published(string form)
    {
        Open(form);
        return Task.FromResult<IReadOnlyList<PublishedReview>>([.. shelf.All.Reverse().Select(static stored => stored.Review).Where(review => review.Form == form && review.Moderation.State == ModerationState.Published).Take(PublishedMax)
            .Select(static review => new PublishedReview(review.At, review.Answers.FirstOrDefault(static answer => answer.Kind == QuestionKind.Stars)?.Number, ReviewShelf.TextOf(review), review.Reply?.Text))]);
    }

    async Task AddAsync(StoredReview review)
    {
        int at = ReviewShelf.BlockOf(review.Review.Number);
        if (at >= State.EndBlock)
        {
            // First the place is known, then it is filled: an empty place is harmless.
            State.EndBlock = at + 1;
            if (State.FirstBlock == 0 && shelf.Last == 0)
                State.FirstBlock = at;
            int first = Math.Max(State.FirstBlock, State.EndBlock - ReviewShelf.BlocksMax);
            StoredReview[] oldest = [.. shelf.All.TakeWhile(old => ReviewShelf.BlockOf(old.Review.Number) < first)];
            State.FirstBlock = first;
            await writer.WriteAsync();
            foreach (StoredReview old in oldest)
                await ClearImagesAsync(old.Review);
            await shelf.RemoveAsync([.. oldest.Select(static old => old.Review.Number)]);
        }

        try
        {
            await shelf.PutAsync(review);
        }
        catch
        {
            // Memory holds what storage does not.
            DeactivateOnIdle();
            throw;
        }

        foreach (StoredReview old in shelf.All.Reverse().Where(static kept => HasImages(kept.Review)).Skip(ImagesMax).Take(1).ToArray())
        {
            await ClearImagesAsync(old.Review);
            await shelf.PutAsync(old with { Review = old.Review with { Answers = [.. old.Review.Answers.Where(static answer => answer.Image is null)] } });
        }
    }

    ReviewSentiment Judge(IReadOnlyList<ReviewAnswer> answers)
    {
        string text = string.Join('\n', answers.Where(static answer => answer.Text is not null).Select(static answer => answer.Text));
        if (text.Length > 0)
            return SentimentJudge.Judge(text, model);
        // Without a word, numbers say it.
        double mean = ReviewFigures.Mean(answers) ?? 0;
        return new ReviewSentiment(ReviewFigures.LabelOf(answers) ?? SentimentLabel.Neutral, Math.Round(mean, 3), []);
    }

    /// <summary>Who it is, as far as the tenant says so.</summary>
    string? KnownSubject(string form, ReviewSubject subject) => subject.Id is null ? null
        : subject.IsTrusted ? ReviewChecks.Subject("subject", subject.Id) : IsProven(form, subject) ? subject.Id : null;

    bool IsCapped(string form, string subject, ReviewCaps caps) =>
        storedShown.State.Times.TryGetValue($"{form}/{subject}", out ShownTimes? shown) && (shown.Times >= caps.TimesMax || Now - shown.At < TimeSpan.FromDays(caps.PauseDays));

    async Task<bool> IsInSegmentAsync(ReviewFormDraft draft, string? subject)
    {
        if (subject is null)
            return false;
        try
        {
            return (await Index(draft.ObjectType!).AreIn(draft.Segment!, [subject]))[0];
        }
        catch (NotFoundException)
        {
            // The segment was deleted: nobody is in it.
            return false;
        }
    }

    async Task<IReadOnlyList<string>> TagsOfAsync(string? type, string subject)
    {
        if (type is null)
            return [];
        try
        {
            ObjectTags found = (await Index(type).TagsOf([subject]))[0];
            return [.. found.Tags.Select(static tag => tag.Value is { } value ? $"{tag.Tag}={value}" : tag.Tag).Where(static tag => tag.Length <= 100).Take(TagsMax)];
        }
        catch (Exception failure) when (failure is NotFoundException or TimeoutException)
        {
            // A review counts more than its tags.
            ReviewMessages.TagsMissing(logger, Tenant, type, failure);
            return [];
        }
    }

    ITagIndexGrain Index(string type) => GrainFactory.GetGrain<ITagIndexGrain>(EntityKeys.Site(Tenant, type));

    IBlockGrain ImageBlock(long number, string question) => GrainFactory.GetGrain<IBlockGrain>($"review-images/{Tenant}/{number}/{question}");

    static bool HasImages(Review review) => review.Answers.Any(static answer => answer.Image is not null);

    async Task ClearImagesAsync(Review review)
    {
        foreach (ReviewAnswer answer in review.Answers.Where(static answer => answer.Image is not null))
            await ImageBlock(review.Number, answer.Question).Clear();
    }

    StoredForm Open(string form) => State.Forms.GetValueOrDefault(form) is { State: ReviewFormState.Open } open ? open : throw new NotFoundException("There is no such form, or it is not open. Ask who gave you its address.");

    static ReviewFormDraft DraftAt(StoredForm form, long version) => version <= form.Version && form.Versions.LastOrDefault(kept => kept.Version <= version) is { } at
        ? at.Draft
        : throw new InvalidInputException("formVersion", $"The form has no version {version} any more. Read it again.");

    static string Digest(string? subject, ReviewSubmission submission) => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(new { subject, submission })));

    static ReviewReceipt ReceiptOf(Review review) => new(review.Number, review.At, review.Reply?.Text, review.Reply?.At);
}
