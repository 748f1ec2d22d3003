using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;
using Orrery.Jobs.Schemas;
using Orrery.Jobs.Yaml;
using YamlDotNet.RepresentationModel;

namespace Orrery.Jobs.DataModels;

/// <summary>Reads a model from YAML. The form is in docs/guides/models.md.</summary>
public sealed class ModelFile
{
    static readonly string[] Actions = ["no action", "restrict", "cascade", "set null", "set default"];

    readonly YamlFile file;
    readonly Dictionary<string, YamlNode> places = new(StringComparer.Ordinal);

    ModelFile(string name) => file = new YamlFile(name);

    /// <summary>The model of a text.</summary>
    /// <param name="name">The file's name, for errors.</param>
    /// <param name="text">YAML.</param>
    /// <exception cref="FileFaultException">Something cannot be meant: each with its place.</exception>
    public static DataModel Parse(string name, string text) => new ModelFile(name).Read(text);

    DataModel Read(string text)
    {
        YamlMap root = file.Read(text, "a model");
        string name = root.Required("model", "the model's name");
        string? version = root.Text("version"), comment = root.Text("comment");
        var tables = new List<ModelTable>();
        if (root.Map("tables", "the model's tables") is { } map)
            foreach ((string table, YamlNode key, YamlNode value) in map.Entries())
            {
                places[table] = key;
                if (root.MapOf(value, $"table '{table}'") is { } body) tables.Add(Table(table, body));
                else if (YamlMap.IsNull(value)) file.Fault(key, $"table '{table}' has no columns");
            }
        else if (root.Find("tables") is null) root.Fault(null, "the model lacks 'tables': a mapping of names to tables was expected");
        root.Done();
        var model = new DataModel(name, tables) { Version = version, Comment = comment };
        if (tables.Count > 0) CheckAcross(model);
        file.ThrowIfFaulty();
        return model;
    }

    ModelTable Table(string name, YamlMap map)
    {
        string? comment = map.Text("comment"), was = map.Text("was");
        string[] key = [.. map.Texts("key")];
        var columns = new List<ColumnDefinition>();
        var notes = new Dictionary<string, ColumnNotes>();
        if (map.Map("columns", $"{map.What}, columns") is { } columnMap)
            foreach ((string column, YamlNode at, YamlNode value) in columnMap.Entries())
            {
                (ColumnDefinition definition, ColumnNotes note) = Column(name, column, at, value, map, key.Contains(column));
                columns.Add(definition);
                if (note != new ColumnNotes()) notes[column] = note;
            }

        if (columns.Count == 0) map.Fault(map.Find("columns"), $"{map.What} has no columns: 'columns:' with names and types was expected");
        CheckColumns(map, "key", key, columns);
        var definitionOfTable = new TableDefinition(new TableName(null, name), columns) { Key = key, Comment = comment, Indexes = Indexes(map, columns) };
        (List<Check> checks, Dictionary<string, EngineTexts> engineChecks) = Checks(map, definitionOfTable);
        var schema = new SchemaTable(definitionOfTable) { ForeignKeys = ForeignKeys(name, map, columns), Checks = checks };
        SeedRows? seed = Seed(map, definitionOfTable);
        map.Done();
        return new ModelTable(schema) { Was = was, Notes = notes, Checks = engineChecks, Seed = seed };
    }

