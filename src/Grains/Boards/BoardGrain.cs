using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Orrery.Grains.Input;
using Orrery.Grains.Secrets;
using Orrery.Grains.Storing;
using Orrery.Interfaces;
using Orrery.Interfaces.Boards;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Sql;
using Orrery.Interfaces.Tenants;

namespace Orrery.Grains.Boards;

/// <remarks>
/// The board stores itself first and is announced to the tenant's list then, see <see cref="Announcement"/>. Its own list of links says which tokens hold; the grain behind a token only leads here, so a link that was
/// taken back is gone with one write.
/// </remarks>
sealed class BoardGrain : Grain, IBoardGrain
{
    const int LinksMax = 50, LinkDaysMax = 3_650, AuditMax = 200, LinkIdBytes = 6;
    static readonly TimeSpan SeenPeriod = TimeSpan.FromMinutes(1);

    readonly IPersistentState<BoardState> stored;
    readonly StateWriter writer;
    readonly Announcement announcement;
    readonly SecretSource secrets;
    readonly TimeProvider time;
    readonly ILogger<BoardGrain> logger;

    public BoardGrain([PersistentState("board")] IPersistentState<BoardState> stored, SecretSource secrets, TimeProvider time, ILogger<BoardGrain> logger)
    {
        this.stored = stored;
        this.secrets = secrets;
        this.time = time;
        this.logger = logger;
        writer = new StateWriter(stored, DeactivateOnIdle);
        announcement = new Announcement(this, "entry among the tenant's boards", Announce, logger);
    }

    string Key => this.GetPrimaryKeyString();

    string Tenant => EntityKeys.TenantOf(Key);

    BoardState State => stored.State;

    IBoardDirectoryGrain Directory => GrainFactory.GetGrain<IBoardDirectoryGrain>(Tenant);

