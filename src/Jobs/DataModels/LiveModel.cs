using Orrery.Connectors.Dialects;
using Orrery.Jobs.Schemas;

namespace Orrery.Jobs.DataModels;

/// <summary>Makes a model of a live database. What no portable word stands for is kept as the engine's own text, so that the same engine gets it back.</summary>
public static class LiveModel
{
    /// <summary>The model, and what of the database no model holds: views, triggers, routines, special indexes, tables that cannot be read.</summary>
    /// <param name="name">The model's name.</param>
    /// <param name="schema">What the database has.</param>
    public static (DataModel Model, IReadOnlyList<HandWork> LeftOut) Of(string name, DatabaseSchema schema)
    {
        IDialect dialect = schema.Dialect;
        var translator = new SchemaTranslator(schema, ModelDialect.Instance, schema: null);
        IReadOnlyList<TargetTable> targets = translator.Translate();
        Dictionary<TableName, TargetTable> byName = targets.ToDictionary(target => target.Source.Name);
        var tables = new List<ModelTable>();
        var kept = new HashSet<string>(StringComparer.Ordinal);
        foreach (TargetTable target in targets) tables.Add(Table(target, byName, dialect, kept));
        HandWork[] left =
        [
            .. schema.Unreadable.Select(table => new HandWork("table", table.Name.ToString(), table.Reason)),
            .. translator.HandWork.Where(work => work.Kind is not ("check" or "default" or "computed column") || !kept.Contains(work.Name)),
            .. schema.Views.Select(view => new HandWork("view", view.Name.ToString(), view.Text)),
            .. schema.Others,
        ];
        return (new DataModel(name, tables), left);
    }

    /// <summary>The model of a database.</summary>
    /// <exception cref="System.Data.Common.DbException">The catalogue cannot be read.</exception>
    public static (DataModel Model, IReadOnlyList<HandWork> LeftOut) Read(string name, IDatabase database) => Of(name, SchemaReader.Read(database));

    static ModelTable Table(TargetTable target, Dictionary<TableName, TargetTable> byName, IDialect dialect, HashSet<string> kept)
    {
        TableDefinition source = target.Source.Definition, made = target.Definition;
        Dictionary<string, string> own = target.Names.ToDictionary(pair => pair.Source, pair => pair.Target, StringComparer.Ordinal);
        var keyed = made.Key.Concat(made.Indexes.SelectMany(index => index.Columns)).Concat(target.Source.ForeignKeys.SelectMany(key => key.Columns.Select(column => own[column]))).ToHashSet(StringComparer.Ordinal);
        var notes = new Dictionary<string, ColumnNotes>();
        var columns = new List<ColumnDefinition>();
        foreach ((ColumnDefinition from, ColumnDefinition column) in source.Columns.Zip(made.Columns))
        {
            var note = new ColumnNotes();
            string shown = $"{target.Source.Name}.{from.Name}";
            if (!IsPlainType(from, column, dialect, keyed.Contains(column.Name))) note = note with { Types = Own(dialect, from.NativeType) };
            ColumnDefinition modelled = column with { Default = Unwrapped(column.Default), Nullable = column.Nullable && !made.Key.Contains(column.Name), Comment = string.IsNullOrEmpty(column.Comment) ? null : column.Comment };
            if (from.Generation is { } generation && column.Generation is null)
            {
                note = note with { Computed = Own(dialect, generation) };
                modelled = modelled with { IsGenerated = true };
                kept.Add(shown);
            }

            if (from is { Default: { } value, IsIdentity: false, Generation: null } && column.Default is null && !value.Trim().Equals("NULL", StringComparison.OrdinalIgnoreCase))
            {
                note = note with { Defaults = Own(dialect, value) };
                kept.Add(shown);
            }

            columns.Add(modelled);
            if (note != new ColumnNotes()) notes[column.Name] = note;
        }

        var checks = new List<Check>();
        var engineChecks = new Dictionary<string, EngineTexts>();
        foreach (Check check in target.Source.Checks)
        {
            kept.Add($"{target.Source.Name}.{check.Name}");
            if (new ExpressionText(dialect, ModelDialect.Instance, source, name => own[name]).TrySay(check.Expression, out string? said, out _))
            {
                checks.Add(check with { Expression = said });
                continue;
            }

            checks.Add(check with { Expression = "" });
            engineChecks[check.Name] = Own(dialect, check.Expression);
        }

        ForeignKey[] foreign =
        [
            .. target.Source.ForeignKeys.Where(key => byName.ContainsKey(key.Parent)).Select(key => key with
            {
                Columns = [.. key.Columns.Select(name => own[name])],
                Parent = byName[key.Parent].Definition.Name,
                ParentColumns = [.. key.ParentColumns.Select(name => byName[key.Parent].Names.First(pair => pair.Source == name).Target)],
            }),
        ];
        var table = new SchemaTable(made with { Columns = columns, Constraints = [], RowsEstimate = -1, Comment = string.IsNullOrEmpty(made.Comment) ? null : made.Comment }) { ForeignKeys = foreign, Checks = checks };
        return new ModelTable(table) { Notes = notes, Checks = engineChecks };
    }

    static EngineTexts Own(IDialect dialect, string text) => new(new Dictionary<string, string> { [dialect.Engines[0]] = text });

    static string? Unwrapped(string? text) => text is ['(', .., ')'] && text.Count(each => each is '(' or ')') == 2 ? text[1..^1].Trim() : text;

    /// <summary>Whether the engine would choose this type by itself.</summary>
    static bool IsPlainType(ColumnDefinition from, ColumnDefinition column, IDialect dialect, bool isKey)
    {
        NativeType was = NativeType.Parse(from.NativeType), would = NativeType.Parse(dialect.NativeTypeOf(column.Type, isKey));
        return was.Name == would.Name && was.IsUnsigned == would.IsUnsigned && was.IsArray == would.IsArray && dialect.TypeOf(would.Text) == dialect.TypeOf(from.NativeType);
    }
}
