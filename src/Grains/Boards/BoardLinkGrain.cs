using Orrery.Grains.Storing;
using Orrery.Interfaces.Boards;

namespace Orrery.Grains.Boards;

sealed class BoardLinkGrain : Grain, IBoardLinkGrain
{
    readonly IPersistentState<BoardLinkState> stored;
    readonly StateWriter writer;

    public BoardLinkGrain([PersistentState("board-link")] IPersistentState<BoardLinkState> stored)
    {
        this.stored = stored;
        writer = new StateWriter(stored, DeactivateOnIdle);
    }

    public Task<string?> Find()
    {
        if (stored.State.Board.Length > 0)
            return Task.FromResult<string?>(stored.State.Board);
        // Tokens that were made up shall not fill the memory.
        DeactivateOnIdle();
        return Task.FromResult<string?>(null);
    }

    public Task Set(string board)
    {
        stored.State = new BoardLinkState { Board = board };
        return writer.WriteAsync();
    }

    public Task Clear() => stored.State.Board.Length == 0 ? Task.CompletedTask : writer.ClearAsync();
}
