using Orrery.Connectors.Dialects;
using Orrery.Jobs.Schemas;

namespace Orrery.Jobs.DataModels;

/// <summary>What a database has to become what a model says; both in the database's dialect.</summary>
/// <param name="Dialect">Of both.</param>
/// <param name="Added">Tables that are not there.</param>
/// <param name="Dropped">Tables that the model does not have.</param>
/// <param name="Changed">Tables of both that differ.</param>
public sealed record SchemaChanges(IDialect Dialect, IReadOnlyList<RenderedTable> Added, IReadOnlyList<SchemaTable> Dropped, IReadOnlyList<TableChange> Changed)
{
    /// <summary>Rows of the model that are not there or differ.</summary>
    public IReadOnlyList<SeedChange> Seeds { get; init; } = [];

    public bool AreNone => Added.Count == 0 && Dropped.Count == 0 && Changed.Count == 0 && Seeds.Count == 0;

    /// <summary>A line for each difference, as people read it.</summary>
    public IReadOnlyList<string> Lines() =>
    [
        .. Added.Select(table => $"table {table.Schema.Name}: is not in the database"),
        .. Dropped.Select(table => $"table {table.Name}: is only in the database"),
        .. Changed.SelectMany(change => change.Lines()),
        .. Seeds.Select(seed => $"table {seed.Table.Schema.Name}: the row {seed.Shown} {(seed.IsNew ? "is not there" : "differs")}"),
    ];
}

/// <summary>A row of a model's data.</summary>
/// <param name="Row">Its number in the model's rows.</param>
/// <param name="IsNew">It is not there; else it differs.</param>
/// <param name="Shown">Its key, for people.</param>
public sealed record SeedChange(RenderedTable Table, int Row, bool IsNew, string Shown);

/// <summary>How one table differs. What was found is under the names that it has.</summary>
/// <param name="Wanted">As the model has it.</param>
/// <param name="Found">As the database has it.</param>
public sealed record TableChange(SchemaTable Wanted, SchemaTable Found)
{
    /// <summary>The model says that the table was called otherwise.</summary>
    public bool IsRenamed { get; init; }

    public IReadOnlyList<ColumnDefinition> AddedColumns { get; init; } = [];

    public IReadOnlyList<ColumnDefinition> DroppedColumns { get; init; } = [];

    public IReadOnlyList<ColumnChange> ChangedColumns { get; init; } = [];

    public bool KeyDiffers { get; init; }

    public bool CommentDiffers { get; init; }

    public IReadOnlyList<IndexDefinition> AddedIndexes { get; init; } = [];

    public IReadOnlyList<IndexDefinition> DroppedIndexes { get; init; } = [];

    public IReadOnlyList<ForeignKey> AddedForeignKeys { get; init; } = [];

    public IReadOnlyList<ForeignKey> DroppedForeignKeys { get; init; } = [];

    public IReadOnlyList<Check> AddedChecks { get; init; } = [];

    public IReadOnlyList<Check> DroppedChecks { get; init; } = [];

    public bool IsNone => !IsRenamed && !KeyDiffers && !CommentDiffers && AddedColumns.Count + DroppedColumns.Count + ChangedColumns.Count + AddedIndexes.Count + DroppedIndexes.Count + AddedForeignKeys.Count + DroppedForeignKeys.Count + AddedChecks.Count + DroppedChecks.Count == 0;

    /// <summary>Columns of both, found by wanted.</summary>
    public IReadOnlyDictionary<string, string> FoundNames { get; init; } = new Dictionary<string, string>();

    internal IEnumerable<string> Lines()
    {
        string table = $"table {Wanted.Name}";
        if (IsRenamed) yield return $"{table}: is called {Found.Name}";
        if (CommentDiffers) yield return $"{table}: its comment is '{Found.Definition.Comment}', the model's is '{Wanted.Definition.Comment}'";
        if (KeyDiffers) yield return $"{table}: its key is ({string.Join(", ", Found.Definition.Key)}), the model's is ({string.Join(", ", Wanted.Definition.Key)})";
        foreach (ColumnDefinition column in AddedColumns) yield return $"{table}, column {column.Name} {column.NativeType}: is not in the database";
        foreach (ColumnDefinition column in DroppedColumns) yield return $"{table}, column {column.Name} {column.NativeType}: is only in the database";
        foreach (ColumnChange column in ChangedColumns) yield return $"{table}, column {column.Wanted.Name}: {string.Join("; ", column.Lines())}";
        foreach (IndexDefinition index in AddedIndexes) yield return $"{table}, {(index.IsUnique ? "unique " : "")}index {index.Name} ({string.Join(", ", index.Columns)}): is not in the database";
        foreach (IndexDefinition index in DroppedIndexes) yield return $"{table}, {(index.IsUnique ? "unique " : "")}index {index.Name} ({string.Join(", ", index.Columns)}): is only in the database";
        foreach (ForeignKey key in AddedForeignKeys) yield return $"{table}, foreign key {key.Name} ({string.Join(", ", key.Columns)}) to {key.Parent}: is not in the database";
        foreach (ForeignKey key in DroppedForeignKeys) yield return $"{table}, foreign key {key.Name} ({string.Join(", ", key.Columns)}) to {key.Parent}: is only in the database";
        foreach (Check check in AddedChecks) yield return $"{table}, check {check.Name} ({check.Expression}): is not in the database";
        foreach (Check check in DroppedChecks) yield return $"{table}, check {check.Name} ({check.Expression}): is only in the database";
    }
}

/// <summary>How one column differs.</summary>
public sealed record ColumnChange(ColumnDefinition Wanted, ColumnDefinition Found)
{
    public bool IsRenamed => Wanted.Name != Found.Name;

    public bool TypeDiffers { get; init; }

    public bool NullDiffers { get; init; }

    public bool DefaultDiffers { get; init; }

    public bool NumberingDiffers { get; init; }

    public bool ComputedDiffers { get; init; }

    public bool CommentDiffers { get; init; }

    public bool IsNone => !IsRenamed && !CommentDiffers && !IsStructural;

    /// <summary>More than a name or a comment.</summary>
    public bool IsStructural => TypeDiffers || NullDiffers || DefaultDiffers || NumberingDiffers || ComputedDiffers;

    internal IEnumerable<string> Lines()
    {
        if (IsRenamed) yield return $"is called {Found.Name}";
        if (TypeDiffers) yield return $"is {Found.NativeType}, the model's is {Wanted.NativeType}";
        if (NullDiffers) yield return Found.Nullable ? "takes nulls, and the model's does not" : "takes no nulls, and the model's does";
        if (DefaultDiffers) yield return $"its default is {Found.Default ?? "none"}, the model's is {Wanted.Default ?? "none"}";
        if (NumberingDiffers) yield return Found.IsIdentity ? "numbers rows, and the model's does not" : "does not number rows, and the model's does";
        if (ComputedDiffers) yield return $"is computed as {Found.Generation ?? "nothing"}, the model's as {Wanted.Generation ?? "nothing"}";
        if (CommentDiffers) yield return $"its comment is '{Found.Comment}', the model's is '{Wanted.Comment}'";
    }
}
