using Orrery.Interfaces.Boards;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Sql;
using Orrery.WebApi.Live;

namespace Orrery.WebApi.Boards;

/// <summary>
/// What one stream has sent of a board, and so what is new: one event <c>tiles</c> a period with all tiles that changed, so that they move together. Its id is the board's version and every tile's cursor; a browser that
/// comes back with it goes on where it was. When the board itself was changed, an event <c>board</c> says so and all tiles begin anew.
/// </summary>
internal sealed class LiveBoard
{
    /// <summary>Tiles that are asked at once.</summary>
    const int ConcurrencyMax = 8;
    const string NotNow = "This cannot be shown at the moment.";

    readonly ISqlSchemaGrain schema;
    readonly Func<Task<BoardInfo>> ask;
    readonly string?[] cursors;
    readonly string?[] problems;
    readonly BoardInfo board;
    readonly bool isShared;
    bool hasChanged;

    /// <param name="board">As it is.</param>
    /// <param name="ask">As it is then; asked once a period.</param>
    /// <param name="seen">The id of the event that the browser saw last; null: none.</param>
    /// <param name="isShared">Whether it is looked at through a public link, by people who are not told the words of a problem.</param>
    public LiveBoard(ISqlSchemaGrain schema, BoardInfo board, Func<Task<BoardInfo>> ask, string? seen, bool isShared)
    {
        this.isShared = isShared;
        this.schema = schema;
        this.board = board;
        this.ask = ask;
        problems = new string?[Tiles.Count];
        string[] parts = (seen ?? "").Split(',');
        cursors = parts.Length == Tiles.Count + 1 && parts[0] == $"{board.Version}" ? [.. parts.Skip(1).Select(static part => part.Length == 0 ? null : part)] : new string?[Tiles.Count];
    }

    IReadOnlyList<BoardTile> Tiles => board.Definition.Tiles;

    public async Task AskAsync(EventWriter events)
    {
        if (hasChanged)
            throw new NotFoundException($"The board '{board.Id}' has changed.");
        if ((await ask()).Version is var version && version != board.Version)
        {
            // The browser reads it again and opens another stream; this one ends behind the event.
            hasChanged = true;
            events.Write("board", new BoardChangedEvent(version));
            return;
        }

        var changes = new TileChange?[Tiles.Count];
        for (int from = 0; from < changes.Length; from += ConcurrencyMax)
            await Task.WhenAll(Enumerable.Range(from, Math.Min(ConcurrencyMax, changes.Length - from)).Select(async place => changes[place] = await AskAsync(place)));
        TileChange[] told = [.. changes.OfType<TileChange>()];
        if (told.Length > 0)
            events.Write("tiles", told, $"{board.Version},{string.Join(',', cursors)}");
    }

    /// <summary>What is new of a tile; null: nothing. A tile that cannot be asked says so once and hinders no other.</summary>
    async Task<TileChange?> AskAsync(int place)
    {
        BoardTile tile = Tiles[place];
        try
        {
            SqlFeed part = await schema.Follow(tile.Query, cursors[place], TimeSpan.Zero);
            bool wasWrong = problems[place] is not null;
            (cursors[place], problems[place]) = (part.Cursor, null);
            if (part.IsSnapshot)
                return new TileChange(tile.Id, part.Epoch, part.Columns, part.Rows, null, null);
            return part.Changes.Utf8.Length > SqlJson.EmptyArray.Utf8.Length || wasWrong ? new TileChange(tile.Id, part.Epoch, null, null, part.Changes, null) : null;
        }
        catch (RefusalException refused)
        {
            if (problems[place] == refused.Message)
                return null;
            (cursors[place], problems[place]) = (null, refused.Message);
            return new TileChange(tile.Id, 0, null, null, null, isShared ? NotNow : refused.Message);
        }
    }
}

internal sealed record BoardChangedEvent(long Version);

/// <param name="Tile">The tile's id.</param>
/// <param name="Columns">Of all rows, which are then in <paramref name="Rows"/>; null: only what changed is told.</param>
/// <param name="Changes">Each with its weight and row.</param>
/// <param name="Problem">Why it cannot be asked now; it is asked again.</param>
internal sealed record TileChange(string Tile, long Epoch, IReadOnlyList<SqlColumn>? Columns, SqlJson? Rows, SqlJson? Changes, string? Problem);
