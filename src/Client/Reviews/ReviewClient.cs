using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Orrery.Client.Json;

namespace Orrery.Client.Reviews;

/// <summary>Where reviews go.</summary>
public sealed class ReviewClientOptions
{
    /// <summary>The cloud's address. Required.</summary>
    public Uri? Url { get; set; }

    /// <summary>The site's key. Required.</summary>
    public string Key { get; set; } = "";

    /// <summary>A shared HTTP client, or null for one of its own.</summary>
    public HttpClient? HttpClient { get; set; }
}

/// <summary>What came of sending a review.</summary>
public enum ReviewOutcome
{
    /// <summary>It was taken, now or before under the same id.</summary>
    Taken,

    /// <summary>The subject has answered this form already.</summary>
    AnsweredAlready,

    /// <summary>It cannot be taken as it is; see <see cref="ReviewResult.Problem"/>.</summary>
    Refused,

    /// <summary>The cloud could not be reached; send the same review again later.</summary>
    NotReached,
}

/// <summary>What came of sending a review, and why.</summary>
/// <param name="Outcome">Whether it was taken.</param>
/// <param name="Problem">Why it was not taken.</param>
public sealed record ReviewResult(ReviewOutcome Outcome, string? Problem);

/// <summary>One review. Send the same object again after <see cref="ReviewOutcome.NotReached"/>: its id makes that it is taken once.</summary>
/// <param name="form">The form's id.</param>
/// <param name="formVersion">Of the form that was answered, as <see cref="ReviewClient.OfferAsync"/> told it.</param>
public sealed class ReviewDraft(string form, long formVersion)
{
    readonly JsonBuffer answers = new();

    internal string Form { get; } = form;

    internal long FormVersion { get; } = formVersion;

    internal string Id { get; } = NewId();

    internal byte[] Answers => answers.ToArray();

    /// <summary>Who reviews, as the ERP knows them; null: anonymous.</summary>
    public string? Subject { get; set; }

    /// <summary>When it was written, where it is sent later; null: now.</summary>
    public DateTimeOffset? At { get; set; }

    /// <summary>The product's version.</summary>
    public string? Version { get; set; }

    /// <summary>The product's module.</summary>
    public string? Module { get; set; }

    /// <summary>The reviewer's language.</summary>
    public string? Language { get; set; }

    /// <summary>Answers a question of stars (1 to 5), NPS (0 to 10) or CSAT (1 to 5).</summary>
    public ReviewDraft Answer(string question, int number)
    {
        answers.BeginObject().Name("question").String(question).Name("number").Number(number).EndObject();
        return this;
    }

    /// <summary>Answers a question of text, at most 2,000 characters.</summary>
    public ReviewDraft Answer(string question, string text)
    {
        answers.BeginObject().Name("question").String(question).Name("text").String(text).EndObject();
        return this;
    }

    /// <summary>Answers a choice by its options' ids.</summary>
    public ReviewDraft Choose(string question, params string[] options)
    {
        answers.BeginObject().Name("question").String(question).Name("choices").BeginArray();
        foreach (string option in options)
            answers.String(option);
        answers.EndArray().EndObject();
        return this;
    }

    /// <summary>Answers a question of a screenshot: PNG, JPEG or WebP, at most 250,000 bytes.</summary>
    public ReviewDraft Attach(string question, byte[] picture)
    {
        answers.BeginObject().Name("question").String(question).Name("image").String(Convert.ToBase64String(picture)).EndObject();
        return this;
    }

    static string NewId()
    {
        byte[] random = new byte[18];
        using (var source = RandomNumberGenerator.Create())
            source.GetBytes(random);
        return BitConverter.ToString(random).Replace("-", "");
    }
}

/// <summary>Asks people at a site for reviews: inside a program by <see cref="OfferAsync"/> and <see cref="SubmitAsync"/>, in its pages by a widget or a link with a proof from <see cref="InviteAsync"/>. Thread-safe.</summary>
public sealed class ReviewClient : IDisposable
{
    static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(30);

    readonly ReviewClientOptions options;
    readonly HttpClient http;

