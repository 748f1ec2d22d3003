namespace Orrery.Sql.Rows;

/// <summary>An arena was asked for more memory than its bound allows.</summary>
public sealed class RowMemoryException(string message) : Exception(message);
