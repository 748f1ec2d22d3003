using System.Security.Cryptography;
using System.Text;
using Orrery.Grains.Input;
using Orrery.Interfaces;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Reviews;
using Orrery.Interfaces.Tags;
using Orrery.Interfaces.Tenants;
using Orrery.Interfaces.Users;

namespace Orrery.Grains.Reviews;

/// <summary>Forms as the tenant's people keep them.</summary>
sealed partial class ReviewBookGrain
{
    const int FormsMax = 50, VersionsMax = 20, SubjectsMax = 1_000;

    public Task<IReadOnlyList<ReviewForm>> Forms() => Task.FromResult<IReadOnlyList<ReviewForm>>([.. State.Forms.Select(pair => InfoOf(pair.Key, pair.Value))]);

    public Task<ReviewForm> Form(string form) => Task.FromResult(InfoOf(form, Known(form)));

    public async Task<ReviewForm> PutForm(string form, ReviewFormDraft draft, string user, long? version)
    {
        EntityKeys.CheckPart("id", form);
        StoredForm? known = State.Forms.GetValueOrDefault(form);
        if (known is not null)
            InputChecks.Version($"The form '{form}'", version, known.Version);
        else if (version is not null)
            throw new NotFoundException($"There is no form '{form}' to change. Leave the version out to make it.");
        if (known?.State == ReviewFormState.Closed)
            throw new ConflictException($"The form '{form}' is closed and stays as it was answered. Make another.");
        draft = ReviewChecks.Take(draft);
        await GrainFactory.GetGrain<ITenantGrain>(Tenant).Get();
        await CheckReferencesAsync(draft);
        if (known is null && State.Forms.Count >= FormsMax)
            throw new LimitReachedException($"The tenant '{Tenant}' has {FormsMax} forms, the most it may have. Delete one that nobody needs.");
        known ??= State.Forms[form] = new StoredForm { SealedSecret = box.Seal(secrets.NextToken(), Purpose(form)) };
        await ChangedAsync(known, user, () => known.Versions.Add(new ReviewFormVersion(known.Version, draft, user, Now)));
        return InfoOf(form, known);
    }

    public async Task<ReviewForm> SetState(string form, ReviewFormState state, string user, long? version)
    {
        StoredForm known = Changeable(form, version);
        if (state != known.State + 1)
            throw new ConflictException($"The form '{form}' is {Word(known.State)}; {(known.State == ReviewFormState.Closed ? "it stays so" : $"it can be made {Word(known.State + 1)}, not {Word(state)}")}.");
        if (state == ReviewFormState.Open)
            await GiveLinkAsync(form, known);
        await ChangedAsync(known, user, () => known.State = state);
        return InfoOf(form, known);
    }

    public async Task<ReviewForm> RenewLink(string form, string user, long? version)
    {
        StoredForm known = Changeable(form, version);
        if (known.State != ReviewFormState.Open)
            throw new ConflictException($"The form '{form}' is {Word(known.State)} and has no link that leads anywhere. Open it first.");
        await ClearLinkAsync(known);
        await GiveLinkAsync(form, known);
        await ChangedAsync(known, user, static () => { });
        return InfoOf(form, known);
    }

    public async Task DeleteForm(string form, string user, long? version)
    {
        StoredForm known = Changeable(form, version);
        await ClearLinkAsync(known);
        Review[] gone = [.. shelf.All.Where(review => review.Review.Form == form).Select(static review => review.Review)];
        foreach (Review review in gone)
        {
            await ClearImagesAsync(review);
            if (IsLate(review, Now))
                await Book.Report(ReviewAlarms.Overdue(Tenant, review, holds: false));
        }

        // The form goes last: what a crash leaves undone is done by deleting it again.
        State.LastNumber = Math.Max(State.LastNumber, shelf.Last);
        await writer.WriteAsync();
        await shelf.RemoveAsync([.. gone.Select(static review => review.Number)]);
        State.Forms.Remove(form);
        await writer.WriteAsync();
        await ArmAsync();
    }

