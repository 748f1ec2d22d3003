using Orrery.Jobs.Yaml;
using Orrery.Sql.Syntax;
using YamlDotNet.RepresentationModel;

namespace Orrery.Jobs.Integration;

/// <summary>Reads a mapping from YAML or JSON. The form is in docs/guides/integrate.md.</summary>
public sealed class MappingFile
{
    readonly YamlFile file;
    readonly string name;
    readonly Dictionary<string, YamlNode> places = new(StringComparer.Ordinal);

    MappingFile(string name) => (this.name, file) = (name, new YamlFile(name));

    /// <summary>The mapping of a text, its entities in the order of their dependencies.</summary>
    /// <param name="name">The file's name, for errors.</param>
    /// <param name="text">YAML or JSON.</param>
    /// <exception cref="FileFaultException">Something cannot be meant: each with its place.</exception>
    public static Mapping Parse(string name, string text) => new MappingFile(name).Read(text);

    Mapping Read(string text)
    {
        YamlMap root = file.Read(text, "a mapping");
        string title = root.Required("integration", "the mapping's name");
        var codes = new Dictionary<string, IReadOnlyDictionary<string, string>>(StringComparer.Ordinal);
        if (root.Map("codes") is { } codeMap)
            foreach ((string code, _, YamlNode value) in codeMap.Entries())
                if (codeMap.MapOf(value, $"code table '{code}'") is { } pairs)
                    codes[code] = pairs.Entries().ToDictionary(pair => pair.Name, pair => pairs.TextOf(pair.Value, pairs.What) ?? "", StringComparer.Ordinal);
        var lookups = new Dictionary<string, MappedLookup>(StringComparer.Ordinal);
        if (root.Map("lookups") is { } lookupMap)
            foreach ((string lookup, YamlNode key, YamlNode value) in lookupMap.Entries())
            {
                places[$"lookup {lookup}"] = key;
                if (lookupMap.MapOf(value, $"lookup '{lookup}'") is { } body) lookups[lookup] = Lookup(body);
            }

        var entities = new List<MappedEntity>();
        if (root.Map("entities") is { } entityMap)
            foreach ((string entity, YamlNode key, YamlNode value) in entityMap.Entries())
            {
                places[entity] = key;
                if (entityMap.MapOf(value, $"entity '{entity}'") is { } body) entities.Add(Entity(entity, body, codes, lookups));
            }
        else root.Fault(root.Find("entities"), "a mapping lacks 'entities'");
        root.Done();
        IReadOnlyList<MappedEntity> ordered = Ordered(entities, lookups);
        file.ThrowIfFaulty();
        return new Mapping(title, ordered) { Codes = codes, Lookups = lookups };
    }

    MappedLookup Lookup(YamlMap map)
    {
        string from = map.Required("from", "source or target");
        if (from is not ("source" or "target" or "")) map.Fault(map.Find("from"), $"{map.What}: 'from' is '{from}'; source or target was expected");
        string? form = map.Text("form");
        MappedSource source = form is null ? Source(map) : new MappedSource(form, null, Place(map.Node));
        var lookup = new MappedLookup(from == "target", source, map.Required("key", "the column that is looked for"), map.Required("value", "the column that is found")) { Form = form };
        if (form is not null && !lookup.IsOfTarget) map.Fault(map.Find("form"), $"{map.What}: forms are the target's; a table or a query of the source was expected");
        map.Done();
        return lookup;
    }

    MappedEntity Entity(string entity, YamlMap map, Dictionary<string, IReadOnlyDictionary<string, string>> codes, Dictionary<string, MappedLookup> lookups)
    {
        MappedSource source = map.Map("source") is { } sourceMap ? Closed(sourceMap, Source(sourceMap)) : Missing(map);
        MappedTarget target = Target(map);
        IReadOnlyList<MappedField> fields = Fields(map, codes, lookups);
        string[] key = Key(map, fields);
        if (target.Form is not null && !(key is [var only] && only == target.Number)) map.Fault(map.Find("key"), $"{map.What}: the key of a form is its number: key: [{target.Number}]");
        var rules = new List<(string, MappedText)>();
        if (map.Map("rules") is { } ruleMap)
            foreach ((string rule, _, YamlNode value) in ruleMap.Entries())
                if (Expression(value, $"rule '{rule}' of {map.What}", ruleMap) is { } condition)
                    rules.Add((rule, condition));
        var result = new MappedEntity(entity, source, target, fields, key)
        {
            After = map.Texts("after"),
            Where = map.Find("where") is { } where ? Expression(where, $"{map.What}: 'where'", map) : null,
            Rules = rules,
            Changed = map.Text("changed"),
            Lines = map.Map("lines", $"the lines of {map.What}") is { } lines ? Lines(lines, target, codes, lookups) : null,
        };
        map.Done();
        return result;
    }