    (ColumnDefinition, ColumnNotes) Column(string table, string name, YamlNode at, YamlNode value, YamlMap owner, bool isKey)
    {
        string what = $"column '{table}.{name}'";
        if (value is YamlScalarNode { Value.Length: > 0 } scalar) return (new ColumnDefinition(name, TypeOf(scalar, what, scalar.Value!), scalar.Value!, !isKey), new ColumnNotes());
        if (owner.MapOf(value, what) is not { } map)
        {
            if (YamlMap.IsNull(value)) file.Fault(at, $"{what} has no type: one of {PortableType.Known} was expected");
            return (new ColumnDefinition(name, new ColumnType(ColumnKind.Text), "text", true), new ColumnNotes());
        }

        string type = map.Required("type", $"one of {PortableType.Known}");
        ColumnType strict = type.Length > 0 ? TypeOf(map.Find("type")!, what, type) : new ColumnType(ColumnKind.Text);
        bool nullable = map.Flag("null", !isKey);
        if (isKey && nullable) map.Fault(map.Find("null"), $"{what} is of the key and takes no null");
        (string? portableDefault, EngineTexts defaults) = Said(map, "default", (text, node) => DefaultOf(what, text, node, strict));
        (string? computed, EngineTexts computedTexts) = Said(map, "computed", static (text, _) => text);
        bool isIdentity = map.Flag("identity", false);
        if (isIdentity && strict.Kind is not (>= ColumnKind.Int8 and <= ColumnKind.UInt64)) map.Fault(map.Find("identity"), $"{what} numbers rows and is {type}: an integer such as bigint was expected");
        var column = new ColumnDefinition(name, strict, PortableType.Of(strict), nullable && !isIdentity)
        {
            Default = portableDefault,
            IsIdentity = isIdentity,
            IsGenerated = computed is not null || computedTexts.Texts.Count > 0,
            Generation = computed,
            Comment = map.Text("comment"),
        };
        var note = new ColumnNotes { Was = map.Text("was"), Types = Engines(map.Map("native")), Defaults = defaults, Computed = computedTexts };
        if (map.Find("native") is null) note = note with { Types = EngineTexts.None };
        map.Done();
        return (column, note);
    }

    ColumnType TypeOf(YamlNode node, string what, string text)
    {
        try
        {
            return PortableType.Parse(text);
        }
        catch (NativeTypeException error)
        {
            file.Fault(node, $"{what}: {error.Message}");
            return new ColumnType(ColumnKind.Text);
        }
    }

    /// <summary>A portable text, or a mapping with <c>sql</c> and names of engines.</summary>
    (string? Portable, EngineTexts Engines) Said(YamlMap map, string name, Func<string, YamlNode, string?> read)
    {
        YamlNode? node = map.Find(name);
        if (node is null || YamlMap.IsNull(node)) return (null, EngineTexts.None);
        if (node is YamlMappingNode)
        {
            YamlMap texts = map.Map(name)!;
            string? sql = texts.Text("sql");
            return (sql, Engines(texts));
        }

        return (map.Text(name) is { } text ? read(text, node) : null, EngineTexts.None);
    }

    /// <summary>Texts by engine; <c>sql</c> is for all and not among them.</summary>
    EngineTexts Engines(YamlMap? map)
    {
        if (map is null) return EngineTexts.None;
        var texts = new Dictionary<string, string>();
        foreach ((string name, YamlNode key, YamlNode value) in map.Entries())
        {
            if (name == "sql") continue;
            if (!DialectList.TryFind(name, out IDialect? dialect)) file.Fault(key, $"{map.What}: there is no engine '{name}'; there are: {string.Join(", ", DialectList.All.Select(each => each.Engines[0]))}");
            else if (map.TextOf(value, $"{map.What}, '{name}'") is { Length: > 0 } text) texts[dialect.Engines[0]] = text;
        }

        return texts.Count == 0 ? EngineTexts.None : new EngineTexts(texts);
    }

    /// <summary>A default that is a value becomes a literal.</summary>
    string? DefaultOf(string what, string text, YamlNode node, ColumnType type)
    {
        bool isTime = type.Kind is ColumnKind.Date or ColumnKind.Time or ColumnKind.Timestamp or ColumnKind.TimestampWithZone;
        if (isTime && text == "now" && !YamlMap.IsQuoted(node)) return "CURRENT_TIMESTAMP";
        if (type.Kind == ColumnKind.Date && text == "today" && !YamlMap.IsQuoted(node)) return "CURRENT_DATE";
        if (SeedValue.Problem(text, type) is { } problem)
        {
            file.Fault(node, $"{what}: the default {problem}{(isTime ? ", or now" : "")}; an expression stands as default: {{sql: ...}}");
            return null;
        }

        return type.Kind switch
        {
            ColumnKind.Boolean => text.ToLowerInvariant(),
            <= ColumnKind.Float64 => text,
            _ => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'",
        };
    }

