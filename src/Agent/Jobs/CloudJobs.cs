using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Orrery.Agent.Versions;
using Orrery.Jobs.Remote;
using Orrery.Jobs.Running;
using Orrery.Jobs.Work;

namespace Orrery.Agent.Jobs;

/// <summary>The cloud's doors for jobs: ask, tell, end. All calls go out from here.</summary>
internal sealed class CloudJobs : IDisposable
{
    const int WaitSeconds = 20;
    static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };

    readonly HttpClient http;
    readonly bool isOwn;
    readonly string root, key, server;

    public CloudJobs(AgentOptions options, HttpClient? http)
    {
        isOwn = http is null;
        this.http = http ?? new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) }) { Timeout = Timeout };
        root = $"{options.Server!.GetLeftPart(UriPartial.Path).TrimEnd('/')}/api/v1/agent/";
        (key, server) = (options.Key, options.ServerId);
    }

    /// <summary>A job, waited for; null: there is none.</summary>
    /// <exception cref="IOException">The cloud cannot be asked, or refuses.</exception>
    public async Task<TakenLease?> TakeAsync(CancellationToken cancellationToken) => (await SendAsync<Taken>("jobs/take", new { server, waitSeconds = WaitSeconds }, cancellationToken).ConfigureAwait(false))?.Lease;

    /// <summary>Tells that this agent is there, and hears what it is to do.</summary>
    /// <exception cref="IOException">The cloud cannot be asked, or refuses.</exception>
    public async Task<AgentOrderAnswer> SpeakAsync(string version, string tag, AgentTask? task, CancellationToken cancellationToken) =>
        await SendAsync<AgentOrderAnswer>("beat", new { server, version, tag, task }, cancellationToken).ConfigureAwait(false) ?? throw new IOException("The cloud answered nothing to the agent's word.");

    /// <summary>Fetches the package of a version of the agent into a file.</summary>
    /// <returns>Its signature.</returns>
    /// <exception cref="IOException">The cloud cannot be asked, has none, or sends more than a package may have.</exception>
    public async Task<string> FetchPackageAsync(string version, string file, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{root}packages/{Uri.EscapeDataString(version)}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        try
        {
            using HttpResponseMessage answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            if (!answer.IsSuccessStatusCode || !answer.Headers.TryGetValues("Orrery-Signature", out IEnumerable<string>? signatures))
                throw new IOException($"The cloud answered {(int)answer.StatusCode} for the package of version {version}.");
            await using Stream body = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            await using FileStream target = File.Create(file);
            byte[] buffer = new byte[1 << 16];
            for (int read; (read = await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0;)
            {
                if (target.Length + read > AgentPackage.BytesMax)
                    throw new IOException($"The package of version {version} has more than {AgentPackage.BytesMax} bytes, which is the most.");
                await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            }

            return signatures.First();
        }
        catch (Exception error) when (error is HttpRequestException || (error is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new IOException($"The package of version {version} could not be fetched: {error.GetBaseException().Message}", error);
        }
    }

    /// <summary>The half of a lease's split job that holds the target's connections; null where the job is not split.</summary>
    public RemoteTarget? TargetOf(TakenLease lease) => lease.IsSplit ? new RemoteTarget((session, part) => Carry(lease, session, part)) : null;

    /// <summary>Whom a lease's run talks to.</summary>
    public IJobHolder HolderOf(TakenLease lease) => new Holder(this, lease);

    public void Dispose()
    {
        if (isOwn)
            http.Dispose();
    }

    /// <summary>Blocks: it is the calls of a connection, which has a thread of its own.</summary>
    byte[] Carry(TakenLease lease, int session, byte[] part)
    {
        string path = string.Create(CultureInfo.InvariantCulture, $"jobs/{lease.Job}/target/{session}?server={Uri.EscapeDataString(server)}&token={lease.Token}");
        using var request = new HttpRequestMessage(HttpMethod.Post, root + path) { Content = new ByteArrayContent(part) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        try
        {
            using HttpResponseMessage answer = http.Send(request, HttpCompletionOption.ResponseHeadersRead, CancellationToken.None);
            using var bytes = new MemoryStream();
            using (Stream body = answer.Content.ReadAsStream())
                body.CopyTo(bytes);
            if (answer.IsSuccessStatusCode)
                return bytes.ToArray();
            string text = $"The cloud answered {(int)answer.StatusCode} for the target: {Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)Math.Min(500, bytes.Length))}";
            throw answer.StatusCode == HttpStatusCode.Conflict ? new TokenOverruledException(text) : new IOException(text);
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
        {
            // A run waits for it as for a database that is away.
            throw new IOException($"The cloud could not be asked for the target: {error.GetBaseException().Message}");
        }
    }

    /// <summary>Asks one of the agent's doors.</summary>
    /// <exception cref="IOException">The cloud cannot be asked, or refuses.</exception>
    public async Task<T?> SendAsync<T>(string path, object body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, root + path) { Content = JsonContent.Create(body, options: Json) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        try
        {
            using HttpResponseMessage answer = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            string text = await answer.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
            if (!answer.IsSuccessStatusCode)
                throw new IOException($"The cloud answered {(int)answer.StatusCode} to {path}: {(text.Length > 500 ? text[..500] : text)}");
            return answer.StatusCode == HttpStatusCode.NoContent ? default : JsonSerializer.Deserialize<T>(text, Json);
        }
        catch (Exception error) when (error is HttpRequestException or JsonException || (error is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new IOException($"The cloud could not be asked for {path}: {error.GetBaseException().Message}", error);
        }
    }

    sealed class Holder(CloudJobs cloud, TakenLease lease) : IJobHolder
    {
        public async Task<WorkWord> BeatAsync(JobProgress? progress, IReadOnlyList<string> rejects, CancellationToken cancellationToken) =>
            (await cloud.SendAsync<WorkWord>($"jobs/{lease.Job}/beat", new { cloud.server, lease.Token, progress = progress is null ? null : Tell(progress), rejects }, cancellationToken).ConfigureAwait(false))!;

        public async Task EndAsync(WorkEnding ending, CancellationToken cancellationToken)
        {
            using JsonDocument? result = ending.Result is null ? null : JsonDocument.Parse(ending.Result);
            await cloud.SendAsync<object>($"jobs/{lease.Job}/end", new { cloud.server, lease.Token, ending = new { ending.IsReleased, ending.Error, ending.IsPassing, result = result?.RootElement } }, cancellationToken).ConfigureAwait(false);
        }

        static object Tell(JobProgress progress) => new
        {
            phase = JsonNamingPolicy.CamelCase.ConvertName(progress.Phase.ToString()),
            progress.Rows,
            progress.RowsTotal,
            progress.Bytes,
            RowsPerSecond = Math.Round(progress.RowsPerSecond, 1),
            SecondsLeft = progress.Left?.TotalSeconds,
            progress.Table,
            progress.Rejects,
            progress.Waiting,
            Tables = progress.Tables.Take(500),
            Follow = progress.Follow is { } follow ? new { follow.IsBack, follow.Changes, LagChanges = follow.LagRecords, LagSeconds = follow.Lag.TotalSeconds, follow.IsReached } : null,
        };
    }

    sealed record Taken(TakenLease? Lease);

}

/// <summary>A leased job as the cloud hands it out. It holds secrets.</summary>
internal sealed record TakenLease(string Job, string Name, JsonElement Definition, bool IsAssessment, long Token, double LeaseSeconds, JobStep? Step, bool IsSplit);