    MappedTarget Target(YamlMap map)
    {
        if (map.Map("target") is not { } target)
        {
            if (map.Find("target") is null) map.Fault(null, $"{map.What} lacks 'target': {{table: NAME}} or {{form: ID}} was expected");
            return new MappedTarget();
        }

        var result = new MappedTarget
        {
            Table = target.Text("table"),
            Form = target.Text("form"),
            Id = target.Text("id") ?? "FID",
            Number = target.Text("number") ?? "FNumber",
            Submits = target.Flag("submit", false),
            Audits = target.Flag("audit", false),
            Batch = target.Number("batch", 50, 1, 500),
        };
        if ((result.Table is null) == (result.Form is null)) target.Fault(null, $"{target.What}: either 'table' or 'form' was expected");
        if (result.Audits && !result.Submits) target.Fault(target.Find("audit"), $"{target.What}: what is audited is submitted before: submit: true");
        target.Done();
        return result;
    }

    MappedLines Lines(YamlMap map, MappedTarget target, Dictionary<string, IReadOnlyDictionary<string, string>> codes, Dictionary<string, MappedLookup> lookups)
    {
        MappedSource source = map.Map("source") is { } sourceMap ? Closed(sourceMap, Source(sourceMap)) : Missing(map);
        IReadOnlyList<(string, string)> by = Pairs(map, "by");
        if (by.Count == 0) map.Fault(map.Find("by"), $"{map.What}: 'by' was expected, the head's columns and the lines' that are equal: {{FInterID: FInterID}}");
        IReadOnlyList<MappedField> fields = Fields(map, codes, lookups);
        string? table = null, entry = null;
        IReadOnlyList<(string, string)> parent = [];
        if (map.Map("target") is { } to)
        {
            (table, entry) = (to.Text("table"), to.Text("entry"));
            parent = Pairs(to, "parent");
            if (target.Form is null && (table is null || parent.Count == 0)) to.Fault(null, $"{to.What}: 'table' and 'parent' were expected, the lines' columns and the head's: {{table: order_lines, parent: {{order_number: number}}}}");
            if (target.Form is not null && entry is null) to.Fault(null, $"{to.What}: 'entry' was expected, the entry's name in the form");
            to.Done();
        }
        else map.Fault(map.Find("target"), $"{map.What} lacks 'target'");

        var lines = new MappedLines(source, by, fields, Key(map, fields)) { Table = table, Entry = entry, Parent = parent };
        map.Done();
        return lines;
    }

    static string[] Key(YamlMap map, IReadOnlyList<MappedField> fields)
    {
        string[] key = [.. map.Texts("key")];
        if (key.Length == 0) map.Fault(map.Find("key"), $"{map.What} lacks 'key': the fields that tell its documents or lines apart");
        foreach (string unknown in key.Where(each => !fields.Any(field => field.Name == each))) map.Fault(map.Find("key"), $"{map.What}: the key's '{unknown}' is none of its fields: {string.Join(", ", fields.Select(field => field.Name))}");
        return key;
    }

    List<MappedField> Fields(YamlMap map, Dictionary<string, IReadOnlyDictionary<string, string>> codes, Dictionary<string, MappedLookup> lookups)
    {
        var fields = new List<MappedField>();
        if (map.Map("fields") is { } fieldMap)
            foreach ((string field, YamlNode key, YamlNode value) in fieldMap.Entries())
            {
                string what = $"field '{field}' of {map.What}";
                if (value is not YamlMappingNode)
                {
                    if (Expression(value, what, fieldMap) is { } plain) fields.Add(new MappedField(field, plain));
                    continue;
                }

                YamlMap body = fieldMap.MapOf(value, what)!;
                string? fallback = body.Text("default");
                MappedText? expression = body.Find("of") is { } of ? Expression(of, what, body) : fallback is not null ? new MappedText("CAST(NULL AS STRING)", Place(key)) : null;
                if (expression is null && body.Find("of") is null) body.Fault(null, $"{what} lacks 'of': an expression over the source's columns was expected");
                var made = new MappedField(field, expression ?? new MappedText("CAST(NULL AS STRING)", Place(key))) { Code = body.Text("code"), Lookup = body.Text("lookup"), Default = fallback, IsRequired = body.Flag("required", false), IsInitial = body.Flag("initial", false) };
                if (made.Code is { } code && !codes.ContainsKey(code)) body.Fault(body.Find("code"), $"{what}: there is no code table '{code}'; there are: {string.Join(", ", codes.Keys)}");
                if (made.Lookup is { } lookup && !lookups.ContainsKey(lookup)) body.Fault(body.Find("lookup"), $"{what}: there is no lookup '{lookup}'; there are: {string.Join(", ", lookups.Keys)}");
                body.Done();
                fields.Add(made);
            }

        if (fields.Count == 0) map.Fault(map.Find("fields"), $"{map.What} lacks 'fields'");
        return fields;
    }

