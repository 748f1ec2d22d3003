using Orrery.Retail.Schema;

namespace Orrery.Retail.Changes;

public enum RowChangeKind
{
    Insert,
    Update,
    Delete,
}

/// <summary>A row that came, changed or went. Values stand at the places of the table's columns, in the forms of <see cref="ColumnForm"/>.</summary>
/// <param name="Before">Null for an insert.</param>
/// <param name="After">Null for a delete.</param>
public sealed record RowChange(RetailTable Table, RowChangeKind Kind, object?[]? Before, object?[]? After)
{
    /// <summary>The row that names it: after, for a delete before.</summary>
    public object?[] Row => After ?? Before!;
}

/// <summary>Changes that are committed together.</summary>
/// <param name="Number">From 1.</param>
/// <param name="At">When, in UTC, to the second.</param>
public sealed record RetailTransaction(long Number, DateTime At, IReadOnlyList<RowChange> Changes);
