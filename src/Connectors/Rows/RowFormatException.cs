namespace Orrery.Connectors.Rows;

/// <summary>Bytes that are not a row of the schema they were read with.</summary>
public sealed class RowFormatException(string message) : Exception(message);
