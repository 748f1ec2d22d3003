using System.Net.Http.Headers;
using System.Text;
using Orrery.Client.Delivery;
using Orrery.Client.Json;

namespace Orrery.Client.Configuration;

/// <summary>
/// Keeps a server's configuration: one stream brings each change within a second; where no stream is to be had, the documents are asked for now and then, and an answer is sent only for what is new. What came is in a local
/// copy, from which a start without the cloud reads. What the copy holds is reported.
/// </summary>
public sealed class ConfigurationClient : IDisposable
{
    const int LineLengthMax = 1 << 20;
    static readonly TimeSpan QuestionTimeout = TimeSpan.FromSeconds(30);

    readonly ConfigurationClientOptions options;
    readonly IClientClock clock;
    readonly HttpClient http;
    readonly LocalCopy copy;
    readonly Backoff backoff;
    readonly AsyncSignal report = new();
    readonly Dictionary<string, string> errors = [];
    readonly string root;
    bool isAway;

    /// <summary>Reads the local copy; nothing is sent yet.</summary>
    /// <exception cref="ArgumentException">The options cannot be used.</exception>
    public ConfigurationClient(ConfigurationClientOptions options)
    {
        options.Validate();
        this.options = options;
        clock = options.Clock ?? new SystemClientClock();
        http = options.HttpClient ?? new HttpClient(new HttpClientHandler { UseCookies = false }) { Timeout = Timeout.InfiniteTimeSpan };
        root = options.Url!.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/api/v1/agent/config/";
        backoff = new Backoff(options.BackoffFirst, options.BackoffMax, Guid.NewGuid().GetHashCode());
        copy = new LocalCopy(options.Directory);
        copy.Load(options.Documents);
    }

    /// <summary>A value came that is another than before. What it throws is reported as the reason why this server cannot take the value.</summary>
    public event Action<ConfigurationValue>? Changed;

    /// <summary>The value of a document; null: none was ever received.</summary>
    public ConfigurationValue? Find(string document) => copy.Find(document);

    /// <summary>Follows changes until cancelled; whatever fails is tried again.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Task reporting = ReportAsync(cancellationToken);
        while (!cancellationToken.IsCancellationRequested)
        {
            Exception? failure = await Try(() => FollowAsync(cancellationToken)).ConfigureAwait(false);
            if (cancellationToken.IsCancellationRequested)
                break;
            // A stream may be what something between does not let through.
            Exception? refused = await Try(() => AskAsync(cancellationToken)).ConfigureAwait(false);
            if (refused is not null && !cancellationToken.IsCancellationRequested)
                Away((failure ?? refused).GetBaseException().Message);
            await Try(() => clock.Delay(backoff.Next(null), cancellationToken)).ConfigureAwait(false);
        }