    /// <exception cref="ArgumentException">The options cannot be used.</exception>
    public ReviewClient(ReviewClientOptions options)
    {
        this.options = options ?? throw new ArgumentNullException(nameof(options));
        if (options.Url is not { IsAbsoluteUri: true } || options.Url.Scheme is not ("http" or "https") || options.Key.Length == 0)
            throw new ArgumentException("Url must be an absolute http or https address, and Key the site's key.");
        http = options.HttpClient ?? new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>An open form, and whether it is to be shown to a subject now, as JSON: <c>{"form":{"title","questions","version",...},"show","because"}</c>.</summary>
    /// <param name="form">The form's id.</param>
    /// <param name="subject">Who would be shown it; null: somebody unknown.</param>
    /// <param name="cancellationToken">Gives up asking.</param>
    /// <returns>Null where the form is not open or the cloud cannot be reached: then nothing is to be shown.</returns>
    public async Task<string?> OfferAsync(string form, string? subject, CancellationToken cancellationToken = default)
    {
        (HttpStatusCode? status, string text) = await AskAsync(HttpMethod.Get, Path(form) + (subject is null ? "" : "?subject=" + Uri.EscapeDataString(subject)), null, cancellationToken).ConfigureAwait(false);
        return status == HttpStatusCode.OK ? text : null;
    }

    /// <summary>Says that a form was shown to a subject, which its caps count.</summary>
    /// <returns>Whether the cloud heard it.</returns>
    public async Task<bool> ShownAsync(string form, string subject, CancellationToken cancellationToken = default)
    {
        byte[] body = new JsonBuffer().BeginObject().Name("subject").String(subject).EndObject().ToArray();
        return (await AskAsync(HttpMethod.Post, Path(form) + "/shown", body, cancellationToken).ConfigureAwait(false)).Status == HttpStatusCode.NoContent;
    }

    /// <summary>Sends a review.</summary>
    public async Task<ReviewResult> SubmitAsync(ReviewDraft review, CancellationToken cancellationToken = default)
    {
        byte[] answers = review.Answers;
        JsonBuffer json = new JsonBuffer().BeginObject().Name("id").String(review.Id).Name("formVersion").Number(review.FormVersion).Name("subject").String(review.Subject).Name("at").Time(review.At).Name("answers").Raw([(byte)'[', .. answers, (byte)']'])
            .Name("context").BeginObject().Name("version").String(review.Version).Name("module").String(review.Module).Name("language").String(review.Language).EndObject().EndObject();
        (HttpStatusCode? status, string text) = await AskAsync(HttpMethod.Post, Path(review.Form), json.ToArray(), cancellationToken).ConfigureAwait(false);
        return status switch
        {
            HttpStatusCode.OK => new ReviewResult(ReviewOutcome.Taken, null),
            HttpStatusCode.Conflict => new ReviewResult(ReviewOutcome.AnsweredAlready, text),
            { } refused when (int)refused is >= 400 and < 500 and not (408 or 429) => new ReviewResult(ReviewOutcome.Refused, text),
            _ => new ReviewResult(ReviewOutcome.NotReached, text),
        };
    }

    /// <summary>What proves to a widget (<c>data-subject</c>, <c>data-proof</c>) or in a link (<c>#s=SUBJECT&amp;p=PROOF</c>) who somebody is, as JSON: <c>[{"subject","proof","link"}]</c>, in the order of the question.</summary>
    /// <param name="form">The form's id.</param>
    /// <param name="subjects">1 to 1,000.</param>
    /// <param name="cancellationToken">Gives up asking.</param>
    /// <exception cref="HttpRequestException">The cloud refused, or could not be reached.</exception>
    public async Task<string> InviteAsync(string form, IEnumerable<string> subjects, CancellationToken cancellationToken = default)
    {
        JsonBuffer json = new JsonBuffer().BeginObject().Name("subjects").BeginArray();
        foreach (string subject in subjects)
            json.String(subject);
        (HttpStatusCode? status, string text) = await AskAsync(HttpMethod.Post, Path(form) + "/invitations", json.EndArray().EndObject().ToArray(), cancellationToken).ConfigureAwait(false);
        return status == HttpStatusCode.OK ? text : throw new HttpRequestException($"No invitations to '{form}': {text}");
    }

    /// <summary>Ends it.</summary>
    public void Dispose()
    {
        if (options.HttpClient is null)
            http.Dispose();
    }

    static string Path(string form) => "agent/reviews/" + Uri.EscapeDataString(form);

    /// <returns>Without a status the cloud was not reached, and the text says why.</returns>
    async Task<(HttpStatusCode? Status, string Text)> AskAsync(HttpMethod method, string path, byte[]? body, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(RequestTimeout);
        using var request = new HttpRequestMessage(method, options.Url!.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/api/v1/" + path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", options.Key);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        try
        {
            using HttpResponseMessage answer = await http.SendAsync(request, deadline.Token).ConfigureAwait(false);
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync().ConfigureAwait(false));
        }
        catch (Exception problem) when (problem is HttpRequestException || (problem is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return (null, problem.Message);
        }
    }
}