    public Task<IReadOnlyList<ReviewFormVersion>> Versions(string form) => Task.FromResult<IReadOnlyList<ReviewFormVersion>>([.. Enumerable.Reverse(Known(form).Versions)]);

    public Task<IReadOnlyList<ReviewInvitation>> Invite(string form, IReadOnlyList<string> subjects)
    {
        StoredForm known = Known(form);
        if (subjects.Count is 0 or > SubjectsMax)
            throw new InvalidInputException("subjects", $"{subjects.Count} subjects; name 1 to {SubjectsMax:N0} at a time.");
        if (known is not { State: ReviewFormState.Open, Link: { } link })
            throw new ConflictException($"The form '{form}' is {Word(known.State)}; only to an open one can people be invited.");
        string secret = box.Open(known.SealedSecret, Purpose(form));
        return Task.FromResult<IReadOnlyList<ReviewInvitation>>([.. subjects.Select((subject, at) => new ReviewInvitation(ReviewChecks.Subject($"subjects[{at}]", subject), Proof(secret, subject), link))]);
    }

    async Task CheckReferencesAsync(ReviewFormDraft draft)
    {
        try
        {
            if (draft.Route is { } route)
                await CheckOwnerAsync("route.owner", route.Owner);
            if (draft is { ObjectType: { } type, Segment: { } segment })
                await GrainFactory.GetGrain<ITagBookGrain>(Tenant).Segment(type, segment);
            else if (draft.ObjectType is { } alone && (await GrainFactory.GetGrain<ITagBookGrain>(Tenant).Types()).All(known => known.Id != alone))
                throw new InvalidInputException("objectType", $"The tenant '{Tenant}' has no object type '{alone}'.");
        }
        catch (NotFoundException missing)
        {
            throw new InvalidInputException("segment", missing.Message);
        }
    }

    /// <summary>Reviews are given to people who may see them.</summary>
    async Task CheckOwnerAsync(string field, string owner)
    {
        try
        {
            if (EntityKeys.IsPart(owner) && (await GrainFactory.GetGrain<IUserGrain>(owner).Get()).Tenant is var tenant && (tenant is null || tenant == Tenant))
                return;
        }
        catch (NotFoundException)
        {
            // Whether somebody else's user has this name is nobody's business here.
        }

        throw new InvalidInputException(field, $"The tenant '{Tenant}' has no user '{(owner.Length <= 64 ? owner : owner[..64])}'.");
    }

    async Task ChangedAsync(StoredForm form, string user, Action change)
    {
        form.Version++;
        change();
        (form.ChangedBy, form.ChangedAt) = (user, Now);
        if (form.Versions.Count > VersionsMax)
            form.Versions.RemoveAt(0);
        await writer.WriteAsync();
    }

    async Task GiveLinkAsync(string form, StoredForm known)
    {
        string link = secrets.NextToken();
        await LinkGrain(link).Set(EntityKeys.Site(Tenant, form));
        known.Link = link;
    }

    Task ClearLinkAsync(StoredForm form) => form.Link is { } link ? LinkGrain(link).Clear() : Task.CompletedTask;

    IReviewLinkGrain LinkGrain(string link) => GrainFactory.GetGrain<IReviewLinkGrain>(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(link))));

    bool IsProven(string form, ReviewSubject subject) => subject is { Id: { } id, Proof: { } proof }
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Proof(box.Open(Known(form).SealedSecret, Purpose(form)), id)), Encoding.UTF8.GetBytes(proof));

    static string Proof(string secret, string subject) => System.Buffers.Text.Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(subject)));

    string Purpose(string form) => $"reviews {Tenant}/{form}";

    static string Word(ReviewFormState state) => state switch { ReviewFormState.Draft => "a draft", ReviewFormState.Open => "open", _ => "closed" };

    ReviewForm InfoOf(string id, StoredForm form) => new(
        id, form.Versions[^1].Draft, form.State, form.State == ReviewFormState.Draft ? null : form.Link, form.Version, form.ChangedBy, form.ChangedAt, shelf.All.Count(review => review.Review.Form == id));
}