    List<IndexDefinition> Indexes(YamlMap table, List<ColumnDefinition> columns)
    {
        var indexes = new List<IndexDefinition>();
        if (table.Map("indexes") is not { } map) return indexes;
        foreach ((string name, _, YamlNode value) in map.Entries())
        {
            string what = $"index '{name}' of {table.What}";
            if (value is YamlSequenceNode or YamlScalarNode { Value.Length: > 0 })
            {
                string[] plain = [.. map.Texts(name)];
                CheckColumns(map, name, plain, columns);
                indexes.Add(new IndexDefinition(name, plain, false));
            }
            else if (map.MapOf(value, what) is { } body)
            {
                string[] over = [.. body.Texts("columns")];
                if (over.Length == 0) body.Fault(null, $"{what} lacks 'columns'");
                CheckColumns(body, "columns", over, columns);
                indexes.Add(new IndexDefinition(name, over, body.Flag("unique", false)));
                body.Done();
            }
        }

        return indexes;
    }

    List<ForeignKey> ForeignKeys(string table, YamlMap owner, List<ColumnDefinition> columns)
    {
        var keys = new List<ForeignKey>();
        if (owner.Map("foreign keys") is not { } map) return keys;
        foreach ((string name, YamlNode at, YamlNode value) in map.Entries())
        {
            places[$"{table}\n{name}"] = at;
            if (map.MapOf(value, $"foreign key '{name}' of {owner.What}") is not { } body) continue;
            string[] own = [.. body.Texts("columns")], parents = [.. body.Texts("to")];
            if (own.Length == 0) body.Fault(null, $"{body.What} lacks 'columns'");
            CheckColumns(body, "columns", own, columns);
            string parent = body.Required("table", "the name of the table whose rows are meant");
            keys.Add(new ForeignKey(name, own, new TableName(null, parent), parents, Action(body, "on delete"), Action(body, "on update")));
            body.Done();
        }

        return keys;
    }

    static string Action(YamlMap map, string name)
    {
        string said = map.Text(name)?.ToLowerInvariant() ?? "no action";
        if (!Actions.Contains(said)) map.Fault(map.Find(name), $"{map.What}: '{name}' is '{said}'; one of {string.Join(", ", Actions)} was expected");
        return said.ToUpperInvariant();
    }

    (List<Check>, Dictionary<string, EngineTexts>) Checks(YamlMap owner, TableDefinition table)
    {
        var checks = new List<Check>();
        var engines = new Dictionary<string, EngineTexts>();
        if (owner.Map("checks") is not { } map) return (checks, engines);
        foreach ((string name, YamlNode at, YamlNode value) in map.Entries())
        {
            (string? sql, EngineTexts texts) = Said(map, name, static (text, _) => text);
            if (sql is null && texts.Texts.Count == 0) file.Fault(at, $"check '{name}' of {owner.What} has no condition");
            if (sql is not null && !new ExpressionText(ModelDialect.Instance, ModelDialect.Instance, table, static column => column).TrySay(sql, out _, out string reason))
                file.Fault(value, $"check '{name}' of {owner.What}: {reason.Replace(" in the model", " in another engine", StringComparison.Ordinal)}; say it for each engine: {{mysql: ..., postgresql: ...}}");
            checks.Add(new Check(name, sql ?? ""));
            if (texts.Texts.Count > 0) engines[name] = texts;
        }

        return (checks, engines);
    }

    SeedRows? Seed(YamlMap owner, TableDefinition table)
    {
        IReadOnlyList<YamlNode> items = owner.Items("data");
        if (items.Count == 0) return null;
        if (table.Key.Count == 0) owner.Fault(owner.Find("data"), $"{owner.What} has rows and no key: rows are found by it");
        var columns = new List<string>();
        var maps = new List<YamlMap>();
        foreach (YamlNode item in items)
            if (owner.MapOf(item, $"a row of {owner.What}") is { } row)
            {
                maps.Add(row);
                foreach ((string name, YamlNode at, _) in row.Entries())
                {
                    if (!table.Columns.Any(column => column.Name == name)) file.Fault(at, $"{owner.What} has no column '{name}'; it has: {string.Join(", ", table.Columns.Select(column => column.Name))}");
                    else if (!columns.Contains(name)) columns.Add(name);
                }
            }

        ColumnDefinition[] written = [.. table.Columns.Where(column => columns.Contains(column.Name))];
        var rows = new List<IReadOnlyList<string?>>();
        foreach (YamlMap row in maps)
        {
            foreach (string key in table.Key.Where(key => row.Find(key) is null)) row.Fault(null, $"this row of {owner.What} lacks '{key}', which is of the key");
            rows.Add([.. written.Select(column => Value(row, column))]);
        }

        return new SeedRows([.. written.Select(column => column.Name)], rows);
    }

