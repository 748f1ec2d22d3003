using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Jobs.Integration;

/// <summary>Makes documents of an entity's rows: expressions, code tables, lookups, defaults, rules. A row that makes none is told with the reason. For one thread at a time.</summary>
sealed class DocumentMaker : IDisposable
{
    readonly MappedEntity entity;
    readonly Mapping mapping;
    readonly Func<string, IReadOnlyDictionary<string, string?>> lookup;
    readonly IIntegrationTarget target;
    readonly RowExpressions heads;
    readonly RowExpressions? lines;

    DocumentMaker(MappedEntity entity, Mapping mapping, Func<string, IReadOnlyDictionary<string, string?>> lookup, IIntegrationTarget target, RowExpressions heads, RowExpressions? lines) =>
        (this.entity, this.mapping, this.lookup, this.target, this.heads, this.lines) = (entity, mapping, lookup, target, heads, lines);

    /// <summary>Compiles an entity's expressions.</summary>
    /// <exception cref="Yaml.FileFaultException">An expression means nothing over the source's columns.</exception>
    public static DocumentMaker Make(MappedEntity entity, Mapping mapping, Func<string, IReadOnlyDictionary<string, string?>> lookup, IIntegrationTarget target, SourceReader source, SourceReader? lineSource, TimeProvider time)
    {
        var faults = new List<string>();
        List<(string, MappedText)> asked = [.. entity.Fields.Select(field => ($"field '{field.Name}' of entity '{entity.Name}'", field.Value)), .. entity.Rules.Select(rule => ($"rule '{rule.Name}' of entity '{entity.Name}'", rule.Condition))];
        if (entity.Where is { } where) asked.Add(($"'where' of entity '{entity.Name}'", where));
        RowExpressions? heads = RowExpressions.Compile(source.Columns, asked, faults, time);
        RowExpressions? lines = entity.Lines is { } mapped ? RowExpressions.Compile(lineSource!.Columns, [.. mapped.Fields.Select(field => ($"field '{field.Name}' of the lines of entity '{entity.Name}'", field.Value))], faults, time) : null;
        if (heads is not null)
            for (int index = entity.Fields.Count; index < asked.Count; index++)
                if (heads.Kinds[index] is not (SqlTypeKind.Boolean or SqlTypeKind.Null))
                    faults.Add($"{asked[index].Item2.Place}: {asked[index].Item1} is no condition: something true or false was expected");
        if (faults.Count > 0)
        {
            heads?.Dispose();
            lines?.Dispose();
            throw new Yaml.FileFaultException(faults);
        }

        target.Prepare(entity, Kinds(entity.Fields, heads!), entity.Lines is { } kindsOf ? Kinds(kindsOf.Fields, lines!) : new Dictionary<string, SqlTypeKind>());
        return new DocumentMaker(entity, mapping, lookup, target, heads!, lines);
    }

    /// <summary>Makes a document without lines. Null with a null reason: the row is left out.</summary>
    public Document? Head(object?[] row, out string? reason)
    {
        reason = null;
        string?[] texts;
        try
        {
            texts = heads.Evaluate(row);
        }
        catch (SqlValueException error)
        {
            reason = error.Message;
            return null;
        }

        if (entity.Where is not null && texts[^1] != "true") return null;
        for (int index = 0; index < entity.Rules.Count; index++)
            if (texts[entity.Fields.Count + index] != "true")
            {
                reason = $"rule '{entity.Rules[index].Name}' does not hold: {entity.Rules[index].Condition.Text}";
                return null;
            }

        Dictionary<string, string?>? fields = Fields(entity.Fields, texts, false, out reason);
        if (fields is null) return null;
        if (entity.Key.FirstOrDefault(name => fields[name] is null || (fields[name]!.Length == 0 && entity.Key.Count == 1)) is { } empty)
        {
            reason = $"'{empty}' is empty, and documents are found by it";
            return null;
        }

        return new Document(Document.KeyOf(entity.Key.Select(name => fields[name])), fields, new Dictionary<string, IReadOnlyDictionary<string, string?>>());
    }

    /// <summary>The document with its lines; null with the reason where one of them cannot be made.</summary>
    public Document? WithLines(Document head, IEnumerable<object?[]> rows, out string? reason)
    {
        var made = new Dictionary<string, IReadOnlyDictionary<string, string?>>(StringComparer.Ordinal);
        MappedLines mapped = entity.Lines!;
        foreach (object?[] row in rows)
        {
            Dictionary<string, string?>? line;
            try
            {
                line = Fields(mapped.Fields, lines!.Evaluate(row), true, out reason);
            }
            catch (SqlValueException error)
            {
                (line, reason) = (null, error.Message);
            }

            string key = line is null ? "" : Document.KeyOf(mapped.Key.Select(name => line[name]));
            if (line is not null && made.TryAdd(key, line)) continue;
            reason = line is null ? $"line {(made.Count + 1).ToString(System.Globalization.CultureInfo.InvariantCulture)}: {reason}" : $"two lines have the key {key.Replace('\u001F', '/')}";
            return null;
        }

        reason = null;
        return head with { Lines = made };
    }

    public void Dispose()
    {
        heads.Dispose();
        lines?.Dispose();
    }

    static Dictionary<string, SqlTypeKind> Kinds(IReadOnlyList<MappedField> fields, RowExpressions expressions) =>
        fields.Select((field, index) => (field, kind: expressions.Kinds[index])).ToDictionary(pair => pair.field.Name, pair => pair.field.Code is null && pair.field.Lookup is null ? pair.kind : SqlTypeKind.String, StringComparer.Ordinal);

    Dictionary<string, string?>? Fields(IReadOnlyList<MappedField> fields, string?[] texts, bool isOfLine, out string? reason)
    {
        var values = new Dictionary<string, string?>(StringComparer.Ordinal);
        for (int index = 0; index < fields.Count; index++)
        {
            MappedField field = fields[index];
            string? value = texts[index];
            if (value is not null && field.Code is { } code && !Known(mapping.Codes[code], value, out value) && field.Default is null)
            {
                reason = $"field '{field.Name}': code table '{code}' does not have '{texts[index]}'";
                return null;
            }

            if (value is not null && field.Lookup is { } name && !lookup(name).TryGetValue(LookupReader.Plain(value), out value) && field.Default is null)
            {
                reason = $"field '{field.Name}': lookup '{name}' does not have '{texts[index]}'";
                return null;
            }

            value ??= field.Default;
            if (value is null && field.IsRequired)
            {
                reason = $"field '{field.Name}' is empty and required";
                return null;
            }

            if (value is not null)
            {
                value = target.Fit(field.Name, isOfLine, value, out string? problem);
                if (problem is not null)
                {
                    reason = $"field '{field.Name}': {problem}";
                    return null;
                }
            }

            values[field.Name] = value;
        }

        reason = null;
        return values;
    }

    static bool Known(IReadOnlyDictionary<string, string> codes, string value, out string? known)
    {
        bool isThere = codes.TryGetValue(LookupReader.Plain(value), out string? found) || codes.TryGetValue(value, out found);
        known = found;
        return isThere;
    }
}
