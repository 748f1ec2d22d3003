using System.Globalization;
using System.Net.Http.Headers;
using Orrery.Client.Delivery;
using Orrery.Client.Json;

namespace Orrery.Client.News;

/// <summary>An object's inbox inside the ERP: a question waits at the cloud and is answered as soon as there are other news. What the reader does with them is told back.</summary>
public sealed class NewsClient : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly NewsClientOptions options;
    readonly IClientClock clock;
    readonly HttpClient http;
    readonly Backoff backoff;
    readonly string root;
    IReadOnlyList<NewsArticle> items = [];
    string stamp = "";
    bool isAway;

    /// <summary>Sends nothing yet.</summary>
    /// <exception cref="ArgumentException">The options cannot be used.</exception>
    public NewsClient(NewsClientOptions options)
    {
        options.Validate();
        this.options = options;
        clock = options.Clock ?? new SystemClientClock();
        http = options.HttpClient ?? new HttpClient(new HttpClientHandler { UseCookies = false }) { Timeout = Timeout.InfiniteTimeSpan };
        root = options.Url!.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/api/v1/agent/news";
        backoff = new Backoff(options.BackoffFirst, options.BackoffMax, Guid.NewGuid().GetHashCode());
    }

    /// <summary>The inbox is another than before: something came, was read or was withdrawn.</summary>
    public event Action<IReadOnlyList<NewsArticle>>? Changed;

    /// <summary>The newest first, at most 100.</summary>
    public IReadOnlyList<NewsArticle> Items => Volatile.Read(ref items);

    /// <summary>How many are not read.</summary>
    public int Unread => Items.Count(static item => !item.IsRead);

    /// <summary>Follows the inbox until cancelled; whatever fails is tried again.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await AskAsync((int)options.Wait.TotalSeconds, cancellationToken).ConfigureAwait(false);
                backoff.Reset();
                if (isAway)
                    options.OnNotice?.Invoke(new ClientNotice(ClientNoticeKind.Connected, "The cloud answers again about news."));
                isAway = false;
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
            {
                if (!isAway)
                    options.OnNotice?.Invoke(new ClientNotice(ClientNoticeKind.Away, "The cloud cannot be asked for news: " + failure.GetBaseException().Message));
                isAway = true;
                await PauseAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>Asks once, without waiting.</summary>
    /// <exception cref="HttpRequestException">The cloud cannot be asked, or refuses.</exception>
    public async Task<IReadOnlyList<NewsArticle>> RefreshAsync(CancellationToken cancellationToken)
    {
        await AskAsync(0, cancellationToken).ConfigureAwait(false);
        return Items;
    }

    /// <summary>Tells that it was read. Doing so twice counts once.</summary>
    /// <exception cref="HttpRequestException">The cloud cannot be asked, or the object does not have it.</exception>
    public Task ReadAsync(string article, CancellationToken cancellationToken) => TellAsync(article, "read", cancellationToken);

    /// <summary>Tells that a link in it was followed.</summary>
    /// <exception cref="HttpRequestException">The cloud cannot be asked, or the object does not have it.</exception>
    public Task ClickedAsync(string article, CancellationToken cancellationToken) => TellAsync(article, "clicked", cancellationToken);

    /// <summary>The content of one of an article's files.</summary>
    /// <exception cref="HttpRequestException">The cloud cannot be asked, or there is no such file.</exception>
    public async Task<byte[]> FileAsync(string article, string file, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = Request(HttpMethod.Get, $"/{Uri.EscapeDataString(article.Substring(article.IndexOf('/') + 1))}/files/{Uri.EscapeDataString(file)}");
        using HttpResponseMessage answer = await SendAsync(request, Patience, cancellationToken).ConfigureAwait(false);
        return await answer.Content.ReadAsByteArrayAsync().ConfigureAwait(false);
    }

    /// <summary>Ends its own HTTP client; <see cref="RunAsync"/> is ended by its token.</summary>
    public void Dispose()
    {
        if (options.HttpClient is null)
            http.Dispose();
    }

    async Task AskAsync(int waitSeconds, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = Request(
            HttpMethod.Get, $"?type={Uri.EscapeDataString(options.Type)}&object={Uri.EscapeDataString(options.Object)}&language={Uri.EscapeDataString(options.Language)}&stamp={Uri.EscapeDataString(waitSeconds > 0 ? stamp : "")}&wait={waitSeconds}");
        using HttpResponseMessage answer = await SendAsync(request, Patience + TimeSpan.FromSeconds(waitSeconds), cancellationToken).ConfigureAwait(false);
        if (JsonReading.Read(await answer.Content.ReadAsStringAsync().ConfigureAwait(false)) is not Dictionary<string, object?> inbox)
            throw new FormatException("The answer is no inbox.");
        NewsArticle[] now = [.. Objects(inbox, "items").Select(Article)];
        stamp = Text(inbox, "stamp");
        bool isOther = !now.Select(Known).SequenceEqual(Items.Select(Known));
        Volatile.Write(ref items, now);
        if (isOther)
            Changed?.Invoke(now);
    }

    async Task TellAsync(string article, string step, CancellationToken cancellationToken)
    {
        JsonBuffer body = new JsonBuffer().BeginObject().Name("type").String(options.Type).Name("object").String(options.Object).Name("article").String(article).Name("step").String(step).EndObject();
        using HttpRequestMessage request = Request(HttpMethod.Post, "/receipts");
        request.Content = new ByteArrayContent(body.Bytes, 0, body.Length);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using HttpResponseMessage answer = await SendAsync(request, Patience, cancellationToken).ConfigureAwait(false);
        NewsArticle[] now = [.. Items.Select(item => item.Article == article ? item with { IsRead = true } : item)];
        Volatile.Write(ref items, now);
    }

    async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(patience);
        HttpResponseMessage answer = await http.SendAsync(request, deadline.Token).ConfigureAwait(false);
        if (answer.IsSuccessStatusCode)
            return answer;
        answer.Dispose();
        throw new HttpRequestException($"The cloud answered {(int)answer.StatusCode}.");
    }

    async Task PauseAsync(CancellationToken cancellationToken)
    {
        try
        {
            await clock.Delay(backoff.Next(null), cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Its end.
        }
    }

    HttpRequestMessage Request(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, root + path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", options.Key);
        return request;
    }

    static NewsArticle Article(Dictionary<string, object?> item) => new(
        Text(item, "article"), Text(item, "title"), Text(item, "html"), Text(item, "language"), DateTimeOffset.Parse(Text(item, "at"), CultureInfo.InvariantCulture), Truth(item, "isRead"), Truth(item, "isWithdrawn"),
        [.. Objects(item, "attachments").Select(static file => Text(file, "name"))]);

    /// <summary>By what two states of an inbox differ.</summary>
    static (string, DateTimeOffset, bool, bool) Known(NewsArticle item) => (item.Article, item.At, item.IsRead, item.IsWithdrawn);

    static IEnumerable<Dictionary<string, object?>> Objects(Dictionary<string, object?> from, string name) =>
        from.TryGetValue(name, out object? value) && value is List<object?> list ? list.OfType<Dictionary<string, object?>>() : [];

    static string Text(Dictionary<string, object?> from, string name) => from.TryGetValue(name, out object? value) ? value as string ?? "" : "";

    static bool Truth(Dictionary<string, object?> from, string name) => from.TryGetValue(name, out object? value) && value is true;
}
