using System.Globalization;
using System.Net.Http.Headers;
using Orrery.Grains.Sql.Running;
using Orrery.Sql.Catalogs;

namespace Orrery.Grains.Sql.Sinks;

/// <summary>
/// A POST an epoch, of JSON lines as <see cref="FileSink"/> writes them; a large epoch is several, in their order. At least once: the headers <c>Orrery-Sink</c>, <c>Orrery-Epoch</c> and <c>Orrery-Part</c>
/// tell a receiver what it has already. Any answer but 2xx is a failure, and tried again from that part on.
/// </summary>
sealed class WebhookSink(Relation relation, Uri address, string name) : ISink
{
    readonly HttpClient client = SinkHttp.Client();
    long underWay = -1;
    int taken;

    public async Task WriteAsync(SinkChanges changes, int term, CancellationToken cancellationToken)
    {
        if (underWay != changes.Epoch)
            (underWay, taken) = (changes.Epoch, 0);
        int part = 0;
        foreach (ReadOnlyMemory<byte> lines in FileSink.Parts(relation, changes.Rows))
        {
            if (part++ < taken)
                continue;
            await SendAsync(lines, changes.Epoch, part, cancellationToken);
            taken = part;
        }
    }

    public ValueTask DisposeAsync()
    {
        client.Dispose();
        return ValueTask.CompletedTask;
    }

    async Task SendAsync(ReadOnlyMemory<byte> lines, long epoch, int part, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ReadOnlyMemoryContent(lines) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        request.Headers.Add("Orrery-Sink", Uri.EscapeDataString(name));
        request.Headers.Add("Orrery-Epoch", epoch.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("Orrery-Part", part.ToString(CultureInfo.InvariantCulture));
        using HttpResponseMessage answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!answer.IsSuccessStatusCode)
            throw new SinkException($"{address.Host} answered {(int)answer.StatusCode} to part {part} of epoch {epoch} of {name}. It has to answer 2xx once it has kept the lines.");
    }
}
