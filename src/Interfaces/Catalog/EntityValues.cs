using Orrery.Interfaces.Ledger;

namespace Orrery.Interfaces.Catalog;

public enum EntityKind
{
    Topic,
    Table,
    View,
    Files,
}

/// <summary>How far from its source an entity is, as the warehouse's people say it.</summary>
public enum EntityLayer
{
    /// <summary>As it came.</summary>
    Ods,

    /// <summary>Dimensions.</summary>
    Dim,

    /// <summary>Cleaned details.</summary>
    Dwd,

    /// <summary>Sums of details.</summary>
    Dws,

    /// <summary>Results for those who look.</summary>
    Ads,
}

/// <summary>What somebody who makes or reads an entity says of it. A null leaves what was said before.</summary>
/// <param name="Kind">What it is. Fixed.</param>
/// <param name="Name">Its exact name, 1 to 200 characters. Fixed.</param>
/// <param name="Layer">Its layer; <see cref="EntityLayer.Ods"/> if nobody said.</param>
/// <param name="Owner">Who answers for it, at most 120 characters.</param>
/// <param name="Description">At most 2,000 characters.</param>
/// <param name="Place">Where it lives, without secrets: host and database, cluster, path; at most 300 characters.</param>
/// <param name="Upstream">Ids of the entities it is made of, added to those known; at most 200.</param>
/// <param name="Downstream">Ids of the entities made of it, added to those known; at most 200.</param>
/// <param name="Channel">The channel in whose ledger it is accounted for.</param>
public sealed record EntityDraft(
    EntityKind Kind, string Name, EntityLayer? Layer = null, string? Owner = null, string? Description = null, string? Place = null,
    IReadOnlyList<string>? Upstream = null, IReadOnlyList<string>? Downstream = null, string? Channel = null);

/// <summary>An entity in a line.</summary>
/// <param name="Id">See <see cref="CatalogKeys.Id"/>.</param>
/// <param name="EventAt">Time of its newest event, or null.</param>
/// <param name="ChangedAt">When it last took something, or null.</param>
/// <param name="Schema">Number of its newest schema version, 0 for none.</param>
/// <param name="Version">The ETag: rises with each change of what is described.</param>
public sealed record EntityInfo(
    string Tenant, string Id, EntityKind Kind, string Name, EntityLayer Layer, string? Owner, string? Description, string? Place, string? Channel,
    DateTimeOffset? EventAt, DateTimeOffset? ChangedAt, long Records, long Bytes, int Schema, DateTimeOffset CreatedAt, long Version);

/// <param name="Schemas">Newest first, at most 200.</param>
/// <param name="Receipts">Newest first, at most 100.</param>
public sealed record EntityView(
    EntityInfo Info, IReadOnlyList<string> Upstream, IReadOnlyList<string> Downstream, IReadOnlyList<SchemaVersion> Schemas, IReadOnlyList<EntityReceipt> Receipts);

/// <param name="Type">Of the strict type system, in its text form: <c>decimal(23,10)</c>.</param>
/// <param name="NativeType">As the source says it: <c>bigint(20) unsigned</c>.</param>
/// <param name="Key">Its place in the key, from 1; 0 if it is no part of it.</param>
public sealed record SchemaColumn(string Name, string Type, string NativeType, bool Nullable, int Key);

/// <param name="Fingerprint">Of the schema, as rows carry it. In JSON 16 hexadecimal digits.</param>
/// <param name="Columns">1 to 2,000, in the order of the rows' values.</param>
/// <param name="Database">The database or schema that the rows name, or null.</param>
/// <param name="Table">The table that the rows name, or null.</param>
public sealed record SchemaDraft(
    [property: System.Text.Json.Serialization.JsonConverter(typeof(FingerprintText))] ulong Fingerprint, IReadOnlyList<SchemaColumn> Columns, string? Database = null, string? Table = null);

/// <param name="Number">From 1.</param>
/// <param name="Since">When it was first seen, UTC.</param>
public sealed record SchemaVersion(
    int Number, [property: System.Text.Json.Serialization.JsonConverter(typeof(FingerprintText))] ulong Fingerprint, IReadOnlyList<SchemaColumn> Columns, string? Database, string? Table,
    DateTimeOffset Since);

/// <summary>What an entity holds now.</summary>
/// <param name="Records">Records or rows; null leaves what was said before.</param>
/// <param name="Bytes">Bytes on disk; null leaves what was said before.</param>
/// <param name="EventAt">Time of the newest event in it.</param>
/// <param name="Receipt">What was added since the report before, or null.</param>
/// <param name="About">What the receipt is of, such as a partition and its offsets or a file; at most 200 characters.</param>
public sealed record EntityReport(long? Records, long? Bytes, DateTimeOffset? EventAt, Receipt? Receipt = null, string? About = null);

public sealed record EntityReceipt(DateTimeOffset At, string About, Receipt Receipt);

/// <param name="Kind">Only these; null: all.</param>
/// <param name="Layer">Only these; null: all.</param>
/// <param name="Owner">Only of this owner; null: all.</param>
public sealed record EntityQuery(EntityKind? Kind = null, EntityLayer? Layer = null, string? Owner = null);

/// <param name="Entities">The entity, and those within the asked distance; at most 200.</param>
/// <param name="Links">Between those.</param>
/// <param name="Cut">There were more.</param>
public sealed record Neighbourhood(string Entity, IReadOnlyList<EntityNeighbour> Entities, IReadOnlyList<EntityLink> Links, bool Cut);

/// <param name="Distance">Steps from the entity asked for; below 0 upstream, above 0 downstream.</param>
/// <param name="Info">Null where nobody registered it yet.</param>
public sealed record EntityNeighbour(string Id, int Distance, EntityInfo? Info);

/// <param name="From">What is read.</param>
/// <param name="To">What is made of it.</param>
public sealed record EntityLink(string From, string To);
