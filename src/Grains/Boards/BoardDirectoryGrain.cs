using Orrery.Grains.Storing;
using Orrery.Interfaces;
using Orrery.Interfaces.Boards;
using Orrery.Interfaces.Errors;

namespace Orrery.Grains.Boards;

/// <remarks>Reentrant, because boards that it deletes tell it so meanwhile.</remarks>
[Reentrant]
sealed class BoardDirectoryGrain : Grain, IBoardDirectoryGrain
{
    const int BoardsMax = 200, DeletedMax = 100, ChangesMax = 50;

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

    public Task<IReadOnlyList<BoardChange>> Deleted(string board) => Task.FromResult<IReadOnlyList<BoardChange>>(stored.State.Deleted.TryGetValue(board, out List<BoardChange>? kept) ? kept : []);

    public Task Delete(string board, IReadOnlyList<BoardChange> changes)
    {
        // What is told twice, since the board's process died in between, is kept once.
        Dictionary<string, List<BoardChange>> deleted = stored.State.Deleted;
        List<BoardChange> kept = deleted.GetValueOrDefault(board, []);
        BoardChange[] news = [.. changes.Except(kept)];
        if (!Boards.Remove(board) && news.Length == 0)
            return writer.Pending;
        // A list of its own: answers that are under way hold the one before.
        deleted[board] = [.. kept.Concat(news).TakeLast(ChangesMax)];
        while (deleted.Count > DeletedMax)
            deleted.Remove(deleted.MinBy(static entry => entry.Value.Count == 0 ? DateTimeOffset.MinValue : entry.Value[^1].At).Key);
        return writer.WriteAsync();
    }

    public Task Set(string board, BoardSummary summary)
    {
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
        {
            await writer.ClearAsync();
            stored.State = new BoardDirectoryState();
        }
    }
}