    string? Value(YamlMap row, ColumnDefinition column)
    {
        if (row.Find(column.Name) is not { } node) return null;
        string? text = row.TextOf(node, $"column '{column.Name}'");
        if (text is null) return null;
        if (column.Type.Kind is ColumnKind.Text or ColumnKind.Json || SeedValue.Problem(text, column.Type) is not { } problem) return text;
        row.Fault(node, $"column '{column.Name}' {problem}");
        return null;
    }

    static void CheckColumns(YamlMap map, string name, IEnumerable<string> used, List<ColumnDefinition> columns)
    {
        foreach (string column in used.Where(column => !columns.Any(each => each.Name == column)))
            map.Fault(map.Find(name), $"{map.What}: there is no column '{column}'; there are: {string.Join(", ", columns.Select(each => each.Name))}");
    }

    /// <summary>What takes two tables to see.</summary>
    void CheckAcross(DataModel model)
    {
        var byName = model.Tables.ToDictionary(table => table.Name, StringComparer.Ordinal);
        foreach (ModelTable table in model.Tables)
        {
            if (table.Was is { } was && byName.ContainsKey(was)) file.Fault(places[table.Name], $"table '{table.Name}' was '{was}', which the model has, too");
            for (int index = 0; index < table.Schema.ForeignKeys.Count; index++)
                if (Settled(table, table.Schema.ForeignKeys[index], byName) is { } key)
                    ((List<ForeignKey>)table.Schema.ForeignKeys)[index] = key;
        }
    }

    /// <summary>The foreign key with the parent's columns; null where it means nothing.</summary>
    ForeignKey? Settled(ModelTable table, ForeignKey key, Dictionary<string, ModelTable> byName)
    {
        YamlNode at = places[$"{table.Name}\n{key.Name}"];
        string what = $"foreign key '{key.Name}' of table '{table.Name}'";
        if (key.Parent.Name.Length == 0) return null;
        if (!byName.TryGetValue(key.Parent.Name, out ModelTable? parent))
        {
            file.Fault(at, $"{what}: the model has no table '{key.Parent.Name}'; it has: {string.Join(", ", byName.Keys)}");
            return null;
        }

        TableDefinition definition = parent.Schema.Definition;
        IReadOnlyList<string> to = key.ParentColumns.Count > 0 ? key.ParentColumns : definition.Key;
        if (to.FirstOrDefault(name => !definition.Columns.Any(column => column.Name == name)) is { } unknown) file.Fault(at, $"{what}: table '{parent.Name}' has no column '{unknown}'");
        else if (to.Count != key.Columns.Count) file.Fault(at, $"{what} has {key.Columns.Count} columns for {to.Count} of '{parent.Name}'");
        else if (!to.SequenceEqual(definition.Key) && !definition.Indexes.Any(index => index.IsUnique && index.Columns.Order().SequenceEqual(to.Order()))) file.Fault(at, $"{what}: ({string.Join(", ", to)}) is neither the key of '{parent.Name}' nor one of its unique indexes");
        else
        {
            for (int index = 0; index < to.Count; index++)
            {
                ColumnDefinition own = table.Schema.Definition.Columns.First(column => column.Name == key.Columns[index]), other = definition.Column(to[index]);
                if (own.Type.Kind != other.Type.Kind) file.Fault(at, $"{what}: '{own.Name}' is {PortableType.Of(own.Type)} and '{parent.Name}.{other.Name}' is {PortableType.Of(other.Type)}: the same type was expected");
            }

            return key with { ParentColumns = to };
        }

        return null;
    }
}
