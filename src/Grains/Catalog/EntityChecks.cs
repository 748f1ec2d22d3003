using Orrery.Grains.Input;
using Orrery.Interfaces;
using Orrery.Interfaces.Catalog;
using Orrery.Interfaces.Errors;

namespace Orrery.Grains.Catalog;

/// <summary>Checks what is said of an entity.</summary>
static class EntityChecks
{
    public const int NeighboursMax = 200;
    public const int SchemasMax = 200;
    public const int ReceiptsMax = 100;
    const int NameLengthMax = 200;
    const int OwnerLengthMax = 120;
    const int PlaceLengthMax = 300;
    const int AboutLengthMax = 200;
    const int ColumnsMax = 2_000;
    const int ColumnNameLengthMax = 256;

    public static EntityDraft Draft(string id, EntityDraft draft)
    {
        if (string.IsNullOrWhiteSpace(draft.Name) || draft.Name.Length > NameLengthMax)
            throw new InvalidInputException("name", $"An entity's name has 1 to {NameLengthMax} characters, not {draft.Name?.Length ?? 0}.");
        if (CatalogKeys.Id(draft.Kind, draft.Name) is var meant && meant != id)
            throw new InvalidInputException("id", $"The {draft.Kind} '{draft.Name}' has the id '{meant}', not '{id}'.");
        return draft with
        {
            Owner = InputChecks.Text("owner", draft.Owner, OwnerLengthMax),
            Description = InputChecks.Text("description", draft.Description, InputChecks.NoteLengthMax),
            Place = InputChecks.Text("place", draft.Place, PlaceLengthMax),
            Channel = draft.Channel is null ? null : EntityKeys.CheckPart("channel", draft.Channel),
            Upstream = Neighbours("upstream", id, draft.Upstream),
            Downstream = Neighbours("downstream", id, draft.Downstream),
        };
    }

    public static EntityDescription Description(EntityDescription description) => description with
    {
        Layer = Enum.IsDefined(description.Layer) ? description.Layer : throw new InvalidInputException("layer", "Choose one of ods, dim, dwd, dws and ads."),
        Owner = InputChecks.Text("owner", description.Owner, OwnerLengthMax),
        Description = InputChecks.Text("description", description.Description, InputChecks.NoteLengthMax),
    };

    public static void Schema(SchemaDraft schema)
    {
        if (schema.Columns is not { Count: >= 1 and <= ColumnsMax })
            throw new InvalidInputException("columns", $"A schema has 1 to {ColumnsMax} columns, not {schema.Columns?.Count ?? 0}.");
        foreach (var column in schema.Columns)
            if (string.IsNullOrEmpty(column.Name) || column.Name.Length > ColumnNameLengthMax || column.Type is null || column.NativeType is null || column.Key < 0)
                throw new InvalidInputException("columns", $"The column '{column.Name}' lacks a name of 1 to {ColumnNameLengthMax} characters, a type, a native type or a place in the key from 0.");
    }

    public static string About(string? about) => InputChecks.Text("about", about, AboutLengthMax) ?? "";

    static IReadOnlyList<string> Neighbours(string field, string id, IReadOnlyList<string>? neighbours)
    {
        if (neighbours is null)
            return [];
        if (neighbours.Count > NeighboursMax)
            throw new InvalidInputException(field, $"{neighbours.Count} neighbours were named; at most {NeighboursMax} are kept.");
        foreach (string neighbour in neighbours)
            if (EntityKeys.CheckPart(field, neighbour) == id)
                throw new InvalidInputException(field, $"'{id}' cannot be its own neighbour.");
        return neighbours;
    }
}
