using System.Globalization;
using System.Net;
using System.Text.Json;
using Orrery.Connectors.ObjectStores;

namespace Orrery.Connectors.Hdfs;

/// <summary>
/// Objects as files of HDFS, over WebHDFS. Content goes where the name node redirects to (a data node), in a second request, as the protocol wants it. A
/// put writes a file in <c>.partial</c> and renames it, so that a reader sees all of it or nothing.
/// </summary>
/// <remarks>
/// A rename does not replace what is there, which makes put-if-absent exact. A put and a move over an existing object delete it first: between the
/// two a crash leaves the name empty and the content in <c>.partial</c> or under the old name; landing never replaces a file by another.
/// </remarks>
public sealed class WebHdfsObjectStore : IObjectStore
{
    const string PartialFolder = ".partial";
    const int AnswerBytesMax = 256 << 20;

    readonly WebHdfsOptions options;
    readonly HttpClient http;
    readonly string root;
    readonly string owner;
    long partials;

    /// <param name="options">Where.</param>
    /// <param name="time">Makes the names of partial files differ between processes.</param>
    /// <param name="handler">Sends the requests; must not follow redirects. Null: an own one.</param>
    /// <exception cref="ArgumentException">The options cannot be used.</exception>
    public WebHdfsObjectStore(WebHdfsOptions options, TimeProvider time, HttpMessageHandler? handler = null)
    {
        options.Validate();
        this.options = options;
        root = options.Directory.TrimEnd('/');
        owner = string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}-{Environment.ProcessId}-{time.GetUtcNow().UtcTicks:x}-{GetHashCode():x}");
        http = new HttpClient(handler ?? new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) }) { Timeout = options.Timeout, MaxResponseContentBufferSize = AnswerBytesMax };
    }

    /// <inheritdoc/>
    public string Address => $"HDFS directory {root}/ of {options.Address!.Authority}";

    /// <inheritdoc/>
    public async ValueTask<ObjectPage> ListAsync(string prefix, string? after, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 1000);
        var found = new List<ObjectEntry>();
        // Begin in the deepest directory that the prefix names whole.
        int slash = prefix.LastIndexOf('/');
        string at = slash < 0 ? "" : prefix[..(slash + 1)];
        await WalkAsync(at, prefix, after, limit + 1, found, cancellationToken);
        bool more = found.Count > limit;
        return new ObjectPage(more ? found[..limit] : found, more);
    }

    /// <inheritdoc/>
    public async ValueTask<ObjectEntry?> FindAsync(string name, CancellationToken cancellationToken = default)
    {
        using HttpResponseMessage answer = await SendAsync(HttpMethod.Get, PathOf(name), "GETFILESTATUS", "look for", name, cancellationToken);
        if (answer.StatusCode == HttpStatusCode.NotFound)
            return null;
        JsonElement status = await ReadAsync(answer, "FileStatus", "look for", name, cancellationToken);
        return IsDirectory(status) ? null : Entry(name, status);
    }

    /// <inheritdoc/>
    public async ValueTask<Stream> OpenReadAsync(string name, CancellationToken cancellationToken = default)
    {
        HttpResponseMessage answer = await SendAsync(HttpMethod.Get, PathOf(name), "OPEN", "open", name, cancellationToken);
        if (answer.StatusCode == HttpStatusCode.NotFound)
        {
            answer.Dispose();
            throw new ObjectMissingException(name, Address);
        }

        if (answer.StatusCode == HttpStatusCode.TemporaryRedirect)
        {
            Uri target = TargetOf(answer, "open", name);
            answer.Dispose();
            answer = await SendAsync(new HttpRequestMessage(HttpMethod.Get, target), "open", name, cancellationToken);
        }

        await ExpectAsync(answer, "open", name, cancellationToken);
        return await answer.Content.ReadAsStreamAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask PutAsync(string name, Stream content, CancellationToken cancellationToken = default)
    {
        string partial = await WritePartialAsync(name, content, cancellationToken);
        if (await RenameAsync(partial, PathOf(name), name, cancellationToken))
            return;
        await RemoveAsync(PathOf(name), name, cancellationToken);
        if (!await RenameAsync(partial, PathOf(name), name, cancellationToken))
            throw Failed("write", name, "the name node would not rename the partial file", mayPass: true);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> PutIfAbsentAsync(string name, Stream content, CancellationToken cancellationToken = default)
    {
        if (await FindAsync(name, cancellationToken) is not null)
            return false;
        string partial = await WritePartialAsync(name, content, cancellationToken);
        if (await RenameAsync(partial, PathOf(name), name, cancellationToken))
            return true;
        await RemoveAsync(partial, name, cancellationToken);
        return await FindAsync(name, cancellationToken) is not null ? false : throw Failed("write", name, "the name node would not rename the partial file although the name is free", mayPass: true);
    }

    /// <inheritdoc/>
    public async ValueTask MoveAsync(string from, string to, CancellationToken cancellationToken = default)
    {
        if (await FindAsync(from, cancellationToken) is null)
            throw new ObjectMissingException(from, Address);
        if (await RenameAsync(PathOf(from), PathOf(to), to, cancellationToken))
            return;
        if (await FindAsync(from, cancellationToken) is null)
            throw new ObjectMissingException(from, Address);
        await RemoveAsync(PathOf(to), to, cancellationToken);
        if (!await RenameAsync(PathOf(from), PathOf(to), to, cancellationToken))
            throw Failed($"move to '{to}'", from, "the name node would not rename it", mayPass: true);
    }

    /// <inheritdoc/>
    public ValueTask DeleteAsync(string name, CancellationToken cancellationToken = default) => RemoveAsync(PathOf(name), name, cancellationToken);

    /// <summary>Adds bytes to the end of an object. Not atomic: after a failure any part of them may have been added.</summary>
    /// <exception cref="ObjectMissingException">There is none of that name.</exception>
    /// <exception cref="ObjectStoreException">The store refused or cannot be reached.</exception>
    public async ValueTask AppendAsync(string name, Stream content, CancellationToken cancellationToken = default)
    {
        Uri target;
        using (HttpResponseMessage answer = await SendAsync(HttpMethod.Post, PathOf(name), "APPEND", "append to", name, cancellationToken))
        {
            if (answer.StatusCode == HttpStatusCode.NotFound)
                throw new ObjectMissingException(name, Address);
            target = TargetOf(answer, "append to", name);
        }

        await SendContentAsync(HttpMethod.Post, target, content, "append to", name, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    async ValueTask<string> WritePartialAsync(string name, Stream content, CancellationToken cancellationToken)
    {
        string path = $"{root}/{PartialFolder}/{owner}-{Interlocked.Increment(ref partials)}";
        Uri target;
        using (HttpResponseMessage answer = await SendAsync(HttpMethod.Put, path, "CREATE&overwrite=true", "write", name, cancellationToken))
            target = TargetOf(answer, "write", name);
        await SendContentAsync(HttpMethod.Put, target, content, "write", name, cancellationToken);
        return path;
    }

    async ValueTask SendContentAsync(HttpMethod method, Uri target, Stream content, string what, string name, CancellationToken cancellationToken)
    {
        // The caller keeps its stream.
        var body = new StreamContent(new UndisposedStream(content), 128 << 10);
        body.Headers.ContentLength = content.Length - content.Position;
        body.Headers.ContentType = new("application/octet-stream");
        using HttpResponseMessage answer = await SendAsync(new HttpRequestMessage(method, target) { Content = body }, what, name, cancellationToken);
        await ExpectAsync(answer, what, name, cancellationToken);
    }

    /// <summary>False: the target is there, or the source is not.</summary>
    async ValueTask<bool> RenameAsync(string from, string to, string name, CancellationToken cancellationToken)
    {
        using (HttpResponseMessage made = await SendAsync(HttpMethod.Put, to[..to.LastIndexOf('/')], "MKDIRS", "make the directory of", name, cancellationToken))
            await ExpectAsync(made, "make the directory of", name, cancellationToken);
        using HttpResponseMessage answer = await SendAsync(HttpMethod.Put, from, "RENAME&destination=" + Uri.EscapeDataString(to), "rename", name, cancellationToken);
        if (answer.StatusCode == HttpStatusCode.NotFound)
            return false;
        return (await ReadAsync(answer, "boolean", "rename", name, cancellationToken)).ValueKind == JsonValueKind.True;
    }

    async ValueTask RemoveAsync(string path, string name, CancellationToken cancellationToken)
    {
        using HttpResponseMessage answer = await SendAsync(HttpMethod.Delete, path, "DELETE", "delete", name, cancellationToken);
        if (answer.StatusCode != HttpStatusCode.NotFound)
            await ExpectAsync(answer, "delete", name, cancellationToken);
    }

    /// <summary>Files below a directory in ordinal order of their whole names; directories that cannot hold a wanted name are not asked for.</summary>
    async ValueTask WalkAsync(string at, string prefix, string? after, int limit, List<ObjectEntry> found, CancellationToken cancellationToken)
    {
        using HttpResponseMessage answer = await SendAsync(HttpMethod.Get, at.Length == 0 ? root : $"{root}/{at.TrimEnd('/')}", "LISTSTATUS", "list", at + "*", cancellationToken);
        if (answer.StatusCode == HttpStatusCode.NotFound)
            return;
        JsonElement statuses = await ReadAsync(answer, "FileStatuses", "list", at + "*", cancellationToken);
        foreach ((string name, JsonElement status) in statuses.GetProperty("FileStatus").EnumerateArray()
            .Where(status => status.GetProperty("pathSuffix").GetString()!.Length > 0)
            .Select(status => (Name: at + status.GetProperty("pathSuffix").GetString() + (IsDirectory(status) ? "/" : ""), status))
            .Where(pair => pair.Name != PartialFolder + "/")
            .OrderBy(pair => pair.Name, StringComparer.Ordinal))
        {
            if (found.Count >= limit)
                return;
            if (name.EndsWith('/'))
            {
                bool wanted = prefix.StartsWith(name, StringComparison.Ordinal) || name.StartsWith(prefix, StringComparison.Ordinal);
                bool passed = after is not null && string.CompareOrdinal(name, after) < 0 && !after.StartsWith(name, StringComparison.Ordinal);
                if (wanted && !passed)
                    await WalkAsync(name, prefix, after, limit, found, cancellationToken);
            }
            else if (name.StartsWith(prefix, StringComparison.Ordinal) && (after is null || string.CompareOrdinal(name, after) > 0))
            {
                found.Add(Entry(name, status));
            }
        }
    }

    string PathOf(string name)
    {
        ObjectName.Check(name);
        return name.StartsWith(PartialFolder, StringComparison.Ordinal) ? throw new ArgumentException($"'{name}': names that begin with '{PartialFolder}' are the store's own.") : $"{root}/{name}";
    }

    ValueTask<HttpResponseMessage> SendAsync(HttpMethod method, string path, string operation, string what, string name, CancellationToken cancellationToken)
    {
        string escaped = string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
        string user = options.User.Length == 0 ? "" : "&user.name=" + Uri.EscapeDataString(options.User);
        string token = options.DelegationToken.Length == 0 ? "" : "&delegation=" + Uri.EscapeDataString(options.DelegationToken);
        var address = new Uri(options.Address!, $"/webhdfs/v1{escaped}?op={operation}{user}{token}");
        return SendAsync(new HttpRequestMessage(method, address), what, name, cancellationToken);
    }

    async ValueTask<HttpResponseMessage> SendAsync(HttpRequestMessage request, string what, string name, CancellationToken cancellationToken)
    {
        try
        {
            using (request)
                return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (Exception error) when (error is HttpRequestException or IOException || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw Failed(what, name, error.Message, mayPass: true, error);
        }
    }

    Uri TargetOf(HttpResponseMessage answer, string what, string name)
    {
        if (answer.StatusCode == HttpStatusCode.TemporaryRedirect && answer.Headers.Location is { IsAbsoluteUri: true } target)
            return target;
        throw Failed(what, name, $"the name node answered {(int)answer.StatusCode} instead of naming a data node", mayPass: (int)answer.StatusCode >= 500);
    }

    async ValueTask ExpectAsync(HttpResponseMessage answer, string what, string name, CancellationToken cancellationToken)
    {
        if (answer.IsSuccessStatusCode)
            return;
        string text = await answer.Content.ReadAsStringAsync(cancellationToken);
        throw Failed(what, name, $"{(int)answer.StatusCode} {Remote(text)}", mayPass: (int)answer.StatusCode is >= 500 or 408 or 429 || text.Contains("StandbyException", StringComparison.Ordinal) || text.Contains("SafeModeException", StringComparison.Ordinal));
    }

    /// <summary>A property of the answer.</summary>
    async ValueTask<JsonElement> ReadAsync(HttpResponseMessage answer, string property, string what, string name, CancellationToken cancellationToken)
    {
        await ExpectAsync(answer, what, name, cancellationToken);
        try
        {
            using JsonDocument json = await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync(cancellationToken), default, cancellationToken);
            return json.RootElement.GetProperty(property).Clone();
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw Failed(what, name, $"the answer is not JSON with '{property}'", mayPass: false, error);
        }
    }

    /// <summary>The message of a remote exception.</summary>
    static string Remote(string text)
    {
        const int lengthMax = 300;
        try
        {
            using JsonDocument json = JsonDocument.Parse(text);
            JsonElement remote = json.RootElement.GetProperty("RemoteException");
            text = $"{remote.GetProperty("exception").GetString()}: {remote.GetProperty("message").GetString()}";
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            text = text.ReplaceLineEndings(" ");
        }

        return text.Length <= lengthMax ? text : text[..lengthMax];
    }

    static bool IsDirectory(JsonElement status) => status.GetProperty("type").GetString() == "DIRECTORY";

    static ObjectEntry Entry(string name, JsonElement status) =>
        new(name, status.GetProperty("length").GetInt64(), DateTimeOffset.FromUnixTimeMilliseconds(status.GetProperty("modificationTime").GetInt64()));

    ObjectStoreException Failed(string what, string name, string why, bool mayPass, Exception? error = null) => new($"Could not {what} object '{name}' in {Address}: {why}", mayPass, error);
}
