namespace Orrery.WebApi.Errors;

/// <summary>Why a request is refused, kept with the request until the answer is written.</summary>
internal sealed record Refusal(int Status, string Detail, IReadOnlyDictionary<string, string[]>? Errors = null, Interfaces.Sql.SqlRefusedException? Place = null, Interfaces.Boards.BoardProblem? Tile = null,
    VersionConflict? Conflict = null);

/// <param name="Version">Now.</param>
/// <param name="Differences">From what the writer saw to what is there.</param>
internal sealed record VersionConflict(long Version, object Differences);
