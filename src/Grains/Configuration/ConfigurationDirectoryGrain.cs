using System.Globalization;
using Orrery.Grains.Storing;
using Orrery.Interfaces;
using Orrery.Interfaces.Configuration;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Products;

namespace Orrery.Grains.Configuration;

sealed class ConfigurationDirectoryState
{
    public SortedDictionary<string, ConfigurationSummary> Documents { get; set; } = new(StringComparer.Ordinal);

    public Dictionary<string, ConfigurationNamespace> Namespaces { get; set; } = [];

    /// <summary>Tenants by document.</summary>
    public Dictionary<string, SortedSet<string>> Tenants { get; set; } = [];
}

/// <remarks>
/// News are kept in memory, the newest thousand. A cursor names the activation that it is of: behind a restart, or where it is too old, the answer says that anything may have changed, and whoever pushes values asks for all of
/// them once.
/// </remarks>
[Reentrant]
sealed class ConfigurationDirectoryGrain : Grain, IConfigurationDirectoryGrain
{
    const int DocumentsMax = 1_000, NewsMax = 1_000, WaitSecondsMax = 20;

    readonly IPersistentState<ConfigurationDirectoryState> stored;
    readonly StateWriter writer;
    readonly TimeProvider time;
    readonly string activation;
    readonly Queue<(long Number, string Key, long Stamp)> news = new();
    TaskCompletionSource<bool> came = new();
    long newest;

    public ConfigurationDirectoryGrain([PersistentState("configurations")] IPersistentState<ConfigurationDirectoryState> stored, Secrets.SecretSource random, TimeProvider time)
    {
        this.stored = stored;
        this.time = time;
        byte[] name = new byte[6];
        random.Fill(name);
        activation = Convert.ToHexStringLower(name);
        writer = new StateWriter(stored, DeactivateOnIdle);
    }

    ConfigurationDirectoryState State => stored.State;

    public Task<IReadOnlyList<ConfigurationSummary>> List() => Task.FromResult<IReadOnlyList<ConfigurationSummary>>([.. State.Documents.Values.Select(document => document with { NeedsApproval = Settings(document.Document.Split('/')[0]).NeedsApproval })]);

    public Task<bool> Has(string document) => Task.FromResult(State.Documents.ContainsKey(document));

    public Task<ConfigurationNamespace> Namespace(string name) => Task.FromResult(Settings(name));

    public Task<IReadOnlyDictionary<string, ConfigurationNamespace>> Namespaces() => Task.FromResult<IReadOnlyDictionary<string, ConfigurationNamespace>>(
        State.Documents.Keys.Select(static document => document.Split('/')[0]).Concat(State.Namespaces.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToDictionary(static name => name, Settings));

    public async Task SetNamespace(string name, ConfigurationNamespace settings)
    {
        EntityKeys.CheckPart("namespace", name);
        if (settings.Product is { } product)
            await GrainFactory.GetGrain<IProductsGrain>(EntityKeys.Fleet).MustKnow(new ProductReference(EntityKeys.CheckPart("product", product), null, []));
        if (!State.Namespaces.ContainsKey(name) && State.Namespaces.Count >= DocumentsMax)
            throw new LimitReachedException($"There are {DocumentsMax} namespaces, the most there may be.");
        State.Namespaces[name] = settings;
        await writer.WriteAsync();
    }

    public Task Set(ConfigurationSummary document)
    {
        if (!State.Documents.ContainsKey(document.Document) && State.Documents.Count >= DocumentsMax)
            throw new LimitReachedException($"There are {DocumentsMax} documents, the most there may be.");
        State.Documents[document.Document] = document;
        return writer.WriteAsync();
    }

    public Task<IReadOnlyList<string>> Tenants(string document) => Task.FromResult<IReadOnlyList<string>>(State.Tenants.TryGetValue(document, out SortedSet<string>? tenants) ? [.. tenants] : []);

    public Task AddTenant(string document, string tenant)
    {
        if (!State.Tenants.TryGetValue(document, out SortedSet<string>? tenants))
            State.Tenants[document] = tenants = new(StringComparer.Ordinal);
        return tenants.Add(tenant) ? writer.WriteAsync() : writer.Pending;
    }

    public async Task TenantDeleted(string tenant)
    {
        foreach ((string document, SortedSet<string> tenants) in State.Tenants.ToArray())
        {
            if (!tenants.Contains(tenant))
                continue;
            await GrainFactory.GetGrain<IConfigurationDocumentGrain>(ConfigurationKeys.Of(tenant, document)).Forget();
            tenants.Remove(tenant);
            await writer.WriteAsync();
        }
    }

    public Task Announce(string key, long stamp)
    {
        news.Enqueue((++newest, key, stamp));
        if (news.Count > NewsMax)
            news.Dequeue();
        TaskCompletionSource<bool> waited = came;
        came = new();
        waited.TrySetResult(true);
        return Task.CompletedTask;
    }

    public async Task<ConfigurationNews> Next(string? cursor, int waitSeconds)
    {
        if (waitSeconds is < 0 or > WaitSecondsMax)
            throw new InvalidInputException("waitSeconds", $"waitSeconds is {waitSeconds}; it can be 0 to {WaitSecondsMax}.");
        bool isWhole = cursor?.Split('-') is [var of, var number] && of == activation && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long _) && Seen(cursor) <= newest && Seen(cursor) >= newest - news.Count;
        if (isWhole && Seen(cursor!) >= newest && waitSeconds > 0)
        {
            using var waited = new CancellationTokenSource();
            await Task.WhenAny(came.Task, Task.Delay(TimeSpan.FromSeconds(waitSeconds), time, waited.Token));
            await waited.CancelAsync();
        }

        var changes = new Dictionary<string, long>(StringComparer.Ordinal);
        if (isWhole)
            foreach ((long at, string key, long stamp) in news)
                if (at > Seen(cursor!))
                    changes[key] = stamp;
        return new ConfigurationNews(string.Create(CultureInfo.InvariantCulture, $"{activation}-{newest}"), isWhole, changes);
    }

    static long Seen(string cursor) => long.Parse(cursor.AsSpan(cursor.IndexOf('-', StringComparison.Ordinal) + 1), CultureInfo.InvariantCulture);

    ConfigurationNamespace Settings(string name) => State.Namespaces.GetValueOrDefault(name, new ConfigurationNamespace(false));
}