        await reporting.ConfigureAwait(false);
    }

    /// <summary>Ends its own HTTP client; <see cref="RunAsync"/> is ended by its token.</summary>
    public void Dispose()
    {
        if (options.HttpClient is null)
            http.Dispose();
    }

    async Task FollowAsync(CancellationToken cancellationToken)
    {
        var path = new StringBuilder("live?").Append(Who());
        foreach (string document in options.Documents)
            path.Append("&document=").Append(Uri.EscapeDataString(document)).Append("&have=").Append(Uri.EscapeDataString(copy.DigestNow(document)));
        using HttpRequestMessage request = Request(HttpMethod.Get, path.ToString());
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        silence.CancelAfter(options.SilenceMax);
        using HttpResponseMessage answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, silence.Token).ConfigureAwait(false);
        Check(answer);
        // A read that waits is ended by taking its stream away.
        using CancellationTokenRegistration ended = silence.Token.Register(answer.Dispose);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync().ConfigureAwait(false), Encoding.UTF8);
        report.Set();
        var data = new List<string>();
        while (await reader.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            silence.CancelAfter(options.SilenceMax);
            Here();
            if (line.StartsWith("data: ", StringComparison.Ordinal) && line.Length <= LineLengthMax)
                data.Add(line.Substring(6));
            else if (line.Length == 0 && data.Count > 0)
            {
                string[] head = data[0].Split(' ');
                if (head.Length == 4)
                    Take(new ConfigurationValue(head[0], head[1], head[2], head[3], string.Join("\n", data.Skip(1))));
                data.Clear();
            }
        }
    }

    async Task AskAsync(CancellationToken cancellationToken)
    {
        foreach (string document in options.Documents)
        {
            using HttpRequestMessage request = Request(HttpMethod.Get, $"{document}?{Who()}");
            if (copy.DigestNow(document) is { Length: > 0 } digest)
                request.Headers.TryAddWithoutValidation("If-None-Match", $"\"{digest}\"");
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(QuestionTimeout);
            using HttpResponseMessage answer = await http.SendAsync(request, deadline.Token).ConfigureAwait(false);
            if (answer.StatusCode == System.Net.HttpStatusCode.NotModified)
                continue;
            Check(answer);
            string format = options.Format ?? (answer.Headers.TryGetValues("Orrery-Format", out IEnumerable<string>? said) ? said.First() : "json");
            string mark = answer.Headers.TryGetValues("Orrery-Mark", out IEnumerable<string>? marks) ? marks.First() : "";
            Take(new ConfigurationValue(document, mark, answer.Headers.ETag?.Tag.Trim('"') ?? "", format, await answer.Content.ReadAsStringAsync().ConfigureAwait(false)));
        }

        Here();
    }

    void Take(ConfigurationValue value)
    {
        if (!options.Documents.Contains(value.Document))
            return;
        string? error = null;
        try
        {
            copy.Keep(value);
            Changed?.Invoke(value);
        }
        catch (Exception refused)
        {
            error = refused.GetType().Name + ": " + refused.Message;
            Tell(ClientNoticeKind.Rejected, $"The value {value.Mark} of {value.Document} could not be taken: {error}");
        }

        lock (errors)
        {
            errors.Remove(value.Document);
            if (error is not null)
                errors[value.Document] = error;
        }

        report.Set();
    }

    async Task ReportAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await Try(() => report.Wait(options.ReportPeriod, clock, cancellationToken)).ConfigureAwait(false);
            if (!cancellationToken.IsCancellationRequested && await Try(() => SendReportAsync(cancellationToken)).ConfigureAwait(false) is not null)
            {
                await Try(() => clock.Delay(options.BackoffFirst, cancellationToken)).ConfigureAwait(false);
                if (!isAway)
                    report.Set();
            }
        }
    }

    async Task SendReportAsync(CancellationToken cancellationToken)
    {
        JsonBuffer body = new JsonBuffer().BeginObject().Name("server").String(options.Server).Name("version").String(options.ProductVersion).Name("tag").String(options.Tag).Name("documents").BeginArray();
        foreach (string document in options.Documents)
        {
            string? error;
            lock (errors)
                errors.TryGetValue(document, out error);
            body.BeginObject().Name("document").String(document).Name("mark").String(copy.Find(document)?.Mark ?? "").Name("digest").String(error is null ? copy.DigestNow(document) : "refused").Name("error").String(error).EndObject();
        }

        body.EndArray().EndObject();
        using HttpRequestMessage request = Request(HttpMethod.Post, "report");
        request.Content = new ByteArrayContent(body.Bytes, 0, body.Length);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(QuestionTimeout);
        using HttpResponseMessage answer = await http.SendAsync(request, deadline.Token).ConfigureAwait(false);
        Check(answer);
    }

    HttpRequestMessage Request(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, root + path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", options.Key);
        return request;
    }

    string Who() => $"server={Uri.EscapeDataString(options.Server)}&version={Uri.EscapeDataString(options.ProductVersion)}&tag={Uri.EscapeDataString(options.Tag)}{(options.Format is null ? "" : $"&format={options.Format}")}";

    static void Check(HttpResponseMessage answer)
    {
        if (!answer.IsSuccessStatusCode)
            throw new HttpRequestException($"The cloud answered {(int)answer.StatusCode}.");
    }

    void Here()
    {
        backoff.Reset();
        if (isAway)
            Tell(ClientNoticeKind.Connected, "The cloud answers again about configuration.");
        isAway = false;
    }

    void Away(string why)
    {
        if (!isAway)
            Tell(ClientNoticeKind.Away, $"The cloud cannot be asked for configuration, what is here stays in use: {why}");
        isAway = true;
    }

    void Tell(ClientNoticeKind kind, string text) => options.OnNotice?.Invoke(new ClientNotice(kind, text));

    /// <summary>What went wrong; null: nothing.</summary>
    static async Task<Exception?> Try(Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
            return null;
        }
        catch (Exception failure)
        {
            return failure;
        }
    }
}
