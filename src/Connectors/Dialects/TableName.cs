namespace Orrery.Connectors.Dialects;

/// <summary>A table's name.</summary>
/// <param name="Schema">Schema, or database where the engine has no schemas; null for the connection's own.</param>
/// <param name="Name">As the database spells it, without quotes.</param>
public sealed record TableName(string? Schema, string Name)
{
    public override string ToString() => Schema is null ? Name : $"{Schema}.{Name}";
}
