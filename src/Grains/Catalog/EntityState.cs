using Orrery.Interfaces.Catalog;

namespace Orrery.Grains.Catalog;

sealed class EntityState
{
    public EntityKind Kind { get; set; }

    public string Name { get; set; } = "";

    public EntityLayer Layer { get; set; }

    public string? Owner { get; set; }

    public string? Description { get; set; }

    public string? Place { get; set; }

    public string? Channel { get; set; }

    public HashSet<string> Upstream { get; set; } = [];

    public HashSet<string> Downstream { get; set; } = [];

    /// <summary>Oldest first.</summary>
    public List<SchemaVersion> Schemas { get; set; } = [];

    /// <summary>Oldest first.</summary>
    public List<EntityReceipt> Receipts { get; set; } = [];

    public DateTimeOffset? EventAt { get; set; }

    public DateTimeOffset? ChangedAt { get; set; }

    public long Records { get; set; }

    public long Bytes { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public long Version { get; set; }

    public bool Deleting { get; set; }
}
