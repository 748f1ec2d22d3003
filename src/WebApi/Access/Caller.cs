using System.Security.Cryptography;
using Orrery.Interfaces;
using Orrery.Interfaces.AccountSets;
using Orrery.Interfaces.Alarms;
using Orrery.Interfaces.Audit;
using Orrery.Interfaces.Boards;
using Orrery.Interfaces.Catalog;
using Orrery.Interfaces.Channels;
using Orrery.Interfaces.Checks;
using Orrery.Interfaces.Configuration;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Health;
using Orrery.Interfaces.Jobs;
using Orrery.Interfaces.Jobs.Rollouts;
using Orrery.Interfaces.Keys;
using Orrery.Interfaces.Ledger;
using Orrery.Interfaces.Licences;
using Orrery.Interfaces.News;
using Orrery.Interfaces.Operations;
using Orrery.Interfaces.Paging;
using Orrery.Interfaces.Products;
using Orrery.Interfaces.Reviews;
using Orrery.Interfaces.Servers;
using Orrery.Interfaces.Sites;
using Orrery.Interfaces.Sql;
using Orrery.Interfaces.Tags;
using Orrery.Interfaces.Tenants;
using Orrery.Interfaces.Topics;
using Orrery.Interfaces.Users;

namespace Orrery.WebApi.Access;

/// <summary>Hands out references to the grains that the caller may see, and to no others: the one place where tenants are kept apart.</summary>
/// <remarks>
/// An endpoint says through its policy what kind of caller it serves; whose things the caller reaches is decided here, by the key alone and before
/// a grain is called. A key outside the caller's scope answers exactly as one that does not exist: 404. Nothing else in this project may ask the
/// cluster for a grain, except sign-in, which has no caller yet; a test reads the sources for it.
/// </remarks>
internal sealed class Caller
{
    const int KeyIdBytes = 8;

    /// <summary>32 bytes in base64url.</summary>
    const int LinkTokenLength = 43;

    readonly IGrainFactory grains;
    readonly CallerIdentity? identity;

    public Caller(IClusterClient grains, IHttpContextAccessor http)
        : this(grains, (http.HttpContext?.User as CallerPrincipal)?.Caller)
    {
    }

    public Caller(IGrainFactory grains, CallerIdentity? identity)
    {
        this.grains = grains;
        this.identity = identity;
    }

    public CallerIdentity Identity => identity ?? throw new InvalidOperationException("The endpoint's policy let in a caller who is not signed in, but the endpoint needs one.");

    /// <summary>The tenant that the caller is bound to, or null for the vendor's people.</summary>
    public string? Tenant => Identity.Scope is { } scope ? EntityKeys.TenantOf(scope) : null;

    /// <summary>A grain of one tenant, one key part: the tenant itself, its rules, its alarms, its health.</summary>
    public T OfTenant<T>(string tenant)
        where T : IGrainWithStringKey => Seen<T>("tenant", tenant, tenant);

    /// <summary>Keeps what the caller has done: among everything, and among what was done to the tenant's things, where it is one's.</summary>
    public async Task AuditAsync(AuditRecord record, bool isTenantThere)
    {
        await grains.GetGrain<IAuditGrain>(EntityKeys.Fleet).Add(record);
        if (isTenantThere && record.Tenant is { } tenant && tenant != EntityKeys.Fleet)
            await grains.GetGrain<IAuditGrain>(tenant).Add(record);
    }

    /// <summary>A grain of one site: the site itself, its keys.</summary>
    public T OfSite<T>(string tenant, string site)
        where T : IGrainWithStringKey => Seen<T>("site", EntityKeys.Site(tenant, site), tenant, site);

    /// <summary>A grain of one server: the server itself, its health.</summary>
    public T OfServer<T>(string tenant, string site, string server)
        where T : IGrainWithStringKey => Seen<T>("server", EntityKeys.Server(tenant, site, server), tenant, site, server);

    /// <summary>A grain of a server of the site that the caller's key is bound to.</summary>
    public T OfOwnSite<T>(string server)
        where T : IGrainWithStringKey => OfServer<T>(Identity.Key!.Tenant, Identity.Key.Site, server);

    /// <summary>A grain of a channel of the tenant that the caller's key is bound to.</summary>
    public T OfOwnChannel<T>(string channel)
        where T : IGrainWithStringKey => EntityKeys.IsPart(channel)
        ? grains.GetGrain<T>(EntityKeys.Site(Identity.Key!.Tenant, channel))
        : throw Missing("channel", EntityKeys.Site(Identity.Key!.Tenant, channel));

