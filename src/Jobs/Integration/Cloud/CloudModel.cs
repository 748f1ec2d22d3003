using System.Text.Json.Nodes;
using Orrery.Sql.Types;

namespace Orrery.Jobs.Integration.Cloud;

/// <summary>A document as the Web API's Save takes it: names nest at points, lines stand in their entry with the ids that they have.</summary>
static class CloudModel
{
    public static JsonObject Of(MappedEntity entity, DocumentChange change, IReadOnlyDictionary<string, SqlTypeKind> kinds, IReadOnlyDictionary<string, SqlTypeKind> lineKinds)
    {
        var model = new JsonObject { [entity.Target.Id] = Id(change.Found?.Id) };
        foreach (MappedField field in entity.Fields.Where(field => change.Found is null || !field.IsInitial)) Put(model, field.Name, CloudValue.Of(change.Wanted.Fields[field.Name], kinds[field.Name]));
        if (entity.Lines is not { } mapped) return model;
        var lines = new JsonArray();
        foreach ((string key, IReadOnlyDictionary<string, string?> line) in change.Wanted.Lines)
        {
            var body = new JsonObject { ["FEntryID"] = Id(change.Found?.LineIds.GetValueOrDefault(key)) };
            foreach (MappedField field in mapped.Fields) Put(body, field.Name, CloudValue.Of(line[field.Name], lineKinds[field.Name]));
            lines.Add(body);
        }

        model[mapped.Entry!] = lines;
        return model;
    }

    /// <summary>0 is a new one.</summary>
    static JsonValue Id(string? id) => long.TryParse(id, System.Globalization.CultureInfo.InvariantCulture, out long number) ? JsonValue.Create(number) : JsonValue.Create(0L);

    static void Put(JsonObject into, string name, JsonNode? value)
    {
        string[] path = name.Split('.');
        foreach (string step in path[..^1])
        {
            if (into[step] is not JsonObject inner) into[step] = inner = [];
            into = inner;
        }

        into[path[^1]] = value;
    }
}
