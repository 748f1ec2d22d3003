namespace Orrery.Connectors.Dialects;

/// <summary>An index over columns. Indexes over expressions or parts of rows are not among those that a catalogue answers.</summary>
public sealed record IndexDefinition(string Name, IReadOnlyList<string> Columns, bool IsUnique);
