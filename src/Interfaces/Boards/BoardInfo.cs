namespace Orrery.Interfaces.Boards;

/// <param name="Id">Within its tenant.</param>
/// <param name="Version">The ETag; rises with each change.</param>
/// <param name="ChangedAt">UTC.</param>
/// <param name="ChangedBy">Who put it as it is.</param>
/// <param name="Links">Public links that have not expired.</param>
public sealed record BoardInfo(string Id, string Tenant, BoardDefinition Definition, long Version, DateTimeOffset ChangedAt, string ChangedBy, int Links);

/// <summary>A board in a line.</summary>
/// <param name="Tiles">Kind, width and height of each, in their order: what a small picture of it is drawn from.</param>
public sealed record BoardSummary(string Id, BoardText Title, BoardText? Description, int Place, IReadOnlyList<TileOutline> Tiles, long Version, DateTimeOffset ChangedAt, string ChangedBy);

public sealed record TileOutline(TileKind Kind, int Width, int Height);

/// <summary>A link by which anybody can see a board, without its token.</summary>
/// <param name="Id">Within the board.</param>
/// <param name="Name">Who it is for; 1 to 120 characters.</param>
/// <param name="ExpiresAt">UTC; null: it lasts until it is revoked.</param>
/// <param name="SeenAt">When it was last opened, to the minute; null: never.</param>
public sealed record BoardLink(string Id, string Name, DateTimeOffset CreatedAt, string CreatedBy, DateTimeOffset? ExpiresAt, DateTimeOffset? SeenAt);

/// <summary>Who changed what of a board.</summary>
/// <param name="At">UTC.</param>
/// <param name="What"><c>made</c>, <c>changed</c>, <c>deleted</c>, <c>link-made</c> or <c>link-revoked</c>.</param>
/// <param name="Version">Of the board from then on; links leave it as it is.</param>
/// <param name="Link">The link's id and who it is for; null: it is no matter of a link.</param>
public sealed record BoardChange(DateTimeOffset At, string User, string What, long Version, string? Link = null);

/// <param name="Token">Of the link's address; told this once, only a hash of it is kept.</param>
public sealed record CreatedBoardLink(string Token, BoardLink Link);

/// <param name="Days">After how many days it ends, 1 to 3,650; null: never.</param>
public sealed record BoardLinkDraft(string? Name, int? Days);

/// <summary>What is wrong with a board.</summary>
/// <param name="Tile">The tile's id; null: the board as a whole.</param>
/// <param name="Field">The JSON name of the field, such as <c>tiles[2].query</c>.</param>
/// <param name="Message">What is wrong, and what to do.</param>
/// <param name="Line">In the tile's query, from 1; 0: no place can be said.</param>
/// <param name="Column">From 1.</param>
/// <param name="Offset">Characters before it.</param>
/// <param name="Length">Of what is wrong.</param>
public sealed record BoardProblem(string? Tile, string Field, string Message, int Line = 0, int Column = 0, int Offset = 0, int Length = 0);