    /// <summary>A grain of one channel: the channel itself, its ledger.</summary>
    public T OfChannel<T>(string tenant, string channel)
        where T : IGrainWithStringKey => Seen<T>("channel", EntityKeys.Site(tenant, channel), tenant, channel);

    /// <summary>A topic of a tenant.</summary>
    public ITopicGrain OfTopic(string tenant, string topic)
    {
        // A topic's key is no path below its tenant's.
        string key = TopicKeys.OfTenant(tenant, topic);
        return tenant != EntityKeys.Fleet && Identity.Sees(tenant) && EntityKeys.IsPart(tenant) && EntityKeys.IsPart(topic) ? grains.GetGrain<ITopicGrain>(key) : throw Missing("topic", key);
    }

    /// <summary>The index of an object type of a tenant.</summary>
    public ITagIndexGrain OfObjectType(string tenant, string type) => Seen<ITagIndexGrain>("object type", EntityKeys.Site(tenant, type), tenant, type);

    /// <summary>An article of a tenant.</summary>
    public INewsArticleGrain OfNews(string tenant, string article) => Seen<INewsArticleGrain>("article", EntityKeys.Site(tenant, article), tenant, article);

    /// <summary>An article of the tenant that the caller's key is bound to.</summary>
    public INewsArticleGrain OfOwnNews(string article) => EntityKeys.IsPart(article) ? grains.GetGrain<INewsArticleGrain>(EntityKeys.Site(Identity.Key!.Tenant, article)) : throw Missing("article", article);

    /// <summary>The inbox of an object of the tenant that the caller's key is bound to. Inboxes of the portal's users are their own.</summary>
    public INewsInboxGrain OfOwnInbox(string type, string recipient) => EntityKeys.IsPart(type) && type != NewsKeys.PortalUsers
        ? grains.GetGrain<INewsInboxGrain>(NewsKeys.Inbox(Identity.Key!.Tenant, type, recipient))
        : throw Missing("object type", type);

    /// <summary>The inboxes of the caller's own: as a user, and as the objects of the caller's tenant that are users.</summary>
    public async Task<IReadOnlyList<INewsInboxGrain>> OwnInboxesAsync()
    {
        string name = Identity.User!.Name;
        var inboxes = new List<INewsInboxGrain> { grains.GetGrain<INewsInboxGrain>(NewsKeys.Inbox(EntityKeys.Fleet, NewsKeys.PortalUsers, name)) };
        if (Tenant is { } tenant)
            foreach ((string type, NewsReach reach) in (await grains.GetGrain<INewsBookGrain>(tenant).Settings()).Reach)
                if (reach.IsPortalUsers)
                    inboxes.Add(grains.GetGrain<INewsInboxGrain>(NewsKeys.Inbox(tenant, type, name)));
        return inboxes;
    }

    /// <summary>A board of a tenant.</summary>
    public IBoardGrain OfBoard(string tenant, string board) => Seen<IBoardGrain>("board", EntityKeys.Site(tenant, board), tenant, board);

