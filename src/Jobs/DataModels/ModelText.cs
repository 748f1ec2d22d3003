using System.Text;
using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;
using Orrery.Jobs.Schemas;
using Orrery.Jobs.Yaml;

namespace Orrery.Jobs.DataModels;

/// <summary>Writes a model as YAML that <see cref="ModelFile"/> reads back the same.</summary>
public static class ModelText
{
    public static string Of(DataModel model)
    {
        var text = new StringBuilder();
        Line(text, 0, "model", model.Name);
        if (model.Version is { } version) Line(text, 0, "version", version);
        if (model.Comment is { } comment) Line(text, 0, "comment", comment);
        text.Append("tables:\n");
        foreach (ModelTable table in model.Tables) Table(text, table);
        return text.ToString();
    }

    static void Table(StringBuilder text, ModelTable table)
    {
        TableDefinition definition = table.Schema.Definition;
        text.Append($"  {YamlText.Of(table.Name)}:\n");
        if (table.Was is { } was) Line(text, 4, "was", was);
        if (definition.Comment is { } comment) Line(text, 4, "comment", comment);
        text.Append("    columns:\n");
        foreach (ColumnDefinition column in definition.Columns) text.Append($"      {YamlText.Of(column.Name)}: {Column(table, column)}\n");
        if (definition.Key.Count > 0) text.Append($"    key: {List(definition.Key)}\n");
        Section(text, "indexes", definition.Indexes, index => index.Name, index => $"{{columns: {List(index.Columns)}{(index.IsUnique ? ", unique: true" : "")}}}");
        Section(text, "foreign keys", table.Schema.ForeignKeys, key => key.Name, key => $"{{columns: {List(key.Columns)}, table: {YamlText.Of(key.Parent.Name)}, to: {List(key.ParentColumns)}{Action("on delete", key.OnDelete)}{Action("on update", key.OnUpdate)}}}");
        Section(text, "checks", table.Schema.Checks, check => check.Name, check => table.Checks.TryGetValue(check.Name, out EngineTexts? engines) ? Engines(check.Expression.Length > 0 ? check.Expression : null, engines) : YamlText.Quoted(check.Expression));
        if (table.Seed is not { } seed) return;
        text.Append("    data:\n");
        foreach (IReadOnlyList<string?> row in seed.Rows)
            text.Append($"      - {{{string.Join(", ", seed.Columns.Select((name, index) => $"{YamlText.Of(name)}: {(row[index] is { } value ? YamlText.Quoted(value) : "null")}"))}}}\n");
    }

    static string Column(ModelTable table, ColumnDefinition column)
    {
        ColumnNotes notes = table.Notes.GetValueOrDefault(column.Name) ?? new ColumnNotes();
        string type = PortableType.Of(column.Type);
        var parts = new List<string> { $"type: {(type.Contains(',', StringComparison.Ordinal) ? YamlText.Quoted(type) : type)}" };
        if (!column.Nullable && !column.IsIdentity && !table.Schema.Definition.Key.Contains(column.Name)) parts.Add("null: false");
        if (column.IsIdentity) parts.Add("identity: true");
        if (notes.Defaults.Texts.Count > 0) parts.Add($"default: {Engines(column.Default, notes.Defaults)}");
        else if (column.Default is { } value) parts.Add($"default: {Default(value, column)}");
        if (notes.Computed.Texts.Count > 0) parts.Add($"computed: {Engines(column.Generation, notes.Computed)}");
        else if (column.Generation is { } computed) parts.Add($"computed: {YamlText.Quoted(computed)}");
        if (notes.Types.Texts.Count > 0) parts.Add($"native: {Engines(null, notes.Types)}");
        if (notes.Was is { } was) parts.Add($"was: {YamlText.Of(was)}");
        if (column.Comment is { } comment) parts.Add($"comment: {YamlText.Of(comment)}");
        return parts.Count == 1 ? type : $"{{{string.Join(", ", parts)}}}";
    }

    /// <summary>A literal as the value that it is, the present time as a word, the rest as SQL.</summary>
    static string Default(string text, ColumnDefinition column)
    {
        if (text == "CURRENT_TIMESTAMP" && column.Type.Kind is ColumnKind.Timestamp or ColumnKind.TimestampWithZone) return "now";
        if (text == "CURRENT_DATE" && column.Type.Kind == ColumnKind.Date) return "today";
        bool isText = text is ['\'', .., '\''];
        string value = isText ? text[1..^1].Replace("''", "'", StringComparison.Ordinal) : text;
        bool isPlain = isText == column.Type.Kind is ColumnKind.Text or ColumnKind.Json or ColumnKind.Date or ColumnKind.Time or ColumnKind.Timestamp or ColumnKind.TimestampWithZone or ColumnKind.Uuid;
        if (!isPlain || SeedValue.Problem(value, column.Type) is not null) return $"{{sql: {YamlText.Quoted(text)}}}";
        return isText ? YamlText.Quoted(value) : value;
    }

    static void Section<T>(StringBuilder text, string name, IReadOnlyList<T> items, Func<T, string> nameOf, Func<T, string> say)
    {
        if (items.Count == 0) return;
        text.Append($"    {name}:\n");
        foreach (T item in items) text.Append($"      {YamlText.Of(nameOf(item))}: {say(item)}\n");
    }

    static string Engines(string? sql, EngineTexts engines) =>
        $"{{{string.Join(", ", (sql is null ? [] : new[] { $"sql: {YamlText.Quoted(sql)}" }).Concat(engines.Texts.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}: {YamlText.Quoted(pair.Value)}")))}}}";

    static string Action(string name, string action) => action is "NO ACTION" or "" ? "" : $", {name}: {action.ToLowerInvariant()}";

    static string List(IEnumerable<string> names) => $"[{string.Join(", ", names.Select(YamlText.Of))}]";

    static void Line(StringBuilder text, int indent, string name, string value) => text.Append(' ', indent).Append(name).Append(": ").Append(YamlText.Of(value)).Append('\n');
}
