using System.Globalization;
using System.Net.Http.Headers;
using Orrery.Grains.Sql.Running;
using Orrery.Sql.Catalogs;

namespace Orrery.Grains.Sql.Sinks;

/// <summary>
/// A POST an epoch, of JSON lines as <see cref="FileSink"/> writes them. At least once: the headers <c>Orrery-Sink</c> and <c>Orrery-Epoch</c> tell a receiver what it has already. Any answer but 2xx is a
/// failure, and tried again.
/// </summary>
sealed class WebhookSink(Relation relation, Uri address, string name) : ISink
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    // What an allowed host points to elsewhere was not allowed.
    readonly HttpClient client = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = Patience };

    public async Task WriteAsync(SinkChanges changes, int term, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(FileSink.Lines(relation, changes)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        request.Headers.Add("Orrery-Sink", name);
        request.Headers.Add("Orrery-Epoch", changes.Epoch.ToString(CultureInfo.InvariantCulture));
        using HttpResponseMessage answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!answer.IsSuccessStatusCode)
            throw new HttpRequestException($"{address.Host} answered {(int)answer.StatusCode} to epoch {changes.Epoch} of {name}.");
    }

    public ValueTask DisposeAsync()
    {
        client.Dispose();
        return ValueTask.CompletedTask;
    }
}