    ISqlSchemaGrain Schema => GrainFactory.GetGrain<ISqlSchemaGrain>(Tenant);

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (State.Version > 0)
            announcement.Soon();
        return Task.CompletedTask;
    }

    public Task<BoardInfo> Get() => Task.FromResult(Info());

    public async Task<BoardInfo> Put(BoardDefinition definition, string user, long? version)
    {
        EntityKeys.CheckPart("id", EntityKeys.Leaf(Key));
        if (State.Deleting)
            throw new ConflictException($"The board '{Key}' is being deleted. Try again in a moment.");
        bool isNew = State.Definition is null;
        if (isNew && version is not null)
            throw new NotFoundException($"There is no board '{Key}' to change. Leave the version out to make it.");
        if (!isNew)
            InputChecks.Version($"The board '{Key}'", version, State.Version);
        await GrainFactory.GetGrain<ITenantGrain>(Tenant).Get();
        if (await BoardChecks.FindAsync(definition, Schema.Shapes) is { Count: > 0 } problems)
            throw new BoardRefusedException(problems);
        State.Definition = definition;
        await ChangeAsync(user, isNew ? "made" : "changed");
        try
        {
            await announcement.TryNow();
        }
        catch (RefusalException) when (isNew)
        {
            await writer.ClearAsync();
            stored.State = new BoardState();
            throw;
        }

        return Info();
    }

    public Task<IReadOnlyList<BoardProblem>> Check(BoardDefinition definition) => BoardChecks.FindAsync(definition, Schema.Shapes);

    public async Task Delete(string user, long? version)
    {
        MustExist();
        InputChecks.Version($"The board '{Key}'", version, State.Version);
        State.Deleting = true;
        await ChangeAsync(user, "deleted");
        await announcement.TryNow();
    }

    public Task<IReadOnlyList<BoardLink>> Links()
    {
        MustExist();
        return Task.FromResult<IReadOnlyList<BoardLink>>([.. Living().Select(static stored => stored.Link).OrderByDescending(static link => link.CreatedAt)]);
    }

    public async Task<CreatedBoardLink> CreateLink(BoardLinkDraft draft, string user)
    {
        MustExist();
        string name = InputChecks.Name("name", draft.Name);
        if (draft.Days is < 1 or > LinkDaysMax)
            throw new InvalidInputException("days", $"days is {draft.Days}; it can be 1 to {LinkDaysMax}, or left out for a link that lasts.");
        await ForgetExpiredAsync();
        if (State.Links.Count >= LinksMax)
            throw new LimitReachedException($"The board '{Key}' has {LinksMax} links, the most it may have. Revoke one that nobody needs.");
        string token = secrets.NextToken();
        byte[] id = new byte[LinkIdBytes];
        secrets.Fill(id);
        DateTimeOffset now = time.GetUtcNow();
        var link = new BoardLink(Convert.ToHexStringLower(id), name, now, user, draft.Days is { } days ? now.AddDays(days) : null, null);
        string hash = Hash(token);
        // Before the board has it: a link that leads here and is not in the list opens nothing.
        await GrainFactory.GetGrain<IBoardLinkGrain>(hash).Set(Key);
        State.Links.Add(new StoredLink(hash, link));
        await WriteAsync(user, "link-made", link);
        return new CreatedBoardLink(token, link);
    }

    public async Task RevokeLink(string link, string user)
    {
        MustExist();
        StoredLink found = State.Links.FirstOrDefault(known => known.Link.Id == link) ?? throw new NotFoundException($"The board '{Key}' has no link '{link}'.");
        State.Links.Remove(found);
        await WriteAsync(user, "link-revoked", found.Link);
        await GrainFactory.GetGrain<IBoardLinkGrain>(found.Hash).Clear();
    }

    public async Task<IReadOnlyList<BoardChange>> Changes()
    {
        IReadOnlyList<BoardChange> before = await Directory.Deleted(EntityKeys.Leaf(Key));
        // While it is being deleted the list may have its changes already.
        BoardChange[] all = [.. before.Concat(State.Audit.Except(before)).OrderByDescending(static change => change.At).Take(AuditMax)];
        return all.Length > 0 ? all : throw new NotFoundException($"There neither is nor was a board '{Key}'.");
    }

    public async Task<BoardInfo> Open(string hash)
    {
        int place = State.Definition is null || State.Deleting ? -1 : State.Links.FindIndex(known => known.Hash == hash);
        DateTimeOffset now = time.GetUtcNow();
        if (place < 0 || State.Links[place].Link.ExpiresAt <= now)
            throw NoLink();
        StoredLink found = State.Links[place];
        if (found.Link.SeenAt is not { } seen || now - seen >= SeenPeriod)
        {
            State.Links[place] = found with { Link = found.Link with { SeenAt = now } };
            await writer.WriteAsync();
        }

        return Info();
    }

    /// <summary>The same words whatever is wrong with a link: they tell nothing of what there is.</summary>
    static NotFoundException NoLink() => new("This link is unknown, has expired or was revoked. Ask who gave it to you for another.");

    static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    Task ChangeAsync(string user, string what)
    {
        State.Version++;
        (State.ChangedAt, State.ChangedBy) = (time.GetUtcNow(), user);
        return WriteAsync(user, what);
    }

    /// <summary>Links are no part of the definition: they leave its version as it is.</summary>
    async Task WriteAsync(string user, string what, BoardLink? link = null)
    {
        State.Audit.Add(new BoardChange(time.GetUtcNow(), user, what, State.Version, link is null ? null : $"{link.Id} {link.Name}"));
        if (State.Audit.Count > AuditMax)
            State.Audit.RemoveRange(0, State.Audit.Count - AuditMax);
        await writer.WriteAsync();
        BoardMessages.Changed(logger, user, Key, State.Version, what);
    }

    async Task ForgetExpiredAsync()
    {
        foreach (StoredLink expired in State.Links.Except(Living()).ToArray())
        {
            await GrainFactory.GetGrain<IBoardLinkGrain>(expired.Hash).Clear();
            State.Links.Remove(expired);
        }
    }

    async Task Announce()
    {
        string id = EntityKeys.Leaf(Key);
        if (!State.Deleting)
        {
            if (State.Definition is { } board)
            {
                await Directory.Set(id, new BoardSummary(
                    id, board.Title, board.Description, board.Place, [.. board.Tiles.Select(static tile => new TileOutline(tile.Chart.Kind, tile.Width, tile.Height))], State.Version, State.ChangedAt, State.ChangedBy));
            }

            return;
        }

        foreach (StoredLink link in State.Links)
            await GrainFactory.GetGrain<IBoardLinkGrain>(link.Hash).Clear();
        await Directory.Delete(id, State.Audit);
        await writer.ClearAsync();
        stored.State = new BoardState();
    }

    StoredLink[] Living()
    {
        DateTimeOffset now = time.GetUtcNow();
        return [.. State.Links.Where(link => link.Link.ExpiresAt is not { } end || end > now)];
    }

    void MustExist()
    {
        if (State.Definition is null || State.Deleting)
            throw new NotFoundException($"There is no board '{Key}'.");
    }

    BoardInfo Info()
    {
        MustExist();
        return new BoardInfo(EntityKeys.Leaf(Key), Tenant, State.Definition!, State.Version, State.ChangedAt, State.ChangedBy, Living().Length);
    }
}
