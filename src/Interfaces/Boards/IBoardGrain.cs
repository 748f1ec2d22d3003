using Orrery.Interfaces.Errors;

namespace Orrery.Interfaces.Boards;

/// <summary>A board of a tenant. Key: <c>tenant/board</c>.</summary>
public interface IBoardGrain : IGrainWithStringKey
{
    /// <exception cref="NotFoundException">There is no such board.</exception>
    [ReadOnly] Task<BoardInfo> Get();

    /// <summary>Makes or changes it, after every query was bound over the tenant's tables and views.</summary>
    /// <param name="version">The version that is changed; null: whatever is there, also nothing.</param>
    /// <exception cref="BoardRefusedException">A tile cannot be shown.</exception>
    /// <exception cref="VersionMismatchException">It is at another version.</exception>
    /// <exception cref="LimitReachedException">The tenant has as many boards as it may have.</exception>
    Task<BoardInfo> Put(BoardDefinition definition, string user, long? version);

    /// <summary>What would be wrong with it; empty where nothing is.</summary>
    [ReadOnly] Task<IReadOnlyList<BoardProblem>> Check(BoardDefinition definition);

    /// <summary>Deletes it with its links.</summary>
    Task Delete(string user, long? version);

    /// <summary>Its links, the newest first.</summary>
    [ReadOnly] Task<IReadOnlyList<BoardLink>> Links();

    /// <exception cref="LimitReachedException">It has 50 links that have not expired.</exception>
    Task<CreatedBoardLink> CreateLink(BoardLinkDraft draft, string user);

    /// <summary>From now on nobody sees it by this link.</summary>
    Task RevokeLink(string link, string user);

    /// <summary>Who changed it and its links, the newest first: 200 changes at most, and of a board of this id that was deleted before what its tenant's list keeps of it.</summary>
    /// <exception cref="NotFoundException">There neither is nor was such a board.</exception>
    [ReadOnly] Task<IReadOnlyList<BoardChange>> Changes();

    /// <summary>The board for who holds a link's token.</summary>
    /// <param name="hash">Of the token.</param>
    /// <exception cref="NotFoundException">The link is unknown, expired or revoked.</exception>
    Task<BoardInfo> Open(string hash);
}

/// <summary>The boards of a tenant. Key: the tenant's id.</summary>
public interface IBoardDirectoryGrain : IGrainWithStringKey
{
    /// <summary>By place, then id.</summary>
    [ReadOnly] Task<IReadOnlyList<BoardSummary>> List();

    /// <summary>Called by a board that changed. At most 200 boards.</summary>
    Task Set(string board, BoardSummary summary);

    /// <summary>Called by a board that was deleted: it leaves the list, its last changes stay with it. Of 100 deleted boards at most, 50 changes each.</summary>
    /// <param name="changes">Of the board, the newest last.</param>
    Task Delete(string board, IReadOnlyList<BoardChange> changes);

    /// <summary>What is kept of deleted boards of this id, the newest last.</summary>
    [ReadOnly] Task<IReadOnlyList<BoardChange>> Deleted(string board);

    /// <summary>Called by a tenant that is deleted: its boards go with it.</summary>
    Task TenantDeleted();
}

/// <summary>Which board a link's token belongs to. Key: the hash of the token. What holds is the board's own list of links.</summary>
public interface IBoardLinkGrain : IGrainWithStringKey
{
    /// <summary>The key of the board; null: there is no such link.</summary>
    Task<string?> Find();

    Task Set(string board);

    Task Clear();
}
