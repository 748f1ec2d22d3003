using System.Text.Json;
using Orrery.Interfaces.Sql;

namespace Orrery.WebApi.Sql;

/// <param name="Text">Statements with semicolons between them.</param>
/// <param name="RowsLimit">Rows of one answer; left out: as many as the server allows.</param>
/// <param name="TimeoutSeconds">Of one statement; left out: as long as the server allows.</param>
internal sealed record SqlBody(string? Text, int? RowsLimit, int? TimeoutSeconds);

internal sealed record SqlAnswer(IReadOnlyList<SqlResult> Results);

internal sealed record SqlCheckBody(string? Text);

internal sealed record SqlCheckAnswer(IReadOnlyList<SqlProblem> Problems);

/// <param name="Offset">Characters before the place.</param>
internal sealed record SqlCompleteBody(string? Text, int? Offset);

/// <param name="Rows">Each an array of values in the columns' order, or an object by column names.</param>
internal sealed record SqlRowsBody(JsonElement Rows);

internal sealed record SqlRowsAnswer(int Rows);
