namespace Orrery.Jobs.Integration;

/// <summary>How a document differs from what the target has.</summary>
static class DocumentComparison
{
    const int ShownMax = 80;

    /// <summary>A line for each field that differs, and for each line of the document.</summary>
    public static IReadOnlyList<string> Differences(MappedEntity entity, Document wanted, Document found)
    {
        var differences = new List<string>();
        differences.AddRange(Differing(entity, wanted.Fields, found.Fields, entity.Fields).Select(name => $"{name}: {Shown(found.Fields.GetValueOrDefault(name))} becomes {Shown(wanted.Fields[name])}"));
        if (entity.Lines is not { } mapped) return differences;
        foreach ((string key, IReadOnlyDictionary<string, string?> line) in wanted.Lines)
        {
            string shown = key.Replace('\u001F', '/');
            if (!found.Lines.TryGetValue(key, out IReadOnlyDictionary<string, string?>? there)) differences.Add($"line {shown} is new");
            else differences.AddRange(Differing(entity, line, there, mapped.Fields).Select(name => $"line {shown}, {name}: {Shown(there.GetValueOrDefault(name))} becomes {Shown(line[name])}"));
        }

        differences.AddRange(found.Lines.Keys.Where(key => !wanted.Lines.ContainsKey(key)).Select(key => $"line {key.Replace('\u001F', '/')} goes"));
        return differences;
    }

    /// <summary>Fields that differ. A form does not tell nothing from zero.</summary>
    public static IEnumerable<string> Differing(MappedEntity entity, IReadOnlyDictionary<string, string?> wanted, IReadOnlyDictionary<string, string?> found, IReadOnlyList<MappedField> fields) =>
        fields.Where(field => !field.IsInitial && wanted[field.Name] != found.GetValueOrDefault(field.Name) && !(entity.Target.Form is not null && wanted[field.Name] is null && found.GetValueOrDefault(field.Name) is "0" or "false")).Select(field => field.Name);

    static string Shown(string? text) => text is null ? "nothing" : $"'{(text.Length > ShownMax ? text[..ShownMax] + "…" : text)}'";
}
