using Microsoft.Extensions.Logging;
using Orrery.Grains.Input;
using Orrery.Grains.Reviews.Sentiment;
using Orrery.Grains.Secrets;
using Orrery.Grains.Storing;
using Orrery.Interfaces;
using Orrery.Interfaces.Alarms;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Reviews;

namespace Orrery.Grains.Reviews;

/// <summary>One owner for a tenant's forms and reviews, so that "once" is a look into memory within a turn.</summary>
/// <remarks>
/// <para>What is hard, and what is done about it. <em>Once of each subject</em>: the book takes one review at a time, finds the subject and the submission's id among what it has, and answers when the review's block is stored; a storage that
/// fails ends the activation. The same submission again gets the same answer, another one with its id or of its subject is refused. <em>Who a subject is</em>: what a page says may be invented, so a subject counts only with a proof that the
/// tenant asked for (HMAC of its id by the form's secret), or where the tenant itself says it by a key. <em>A form that changes while somebody fills it in</em>: a submission names the version it answers, and is checked against that.
/// <em>Nobody answers</em>: a task stands with its review; a reminder is set for the earliest moment that a task falls due, says what is late to the alarm book, and is set for the next.</para>
/// <para>Not guaranteed: times shown may be forgotten by a crash, as they are stored at most once a minute. Reviews beyond the newest 20,000 go, by blocks of 50, and with them the memory that their subjects have answered.</para>
/// </remarks>
sealed partial class ReviewBookGrain : Grain, IReviewBookGrain, IRemindable
{
    const string DueReminder = "due";
    static readonly TimeSpan ReminderPeriod = TimeSpan.FromMinutes(1), ShownPeriod = TimeSpan.FromMinutes(1);

    readonly IPersistentState<ReviewBookState> stored;
    readonly IPersistentState<ReviewModelState> storedModel;
    readonly IPersistentState<ReviewsShownState> storedShown;
    readonly StateWriter writer, modelWriter, shownWriter;
    readonly SecretBox box;
    readonly SecretSource secrets;
    readonly TimeProvider time;
    readonly ILogger<ReviewBookGrain> logger;
    readonly ReviewShelf shelf;
    SentimentModel? model;

    public ReviewBookGrain(
        [PersistentState("reviews")] IPersistentState<ReviewBookState> stored, [PersistentState("review-model")] IPersistentState<ReviewModelState> storedModel, [PersistentState("reviews-shown")] IPersistentState<ReviewsShownState> storedShown,
        SecretBox box, SecretSource secrets, TimeProvider time, ILogger<ReviewBookGrain> logger)
    {
        (this.stored, this.storedModel, this.storedShown) = (stored, storedModel, storedShown);
        (this.box, this.secrets, this.time, this.logger) = (box, secrets, time, logger);
        writer = new StateWriter(stored, DeactivateOnIdle);
        modelWriter = new StateWriter(storedModel, DeactivateOnIdle);
        shownWriter = new StateWriter(storedShown, DeactivateOnIdle);
        shelf = new ReviewShelf(number => GrainFactory.GetGrain<IBlockGrain>($"reviews/{Tenant}/{number}"));
    }

    string Tenant => this.GetPrimaryKeyString();

    ReviewBookState State => stored.State;

    DateTimeOffset Now => time.GetUtcNow();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await shelf.LoadAsync(State.FirstBlock, State.EndBlock);
        model = SentimentModel.Read(storedModel.State.Weights);
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => shownChanged ? shownWriter.WriteAsync() : Task.CompletedTask;

    public Task ReceiveReminder(string reminderName, TickStatus status) => LookAtDuesAsync();

    public async Task TenantDeleted()
    {
        foreach (StoredForm form in State.Forms.Values)
            await ClearLinkAsync(form);
        foreach (StoredReview review in shelf.All)
            await ClearImagesAsync(review.Review);
        await shelf.RemoveAsync([.. shelf.All.Select(static review => review.Review.Number)]);
        State.Forms.Clear();
        await ArmAsync();
        shownChanged = false;
        foreach ((bool exists, StateWriter one) in new[] { (stored.RecordExists, writer), (storedModel.RecordExists, modelWriter), (storedShown.RecordExists, shownWriter) })
            if (exists)
                await one.ClearAsync();
        DeactivateOnIdle();
    }

    /// <summary>Says what is late, every time: the alarm book knows what it has heard.</summary>
    async Task LookAtDuesAsync()
    {
        foreach (StoredReview late in shelf.All.Where(review => IsLate(review.Review, Now)).ToArray())
            await Book.Report(ReviewAlarms.Overdue(Tenant, late.Review, holds: true));
        await ArmAsync();
    }

    /// <summary>The reminder stands for the earliest moment that a task falls due.</summary>
    async Task ArmAsync()
    {
        DateTimeOffset now = Now;
        DateTimeOffset? next = shelf.All.Select(static review => review.Review.Task).Where(task => task is { DoneAt: null } && task.DueAt > now).Min(static task => task?.DueAt);
        if (next is { } due)
            await this.RegisterOrUpdateReminder(DueReminder, due - now, ReminderPeriod);
        else if (await this.GetReminder(DueReminder) is { } reminder)
            await this.UnregisterReminder(reminder);
    }

    IAlarmBookGrain Book => GrainFactory.GetGrain<IAlarmBookGrain>(Tenant);

    static bool IsLate(Review review, DateTimeOffset now) => review.Task is { DoneAt: null } task && task.DueAt <= now;

    StoredForm Known(string form) => State.Forms.GetValueOrDefault(form) ?? throw new NotFoundException($"The tenant '{Tenant}' has no form '{(form.Length <= 64 ? form : form[..64])}'.");

    StoredForm Changeable(string form, long? version)
    {
        StoredForm known = Known(form);
        InputChecks.Version($"The form '{form}'", version, known.Version);
        return known;
    }
}
