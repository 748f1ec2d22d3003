using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Orrery.Interfaces.Catalog;
using Orrery.Sql.Catalogs;
using Orrery.Sql.Plans;

namespace Orrery.Grains.Sql.Schemas;

/// <summary>Tables and views are in the catalog with their columns and neighbours.</summary>
sealed partial class SqlSchemaGrain
{
    /// <summary>A catalog that cannot be reached holds up nothing.</summary>
    async Task RegisterAsync(Relation relation, Plan? plan)
    {
        try
        {
            string id = EntityId(relation);
            var upstream = new List<string>();
            if (relation.Kind == RelationKind.Table && TableOptions.Of(relation) is { Connector: TableOptions.TopicConnector } table)
                upstream.Add(CatalogKeys.Id(EntityKind.Topic, table.Topic));
            if (plan is not null)
                upstream.AddRange(Scans(plan).Select(EntityId).Distinct().Where(other => other != id));
            IEntityGrain entity = Entity(id);
            await entity.Register(new EntityDraft(
                relation.Kind == RelationKind.Table ? EntityKind.Table : EntityKind.View, NameOf(relation), LayerOf(relation.Name), Place: "SQL of this tenant", Upstream: upstream));
            await entity.SetSchema(Schema(relation));
            foreach (string other in upstream.Where(static other => !other.StartsWith("topic.", StringComparison.Ordinal)))
                if (catalog.Definitions.Select(catalog.TryBind).FirstOrDefault(meaning => meaning?.Relation is { } read && EntityId(read) == other)?.Relation is { } source)
                    await Entity(other).Register(new EntityDraft(source.Kind == RelationKind.Table ? EntityKind.Table : EntityKind.View, NameOf(source), Downstream: [id]));
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            SqlMessages.NotRegistered(logger, Tenant, relation.Name, failure);
        }
    }

    IEntityGrain Entity(string id) => GrainFactory.GetGrain<IEntityGrain>(CatalogKeys.Entity(Tenant, id));

    static string EntityId(Relation relation) => CatalogKeys.Id(relation.Kind == RelationKind.Table ? EntityKind.Table : EntityKind.View, NameOf(relation));

    /// <summary>Apart from tables of databases, whose names a tenant's tables often have.</summary>
    static string NameOf(Relation relation) => $"sql.{relation.Name}";

    static IEnumerable<Relation> Scans(Plan plan)
    {
        var open = new Stack<Plan>([plan]);
        while (open.TryPop(out Plan? node))
        {
            if (node is ScanPlan scan)
                yield return scan.Relation;
            foreach (Plan input in node.Inputs)
                open.Push(input);
        }
    }

    static EntityLayer LayerOf(string name) => name.Split('_')[0].ToLowerInvariant() switch
    {
        "dim" => EntityLayer.Dim,
        "dwd" => EntityLayer.Dwd,
        "dws" => EntityLayer.Dws,
        "ads" => EntityLayer.Ads,
        _ => EntityLayer.Ods,
    };

    static SchemaDraft Schema(Relation relation)
    {
        SchemaColumn[] columns = [.. relation.Schema.Columns.Select((column, place) => new SchemaColumn(
            column.Name, column.Type.Nullable().ToString(), column.Type.Nullable().ToString(), column.Type.IsNullable, relation.PrimaryKey.ToList().IndexOf(place) + 1))];
        byte[] digest = SHA256.HashData(Encoding.UTF8.GetBytes($"sql {relation.Name} {relation.Schema} {string.Join(',', relation.PrimaryKey)}"));
        return new SchemaDraft(BinaryPrimitives.ReadUInt64LittleEndian(digest), columns, null, relation.Name);
    }
}
