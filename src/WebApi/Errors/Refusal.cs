namespace Orrery.WebApi.Errors;

/// <summary>Why a request is refused, kept with the request until the answer is written.</summary>
internal sealed record Refusal(int Status, string Detail, IReadOnlyDictionary<string, string[]>? Errors = null, Interfaces.Sql.SqlRefusedException? Place = null, Interfaces.Boards.BoardProblem? Tile = null,
    Interfaces.Configuration.ConfigurationConflictException? Conflict = null);
