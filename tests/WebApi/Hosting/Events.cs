using System.Net;
using System.Text;
using System.Text.Json;

namespace Orrery.WebApi.Tests.Hosting;

/// <summary>Reads server-sent events.</summary>
internal sealed class Events(HttpResponseMessage answer, StreamReader reader) : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public HashSet<string> Seen { get; } = [];

    public static async Task<Events> OpenAsync(Api api, string path)
    {
        HttpResponseMessage answer = await api.SendAsync(HttpMethod.Get, path, null, HttpCompletionOption.ResponseHeadersRead, default);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        return new Events(answer, new StreamReader(await answer.Content.ReadAsStreamAsync(), Encoding.UTF8));
    }

    /// <summary>The data of the next event of this name.</summary>
    public async Task<JsonElement> NextAsync(string name)
    {
        while (true)
        {
            string line = await LineAsync() ?? throw new EndOfStreamException($"The stream ended before an event '{name}'.");
            if (!line.StartsWith("event: ", StringComparison.Ordinal))
                continue;
            Seen.Add(line[7..]);
            string data = (await LineAsync())!;
            if (line[7..] == name)
                return JsonDocument.Parse(data[6..]).RootElement;
        }
    }

    public async Task CommentAsync()
    {
        while ((await LineAsync() ?? throw new EndOfStreamException("The stream ended before a comment.")) is not [':', ..])
        {
        }
    }

    public async Task EndAsync()
    {
        while (await LineAsync() is not null)
        {
        }
    }

    public void Dispose()
    {
        reader.Dispose();
        answer.Dispose();
    }

    async Task<string?> LineAsync() => await reader.ReadLineAsync().WaitAsync(Patience);
}
