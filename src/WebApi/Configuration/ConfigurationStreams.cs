using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Orrery.Interfaces;
using Orrery.Interfaces.Configuration;
using Orrery.WebApi.Access;
using Orrery.WebApi.Errors;

namespace Orrery.WebApi.Configuration;

/// <summary>
/// All servers' streams of this process. One question to the directory waits for news of any document; news of one ask its tenants' grains for what their connected servers are to have, many servers to a question, and whoever
/// has another value is sent the new one. So the price of a server that waits is its connection, and a change costs a question for each tenant and one write for each server.
/// </summary>
internal sealed partial class ConfigurationStreams
{
    const int ReadersAtOnce = 500, TenantsAtOnce = 16, WaitSeconds = 20;
    static readonly TimeSpan BeatPeriod = TimeSpan.FromSeconds(20), RetryPause = TimeSpan.FromSeconds(1);

    readonly OrreryApiOptions options;
    readonly SignIn signIn;
    readonly TimeProvider time;
    readonly ILogger<ConfigurationStreams> logger;
    readonly CancellationToken stopping;
    readonly Lock changing = new();
    readonly Dictionary<(string Document, string Tenant, ConfigurationFormat? Format), Group> groups = [];
    readonly HashSet<ConfigurationConnection> all = [];
    readonly Dictionary<string, int> byKey = [];
    Task? following;

    public ConfigurationStreams(IOptions<OrreryApiOptions> options, SignIn signIn, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<ConfigurationStreams> logger)
    {
        this.options = options.Value;
        this.signIn = signIn;
        this.time = time;
        this.logger = logger;
        stopping = lifetime.ApplicationStopping;
        stopping.Register(() =>
        {
            foreach (ConfigurationConnection connection in Everybody())
                connection.End();
        });
    }

    /// <summary>How many streams are open.</summary>
    public int Count
    {
        get
        {
            lock (changing)
                return all.Count;
        }
    }

    /// <summary>Runs a stream until its reader leaves, its key ends, or the process stops.</summary>
    /// <param name="http">The request.</param>
    /// <param name="caller">Whose key it is.</param>
    /// <param name="reader">The server.</param>
    /// <param name="documents">That it wants.</param>
    /// <param name="format">Of the values; null: each document's own.</param>
    /// <param name="have">Digests that it has, in the documents' order.</param>
    public async Task RunAsync(HttpContext http, Caller caller, ConfigurationReader reader, string[] documents, ConfigurationFormat? format, string[] have)
    {
        string key = caller.Identity.Name, credential = AuthenticationHandler.ReadCredential(http.Request, out _)!;
        IConfigurationDocumentGrain[] grains = await Task.WhenAll(documents.Select(caller.OwnConfigurationAsync));
        var connection = new ConfigurationConnection(reader, [.. documents.Select((_, place) => place < have.Length ? have[place] : "")]);
        IConfigurationDirectoryGrain directory = caller.Configurations;
        Open(key, connection, documents, grains, format, directory);
        try
        {
            for (int document = 0; document < documents.Length; document++)
                Tell(document, documents[document], await grains[document].Resolve([reader], format, -1), [connection], isFirst: true);
            http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            http.Response.ContentType = "text/event-stream";
            http.Response.Headers.CacheControl = "no-store";
            http.Response.Headers["X-Accel-Buffering"] = "no";
            await http.Response.StartAsync(http.RequestAborted);
            using CancellationTokenRegistration left = http.RequestAborted.UnsafeRegister(static one => ((ConfigurationConnection)one!).End(), connection);
            await WriteAsync(http, connection, credential, documents.Length);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // How streams end.
        }
        finally
        {
            Close(key, connection, reader, documents, format);
        }
    }

    async Task WriteAsync(HttpContext http, ConfigurationConnection connection, string credential, int documents)
    {
        byte[][] bytes = new byte[documents + 1][];
        while (connection.Take(bytes, out int count) is { } more)
        {
            for (int each = 0; each < count; each++)
                await http.Response.Body.WriteAsync(bytes[each], http.RequestAborted);
            Array.Clear(bytes);
            // A stream is as good as its key.
            if (count > 0 && await signIn.FindAsync(credential) is null)
                return;
            await more;
        }
    }

    void Open(string key, ConfigurationConnection connection, string[] documents, IConfigurationDocumentGrain[] grains, ConfigurationFormat? format, IConfigurationDirectoryGrain directory)
    {
        lock (changing)
        {
            int own = byKey.GetValueOrDefault(key);
            if (own >= options.ConfigurationStreamsPerKeyMax)
                throw new RefusedException(StatusCodes.Status429TooManyRequests, $"{own} streams of configuration of this key are open, the most it may have.");
            if (all.Count >= options.ConfigurationStreamsMax)
                throw new RefusedException(StatusCodes.Status503ServiceUnavailable, $"{all.Count} streams of configuration are open, which is all that this process serves. Ask for the documents now and then.");
            byKey[key] = own + 1;
            all.Add(connection);
            for (int document = 0; document < documents.Length; document++)
            {
                var at = (documents[document], EntityKeys.TenantOf(connection.Reader.Server), format);
                if (!groups.TryGetValue(at, out Group? group))
                    groups[at] = group = new Group(grains[document]);
                group.Members[connection] = document;
            }

            following ??= Task.WhenAll(Task.Run(() => FollowAsync(directory), stopping), Task.Run(BeatAsync, stopping));
        }
    }

