using Orrery.Sql.Rows;

namespace Orrery.Sql.Catalogs;

/// <summary>What a name in FROM may stand for.</summary>
public enum RelationKind : byte
{
    /// <summary>A table with a source (a topic, a file, rows given by API) or a sink.</summary>
    Table,

    /// <summary>A view that is only a name for its query.</summary>
    View,

    /// <summary>A view whose rows are kept.</summary>
    MaterializedView,
}

/// <summary>A table or a view, as the catalog knows it.</summary>
/// <param name="Name">Its name, unique in its catalog without regard to case.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Schema">Its columns, computed ones too.</param>
/// <param name="PrimaryKey">Places of the key's columns; empty: none, so that rows are told apart by all of their columns and may repeat.</param>
/// <param name="Options">What stands behind WITH, by key without regard to case.</param>
public sealed record Relation(string Name, RelationKind Kind, RowSchema Schema, IReadOnlyList<int> PrimaryKey, IReadOnlyDictionary<string, string> Options)
{
    /// <summary>The place of the event time's column; -1: none is declared.</summary>
    public int WatermarkColumn { get; init; } = -1;

    /// <summary>How far the watermark is behind the latest event time, in microseconds.</summary>
    public long WatermarkDelayMicroseconds { get; init; }

    /// <summary>The text of a view's query; empty for a table.</summary>
    public string Query { get; init; } = "";

    /// <summary>
    /// Columns that are computed from the others, by their place, over the relation's columns. They are no part of the rows that a source gives, and a <see cref="Plans.ScanPlan"/> never takes them: plans compute them above it.
    /// </summary>
    public IReadOnlyDictionary<int, Expressions.BoundExpression> Computed { get; init; } = new Dictionary<int, Expressions.BoundExpression>();

    /// <summary>Whether rows are only ever added.</summary>
    public bool IsAppendOnly { get; init; }
}
