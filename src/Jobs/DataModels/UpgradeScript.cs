using System.Globalization;
using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;
using Orrery.Jobs.Schemas;

namespace Orrery.Jobs.DataModels;

/// <summary>
/// Renders what makes a database what a model says, in an order that works: what hangs on changed things goes first (foreign keys, checks, indexes), then names, new tables and columns, changed
/// columns, what is dropped, keys, indexes, checks, rows, foreign keys last. Steps that can lose something are marked.
/// </summary>
public sealed class UpgradeScript
{
    readonly ModelSchema wanted;
    readonly SchemaChanges changes;
    readonly IDialect dialect;
    readonly Alterations alter;
    readonly List<ScriptStep> steps = [];

    UpgradeScript(ModelSchema wanted, SchemaChanges changes) => (this.wanted, this.changes, dialect, alter) = (wanted, changes, wanted.Dialect, new Alterations((SqlDialect)wanted.Dialect));

    bool IsSqlite => dialect.Engines[0] == "sqlite";

    /// <summary>The steps, in their order; none where nothing differs.</summary>
    public static IReadOnlyList<ScriptStep> Of(ModelSchema wanted, SchemaChanges changes) => new UpgradeScript(wanted, changes).Make();

    List<ScriptStep> Make()
    {
        if (changes.AreNone) return steps;
        if (IsSqlite)
        {
            MakeSqlite();
            return steps;
        }

        foreach (TableChange change in changes.Changed)
            foreach (ForeignKey key in change.DroppedForeignKeys)
                steps.Add(new ScriptStep($"{change.Found.Name}: foreign key {key.Name} goes", alter.DropForeignKey(change.Found.Name, key.Name)));
        foreach (TableChange change in changes.Changed) Loosen(change);
        foreach (TableChange change in changes.Changed) Rename(change);
        foreach (RenderedTable table in changes.Added) steps.AddRange(ModelScript.Create(table.Schema, dialect));
        foreach (TableChange change in changes.Changed) Columns(change);
        foreach (TableChange change in changes.Changed) Drop(change);
        DropTables();
        foreach (TableChange change in changes.Changed) Tighten(change);
        Seeds();
        foreach (RenderedTable table in changes.Added) steps.AddRange(table.Schema.ForeignKeys.Select(key => ModelScript.AddForeignKey(table.Schema, key, dialect)));
        foreach (TableChange change in changes.Changed) steps.AddRange(change.AddedForeignKeys.Select(key => ModelScript.AddForeignKey(change.Wanted, key, dialect) with { Remark = "is refused where a row names none that is there" }));
        return steps;
    }

    /// <summary>SQLite alters little: a table that changes otherwise is made anew beside and takes the place of the old one.</summary>
    void MakeSqlite()
    {
        steps.Add(new ScriptStep("foreign keys rest while tables change places", "PRAGMA foreign_keys = OFF") { IsApart = true });
        foreach (TableChange change in changes.Changed)
            if (change.IsRenamed)
                steps.Add(RenameTable(change));
        foreach (RenderedTable table in changes.Added) steps.AddRange(ModelScript.Create(table.Schema, dialect));
        foreach (TableChange change in changes.Changed)
        {
            if (!NeedsAnew(change))
            {
                foreach (IndexDefinition index in change.DroppedIndexes) steps.Add(DropIndex(change, index));
                RenameColumns(change);
                AddColumns(change);
                steps.AddRange(change.AddedIndexes.Select(index => AddIndex(change, index)));
                continue;
            }

            Anew(change);
        }

        DropTables();
        Seeds();
    }

    static bool NeedsAnew(TableChange change) =>
        change.KeyDiffers || change.DroppedColumns.Count > 0 || change.ChangedColumns.Any(column => column.IsStructural) || change.AddedForeignKeys.Count + change.DroppedForeignKeys.Count + change.AddedChecks.Count + change.DroppedChecks.Count > 0
        || change.AddedColumns.Any(column => column.Generation is not null || (!column.Nullable && column.Default is null) || column.Default?.Contains('(', StringComparison.Ordinal) == true || column.Default?.StartsWith("CURRENT_", StringComparison.Ordinal) == true);

