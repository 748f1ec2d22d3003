using Orrery.Interfaces.Paging;

namespace Orrery.Interfaces.Catalog;

/// <summary>The entities of a tenant: search, neighbours, schemas by fingerprint. Key: the tenant's id.</summary>
public interface ICatalogGrain : IGrainWithStringKey
{
    /// <summary>Entities whose id, name, owner or description holds the searched text, in order of their ids.</summary>
    [ReadOnly] Task<Page<EntityInfo>> Search(EntityQuery query, PageRequest page);

    /// <summary>Whether there is such an entity.</summary>
    [ReadOnly] Task<bool> Has(string entity);

    /// <summary>An entity with those it is made of and those made of it.</summary>
    /// <param name="entity">Its id.</param>
    /// <param name="distance">Steps each way, 1 to 5.</param>
    /// <exception cref="Errors.NotFoundException">There is no such entity.</exception>
    [ReadOnly] Task<Neighbourhood> GetNeighbourhood(string entity, int distance);

    /// <summary>The schema of this fingerprint and the entity that said it first, or null. Schemas outlive their entities' newer versions.</summary>
    [ReadOnly] Task<FoundSchema?> FindSchema(ulong fingerprint);

    /// <summary>Called by an entity when what the catalog lists of it changed (entry) or it was deleted (null). At most 5,000 entities a tenant.</summary>
    Task Set(string entity, CatalogEntry? entry);

    /// <summary>Called by a tenant that is deleted: its entities are forgotten.</summary>
    Task TenantDeleted();
}

/// <summary>One topic, table, view or set of files. Key: <c>tenant/id</c>, see <see cref="CatalogKeys"/>.</summary>
public interface IEntityGrain : IGrainWithStringKey
{
    /// <summary>Creates the entity or adds to what is known of it. Whoever makes or reads it calls this at each start; repeating it is harmless.</summary>
    /// <exception cref="Errors.NotFoundException">There is no such tenant.</exception>
    /// <exception cref="Errors.InvalidInputException">The key is not that of kind and name, or a field breaks its bound.</exception>
    Task<EntityInfo> Register(EntityDraft draft);

    /// <summary>A person describes it: owner, layer, description. <paramref name="version"/> is the version the caller saw; null overwrites.</summary>
    Task<EntityInfo> Describe(EntityDescription description, long? version);

    /// <summary>Its rows have this schema from now on. A fingerprint that is known already makes no new version.</summary>
    Task<SchemaVersion> SetSchema(SchemaDraft schema);

    [ReadOnly] Task<SchemaVersion?> FindSchema(ulong fingerprint);

    /// <summary>What it holds now. Kept in memory and stored about once a minute.</summary>
    Task Report(EntityReport report);

    /// <exception cref="Errors.NotFoundException">There is no such entity.</exception>
    [ReadOnly] Task<EntityView> Get();

    /// <summary>Forgets the entity.</summary>
    Task Delete();
}

/// <param name="Layer">Its layer.</param>
/// <param name="Owner">At most 120 characters.</param>
/// <param name="Description">At most 2,000 characters.</param>
public sealed record EntityDescription(EntityLayer Layer, string? Owner, string? Description);

/// <param name="Entity">Whose schema it is.</param>
public sealed record FoundSchema(string Entity, SchemaVersion Schema);

/// <param name="Info">As the entity has it.</param>
/// <param name="Upstream">Ids of what it is made of.</param>
/// <param name="Downstream">Ids of what is made of it.</param>
/// <param name="Fingerprints">Of its schemas.</param>
public sealed record CatalogEntry(EntityInfo Info, IReadOnlyList<string> Upstream, IReadOnlyList<string> Downstream, IReadOnlyList<ulong> Fingerprints);
