namespace Orrery.Interfaces.Sql;

/// <param name="Text">Statements with semicolons between them, at most 1 MiB.</param>
/// <param name="User">Who asks, for the audit.</param>
/// <param name="MayChange">Whether statements may change something, besides asking.</param>
/// <param name="RowsLimit">Rows of one answer, 1 to the bound of the options; null: that bound.</param>
/// <param name="Origin">The file that the text is from, by which pipelines are grouped, at most 200 characters; null: none.</param>
/// <param name="TimeoutSeconds">How long one statement may take, 1 to the bound of the options; null: that bound.</param>
public sealed record SqlRequest(string Text, string User, bool MayChange, int? RowsLimit = null, int? TimeoutSeconds = null, string? Origin = null);