    void Anew(TableChange change)
    {
        SchemaTable table = change.Wanted;
        var beside = table.Name with { Name = $"orrery_new_{table.Name.Name}" };
        SchemaTable made = table with { Definition = table.Definition with { Name = beside, Indexes = [] } };
        var columns = new List<(string To, string From)>();
        foreach (ColumnDefinition column in table.Definition.Columns.Where(column => !column.IsGenerated))
        {
            if (change.FoundNames.TryGetValue(column.Name, out string? from))
            {
                bool mustHave = !column.Nullable && change.ChangedColumns.Any(each => each.Wanted.Name == column.Name && each.NullDiffers);
                columns.Add((dialect.Quote(column.Name), mustHave && column.Default is { } value ? $"COALESCE({dialect.Quote(from)}, {value})" : dialect.Quote(from)));
            }
        }

        string[] lost = [.. change.DroppedColumns.Select(column => $"column {column.Name}"), .. change.ChangedColumns.Where(column => column.TypeDiffers && !IsWider(column)).Select(column => $"what of {column.Wanted.Name} does not fit {column.Wanted.NativeType}")];
        string? remark = change.AddedColumns.FirstOrDefault(column => !column.Nullable && column.Default is null && !column.IsGenerated && !column.IsIdentity) is { } must ? $"is refused where the table has rows: {must.Name} takes no null and has no default" : null;
        bool isDestructive = lost.Length > 0;
        string what = $"{table.Name} is made anew{(isDestructive ? $"; lost: {string.Join(", ", lost)}" : "")}";
        foreach (string statement in dialect.CreateTable(ModelScript.WithConstraints(made, dialect))) Add(statement);
        Add($"INSERT INTO {dialect.Quote(beside)} ({string.Join(", ", columns.Select(column => column.To))}) SELECT {string.Join(", ", columns.Select(column => column.From))} FROM {dialect.Quote(table.Name)}");
        Add(dialect.DropTable(table.Name));
        Add($"ALTER TABLE {dialect.Quote(beside)} RENAME TO {dialect.Quote(table.Name.Name)}");
        foreach (IndexDefinition index in table.Definition.Indexes) Add(dialect.CreateIndex(table.Definition, index));

        void Add(string statement)
        {
            steps.Add(new ScriptStep(what, statement) { IsDestructive = isDestructive, Remark = remark });
            (what, remark) = ("", null);
        }
    }

    /// <summary>What stands in the way of changed columns.</summary>
    void Loosen(TableChange change)
    {
        foreach (Check check in change.DroppedChecks) steps.Add(new ScriptStep($"{change.Found.Name}: check {check.Name} goes", alter.DropCheck(change.Found.Name, check.Name)));
        foreach (IndexDefinition index in change.DroppedIndexes) steps.Add(DropIndex(change, index));
        if (change.KeyDiffers && change.Found.Definition.Key.Count > 0)
            steps.Add(new ScriptStep($"{change.Found.Name}: its key ({string.Join(", ", change.Found.Definition.Key)}) goes", alter.DropKey(change.Found.Name)) { Remark = "is refused while foreign keys of other tables name it, and by MySQL while it numbers rows" });
    }

    void Rename(TableChange change)
    {
        if (change.IsRenamed) steps.Add(RenameTable(change));
        RenameColumns(change);
    }

    void RenameColumns(TableChange change)
    {
        foreach (ColumnChange column in change.ChangedColumns.Where(column => column.IsRenamed))
            steps.Add(new ScriptStep($"{change.Wanted.Name}: {column.Found.Name} is called {column.Wanted.Name}", alter.RenameColumn(change.Wanted.Name, column.Found.Name, column.Wanted.Name)));
    }

    ScriptStep RenameTable(TableChange change) => new($"{change.Found.Name} is called {change.Wanted.Name}", alter.RenameTable(change.Found.Name, change.Wanted.Name.Name));

