using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Orrery.Connectors.LogObjects;

namespace Orrery.Agent.Logs;

/// <summary>Sends batches straight to a channel of the cloud, as the objects they would be: the manifest, and behind it the lines. It answers once they are in the channel's topic.</summary>
/// <param name="http">Sends; not disposed here.</param>
/// <param name="server">The cloud's address.</param>
/// <param name="key">The site's key.</param>
/// <param name="channel">The channel's id within the site's tenant.</param>
internal sealed class ChannelLogShipper(HttpClient http, Uri server, string key, string channel) : ILogShipper
{
    const int AnswerBytesMax = 64 << 10;
    static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    readonly Uri address = new($"{server.GetLeftPart(UriPartial.Path).TrimEnd('/')}/api/v1/agent/channels/{Uri.EscapeDataString(channel)}/batches");

    public async ValueTask ShipAsync(OutboxBatch batch, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Timeout);
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent([.. batch.Manifest.ToBytes(), .. batch.Content.Span]) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        try
        {
            using HttpResponseMessage answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token).ConfigureAwait(false);
            if (answer.StatusCode != HttpStatusCode.OK)
                throw new LogRefusedException($"Channel '{channel}' did not take batch {batch.Manifest.Sequence}: {await ReasonOf(answer, deadline.Token).ConfigureAwait(false)}", answer.Headers.RetryAfter?.Delta);
        }
        catch (HttpRequestException error)
        {
            throw new IOException($"Batch {batch.Manifest.Sequence} did not reach {address}: {error.GetBaseException().Message}", error);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"Batch {batch.Manifest.Sequence} was not answered by {address} within {Timeout.TotalSeconds} s.");
        }
    }

    /// <summary>The problem in the server's words, or its status.</summary>
    static async Task<string> ReasonOf(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        byte[] bytes = new byte[AnswerBytesMax];
        using Stream body = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        int length = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        string status = $"{(int)answer.StatusCode}";
        try
        {
            using JsonDocument problem = JsonDocument.Parse(bytes.AsMemory(0, length));
            return problem.RootElement.ValueKind == JsonValueKind.Object && problem.RootElement.TryGetProperty("detail", out JsonElement detail) ? $"{status}, {detail.GetString()}" : status;
        }
        catch (JsonException)
        {
            return $"{status}, and no problem that can be read";
        }
    }
}

/// <summary>The other end did not take a batch for now.</summary>
/// <param name="message">Why.</param>
/// <param name="retryAfter">How long it asks to be left alone; null: it did not say.</param>
internal sealed class LogRefusedException(string message, TimeSpan? retryAfter) : IOException(message)
{
    public TimeSpan? RetryAfter { get; } = retryAfter;
}
