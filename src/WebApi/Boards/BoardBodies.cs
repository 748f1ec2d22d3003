using Orrery.Interfaces.Boards;

namespace Orrery.WebApi.Boards;

/// <summary>A board as its file has it.</summary>
/// <param name="Id">May be left out; else it is the one in the address.</param>
internal sealed record BoardBody(string? Id, BoardText? Title, BoardText? Description, IReadOnlyList<TileBody>? Tiles, int? Place)
{
    public BoardDefinition ToDefinition(string id)
    {
        if (Id is not null && Id != id)
            throw new Interfaces.Errors.InvalidInputException("id", $"The board's id is '{Id}', the address says '{id}'.");
        return new BoardDefinition(Title!, Description, [.. (Tiles ?? []).Select(static tile => tile.ToTile())], Place ?? 100);
    }
}

internal sealed record TileBody(string? Id, BoardText? Title, string? Query, ChartBody? Chart, int? Width, int? Height, string? Drill, WhyBody? Why, BoardText? Note)
{
    public BoardTile ToTile() => new(Id ?? "", Title!, Query ?? "", Chart?.ToChart()!, Width ?? 3, Height ?? 2, Drill, Why is null ? null : new TileWhy(Why.View ?? "", Why.Key ?? []), Note);
}

internal sealed record WhyBody(string? View, IReadOnlyList<string>? Key);

internal sealed record ChartBody(
    TileKind? Kind, string? X, IReadOnlyList<string>? Y, string? Series, string? Sort, int? Limit, TileFormat? Format, BoardText? Unit, bool? IsStacked, double? Min, double? Max, double? Target, bool? IsLowGood,
    IReadOnlyDictionary<string, IReadOnlyList<double>>? Places, IReadOnlyDictionary<string, BoardText>? Labels, IReadOnlyDictionary<string, BoardText>? Values)
{
    public TileChart ToChart() => new(
        Kind ?? Require.Given<TileKind>("chart.kind"), X, Y, Series, Sort, Limit, Format ?? TileFormat.Number, Unit, IsStacked ?? false, Min, Max, Target, IsLowGood ?? false, Places, Labels, Values);
}

internal sealed record BoardCheckAnswer(IReadOnlyList<BoardProblem> Problems);

/// <summary>What somebody with a public link is told of its board: what to draw, and not how it is asked.</summary>
internal sealed record SharedBoardView(string Id, BoardText Title, BoardText? Description, IReadOnlyList<SharedTile> Tiles, long Version)
{
    public static SharedBoardView Of(BoardInfo board) => new(
        board.Id, board.Definition.Title, board.Definition.Description,
        [.. board.Definition.Tiles.Select(static tile => new SharedTile(tile.Id, tile.Title, tile.Chart, tile.Width, tile.Height, tile.Note))], board.Version);
}

internal sealed record SharedTile(string Id, BoardText Title, TileChart Chart, int Width, int Height, BoardText? Note);
