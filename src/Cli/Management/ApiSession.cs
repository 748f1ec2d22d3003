using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Orrery.Cli.Management;

/// <summary>The web API as a signed-in person; what it refuses is thrown with its own sentence.</summary>
sealed class ApiSession : IDisposable
{
    const string BasePath = "api/v1/";
    static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    readonly HttpClient http;

    ApiSession(HttpClient http) => this.http = http;

    /// <summary>Signs in, unless a token is given.</summary>
    /// <exception cref="ApiRefusedException">The server cannot be reached, or does not let this person in.</exception>
    public static async Task<ApiSession> OpenAsync(Uri server, string? token, string user, string? password, CancellationToken cancellationToken)
    {
        var session = new ApiSession(new HttpClient { BaseAddress = new Uri(server.AbsoluteUri.TrimEnd('/') + "/"), Timeout = Timeout });
        try
        {
            if (token is null)
            {
                JsonElement opened = await session.SendAsync(HttpMethod.Post, "session", new { user, password }, cancellationToken);
                token = opened.GetProperty("token").GetString();
            }

            session.http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <param name="method">GET, PUT and so on.</param>
    /// <param name="path">Behind <c>/api/v1/</c>.</param>
    /// <param name="body">As JSON; null: none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="seen">The version that is to be changed; null: whatever is there, 0: nothing is there.</param>
    /// <exception cref="ApiRefusedException">The answer was no success.</exception>
    public async Task<JsonElement> SendAsync(HttpMethod method, string path, object? body, CancellationToken cancellationToken, long? seen = null)
    {
        using var request = new HttpRequestMessage(method, BasePath + path);
        if (seen is > 0)
            request.Headers.TryAddWithoutValidation("If-Match", $"\"{seen}\"");
        if (body is not null)
            request.Content = JsonContent.Create(body);
        try
        {
            using HttpResponseMessage answer = await http.SendAsync(request, cancellationToken);
            string text = await answer.Content.ReadAsStringAsync(cancellationToken);
            if (!answer.IsSuccessStatusCode)
                throw Refusal(answer.StatusCode, text);
            using JsonDocument document = JsonDocument.Parse(text.Length == 0 ? "{}" : text);
            return document.RootElement.Clone();
        }
        catch (Exception problem) when (problem is HttpRequestException or JsonException || (problem is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new ApiRefusedException($"{http.BaseAddress} does not answer as Orrery does: {problem.Message} Name a process with API by --server.");
        }
    }

    /// <summary>A text that is no JSON.</summary>
    /// <exception cref="ApiRefusedException">The answer was no success.</exception>
    /// <exception cref="HttpRequestException">The server cannot be reached.</exception>
    public async Task<string> ReadTextAsync(string path, CancellationToken cancellationToken)
    {
        using HttpResponseMessage answer = await http.GetAsync(new Uri(BasePath + path, UriKind.Relative), cancellationToken);
        string text = await answer.Content.ReadAsStringAsync(cancellationToken);
        return answer.IsSuccessStatusCode ? text : throw Refusal(answer.StatusCode, text);
    }

    /// <summary>Server-sent events of a path, from the one after <paramref name="lastEventId"/> where the server still knows it, until the connection ends.</summary>
    /// <exception cref="ApiRefusedException">The answer was no success.</exception>
    /// <exception cref="HttpRequestException">The server cannot be reached.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public async IAsyncEnumerable<ServerEvent> FollowAsync(string path, string? lastEventId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, BasePath + path);
        if (lastEventId is not null)
            request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        using HttpResponseMessage answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!answer.IsSuccessStatusCode)
            throw Refusal(answer.StatusCode, await answer.Content.ReadAsStringAsync(cancellationToken));
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(cancellationToken));
        string name = "message";
        string? id = null;
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith("event:", StringComparison.Ordinal))
                name = line[6..].Trim();
            else if (line.StartsWith("id:", StringComparison.Ordinal))
                id = line[3..].Trim();
            else if (line.StartsWith("data:", StringComparison.Ordinal))
            {
                using JsonDocument data = JsonDocument.Parse(line[5..]);
                yield return new ServerEvent(name, id, data.RootElement.Clone());
            }
        }
    }

    public void Dispose() => http.Dispose();

    static ApiRefusedException Refusal(HttpStatusCode status, string text) => new(ReasonOf(status, text), TextPlace.Of(text), status);

    static string ReasonOf(HttpStatusCode status, string text)
    {
        try
        {
            using JsonDocument problem = JsonDocument.Parse(text);
            if (problem.RootElement.TryGetProperty("detail", out JsonElement detail) && detail.GetString() is { Length: > 0 } said)
                return status == HttpStatusCode.Unauthorized ? $"{said} Set ORRERY_PASSWORD (with --user) or ORRERY_TOKEN." : said;
        }
        catch (JsonException)
        {
            // Something between answered, in its own words.
        }

        return $"the answer was {(int)status}.";
    }
}

/// <summary>The API refused, or could not be asked. The message says why.</summary>
/// <param name="place">Where in a text that was sent, if the API said so.</param>
/// <param name="status">Of the answer; null: there was none.</param>
sealed class ApiRefusedException(string message, TextPlace? place = null, HttpStatusCode? status = null) : Exception(message)
{
    public TextPlace? Place { get; } = place;

    public HttpStatusCode? Status { get; } = status;
}

/// <param name="Id">By which the stream can be taken up after it; null: none.</param>
readonly record struct ServerEvent(string Name, string? Id, JsonElement Data);

/// <summary>Where something is wrong in a text.</summary>
/// <param name="Offset">Characters before it.</param>
/// <param name="Length">Of what is wrong; 0 at the end of the text.</param>
sealed record TextPlace(int Offset, int Length)
{
    /// <summary>The place that a problem names; null: it names none.</summary>
    public static TextPlace? Of(string problem)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(problem);
            JsonElement root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object && root.TryGetProperty("line", out JsonElement line) && line.GetInt32() > 0
                ? new TextPlace(root.GetProperty("offset").GetInt32(), root.GetProperty("length").GetInt32())
                : null;
        }
        catch (Exception foreign) when (foreign is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            // Something between answered, in its own words.
            return null;
        }
    }
}
