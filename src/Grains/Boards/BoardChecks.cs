using Orrery.Interfaces;
using Orrery.Interfaces.Boards;
using Orrery.Interfaces.Sql;

namespace Orrery.Grains.Boards;

/// <summary>Whether a board can be shown: its bounds, its queries over the tenant's tables and views, and the columns that its drawings name.</summary>
static class BoardChecks
{
    public const int TilesMax = 40, ColumnsMax = 12, RowsMax = 12;
    const int TitleLengthMax = 120, NoteLengthMax = 500, QueryLengthMax = 8_192, RowsDrawnMax = 500, NamesMax = 500, PlacesMax = 2_000, ProblemsMax = 50;

    /// <param name="shapes">What queries would give; see <see cref="ISqlSchemaGrain.Shapes"/>.</param>
    public static async Task<IReadOnlyList<BoardProblem>> FindAsync(BoardDefinition board, Func<IReadOnlyList<string>, Task<IReadOnlyList<SqlShape>>> shapes)
    {
        var problems = new List<BoardProblem>();
        Text(board.Title, TitleLengthMax, null, "title", isNeeded: true, problems);
        Text(board.Description, NoteLengthMax, null, "description", isNeeded: false, problems);
        if (board.Tiles is not { Count: >= 1 and <= TilesMax })
            problems.Add(new BoardProblem(null, "tiles", $"A board has 1 to {TilesMax} tiles, not {board.Tiles?.Count ?? 0}."));
        if (problems.Count > 0 || board.Tiles is null)
            return problems;
        var ids = new HashSet<string>(StringComparer.Ordinal);
        for (int place = 0; place < board.Tiles.Count; place++)
            Tile(board.Tiles[place], $"tiles[{place}]", ids, problems);
        if (problems.Count > 0)
            return [.. problems.Take(ProblemsMax)];
        IReadOnlyList<SqlShape> queries = await shapes([.. board.Tiles.Select(static tile => tile.Query)]);
        for (int place = 0; place < board.Tiles.Count; place++)
            await Query(board.Tiles[place], $"tiles[{place}]", queries[place], shapes, problems);
        return [.. problems.Take(ProblemsMax)];
    }

    static void Tile(BoardTile tile, string at, HashSet<string> ids, List<BoardProblem> problems)
    {
        int before = problems.Count;
        if (!EntityKeys.IsPart(tile.Id))
            problems.Add(new BoardProblem(null, $"{at}.id", $"'{tile.Id}' cannot be a tile's id: use 1 to {EntityKeys.PartLengthMax} characters of a-z, 0-9, '.', '_' and '-', beginning with a letter or digit."));
        else if (!ids.Add(tile.Id))
            problems.Add(new BoardProblem(tile.Id, $"{at}.id", "Another tile has this id; each needs its own."));
        if (problems.Count > before)
            return;
        Text(tile.Title, TitleLengthMax, tile.Id, $"{at}.title", isNeeded: true, problems);
        Text(tile.Note, NoteLengthMax, tile.Id, $"{at}.note", isNeeded: false, problems);
        if (tile.Chart is null)
            problems.Add(new BoardProblem(tile.Id, $"{at}.chart", $"chart is missing: say at least its kind, one of {string.Join(", ", Enum.GetNames<TileKind>()).ToLowerInvariant()}."));
        Within(tile.Width, 1, ColumnsMax, tile.Id, $"{at}.width", problems);
        Within(tile.Height, 1, RowsMax, tile.Id, $"{at}.height", problems);
        Length(tile.Query, tile.Id, $"{at}.query", problems);
        if (tile.Drill is not null)
            Length(tile.Drill, tile.Id, $"{at}.drill", problems);
        if (tile.Chart is not { } chart)
            return;
        if (chart.Limit is { } limit)
            Within(limit, 1, RowsDrawnMax, tile.Id, $"{at}.chart.limit", problems);
        if (chart.Labels?.Count > NamesMax || chart.Values?.Count > NamesMax)
            problems.Add(new BoardProblem(tile.Id, $"{at}.chart", $"At most {NamesMax} names of columns and of values."));
        if (chart.Places?.Count > PlacesMax || chart.Places?.Values.Any(static place => place is not [>= -180 and <= 180, >= -90 and <= 90]) == true)
            problems.Add(new BoardProblem(tile.Id, $"{at}.chart.places", $"Each place is [longitude, latitude] in degrees, at most {PlacesMax} of them."));
        if (chart.Kind == TileKind.Map && chart.Places is not { Count: > 0 })
            problems.Add(new BoardProblem(tile.Id, $"{at}.chart.places", "A map needs places: longitude and latitude for each value of its column x."));
    }

