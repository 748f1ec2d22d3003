namespace Orrery.Connectors.Rows;

/// <summary>A value does not fit the type that is to carry it. It is never bent: the row is refused, with table, row, column, value and bound in the message.</summary>
public sealed class ValueRangeException(string message) : Exception(message);
