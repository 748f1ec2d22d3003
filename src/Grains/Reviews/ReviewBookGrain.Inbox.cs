using Orrery.Grains.Input;
using Orrery.Grains.Paging;
using Orrery.Grains.Reviews.Sentiment;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Paging;
using Orrery.Interfaces.Reviews;

namespace Orrery.Grains.Reviews;

/// <summary>Reviews as the tenant's people work with them.</summary>
sealed partial class ReviewBookGrain
{
    const int ReasonLengthMax = 500, TextsMin = 30, TextsMax = 5_000, TextLengthMax = 10_000;

    public Task<Page<Review>> List(ReviewFilter filter, PageRequest page)
    {
        IReadOnlySet<long>? found = shelf.Search(page.Search);
        IEnumerable<Review> reviews = Filtered(filter).Where(review => found?.Contains(review.Number) ?? true);
        return Task.FromResult(Pages.Cut(reviews, static review => review.Number.ToString("D12", System.Globalization.CultureInfo.InvariantCulture), static (_, _) => true, page with { Search = null }, descending: true));
    }

    public Task<Review> Get(long number) => Task.FromResult(Existing(number).Review);

    public Task<Review> Moderate(long number, ModerationState state, string? reason, string user, long? version)
    {
        string? why = InputChecks.Text("reason", reason, ReasonLengthMax)?.Trim();
        if (state == ModerationState.Hidden && why is null)
            throw new InvalidInputException("reason", "Say why it is hidden: others will ask.");
        return ChangeAsync(number, version, review => review with
        {
            Moderation = new ReviewModeration(state, why, user, Now),
            Task = state == ModerationState.Hidden && review.Task is { DoneAt: null } task ? task with { DoneAt = Now } : review.Task,
        });
    }

    public Task<Review> Reply(long number, string text, string user, long? version)
    {
        string reply = ReviewChecks.Needed("text", text);
        return ChangeAsync(number, version, review => review with { Reply = new ReviewReply(reply, user, Now), Task = review.Task is { DoneAt: null } task ? task with { DoneAt = Now } : review.Task });
    }

    public async Task<Review> Assign(long number, string? owner, int hours, string user, long? version)
    {
        if (owner is null)
            return await ChangeAsync(number, version, static review => review with { Task = null });
        var task = new ReviewTask(owner, Now.AddHours(ReviewChecks.Hours("hours", hours)), null);
        await CheckOwnerAsync("owner", owner);
        return await ChangeAsync(number, version, review => review with { Task = task });
    }

    public async Task<byte[]> Screenshot(long number, string question) =>
        Existing(number).Review.Answers.Any(answer => answer.Question == question && answer.Image is not null) && await ImageBlock(number, question).Read() is { } image
            ? image
            : throw new NotFoundException($"The review {number} has no such picture, or it is older than the newest {ImagesMax:N0}.");

    public Task<ReviewResults> Results(ReviewFilter filter, ResultGroup group, ResultStep step) =>
        Task.FromResult(ReviewFigures.Of([.. Filtered(filter).Where(review => filter.State is not null || review.Moderation.State != ModerationState.Hidden)], group, step));

    public Task<ReviewSentiment> Judge(string text) => Task.FromResult(SentimentJudge.Judge(InputChecks.Text("text", text, TextLengthMax) ?? throw new InvalidInputException("text", "Write something to judge."), model));

    public Task<SentimentReport?> Model() => Task.FromResult(storedModel.State.Report);

    public async Task<SentimentReport> Train(IReadOnlyList<LabelledText> texts, string user)
    {
        if (texts.Count == 0)
            texts = [.. shelf.All.Select(static stored => stored.Review).Where(static review => review.Moderation.State != ModerationState.Hidden && ReviewShelf.TextOf(review).Length > 0 && ReviewFigures.LabelOf(review.Answers) is not null)
                .Select(static review => new LabelledText(ReviewShelf.TextOf(review), ReviewFigures.LabelOf(review.Answers)!.Value)).TakeLast(TextsMax)];
        if (texts.Count is < TextsMin or > TextsMax)
            throw new InvalidInputException("texts", $"{texts.Count} texts with a label; a model is trained with {TextsMin} to {TextsMax:N0}.");
        for (int at = 0; at < texts.Count; at++)
            if (InputChecks.Text($"texts[{at}].text", texts[at].Text, TextLengthMax) is null)
                throw new InvalidInputException($"texts[{at}].text", "The text is empty.");
        // It takes seconds: beside the turn's thread, on what the turn holds still.
        (SentimentModel trained, Score own, Score lexicon) = await Task.Run(() => SentimentJudge.Train(texts));
        bool isUsed = own.MacroF1 > lexicon.MacroF1;
        storedModel.State = new ReviewModelState
        {
            Weights = isUsed ? trained.ToBytes() : null,
            Report = new SentimentReport(texts.Count, Math.Round(own.Accuracy, 3), Math.Round(own.MacroF1, 3), Math.Round(lexicon.Accuracy, 3), Math.Round(lexicon.MacroF1, 3), isUsed, user, Now),
        };
        await modelWriter.WriteAsync();
        model = isUsed ? trained : null;
        return storedModel.State.Report;
    }

    IEnumerable<Review> Filtered(ReviewFilter filter)
    {
        DateTimeOffset now = Now;
        return shelf.All.Select(static stored => stored.Review).Where(review =>
            (filter.Form is null || review.Form == filter.Form) && (filter.Sentiment is null || review.Sentiment.Label == filter.Sentiment) && (filter.State is null || review.Moderation.State == filter.State)
            && (filter.Owner is null || review.Task?.Owner == filter.Owner) && (!filter.Overdue || IsLate(review, now)) && (filter.Tag is null || review.Tags.Contains(filter.Tag))
            && (filter.Version is null || review.Context.Version == filter.Version) && (filter.Module is null || review.Context.Module == filter.Module) && (filter.Subject is null || review.Subject == filter.Subject)
            && !(review.At < filter.From) && !(review.At >= filter.To));
    }

    async Task<Review> ChangeAsync(long number, long? version, Func<Review, Review> change)
    {
        StoredReview known = Existing(number);
        InputChecks.Version($"The review {number}", version, known.Review.Version);
        Review changed = change(known.Review) with { Version = known.Review.Version + 1 };
        try
        {
            await shelf.PutAsync(known with { Review = changed });
        }
        catch
        {
            DeactivateOnIdle();
            throw;
        }

        if (known.Review.Task == changed.Task)
            return changed;
        if (IsLate(known.Review, Now) && !IsLate(changed, Now))
            await Book.Report(ReviewAlarms.Overdue(Tenant, known.Review, holds: false));
        await ArmAsync();
        return changed;
    }

    StoredReview Existing(long number) => shelf.Find(number) ?? throw new NotFoundException($"The tenant '{Tenant}' has no review {number}.");
}
