namespace Orrery.Interfaces.Boards;

/// <summary>A board as it is written in a file: tiles, each a query with what is drawn of it.</summary>
/// <param name="Title">1 to 120 characters in each language.</param>
/// <param name="Description">What it answers, at most 500 characters in each language; null: nothing is said.</param>
/// <param name="Tiles">In the order in which they fill the grid, row by row; 1 to 40.</param>
/// <param name="Place">Among the tenant's boards, lowest first; equal ones go by their ids.</param>
public sealed record BoardDefinition(BoardText Title, BoardText? Description, IReadOnlyList<BoardTile> Tiles, int Place = 100);

/// <summary>A text in both languages of the portal.</summary>
public sealed record BoardText(string Zh, string En);

/// <param name="Id">Unique within the board; 1 to 64 characters of <c>a-z 0-9 . _ -</c>.</param>
/// <param name="Title">1 to 120 characters in each language.</param>
/// <param name="Query">One query that can be followed, at most 8,192 characters.</param>
/// <param name="Chart">What is drawn of its rows.</param>
/// <param name="Width">Of the grid's 12 columns; 1 to 12.</param>
/// <param name="Height">Of rows of the grid; 1 to 12.</param>
/// <param name="Drill">A query for the rows behind a row of the tile: <c>:column</c> stands for that row's value. Null: there is none.</param>
/// <param name="Why">Which rows of a view WHY is asked about; null: it is not asked.</param>
/// <param name="Note">What is to be known about it, at most 500 characters in each language; null: nothing.</param>
public sealed record BoardTile(
    string Id, BoardText Title, string Query, TileChart Chart, int Width = 3, int Height = 2, string? Drill = null, TileWhy? Why = null, BoardText? Note = null);

/// <summary>The options of a drawing. Columns are those of the tile's query.</summary>
/// <param name="Kind">What is drawn.</param>
/// <param name="X">The column of names, times or places; null: the first that is no <paramref name="Y"/>.</param>
/// <param name="Y">The columns of values; empty: all columns of numbers.</param>
/// <param name="Series">A column whose values split the rows into series; null: each column of values is one.</param>
/// <param name="Sort">A column by which rows are ordered, with <c>-</c> before it from the highest down; null: by <paramref name="X"/> of lines, else by the first value from the highest down.</param>
/// <param name="Limit">Rows that are drawn at most, 1 to 500; null: as many as fit.</param>
/// <param name="Format">How values are written.</param>
/// <param name="Unit">Behind a value; null: none.</param>
/// <param name="IsStacked">Whether series stand on each other.</param>
/// <param name="Min">Where the scale begins; null: by the values.</param>
/// <param name="Max">Where the scale ends; of a gauge 100 where it is null.</param>
/// <param name="Target">A value to be reached, drawn as a mark; null: none.</param>
/// <param name="IsLowGood">Whether less is better: how a change and the way to the target are coloured.</param>
/// <param name="Places">Of a map: longitude and latitude in degrees by the values of <paramref name="X"/>.</param>
/// <param name="Labels">Names of columns for people.</param>
/// <param name="Values">Names of values for people, such as of states that are numbers.</param>
public sealed record TileChart(
    TileKind Kind, string? X = null, IReadOnlyList<string>? Y = null, string? Series = null, string? Sort = null, int? Limit = null, TileFormat Format = TileFormat.Number, BoardText? Unit = null,
    bool IsStacked = false, double? Min = null, double? Max = null, double? Target = null, bool IsLowGood = false, IReadOnlyDictionary<string, IReadOnlyList<double>>? Places = null,
    IReadOnlyDictionary<string, BoardText>? Labels = null, IReadOnlyDictionary<string, BoardText>? Values = null);

/// <summary>Stored by name: never rename.</summary>
public enum TileKind
{
    /// <summary>One value large: of the last row by <see cref="TileChart.Sort"/> or X; rows before it are a line under it.</summary>
    Number,
    Line,
    Area,
    Bar,

    /// <summary>Names below each other with bars of their size, the largest first.</summary>
    Rank,
    Pie,
    Gauge,

    /// <summary>Steps that get fewer, the first on top.</summary>
    Funnel,
    Table,

    /// <summary>The newest rows, each a line of text; what comes moves in at the top.</summary>
    Feed,

    /// <summary>Circles at their places on a globe's grid, by their size.</summary>
    Map,
}

/// <summary>Stored by name: never rename.</summary>
public enum TileFormat
{
    /// <summary>With as many digits as are needed.</summary>
    Number,

    /// <summary>In full, without a fraction.</summary>
    Integer,

    /// <summary>With two digits of fraction, shortened to thousands or 万 where it is large.</summary>
    Money,

    /// <summary>The value is of 100.</summary>
    Percent,

    /// <summary>The value is a length of time in seconds.</summary>
    Seconds,
}

/// <param name="View">A materialized view that the tile's query reads.</param>
/// <param name="Key">Columns that the view and the query's result both have: WHY is asked about the view's rows with the values of the chosen row. Empty: about all rows.</param>
public sealed record TileWhy(string View, IReadOnlyList<string> Key);
