using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orrery.Grains.Input;
using Orrery.Grains.Paging;
using Orrery.Grains.Storing;
using Orrery.Interfaces;
using Orrery.Interfaces.Alarms;
using Orrery.Interfaces.Audit;
using Orrery.Interfaces.Boards;
using Orrery.Interfaces.Catalog;
using Orrery.Interfaces.Configuration;
using Orrery.Interfaces.Channels;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Health;
using Orrery.Interfaces.Ledger;
using Orrery.Interfaces.Licences;
using Orrery.Interfaces.News;
using Orrery.Interfaces.Paging;
using Orrery.Interfaces.Reviews;
using Orrery.Interfaces.Sites;
using Orrery.Interfaces.Sql;
using Orrery.Interfaces.Tags;
using Orrery.Interfaces.Tenants;
using Orrery.Interfaces.Users;

namespace Orrery.Grains.Tenants;

/// <remarks>The tenant stores itself first and is announced to the directory then, see <see cref="Announcement"/>. It calls no site, so sites may call it from any of their calls.</remarks>
sealed class TenantGrain : Grain, ITenantGrain
{
    readonly IPersistentState<TenantState> stored;
    readonly StateWriter writer;
    readonly Announcement announcement;
    readonly TenantOptions options;
    readonly TimeProvider time;

    public TenantGrain(
        [PersistentState("tenant")] IPersistentState<TenantState> stored, IOptions<TenantOptions> options, TimeProvider time, ILogger<TenantGrain> logger)
    {
        this.stored = stored;
        this.options = options.Value;
        this.time = time;
        writer = new StateWriter(stored, DeactivateOnIdle);
        announcement = new Announcement(this, "directory entry", Announce, logger);
    }

    string Id => this.GetPrimaryKeyString();

    TenantState State => stored.State;

    bool Exists => stored.RecordExists && State is { Version: > 0, Deleting: false };

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (stored.RecordExists && State.Version > 0)
            announcement.Soon();
        return Task.CompletedTask;
    }

    public async Task<TenantInfo> Create(TenantDraft draft)
    {
        EntityKeys.CheckPart("id", Id);
        if (Id == EntityKeys.Fleet)
            throw new InvalidInputException("id", $"'{EntityKeys.Fleet}' names the whole fleet; choose another id.");
        if (Exists)
            throw new ConflictException($"Tenant '{Id}' exists already. Choose another id, or change the existing tenant.");
        await FinishDeletion();
        string name = InputChecks.Name("name", draft.Name);
        string? note = InputChecks.Text("note", draft.Note, InputChecks.NoteLengthMax);
        stored.State = new TenantState { Name = name, Note = note, CreatedAt = time.GetUtcNow(), Version = 1 };
        await writer.WriteAsync();
        try
        {
            await announcement.TryNow();
        }
        catch (RefusalException)
        {
            await writer.ClearAsync();
            throw;
        }

        return Info();
    }

    public Task<TenantInfo> Get()
    {
        MustExist();
        return Task.FromResult(Info());
    }

    public async Task<TenantInfo> Update(TenantDraft draft, long? version)
    {
        MustExist();
        InputChecks.Version($"Tenant '{Id}'", version, State.Version);
        string name = InputChecks.Name("name", draft.Name);
        string? note = InputChecks.Text("note", draft.Note, InputChecks.NoteLengthMax);
        State.Name = name;
        State.Note = note;
        State.Version++;
        await writer.WriteAsync();
        await announcement.TryNow();
        return Info();
    }

    public async Task Delete(long? version)
    {
        MustExist();
        InputChecks.Version($"Tenant '{Id}'", version, State.Version);
        if (State.Sites.Count > 0)
            throw new ConflictException($"Tenant '{Id}' still has {State.Sites.Count} sites. Delete them first.");
        var users = await GrainFactory.GetGrain<IUserDirectoryGrain>(EntityKeys.Fleet).List(new PageRequest(1), Id);
        if (users.Items.Count > 0)
            throw new ConflictException($"Tenant '{Id}' still has {users.Total} users, such as '{users.Items[0].Name}'. Delete them first, or bind them to another tenant.");
        string[] channels = await GrainFactory.GetGrain<IChannelDirectoryGrain>(EntityKeys.Fleet).List(Id);
        if (channels.Length > 0)
            throw new ConflictException($"Tenant '{Id}' still has {channels.Length} channels, such as '{EntityKeys.Leaf(channels[0])}'. Delete them first.");
        State.Deleting = true;
        State.Version++;
        await writer.WriteAsync();
        await FinishDeletion();
    }

    public Task<Page<SiteInfo>> ListSites(PageRequest request)
    {
        MustExist();
        return Task.FromResult(Pages.Cut(State.Sites.Values, site => site.Id, (site, text) => Pages.AnyContains(text, site.Id, site.Name, site.Location), request));
    }

    public async Task SetSite(string site, SiteInfo? info)
    {
        if (info is null)
        {
            // Nothing to forget is no error: a deletion that is repeated after a crash ends here.
            if (!Exists || !State.Sites.Remove(site))
                return;
        }
        else
        {
            MustExist();
            if (State.Sites.TryGetValue(site, out var known) && known == info)
                return;
            if (known is null && State.Sites.Count >= options.SitesMax)
                throw new LimitReachedException($"Tenant '{Id}' has {State.Sites.Count} sites, the most it may have. Delete one that is not needed.");
            if (known is not null && known.CreatedAt == info.CreatedAt && known.Version > info.Version)
                return;
            State.Sites[site] = info;
        }

        await writer.WriteAsync();
        await announcement.TryNow();
    }

    async Task FinishDeletion()
    {
        if (!State.Deleting)
            return;
        await Announce();
    }

    async Task Announce()
    {
        var directory = GrainFactory.GetGrain<ITenantDirectoryGrain>(EntityKeys.Fleet);
        if (!State.Deleting)
        {
            if (Exists)
                await directory.Set(Id, Info());
            return;
        }

        await GrainFactory.GetGrain<IBoardDirectoryGrain>(Id).TenantDeleted();
        await GrainFactory.GetGrain<INewsBookGrain>(Id).TenantDeleted();
        await GrainFactory.GetGrain<IReviewBookGrain>(Id).TenantDeleted();
        await GrainFactory.GetGrain<ITagBookGrain>(Id).TenantDeleted();
        await GrainFactory.GetGrain<ISqlSchemaGrain>(Id).TenantDeleted();
        await GrainFactory.GetGrain<ILedgerDirectoryGrain>(Id).TenantDeleted();
        await GrainFactory.GetGrain<ICatalogGrain>(Id).TenantDeleted();
        await GrainFactory.GetGrain<IAlarmRulesGrain>(Id).TenantDeleted();
        await GrainFactory.GetGrain<IAlarmBookGrain>(Id).TenantDeleted();
        await GrainFactory.GetGrain<ITenantHealthGrain>(Id).TenantDeleted();
        await GrainFactory.GetGrain<ILicenceDirectoryGrain>(Id).TenantDeleted();
        await GrainFactory.GetGrain<IConfigurationDirectoryGrain>(EntityKeys.Fleet).TenantDeleted(Id);
        await GrainFactory.GetGrain<IAuditGrain>(Id).TenantDeleted();
        await directory.Set(Id, null);
        await writer.ClearAsync();
    }

    void MustExist()
    {
        if (!Exists)
            throw new NotFoundException($"There is no tenant '{Id}'.");
    }

    TenantInfo Info() => new(Id, State.Name, State.Note, State.Sites.Count, State.CreatedAt, State.Version);
}