    void Columns(TableChange change)
    {
        AddColumns(change);
        foreach (ColumnChange column in change.ChangedColumns)
        {
            if (column.ComputedDiffers)
            {
                bool losesValues = column.Found.Generation is null && !column.Found.IsGenerated;
                steps.Add(new ScriptStep($"{change.Wanted.Name}.{column.Wanted.Name} is computed otherwise", alter.DropColumn(change.Wanted.Name, column.Wanted.Name)) { IsDestructive = losesValues });
                steps.Add(new ScriptStep("", dialect.AddColumn(change.Wanted.Name, column.Wanted)) { IsDestructive = losesValues });
                continue;
            }

            if (column.NumberingDiffers && dialect.Engines[0] != "mysql")
            {
                steps.Add(new ScriptStep($"{change.Wanted.Name}.{column.Wanted.Name}: {(column.Wanted.IsIdentity ? "should number rows" : "should not number rows")}", "") { Remark = $"{dialect.Name} takes this by hand" });
            }

            if (column.NullDiffers && !column.Wanted.Nullable)
            {
                if (column.Wanted.Default is { } value) steps.Add(new ScriptStep($"{change.Wanted.Name}.{column.Wanted.Name} takes no null any more", $"UPDATE {dialect.Quote(change.Wanted.Name)} SET {dialect.Quote(column.Wanted.Name)} = {value} WHERE {dialect.Quote(column.Wanted.Name)} IS NULL"));
                else steps.Add(new ScriptStep($"{change.Wanted.Name}.{column.Wanted.Name} takes no null any more", "") { Remark = "is refused where rows have none: fill them first, or give the column a default" });
            }

            bool narrows = column.TypeDiffers && !IsWider(column);
            bool isFirst = true;
            foreach (string statement in alter.Column(change.Wanted.Name, column))
            {
                steps.Add(new ScriptStep(isFirst ? $"{change.Wanted.Name}.{column.Wanted.Name}: {string.Join("; ", column.Lines())}" : "", statement) { IsDestructive = narrows, Remark = narrows && isFirst ? $"from {column.Found.NativeType} to {column.Wanted.NativeType}: values that do not fit are refused, or cut off by an engine that is set so" : null });
                isFirst = false;
            }
        }

        if (change.CommentDiffers && alter.TableComment(change.Wanted.Name, change.Wanted.Definition.Comment, change.Found.Definition.Comment) is { } comment) steps.Add(new ScriptStep($"{change.Wanted.Name}: its comment", comment));
    }

    void AddColumns(TableChange change)
    {
        foreach (ColumnDefinition column in change.AddedColumns)
        {
            bool isRefused = !column.Nullable && column.Default is null && !column.IsIdentity && !column.IsGenerated;
            steps.Add(new ScriptStep($"{change.Wanted.Name}: column {column.Name}{(column.Comment is { } text ? $": {text}" : "")}", dialect.AddColumn(change.Wanted.Name, column)) { Remark = isRefused ? "is refused, or filled with nothing, where the table has rows: the column takes no null and has no default" : null });
            if (column.Comment is { } comment && alter.ColumnComment(change.Wanted.Name, column, null) is { } statement) steps.Add(new ScriptStep("", statement));
        }
    }

    void Drop(TableChange change)
    {
        foreach (ColumnDefinition column in change.DroppedColumns)
            steps.Add(new ScriptStep($"{change.Wanted.Name}: column {column.Name} goes", alter.DropColumn(change.Wanted.Name, column.Name)) { IsDestructive = true });
    }

    void DropTables()
    {
        // Children before their parents, so that no foreign key stands in the way.
        var left = changes.Dropped.ToList();
        while (left.Count > 0)
        {
            SchemaTable next = left.FirstOrDefault(table => !left.Any(other => other != table && other.ForeignKeys.Any(key => key.Parent.Name == table.Name.Name))) ?? left[0];
            left.Remove(next);
            steps.Add(new ScriptStep($"table {next.Name} goes", dialect.DropTable(next.Name)) { IsDestructive = true });
        }
    }

    void Tighten(TableChange change)
    {
        TableDefinition table = change.Wanted.Definition;
        if (change.KeyDiffers && table.Key.Count > 0) steps.Add(new ScriptStep($"{table.Name}: its key is ({string.Join(", ", table.Key)})", $"ALTER TABLE {dialect.Quote(table.Name)} ADD PRIMARY KEY ({ModelScript.Names(table.Key, dialect)})") { Remark = "is refused where two rows have one key" });
        steps.AddRange(change.AddedIndexes.Select(index => AddIndex(change, index)));
        foreach (Check check in change.AddedChecks) steps.Add(new ScriptStep($"{table.Name}: check {check.Name}", $"ALTER TABLE {dialect.Quote(table.Name)} ADD {ModelScript.Clause(check, dialect)}") { Remark = "is refused where a row breaks it" });
    }

