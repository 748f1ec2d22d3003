using Orrery.Grains.Storing;
using Orrery.Interfaces;
using Orrery.Interfaces.Boards;
using Orrery.Interfaces.Errors;

namespace Orrery.Grains.Boards;

/// <remarks>Reentrant, because boards that it deletes tell it so meanwhile.</remarks>
[Reentrant]
sealed class BoardDirectoryGrain : Grain, IBoardDirectoryGrain
{
    const int BoardsMax = 200;

    readonly IPersistentState<BoardDirectoryState> stored;
    readonly StateWriter writer;

    public BoardDirectoryGrain([PersistentState("boards")] IPersistentState<BoardDirectoryState> stored)
    {
        this.stored = stored;
        writer = new StateWriter(stored, DeactivateOnIdle);
    }

    Dictionary<string, BoardSummary> Boards => stored.State.Boards;

    public Task<IReadOnlyList<BoardSummary>> List() =>
        Task.FromResult<IReadOnlyList<BoardSummary>>([.. Boards.Values.OrderBy(static board => board.Place).ThenBy(static board => board.Id, StringComparer.Ordinal)]);

    public Task Set(string board, BoardSummary? summary)
    {
        if (summary is null)
            return Boards.Remove(board) ? writer.WriteAsync() : writer.Pending;
        if (Boards.TryGetValue(board, out BoardSummary? known) && known.Version == summary.Version && known.ChangedAt == summary.ChangedAt)
            return writer.Pending;
        if (known is null && Boards.Count >= BoardsMax)
            throw new LimitReachedException($"The tenant '{this.GetPrimaryKeyString()}' has {BoardsMax} boards, the most it may have. Delete one that nobody looks at.");
        Boards[board] = summary;
        return writer.WriteAsync();
    }

    public async Task TenantDeleted()
    {
        foreach (string board in Boards.Keys.ToArray())
        {
            try
            {
                await GrainFactory.GetGrain<IBoardGrain>(EntityKeys.Site(this.GetPrimaryKeyString(), board)).Delete("tenant", null);
            }
            catch (NotFoundException)
            {
                Boards.Remove(board);
            }
        }

        if (stored.RecordExists && Boards.Count == 0)
            await writer.ClearAsync();
    }
}
