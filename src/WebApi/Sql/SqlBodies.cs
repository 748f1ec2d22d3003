using System.Text.Json;
using Orrery.Interfaces.Sql;

namespace Orrery.WebApi.Sql;

/// <param name="Text">Statements with semicolons between them.</param>
/// <param name="RowsLimit">Rows of one answer; left out: as many as the server allows.</param>
/// <param name="Origin">The file that the text is from; what it makes is shown under it.</param>
/// <param name="TimeoutSeconds">Of one statement; left out: as long as the server allows.</param>
internal sealed record SqlBody(string? Text, int? RowsLimit, int? TimeoutSeconds, string? Origin);

internal sealed record SqlAnswer(IReadOnlyList<SqlResult> Results);

internal sealed record SqlCheckBody(string? Text);

internal sealed record SqlCheckAnswer(IReadOnlyList<SqlProblem> Problems);

/// <param name="Offset">Characters before the place.</param>
internal sealed record SqlCompleteBody(string? Text, int? Offset);

/// <param name="Rows">Each an array of values in the columns' order, or an object by column names.</param>
internal sealed record SqlRowsBody(JsonElement Rows);

/// <param name="Earliest">From the first record that the topic still has.</param>
/// <param name="Time">From the first record of this time or later, UTC.</param>
/// <param name="Offset">Of a topic with one partition.</param>
/// <param name="Offsets">One for each partition, by number.</param>
/// <param name="Empties">Whether rows of a table with a key go first; left out: they stay until their key comes again.</param>
internal sealed record SqlRewindBody(bool? Earliest, DateTimeOffset? Time, long? Offset, IReadOnlyList<long>? Offsets, bool? Empties);

/// <param name="Text">A query, or the whole CREATE MATERIALIZED VIEW.</param>
internal sealed record SqlCandidateBody(string? Text);

internal sealed record SqlRowsAnswer(int Rows);
