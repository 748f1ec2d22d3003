namespace Orrery.Connectors.Dialects;

/// <summary>
/// A part of a table's rows: those whose key is after one key and not after another, by the database's own order of keys. Or, where a table has no key, those
/// in a part of its pages, which means the same rows only as long as nobody writes them.
/// </summary>
/// <param name="After">A key (<see cref="RowKeys"/>) that lies before the first row; null from the first row.</param>
/// <param name="UpTo">A key that is the last one taken in; null to the last row.</param>
public sealed record KeyRange(byte[]? After, byte[]? UpTo)
{
    /// <summary>The first page or row number, where the table has no key.</summary>
    public long? PlaceFrom { get; init; }

    /// <summary>The one after the last.</summary>
    public long? PlaceTo { get; init; }

    /// <summary>A condition in the engine's own SQL that the rows must meet, too; null: none. Its maker quotes names and values.</summary>
    public string? Only { get; init; }

    /// <summary>The whole table.</summary>
    public static KeyRange All { get; } = new(null, null);

    public bool IsAll => this is { After: null, UpTo: null, PlaceFrom: null, PlaceTo: null, Only: null };
}
