using Orrery.Connectors.Dialects;

namespace Orrery.Jobs.Schemas;

/// <summary>Small questions to a catalogue: all values as text.</summary>
static class CatalogQuery
{
    public static IReadOnlyList<string?[]> Rows(IDatabase database, string statement) => database.Texts(statement);

    public static string? Value(IDatabase database, string statement) => Rows(database, statement) is [var row, ..] ? row[0] : null;
}
