using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Orrery.Connectors.Dialects;

namespace Orrery.Jobs.DataModels;

/// <summary>What a model's tables and columns are, for people and programs: names, meanings, types, keys, where they point to.</summary>
public static class DataDictionary
{
    static readonly JsonSerializerOptions Options = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One object: <c>model</c>, <c>version</c>, <c>tables</c> with <c>columns</c>, each with its types by engine.</summary>
    public static string Json(DataModel model)
    {
        Dictionary<string, ModelSchema> engines = DialectList.All.ToDictionary(dialect => dialect.Engines[0], dialect => ModelSchema.Of(model, dialect));
        return JsonSerializer.Serialize(new
        {
            model = model.Name,
            version = model.Version,
            comment = model.Comment,
            tables = model.Tables.Select((table, number) => new
            {
                name = table.Name,
                comment = table.Schema.Definition.Comment,
                key = table.Schema.Definition.Key,
                columns = table.Schema.Definition.Columns.Select((column, place) => new
                {
                    name = column.Name,
                    comment = column.Comment,
                    type = PortableType.Of(column.Type),
                    nullable = column.Nullable,
                    @default = column.Default,
                    identity = column.IsIdentity,
                    computed = column.Generation,
                    references = References(table, column.Name) is { } to ? to : null,
                    types = engines.ToDictionary(pair => pair.Key, pair => pair.Value.Tables[number].Schema.Definition.Columns[place].NativeType),
                }),
                indexes = table.Schema.Definition.Indexes.Select(index => new { name = index.Name, columns = index.Columns, unique = index.IsUnique }),
                checks = table.Schema.Checks.Select(check => new { name = check.Name, condition = check.Expression }),
                rows = table.Seed?.Rows.Count ?? 0,
            }),
        }, Options) + "\n";
    }

    /// <summary>A page of Markdown, a section for each table.</summary>
    public static string Markdown(DataModel model)
    {
        var page = new StringBuilder();
        page.Append($"# {Cell(model.Name)}{(model.Version is { } version ? $" {Cell(version)}" : "")}\n");
        if (model.Comment is { } comment) page.Append($"\n{comment}\n");
        page.Append("\n| table | meaning | columns |\n|---|---|---|\n");
        foreach (ModelTable table in model.Tables) page.Append(CultureInfo.InvariantCulture, $"| {Cell(table.Name)} | {Cell(table.Schema.Definition.Comment)} | {table.Schema.Definition.Columns.Count} |\n");
        foreach (ModelTable table in model.Tables)
        {
            TableDefinition definition = table.Schema.Definition;
            page.Append($"\n## {Cell(table.Name)}\n");
            if (definition.Comment is { } meaning) page.Append($"\n{meaning}\n");
            page.Append("\n| column | type | null | key | default | meaning |\n|---|---|---|---|---|---|\n");
            foreach (ColumnDefinition column in definition.Columns)
            {
                int key = definition.Key.ToList().IndexOf(column.Name);
                string keys = string.Join(", ", new[] { key >= 0 ? definition.Key.Count > 1 ? $"key {(key + 1).ToString(CultureInfo.InvariantCulture)}" : "key" : null, References(table, column.Name) is { } to ? $"-> {to}" : null }.OfType<string>());
                string value = column.IsIdentity ? "numbered" : column.Generation is { } computed ? $"= {computed}" : column.Default ?? "";
                page.Append($"| {Cell(column.Name)} | {PortableType.Of(column.Type)} | {(column.Nullable ? "yes" : "")} | {Cell(keys)} | {Cell(value)} | {Cell(column.Comment)} |\n");
            }

            if (definition.Indexes.Count > 0) page.Append($"\nIndexes: {string.Join("; ", definition.Indexes.Select(index => $"{index.Name} ({string.Join(", ", index.Columns)}){(index.IsUnique ? ", unique" : "")}"))}.\n");
            if (table.Schema.Checks.Count > 0) page.Append($"\nConditions: {string.Join("; ", table.Schema.Checks.Select(check => $"{check.Name}: `{check.Expression}`"))}.\n");
        }

        return page.ToString();
    }

    static string? References(ModelTable table, string column)
    {
        foreach (Schemas.ForeignKey key in table.Schema.ForeignKeys)
            for (int index = 0; index < key.Columns.Count; index++)
                if (key.Columns[index] == column)
                    return $"{key.Parent.Name}.{key.ParentColumns[index]}";
        return null;
    }

    static string Cell(string? text) => (text ?? "").Replace("|", "\\|", StringComparison.Ordinal).Replace('\n', ' ');
}
