using Orrery.Connectors.ChangeCapture;
using Orrery.Connectors.Landing;
using Orrery.Connectors.Rows;
using Orrery.Interfaces.Catalog;

namespace Orrery.Grains.Channels.Landing;

/// <summary>Schemas of the changes that a lander writes as columns, from the catalog.</summary>
/// <param name="catalog">The tenant's.</param>
sealed class LandedSchemas(ICatalogGrain catalog)
{
    const int KnownMax = 1_000;

    readonly Dictionary<ulong, TableSchema?> known = [];

    /// <summary>What was learned; null: nothing.</summary>
    public TableSchema? Find(ulong fingerprint) => known.GetValueOrDefault(fingerprint);

    /// <summary>Sees that the schema of a record is known before the record is written. One that the catalog does not have is not asked for again.</summary>
    public ValueTask LearnAsync(in LandingRecord record)
    {
        ulong fingerprint = ChangeColumns.FingerprintOf(record);
        return fingerprint == 0 || known.ContainsKey(fingerprint) ? ValueTask.CompletedTask : AskAsync(fingerprint);
    }

    async ValueTask AskAsync(ulong fingerprint)
    {
        FoundSchema? found = await catalog.FindSchema(fingerprint);
        if (known.Count >= KnownMax)
            known.Clear();
        known[fingerprint] = found is null ? null : SchemaTexts.Read(found.Schema);
    }
}
