using System.Net.Http.Headers;
using System.Text;

namespace Orrery.Client.Delivery;

/// <summary>One request to the cloud, and what its answer means.</summary>
internal sealed class HttpSender : IDisposable
{
    const int AnswerBytesMax = 64 << 10;
    readonly HttpClient http;
    readonly bool ownsHttp;
    readonly string baseUrl;
    readonly AuthenticationHeaderValue authorization;
    readonly TimeSpan timeout;
    readonly byte[] answer = new byte[AnswerBytesMax];

    public HttpSender(OrreryClientOptions options)
    {
        ownsHttp = options.HttpClient is null;
        http = options.HttpClient ?? CreateHttp();
        baseUrl = options.Url!.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/api/v1/";
        authorization = new AuthenticationHeaderValue("Bearer", options.Key);
        timeout = options.RequestTimeout;
    }

    /// <summary>Never throws but for cancellation by <paramref name="cancellationToken"/>. One caller at a time.</summary>
    public async Task<SendResult> Post(string path, byte[] body, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(timeout);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, baseUrl + path);
            request.Headers.Authorization = authorization;
            request.Headers.ExpectContinue = false;
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            request.Content.Headers.ContentEncoding.Add("gzip");
            using HttpResponseMessage response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token).ConfigureAwait(false);
            int length = await ReadAnswer(response, deadline.Token).ConfigureAwait(false);
            return Judge(response, path, length);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException)
        {
            return new SendResult(SendOutcome.Retry, $"{path}: no answer within {timeout.TotalSeconds:0.###} s", null, default);
        }
        catch (Exception error)
        {
            return new SendResult(SendOutcome.Retry, $"{path}: {error.GetBaseException().GetType().Name}: {error.GetBaseException().Message}", null, default);
        }
    }

    public void Dispose()
    {
        if (ownsHttp)
            http.Dispose();
    }

    async Task<int> ReadAnswer(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using Stream stream = await response.Content.ReadAsStreamAsync().ConfigureAwait(false);
        int length = 0;
        while (length < answer.Length)
        {
#if NET
            int read = await stream.ReadAsync(answer.AsMemory(length), cancellationToken).ConfigureAwait(false);
#else
            int read = await stream.ReadAsync(answer, length, answer.Length - length, cancellationToken).ConfigureAwait(false);
#endif
            if (read == 0)
                break;
            length += read;
        }
        return length;
    }

    SendResult Judge(HttpResponseMessage response, string path, int length)
    {
        int status = (int)response.StatusCode;
        if (status is >= 200 and < 300)
            return new SendResult(SendOutcome.Accepted, "", null, IntakeAnswer.Read(answer, length));
        string detail = $"{path}: {status} {Encoding.UTF8.GetString(answer, 0, Math.Min(length, 300))}".Trim();
        SendOutcome outcome = status switch
        {
            400 or 413 or 415 or 422 => SendOutcome.Rejected,
            401 or 403 => SendOutcome.KeyRefused,
            _ => SendOutcome.Retry,
        };
        return new SendResult(outcome, detail, RetryAfter(response), default);
    }

    static TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        if (response.Headers.RetryAfter is not { } header)
            return null;
        if (header.Delta is { } delta)
            return delta;
        // A date is compared with the answer's own date: the two clocks need not agree.
        if (header.Date is { } date && response.Headers.Date is { } now && date > now)
            return date - now;
        return null;
    }

    static HttpClient CreateHttp()
    {
#if NET
        var handler = new SocketsHttpHandler
        {
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            ConnectTimeout = TimeSpan.FromSeconds(10),
            MaxConnectionsPerServer = 2,
            UseCookies = false,
        };
#else
        var handler = new HttpClientHandler { UseCookies = false };
#endif
        // Each request brings its own deadline.
        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }
}
