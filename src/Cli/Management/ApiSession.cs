using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
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

    /// <exception cref="ApiRefusedException">The answer was no success.</exception>
    public async Task<JsonElement> SendAsync(HttpMethod method, string path, object? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, BasePath + path);
        if (body is not null)
            request.Content = JsonContent.Create(body);
        try
        {
            using HttpResponseMessage answer = await http.SendAsync(request, cancellationToken);
            string text = await answer.Content.ReadAsStringAsync(cancellationToken);
            if (!answer.IsSuccessStatusCode)
                throw new ApiRefusedException(ReasonOf(answer.StatusCode, text));
            using JsonDocument document = JsonDocument.Parse(text.Length == 0 ? "{}" : text);
            return document.RootElement.Clone();
        }
        catch (Exception problem) when (problem is HttpRequestException or JsonException || (problem is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new ApiRefusedException($"{http.BaseAddress} does not answer as Orrery does: {problem.Message} Name a process with API by --server.");
        }
    }

    public void Dispose() => http.Dispose();

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
sealed class ApiRefusedException(string message) : Exception(message);