    ScriptStep AddIndex(TableChange change, IndexDefinition index) =>
        new($"{change.Wanted.Name}: {(index.IsUnique ? "unique " : "")}index {index.Name}", dialect.CreateIndex(change.Wanted.Definition, index)) { Remark = index.IsUnique ? "is refused where two rows are the same there" : null };

    ScriptStep DropIndex(TableChange change, IndexDefinition index) => new($"{change.Found.Name}: index {index.Name} goes", alter.DropIndex(change.Found.Name, index.Name));

    void Seeds()
    {
        IReadOnlyList<RenderedTable> added = [.. changes.Added.Where(table => table.Model.Seed is not null)];
        foreach (RenderedTable table in ModelScript.ParentsFirst([.. added, .. changes.Seeds.Select(seed => seed.Table).Distinct().Where(table => !added.Contains(table))]))
        {
            if (added.Contains(table))
            {
                steps.AddRange(SeedScript.Insert(table, dialect, Enumerable.Range(0, table.Model.Seed!.Rows.Count)));
                continue;
            }

            SeedChange[] seeds = [.. changes.Seeds.Where(seed => seed.Table == table)];
            if (seeds.Any(seed => seed.IsNew)) steps.AddRange(SeedScript.Insert(table, dialect, seeds.Where(seed => seed.IsNew).Select(seed => seed.Row)));
            steps.AddRange(seeds.Where(seed => !seed.IsNew && table.Model.Seed!.Columns.Count > table.Schema.Definition.Key.Count).Select(seed => SeedScript.Update(table, dialect, seed.Row)));
        }
    }

    /// <summary>Whether every value of the type that is there has its place in the one that is wanted.</summary>
    static bool IsWider(ColumnChange column)
    {
        ColumnType from = column.Found.Type, to = column.Wanted.Type;
        static bool IsUnsigned(ColumnKind kind) => kind is ColumnKind.UInt8 or ColumnKind.UInt16 or ColumnKind.UInt32 or ColumnKind.UInt64;
        static int Digits(ColumnType type) => type.Kind switch { ColumnKind.Boolean => 1, ColumnKind.Int8 or ColumnKind.UInt8 => 3, ColumnKind.Int16 or ColumnKind.UInt16 => 5, ColumnKind.Int32 or ColumnKind.UInt32 => 10, ColumnKind.Int64 => 19, ColumnKind.UInt64 => 20, _ => type.Precision - type.Scale };
        static int Bytes(ColumnType type) => type.FixedBytes;
        if (from.Kind == to.Kind)
            return from.Kind switch
            {
                ColumnKind.Text or ColumnKind.Binary => to.Length == 0 || (from.Length > 0 && to.Length >= from.Length),
                ColumnKind.Decimal => to.Scale >= from.Scale && Digits(to) >= Digits(from),
                ColumnKind.Time or ColumnKind.Timestamp or ColumnKind.TimestampWithZone => to.Precision >= from.Precision,
                _ => true,
            };
        bool fromInteger = from.Kind is >= ColumnKind.Boolean and <= ColumnKind.UInt64, toInteger = to.Kind is >= ColumnKind.Int8 and <= ColumnKind.UInt64;
        if (fromInteger && toInteger) return from.Kind == ColumnKind.Boolean || (IsUnsigned(from.Kind) ? Bytes(to) > Bytes(from) || (IsUnsigned(to.Kind) && Bytes(to) >= Bytes(from)) : !IsUnsigned(to.Kind) && Bytes(to) >= Bytes(from));
        if (fromInteger && to.Kind == ColumnKind.Decimal) return Digits(to) >= Digits(from);
        return (from.Kind, to.Kind) is (ColumnKind.Float32, ColumnKind.Float64) or (ColumnKind.Date, ColumnKind.Timestamp) or (ColumnKind.Json, ColumnKind.Text);
    }
}