    /// <summary>The board that a public link shows, to whoever holds its token, and what answers its queries. Nothing else is reached by a token.</summary>
    /// <exception cref="NotFoundException">The link is unknown, expired or revoked.</exception>
    public async Task<SharedBoard> OfLinkAsync(string token)
    {
        string hash = Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(token)));
        if (token.Length != LinkTokenLength || await grains.GetGrain<IBoardLinkGrain>(hash).Find() is not { } key)
            throw new NotFoundException("This link is unknown, has expired or was revoked. Ask who gave it to you for another.");
        IBoardGrain board = grains.GetGrain<IBoardGrain>(key);
        return new SharedBoard(hash, board, await board.Open(hash), grains.GetGrain<ISqlSchemaGrain>(EntityKeys.TenantOf(key)));
    }

    /// <summary>The form that a public link leads to, to whoever holds its token. Nothing but its form is reached by it.</summary>
    /// <exception cref="NotFoundException">The link leads nowhere.</exception>
    public async Task<(IReviewBookGrain Book, string Form)> OfReviewLinkAsync(string token)
    {
        string hash = Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(token)));
        return token.Length == LinkTokenLength && await grains.GetGrain<IReviewLinkGrain>(hash).Find() is { } key
            ? (grains.GetGrain<IReviewBookGrain>(EntityKeys.TenantOf(key)), EntityKeys.Leaf(key))
            : throw new NotFoundException("There is no such form, or it is not open. Ask who gave you its address.");
    }

    /// <summary>The reviews of the tenant that the caller's key is bound to.</summary>
    public IReviewBookGrain OwnReviews() => grains.GetGrain<IReviewBookGrain>(Identity.Key!.Tenant);

    /// <summary>The channels of a tenant that the caller sees.</summary>
    public async Task<IReadOnlyList<ChannelInfo>> ChannelsAsync(string tenant)
    {
        if (!Identity.Sees(tenant))
            throw Missing("tenant", tenant);
        string[] channels = await grains.GetGrain<IChannelDirectoryGrain>(EntityKeys.Fleet).List(tenant);
        return await Task.WhenAll(channels.Select(channel => OfChannel<IChannelGrain>(tenant, EntityKeys.Leaf(channel)).Get()));
    }

    /// <summary>One check.</summary>
    public ICheckGrain OfCheck(string tenant, string check) => Seen<ICheckGrain>("check", EntityKeys.Site(tenant, check), tenant, check);

    /// <summary>The checks of a tenant that the caller sees.</summary>
    public async Task<IReadOnlyList<CheckInfo>> ChecksAsync(string tenant)
    {
        if (!Identity.Sees(tenant))
            throw Missing("tenant", tenant);
        string[] checks = await grains.GetGrain<ICheckDirectoryGrain>(EntityKeys.Fleet).List(tenant);
        return await Task.WhenAll(checks.Select(check => OfCheck(tenant, EntityKeys.Leaf(check)).Get()));
    }

    /// <summary>One job.</summary>
    public IJobGrain OfJob(string tenant, string job) => Seen<IJobGrain>("job", EntityKeys.Site(tenant, job), tenant, job);

    /// <summary>The jobs of a tenant that the caller sees.</summary>
    public async Task<IReadOnlyList<JobInfo>> JobsAsync(string tenant)
    {
        if (!Identity.Sees(tenant))
            throw Missing("tenant", tenant);
        string[] jobs = await grains.GetGrain<IJobDirectoryGrain>(EntityKeys.Fleet).List(tenant);
        return await Task.WhenAll(jobs.Select(job => OfJob(tenant, EntityKeys.Leaf(job)).Get()));
    }

    /// <summary>A job of the tenant that the caller's key is bound to; the job itself gives itself to its own agent only.</summary>
    public IJobGrain OfOwnJob(string job) => EntityKeys.IsPart(job) ? grains.GetGrain<IJobGrain>(EntityKeys.Site(Identity.Key!.Tenant, job)) : throw Missing("job", EntityKeys.Site(Identity.Key!.Tenant, job));

    /// <summary>A connection to the target of a split job of the caller's tenant.</summary>
    public IJobTargetGrain OfOwnTarget(string job, int session) => EntityKeys.IsPart(job)
        ? grains.GetGrain<IJobTargetGrain>(EntityKeys.Server(Identity.Key!.Tenant, job, session.ToString(System.Globalization.CultureInfo.InvariantCulture)))
        : throw Missing("job", EntityKeys.Site(Identity.Key!.Tenant, job));

    /// <summary>One licence.</summary>
    public ILicenceGrain OfLicence(string tenant, string licence) => Seen<ILicenceGrain>("licence", EntityKeys.Site(tenant, licence), tenant, licence);

    /// <summary>A licence of the tenant that the caller's key is bound to.</summary>
    public ILicenceGrain OfOwnLicence(string licence) => EntityKeys.IsPart(licence) ? grains.GetGrain<ILicenceGrain>(EntityKeys.Site(Identity.Key!.Tenant, licence)) : throw Missing("licence", EntityKeys.Site(Identity.Key!.Tenant, licence));

    /// <summary>All licences of the tenant that the caller's key is bound to.</summary>
    public ILicenceDirectoryGrain OwnLicences() => grains.GetGrain<ILicenceDirectoryGrain>(Identity.Key!.Tenant);

    /// <summary>Who signs licences. Its public keys are for everybody who is signed in; that only the vendor changes them is the endpoint's policy.</summary>
    public ILicenceSignerGrain LicenceSigner() => grains.GetGrain<ILicenceSignerGrain>(EntityKeys.Fleet);

    /// <summary>The key of a server of the site that the caller's key is bound to.</summary>
    public string OwnServer(string? server) => EntityKeys.Server(Identity.Key!.Tenant, Identity.Key.Site, EntityKeys.CheckPart("server", server));

    /// <summary>Where jobs for an agent wait.</summary>
    public IJobQueueGrain OwnQueue(string agent) => grains.GetGrain<IJobQueueGrain>(JobKeys.QueueOf(agent));

    /// <summary>The share of all agents that an agent of the caller's key is in.</summary>
    public IAgentShardGrain OwnShard(string agent) => grains.GetGrain<IAgentShardGrain>(AgentShards.KeyOf(agent));

    /// <summary>All shares of agents, for the vendor's people.</summary>
    public IEnumerable<IAgentShardGrain> AgentShardsOfFleet() => Identity.Scope is null
        ? Enumerable.Range(0, AgentShards.Count).Select(shard => grains.GetGrain<IAgentShardGrain>(AgentShards.KeyOf(shard)))
        : throw new NotFoundException("There is nothing of the fleet that you may see.");

    /// <summary>A roll-out, for the vendor's people.</summary>
    public IRolloutGrain OfRollout(string rollout) => Identity.Scope is null && EntityKeys.IsPart(rollout) ? grains.GetGrain<IRolloutGrain>(rollout) : throw Missing("rollout", rollout);

    /// <summary>The register of products, which everybody may read; that only the vendor changes it is the endpoint's policy.</summary>
    public IProductsGrain Products => grains.GetGrain<IProductsGrain>(EntityKeys.Fleet);

    /// <summary>What holds for operations, which everybody may know, and those under way; the endpoint asks for the caller's own alone.</summary>
    public IOperationDirectoryGrain Operations => grains.GetGrain<IOperationDirectoryGrain>(EntityKeys.Fleet);

    /// <summary>Account sets of all sites, or of those of the tenant that the caller sees.</summary>
    /// <param name="page">Which.</param>
    /// <param name="filter">Which; the owner is checked here.</param>
    public async Task<Page<AccountSetSummary>> AccountSetsAsync(PageRequest page, AccountSetFilter filter)
    {
        string? owner = filter.Owner ?? Tenant;
        if (owner is not null && !Identity.Sees(owner))
            throw Missing("tenant", owner);
        filter = filter with { Owner = owner };
        Page<AccountSetSummary>[] parts = owner?.Contains('/', StringComparison.Ordinal) == true
            ? [await grains.GetGrain<IAccountSetShardGrain>(AccountSetShards.KeyOf(owner)).List(page, filter)]
            : await Task.WhenAll(Enumerable.Range(0, AccountSetShards.Count).Select(shard => grains.GetGrain<IAccountSetShardGrain>(AccountSetShards.KeyOf(shard)).List(page, filter)));
        AccountSetSummary[] items = [.. parts.SelectMany(static part => part.Items).OrderBy(static each => each.Key, StringComparer.Ordinal).Take(page.Limit)];
        bool isMore = parts.Any(static part => part.Next is not null) || parts.Sum(static part => part.Items.Count) > items.Length;
        return new Page<AccountSetSummary>(items, isMore ? items[^1].Key : null, parts.Sum(static part => part.Total));
    }

    /// <summary>A grain of a site, after the site was found to exist.</summary>
    public async Task<T> OfKnownSiteAsync<T>(string tenant, string site)
        where T : IGrainWithStringKey
    {
        await OfSite<ISiteGrain>(tenant, site).Get();
        return OfSite<T>(tenant, site);
    }

    /// <summary>A grain of the site that the caller's key is bound to.</summary>
    public T OwnSite<T>()
        where T : IGrainWithStringKey => OfSite<T>(Identity.Key!.Tenant, Identity.Key.Site);

    /// <summary>Which documents there are, which everybody may know.</summary>
    public IConfigurationDirectoryGrain Configurations => grains.GetGrain<IConfigurationDirectoryGrain>(EntityKeys.Fleet);

    /// <summary>The vendor's part of a document, for the vendor's people; it may be made by this.</summary>
    public IConfigurationDocumentGrain OfFleetConfiguration(string space, string name) => Identity.Scope is null && EntityKeys.IsPart(space) && EntityKeys.IsPart(name)
        ? grains.GetGrain<IConfigurationDocumentGrain>(ConfigurationKeys.Of(EntityKeys.Fleet, $"{space}/{name}"))
        : throw Missing("document", $"{space}/{name}");

    /// <summary>A part of a document that there is: a tenant's, or the vendor's.</summary>
    /// <param name="tenant">Null: the vendor's.</param>
    /// <param name="space">The namespace.</param>
    /// <param name="name">The document's name in it.</param>
    public async Task<IConfigurationDocumentGrain> OfConfigurationAsync(string? tenant, string space, string name)
    {
        string document = $"{space}/{name}";
        IConfigurationDocumentGrain grain = tenant is null ? OfFleetConfiguration(space, name) : Seen<IConfigurationDocumentGrain>("document", ConfigurationKeys.Of(tenant, document), tenant, space, name);
        if (tenant is not null)
            await OfTenant<ITenantGrain>(tenant).Get();
        return await Configurations.Has(document) ? grain : throw Missing("document", document);
    }

    /// <summary>The part of the tenant that the caller's key is bound to, of a document that there is.</summary>
    public async Task<IConfigurationDocumentGrain> OwnConfigurationAsync(string? document) => ConfigurationKeys.IsDocument(document) && await Configurations.Has(document!)
        ? grains.GetGrain<IConfigurationDocumentGrain>(ConfigurationKeys.Of(Identity.Key!.Tenant, document!))
        : throw Missing("document", document ?? "");

    /// <summary>A grain of the site with this whole key, <c>tenant/site</c>.</summary>
    public T OfSiteKey<T>(string key)
        where T : IGrainWithStringKey => key.Split('/') is [var tenant, var site] ? OfSite<T>(tenant, site) : throw Missing("site", key);

    /// <summary>A grain of the server with this whole key, <c>tenant/site/server</c>.</summary>
    public T OfServerKey<T>(string key)
        where T : IGrainWithStringKey => key.Split('/') is [var tenant, var site, var server] ? OfServer<T>(tenant, site, server) : throw Missing("server", key);

    /// <summary>A grain of a server, after the server was found to exist.</summary>
    public async Task<T> OfKnownServerAsync<T>(string tenant, string site, string server)
        where T : IGrainWithStringKey
    {
        await OfServer<IServerGrain>(tenant, site, server).Get();
        return OfServer<T>(tenant, site, server);
    }

    /// <summary>A grain of a tenant, after the tenant was found to exist.</summary>
    public async Task<T> OfKnownTenantAsync<T>(string tenant)
        where T : IGrainWithStringKey
    {
        await OfTenant<ITenantGrain>(tenant).Get();
        return OfTenant<T>(tenant);
    }

    /// <summary>The ledger of a channel, after the tenant was found to have it.</summary>
    public async Task<ILedgerGrain> OfKnownChannelAsync(string tenant, string channel)
    {
        ILedgerGrain ledger = OfChannel<ILedgerGrain>(tenant, channel);
        var directory = await OfKnownTenantAsync<ILedgerDirectoryGrain>(tenant);
        return (await directory.List()).Contains(channel) ? ledger : throw Missing("channel", LedgerKeys.Channel(tenant, channel));
    }

    /// <summary>An entity of the catalog, after the tenant was found to have it.</summary>
    public async Task<IEntityGrain> OfKnownEntityAsync(string tenant, string entity)
    {
        IEntityGrain grain = Seen<IEntityGrain>("entity", CatalogKeys.Entity(tenant, entity), tenant, entity);
        var catalog = await OfKnownTenantAsync<ICatalogGrain>(tenant);
        return await catalog.Has(entity) ? grain : throw Missing("entity", CatalogKeys.Entity(tenant, entity));
    }

    /// <summary>A grain of the whole fleet, for the vendor's people.</summary>
    public T OfFleet<T>()
        where T : IGrainWithStringKey => Identity.Scope is null
        ? grains.GetGrain<T>(EntityKeys.Fleet)
        : throw new NotFoundException("There is nothing of the fleet that you may see.");

    /// <summary>The vendor's rules, which everybody may read.</summary>
    public Task<IReadOnlyList<AlarmRule>> VendorRulesAsync() => grains.GetGrain<IAlarmRulesGrain>(EntityKeys.Fleet).List();

    /// <summary>The tenants that the caller sees: all, or the own one.</summary>
    public async Task<Page<TenantInfo>> TenantsAsync(PageRequest page)
    {
        if (Tenant is not { } tenant)
            return await OfFleet<ITenantDirectoryGrain>().List(page);
        TenantInfo own = await OfTenant<ITenantGrain>(tenant).Get();
        bool matches = page.After is null && (page.Search is null
            || own.Id.Contains(page.Search, StringComparison.OrdinalIgnoreCase) || own.Name.Contains(page.Search, StringComparison.OrdinalIgnoreCase));
        return matches ? new Page<TenantInfo>([own], null, 1) : new Page<TenantInfo>([], null, 0);
    }

    /// <summary>The users that the caller sees: all, or those of the own tenant.</summary>
    public Task<Page<UserInfo>> UsersAsync(PageRequest page) => grains.GetGrain<IUserDirectoryGrain>(EntityKeys.Fleet).List(page, Tenant);

    /// <summary>A user that exists and is the caller's to change.</summary>
    public async Task<(IUserGrain Grain, UserInfo Info)> UserAsync(string user)
    {
        if (!EntityKeys.IsPart(user))
            throw NoUser(user);
        IUserGrain grain = grains.GetGrain<IUserGrain>(user);
        UserInfo info = await grain.Get();
        return Tenant is null || info.Tenant == Tenant ? (grain, info) : throw NoUser(user);
    }

    /// <summary>A user to be made, which is the caller's to make: of any tenant, or of the own one.</summary>
    public IUserGrain NewUser(string user, UserDraft draft)
    {
        EntityKeys.CheckPart("name", user);
        CheckMayGive(draft);
        return grains.GetGrain<IUserGrain>(user);
    }

    /// <summary>Refuses a draft through which a tenant's administrator would reach beyond the tenant.</summary>
    public void CheckMayGive(UserDraft draft)
    {
        if (Tenant is null)
            return;
        if (draft.Tenant != Tenant)
            throw new InvalidInputException("tenant", $"You administer the tenant '{Tenant}' and can only give its users.");
        if (draft.Role is not (Role.Viewer or Role.TenantAdministrator))
            throw new InvalidInputException("role", "An administrator of a tenant can give the roles viewer and tenantAdministrator.");
    }

    /// <summary>A key that does not exist yet, under a random id.</summary>
    public IApiKeyGrain NewKey() => grains.GetGrain<IApiKeyGrain>(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(KeyIdBytes)));

    /// <summary>A key of a site that the caller sees, after the site was found to have it.</summary>
    public async Task<IApiKeyGrain> KeyAsync(string tenant, string site, string key)
    {
        IReadOnlyList<ApiKeyInfo> keys = await OfSite<IApiKeyDirectoryGrain>(tenant, site).List();
        return keys.Any(info => info.Id == key)
            ? grains.GetGrain<IApiKeyGrain>(key)
            : throw new NotFoundException($"The site '{EntityKeys.Site(tenant, site)}' has no key '{key}'.");
    }

    /// <summary>The caller's own user.</summary>
    public IUserGrain Self => grains.GetGrain<IUserGrain>(Identity.User!.Name);

    /// <summary>Appends samples to one partition of the intake.</summary>
    public Task<SampleOutcome[]> AppendAsync(int partition, ServerSamples[] batches)
    {
        foreach (ServerSamples batch in batches)
            if (!Identity.Sees(batch.Server))
                throw new NotFoundException($"There is no server '{batch.Server}'.");
        return grains.GetGrain<ISampleIntakeGrain>(partition.ToString(System.Globalization.CultureInfo.InvariantCulture)).Append(batches);
    }

    T Seen<T>(string kind, string key, params ReadOnlySpan<string> parts)
        where T : IGrainWithStringKey
    {
        // The fleet's own grains share the key space of tenants' grains.
        if (parts[0] == EntityKeys.Fleet || !Identity.Sees(key))
            throw Missing(kind, key);
        foreach (string part in parts)
            if (!EntityKeys.IsPart(part))
                throw Missing(kind, key);
        return grains.GetGrain<T>(key);
    }

    static NotFoundException Missing(string kind, string key) => new($"There is no {kind} '{(key.Length <= 200 ? key : key[..200] + "...")}'.");

    static NotFoundException NoUser(string user) => new($"There is no user '{user}'.");
}

/// <param name="Hash">Of the link's token.</param>
/// <param name="Schema">Of the board's tenant: for the board's own queries alone.</param>
internal sealed record SharedBoard(string Hash, IBoardGrain Grain, BoardInfo Board, ISqlSchemaGrain Schema);
