using Orrery.Sql.Types;

namespace Orrery.Sql.Rows;

/// <summary>A column of a schema.</summary>
public sealed record RowColumn(string Name, SqlType Type);
