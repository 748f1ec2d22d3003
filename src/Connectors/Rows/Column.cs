namespace Orrery.Connectors.Rows;

/// <summary>A column of a table.</summary>
/// <param name="Name">As the source spells it.</param>
/// <param name="Type">Its strict type.</param>
/// <param name="NativeType">The source's own type text, such as <c>bigint(20) unsigned</c>; empty where there is none.</param>
/// <param name="Nullable">Whether it may be null.</param>
public sealed record Column(string Name, ColumnType Type, string NativeType, bool Nullable);
