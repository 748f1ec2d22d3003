using Orrery.Grains.Paging;
using Orrery.Grains.Storing;
using Orrery.Interfaces;
using Orrery.Interfaces.Catalog;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Paging;

namespace Orrery.Grains.Catalog;

sealed class CatalogState
{
    public Dictionary<string, CatalogEntry> Entities { get; set; } = [];
}

/// <remarks>Reentrant: entities tell it of themselves while it asks them. What only says how much an entity holds is kept in memory; entities tell it again.</remarks>
[Reentrant]
sealed class CatalogGrain : Grain, ICatalogGrain
{
    public const int EntitiesMax = 5_000;
    const int DistanceMax = 5;

    readonly IPersistentState<CatalogState> stored;
    readonly StateWriter writer;
    readonly Dictionary<ulong, string> entityByFingerprint = [];
    CatalogGraph? graph;

    public CatalogGrain([PersistentState("catalog")] IPersistentState<CatalogState> stored)
    {
        this.stored = stored;
        writer = new StateWriter(stored, DeactivateOnIdle);
    }

    string Tenant => this.GetPrimaryKeyString();

    Dictionary<string, CatalogEntry> Entities => stored.State.Entities;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        foreach (var (id, entry) in Entities)
            Index(id, entry);
        return Task.CompletedTask;
    }

    public Task<Page<EntityInfo>> Search(EntityQuery query, PageRequest page) => Task.FromResult(Pages.Cut(
        Entities.Values.Select(entry => entry.Info).Where(info => (query.Kind is null || info.Kind == query.Kind) && (query.Layer is null || info.Layer == query.Layer)
            && (query.Owner is null || string.Equals(info.Owner, query.Owner, StringComparison.OrdinalIgnoreCase))),
        info => info.Id, (info, text) => Pages.AnyContains(text, info.Id, info.Name, info.Owner, info.Description, info.Place), page));

    public Task<bool> Has(string entity) => Task.FromResult(Entities.ContainsKey(entity));

    public Task<Neighbourhood> GetNeighbourhood(string entity, int distance)
    {
        if (distance is < 1 or > DistanceMax)
            throw new InvalidInputException("distance", $"A neighbourhood reaches 1 to {DistanceMax} steps, not {distance}.");
        if (!Entities.ContainsKey(entity))
            throw new NotFoundException($"'{Tenant}' has no entity '{entity}' in its catalog.");
        graph ??= new CatalogGraph(Entities);
        return Task.FromResult(graph.Around(entity, distance));
    }

    public async Task<FoundSchema?> FindSchema(ulong fingerprint)
    {
        if (!entityByFingerprint.TryGetValue(fingerprint, out string? entity))
            return null;
        var schema = await GrainFactory.GetGrain<IEntityGrain>(CatalogKeys.Entity(Tenant, entity)).FindSchema(fingerprint);
        return schema is null ? null : new FoundSchema(entity, schema);
    }

    public Task Set(string entity, CatalogEntry? entry)
    {
        if (entry is null)
        {
            if (!Entities.Remove(entity, out var gone))
                return writer.Pending;
            foreach (ulong fingerprint in gone.Fingerprints)
                Forget(fingerprint, entity);
            graph = null;
            return writer.WriteAsync();
        }

        bool isNew = !Entities.TryGetValue(entity, out var known);
        if (isNew && Entities.Count >= EntitiesMax)
            throw new LimitReachedException($"The catalog of '{Tenant}' has {Entities.Count} entities, the most it may have. Delete those that are gone; '{entity}' was not added.");
        Entities[entity] = entry;
        graph = null;
        if (!isNew && known!.Info.Version == entry.Info.Version)
            return writer.Pending;
        Index(entity, entry);
        return writer.WriteAsync();
    }

    public async Task TenantDeleted()
    {
        foreach (string entity in Entities.Keys.ToArray())
        {
            try
            {
                await GrainFactory.GetGrain<IEntityGrain>(CatalogKeys.Entity(Tenant, entity)).Delete();
            }
            catch (NotFoundException)
            {
                // Deleted before, and not told here.
            }
        }

        entityByFingerprint.Clear();
        graph = null;
        if (stored.RecordExists)
            await writer.ClearAsync();
    }

    void Index(string entity, CatalogEntry entry)
    {
        foreach (ulong fingerprint in entry.Fingerprints)
            entityByFingerprint.TryAdd(fingerprint, entity);
    }

    void Forget(ulong fingerprint, string entity)
    {
        if (entityByFingerprint.GetValueOrDefault(fingerprint) != entity)
            return;
        entityByFingerprint.Remove(fingerprint);
        if (Entities.FirstOrDefault(other => other.Value.Fingerprints.Contains(fingerprint)).Key is { } other)
            entityByFingerprint[fingerprint] = other;
    }
}