    static async Task Query(BoardTile tile, string at, SqlShape shape, Func<IReadOnlyList<string>, Task<IReadOnlyList<SqlShape>>> shapes, List<BoardProblem> problems)
    {
        if (shape.Problem is { } wrong)
        {
            problems.Add(Placed(tile, $"{at}.query", wrong));
            return;
        }

        var columns = new Dictionary<string, SqlColumn>(StringComparer.Ordinal);
        foreach (SqlColumn column in shape.Columns)
            columns.TryAdd(column.Name, column);
        foreach ((string field, string? name) in Named(tile.Chart))
            if (name is not null && !columns.ContainsKey(name))
                problems.Add(new BoardProblem(tile.Id, $"{at}.chart.{field}", $"The query has no column '{name}'; it has {string.Join(", ", shape.Columns.Select(static column => column.Name))}."));
        if (tile.Drill is { } drill)
        {
            string bound = DrillText.Fill(drill, name => columns.TryGetValue(name, out SqlColumn? column) ? Null(column) : null, out string? unknown);
            if (unknown is not null)
                problems.Add(new BoardProblem(tile.Id, $"{at}.drill", $"':{unknown}' stands for no column of the tile's query; it has {string.Join(", ", columns.Keys)}."));
            else if ((await shapes([bound]))[0].Problem is { } fault)
                // Its place is in the text with the values in it, so no place can be said.
                problems.Add(new BoardProblem(tile.Id, $"{at}.drill", fault.Message));
        }

        if (tile.Why is { } why)
            await Why(tile, why, at, columns, shapes, problems);
    }

    static async Task Why(BoardTile tile, TileWhy why, string at, Dictionary<string, SqlColumn> columns, Func<IReadOnlyList<string>, Task<IReadOnlyList<SqlShape>>> shapes, List<BoardProblem> problems)
    {
        if (why.Key.FirstOrDefault(name => !columns.ContainsKey(name)) is { } missing)
        {
            problems.Add(new BoardProblem(tile.Id, $"{at}.why.key", $"The query has no column '{missing}'; it has {string.Join(", ", columns.Keys)}."));
            return;
        }

        string condition = why.Key.Count == 0 ? "1 = 1" : string.Join(" AND ", why.Key.Select(name => $"{Orrery.Sql.Syntax.SqlPrinter.Name(name)} = {Null(columns[name])}"));
        if ((await shapes([$"WHY {Orrery.Sql.Syntax.SqlPrinter.Name(why.View)} WHERE {condition}"]))[0].Problem is { } fault)
            problems.Add(new BoardProblem(tile.Id, $"{at}.why", fault.Message));
    }

    static IEnumerable<(string Field, string? Name)> Named(TileChart chart)
    {
        yield return ("x", chart.X);
        yield return ("series", chart.Series);
        yield return ("sort", chart.Sort is ['-', ..] ? chart.Sort[1..] : chart.Sort);
        foreach (string name in chart.Y ?? [])
            yield return ("y", name);
    }

    /// <summary>What binds as the column's values do.</summary>
    static string Null(SqlColumn column)
    {
        string type = column.Type.EndsWith(" NOT NULL", StringComparison.Ordinal) ? column.Type[..^" NOT NULL".Length] : column.Type;
        return $"CAST(NULL AS {type})";
    }

    static BoardProblem Placed(BoardTile tile, string field, SqlProblem problem) => new(tile.Id, field, problem.Message, problem.Line, problem.Column, problem.Offset, problem.Length);

    static void Text(BoardText? text, int lengthMax, string? tile, string field, bool isNeeded, List<BoardProblem> problems)
    {
        if (text is null)
        {
            if (isNeeded)
                problems.Add(new BoardProblem(tile, field, $"{field} is missing: give it as {{\"zh\": ..., \"en\": ...}}."));
            return;
        }

        foreach ((string language, string? written) in new[] { ("zh", text.Zh), ("en", text.En) })
            if (string.IsNullOrWhiteSpace(written) ? isNeeded : written.Length > lengthMax)
                problems.Add(new BoardProblem(tile, $"{field}.{language}", $"The text has {written?.Trim().Length ?? 0} characters; give it {(isNeeded ? 1 : 0)} to {lengthMax}."));
    }

    static void Within(int value, int least, int most, string tile, string field, List<BoardProblem> problems)
    {
        if (value < least || value > most)
            problems.Add(new BoardProblem(tile, field, $"{field[(field.LastIndexOf('.') + 1)..]} is {value}; it can be {least} to {most}."));
    }

    static void Length(string? text, string tile, string field, List<BoardProblem> problems)
    {
        if (string.IsNullOrWhiteSpace(text) || text.Length > QueryLengthMax)
            problems.Add(new BoardProblem(tile, field, $"The query has {text?.Trim().Length ?? 0} characters; give it 1 to {QueryLengthMax}."));
    }
}