    void Close(string key, ConfigurationConnection connection, ConfigurationReader reader, string[] documents, ConfigurationFormat? format)
    {
        lock (changing)
        {
            all.Remove(connection);
            if (--byKey[key] == 0)
                byKey.Remove(key);
            foreach (string document in documents)
            {
                var at = (document, EntityKeys.TenantOf(reader.Server), format);
                if (groups[at].Members.Remove(connection) && groups[at].Members.Count == 0)
                    groups.Remove(at);
            }
        }
    }

    async Task FollowAsync(IConfigurationDirectoryGrain directory)
    {
        string? cursor = null;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                ConfigurationNews news = await directory.Next(cursor, WaitSeconds);
                cursor = news.Cursor;
                await PushAsync(news);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                // What was missed is found where nothing is known to be seen.
                cursor = null;
                NotFollowed(logger, RetryPause, failure);
                await Task.Delay(RetryPause, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    async Task PushAsync(ConfigurationNews news)
    {
        var due = new List<(string Document, ConfigurationFormat? Format, long Stamp, IConfigurationDocumentGrain Grain, KeyValuePair<ConfigurationConnection, int>[] Members)>();
        lock (changing)
        {
            foreach (((string document, string tenant, ConfigurationFormat? format), Group group) in groups)
            {
                bool ofFleet = news.Changes.TryGetValue(ConfigurationKeys.Of(EntityKeys.Fleet, document), out long stamp);
                if (!news.IsWhole || ofFleet || news.Changes.ContainsKey(ConfigurationKeys.Of(tenant, document)))
                    due.Add((document, format, news.IsWhole ? stamp : -1, group.Grain, [.. group.Members]));
            }
        }

        await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = TenantsAtOnce, CancellationToken = stopping }, async (each, _) =>
        {
            foreach (KeyValuePair<ConfigurationConnection, int>[] part in each.Members.Chunk(ReadersAtOnce))
            {
                ConfigurationResolved resolved = await each.Grain.Resolve([.. part.Select(static member => member.Key.Reader)], each.Format, each.Stamp);
                byte[]?[] events = [.. resolved.Contents.Select(content => Event(each.Document, content))];
                for (int member = 0; member < part.Length; member++)
                    if (events[resolved.Places[member]] is { } bytes)
                        part[member].Key.Offer(part[member].Value, resolved.Contents[resolved.Places[member]].Digest, bytes, isFirst: false);
            }
        });
    }

    static void Tell(int document, string name, ConfigurationResolved resolved, ConfigurationConnection[] readers, bool isFirst)
    {
        for (int reader = 0; reader < readers.Length; reader++)
            if (Event(name, resolved.Contents[resolved.Places[reader]]) is { } bytes)
                readers[reader].Offer(document, resolved.Contents[resolved.Places[reader]].Digest, bytes, isFirst);
    }

    /// <summary>The first line of the data says what it is of, the others are the value as it is: readers need nothing to take it apart. Null: servers keep what they have.</summary>
    static byte[]? Event(string document, ConfigurationContent content)
    {
        if (content.Text is null)
            return null;
        var text = new StringBuilder("event: configuration\ndata: ").Append(document).Append(' ').Append(content.Mark).Append(' ').Append(content.Digest).Append(' ').Append(JsonText.CamelCase(content.Format.ToString()));
        foreach (string line in content.Text.Split('\n'))
            text.Append("\ndata: ").Append(line);
        return Encoding.UTF8.GetBytes(text.Append("\n\n").ToString());
    }

    async Task BeatAsync()
    {
        using var period = new PeriodicTimer(BeatPeriod, time);
        while (await period.WaitForNextTickAsync(stopping).ConfigureAwait(false))
            foreach (ConfigurationConnection connection in Everybody())
                connection.Beat();
    }

    ConfigurationConnection[] Everybody()
    {
        lock (changing)
            return [.. all];
    }

    sealed record Group(IConfigurationDocumentGrain Grain)
    {
        /// <summary>With the place of the document among those that they want.</summary>
        public Dictionary<ConfigurationConnection, int> Members { get; } = [];
    }

    [LoggerMessage(4211, LogLevel.Warning, "News of configuration could not be followed; they are asked for again in {Pause}")]
    static partial void NotFollowed(ILogger logger, TimeSpan pause, Exception failure);
}
