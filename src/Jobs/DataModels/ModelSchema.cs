using Orrery.Connectors.Dialects;
using Orrery.Jobs.Schemas;

namespace Orrery.Jobs.DataModels;

/// <summary>A model said in an engine's dialect: tables as they are to be, foreign keys and checks apart.</summary>
/// <param name="Schema">In the model's order of tables.</param>
/// <param name="Tables">The same tables, each with the model's and the names of its columns there.</param>
/// <param name="HandWork">What the engine does not take.</param>
public sealed record ModelSchema(DatabaseSchema Schema, IReadOnlyList<RenderedTable> Tables, IReadOnlyList<HandWork> HandWork)
{
    public IDialect Dialect => Schema.Dialect;

    /// <exception cref="NativeTypeException">The engine has no type for a column.</exception>
    public static ModelSchema Of(DataModel model, IDialect dialect)
    {
        var source = new DatabaseSchema(ModelDialect.Instance, [.. model.Tables.Select(table => table.Schema with { Checks = [.. table.Schema.Checks.Where(check => check.Expression.Length > 0 && !table.Checks.ContainsKey(check.Name))] })]);
        var translator = new SchemaTranslator(source, dialect, schema: null);
        IReadOnlyList<TargetTable> targets = translator.Translate();
        var overridden = new HashSet<string>(StringComparer.Ordinal);
        var names = targets.ToDictionary(target => target.Source.Name.Name, target => target.Definition.Name, StringComparer.Ordinal);
        var columns = targets.ToDictionary(target => target.Source.Name.Name, target => target.Names.ToDictionary(pair => pair.Source, pair => pair.Target, StringComparer.Ordinal), StringComparer.Ordinal);
        Dictionary<(string, string), string> indexes = IndexNames(model, names, dialect);
        var rendered = new List<RenderedTable>();
        var hand = new List<HandWork>();
        for (int number = 0; number < targets.Count; number++)
        {
            (ModelTable table, TargetTable target) = (model.Tables[number], targets[number]);
            Dictionary<string, string> own = columns[table.Name];
            TableDefinition definition = target.Definition with
            {
                Constraints = [],
                Columns = [.. target.Definition.Columns.Select((column, index) => ColumnOf(table, table.Schema.Definition.Columns[index], column, dialect, overridden))],
                Indexes = [.. target.Definition.Indexes.Select((index, place) => index with { Name = indexes.GetValueOrDefault((table.Name, table.Schema.Definition.Indexes[place].Name), index.Name) })],
            };
            var checks = new List<Check>();
            foreach (Check check in table.Schema.Checks)
            {
                string? text = table.Checks.GetValueOrDefault(check.Name)?.For(dialect);
                if (text is null && check.Expression.Length > 0) new ExpressionText(ModelDialect.Instance, dialect, table.Schema.Definition, name => own[name]).TrySay(check.Expression, out text, out _);
                if (text is not null) checks.Add(check with { Expression = text });
                else hand.Add(new HandWork("check", $"{table.Name}.{check.Name}", $"is not said for {dialect.Name}: {(check.Expression.Length > 0 ? check.Expression : "the model has it for other engines alone")}"));
            }

            ForeignKey[] foreign = [.. table.Schema.ForeignKeys.Select(key => key with { Columns = [.. key.Columns.Select(name => own[name])], Parent = names[key.Parent.Name], ParentColumns = [.. key.ParentColumns.Select(name => columns[key.Parent.Name][name])] })];
            rendered.Add(new RenderedTable(table, new SchemaTable(definition) { ForeignKeys = foreign, Checks = checks }, own));
        }

        hand.AddRange(translator.HandWork.Where(work => work.Kind != "check" && !overridden.Contains(work.Name)));
        return new ModelSchema(new DatabaseSchema(dialect, [.. rendered.Select(table => table.Schema)]), rendered, hand);
    }

    static ColumnDefinition ColumnOf(ModelTable table, ColumnDefinition model, ColumnDefinition column, IDialect dialect, HashSet<string> overridden)
    {
        string shown = $"{table.Name}.{model.Name}";
        ColumnNotes notes = table.Notes.GetValueOrDefault(model.Name) ?? new ColumnNotes();
        if (notes.Types.For(dialect) is { } native) column = column with { NativeType = native, Type = dialect.TypeOf(native) };
        if (notes.Defaults.For(dialect) is { } text)
        {
            overridden.Add(shown);
            column = column with { Default = text };
        }

        if (notes.Computed.For(dialect) is { } computed)
        {
            overridden.Add(shown);
            column = column with { IsGenerated = true, Generation = computed, Default = null, Nullable = true };
        }
        else if (column.IsGenerated && column.Generation is null)
        {
            column = column with { IsGenerated = false };
        }

        // An engine of text alone, or one that does not number by the type, keeps the column as it is.
        return column with { Comment = string.IsNullOrEmpty(column.Comment) ? null : column.Comment };
    }

    /// <summary>The model's own names of indexes, where the engine can have them all.</summary>
    static Dictionary<(string Table, string Index), string> IndexNames(DataModel model, Dictionary<string, TableName> names, IDialect dialect)
    {
        bool areOfSchema = dialect.Engines[0] is "postgresql" or "sqlite" or "oracle";
        var counts = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        foreach (string name in names.Values.Select(name => name.Name).Concat(model.Tables.SelectMany(table => table.Schema.Definition.Indexes).Select(index => index.Name))) counts[name] = counts.GetValueOrDefault(name) + 1;
        var given = new Dictionary<(string, string), string>();
        foreach (ModelTable table in model.Tables)
            foreach (IndexDefinition index in table.Schema.Definition.Indexes)
                if ((!areOfSchema || counts[index.Name] == 1) && new TargetNames(dialect).Fit(index.Name) == index.Name)
                    given[(table.Name, index.Name)] = index.Name;
        return given;
    }
}

/// <summary>A table of a model in an engine's dialect.</summary>
/// <param name="Model">As the model has it.</param>
/// <param name="Schema">As the engine is to have it.</param>
/// <param name="Columns">Names of columns there by the model's.</param>
public sealed record RenderedTable(ModelTable Model, SchemaTable Schema, IReadOnlyDictionary<string, string> Columns);