    /// <summary>An expression whose words are SQL; what its names mean is told when the source is asked.</summary>
    MappedText? Expression(YamlNode node, string what, YamlMap map)
    {
        string? text = map.TextOf(node, what);
        if (text is null)
        {
            if (node is YamlScalarNode) file.Fault(node, $"{what}: an expression was expected");
            return null;
        }

        try
        {
            SqlParser.ParseExpression(text);
        }
        catch (SqlSyntaxException error)
        {
            file.Fault(node, $"{what}: the expression's column {error.Column}: {error.Reason}");
        }

        return new MappedText(text, Place(node));
    }

    MappedSource Source(YamlMap map)
    {
        string? table = map.Text("table"), query = map.Text("query");
        if ((table is null) == (query is null)) map.Fault(null, $"{map.What}: either 'table' or 'query' was expected");
        return new MappedSource(table, query, Place(map.Node));
    }

    static MappedSource Closed(YamlMap map, MappedSource source)
    {
        map.Done();
        return source;
    }

    MappedSource Missing(YamlMap map)
    {
        if (map.Find("source") is null) map.Fault(null, $"{map.What} lacks 'source': {{table: NAME}} or {{query: SELECT ...}} was expected");
        return new MappedSource("", null, Place(map.Node));
    }

    static List<(string, string)> Pairs(YamlMap map, string name) =>
        map.Map(name) is { } pairs ? [.. pairs.Entries().Select(pair => (pair.Name, pairs.TextOf(pair.Value, pairs.What) ?? ""))] : [];

    /// <summary>Each behind those that it names by <c>after</c>, and behind those whose table or form it looks things up in.</summary>
    List<MappedEntity> Ordered(List<MappedEntity> entities, Dictionary<string, MappedLookup> lookups)
    {
        var before = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (MappedEntity entity in entities)
        {
            foreach (string unknown in entity.After.Where(after => !entities.Any(other => other.Name == after))) file.Fault(places[entity.Name], $"entity '{entity.Name}' comes after '{unknown}', which there is not; there are: {string.Join(", ", entities.Select(other => other.Name))}");
            IEnumerable<MappedLookup> used = entity.Fields.Concat(entity.Lines?.Fields ?? []).Select(field => field.Lookup is { } lookup ? lookups.GetValueOrDefault(lookup) : null).OfType<MappedLookup>().Where(lookup => lookup.IsOfTarget);
            IEnumerable<string> looked = used.SelectMany(lookup => entities.Where(other => other != entity && (lookup.Form is { } form ? other.Target.Form == form : lookup.Source.Table is { } table && other.Target.Table == table)).Select(other => other.Name));
            before[entity.Name] = [.. entity.After.Where(after => entities.Any(other => other.Name == after)), .. looked];
        }

        var ordered = new List<MappedEntity>();
        while (ordered.Count < entities.Count)
        {
            MappedEntity? next = entities.FirstOrDefault(entity => !ordered.Contains(entity) && before[entity.Name].All(name => ordered.Any(done => done.Name == name)));
            if (next is null)
            {
                string[] cycle = Cycle(before, ordered);
                file.Fault(places[cycle[0]], $"entities wait for each other in a circle: {string.Join(" after ", cycle)}");
                return entities;
            }

            ordered.Add(next);
        }

        return ordered;
    }

    static string[] Cycle(Dictionary<string, HashSet<string>> before, List<MappedEntity> done)
    {
        string at = before.Keys.First(name => !done.Any(entity => entity.Name == name));
        var way = new List<string>();
        while (!way.Contains(at))
        {
            way.Add(at);
            at = before[at].First(name => !done.Any(entity => entity.Name == name));
        }

        return [.. way.Skip(way.IndexOf(at)), at];
    }

    string Place(YamlNode node) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name}:{node.Start.Line}:{node.Start.Column}");
}
