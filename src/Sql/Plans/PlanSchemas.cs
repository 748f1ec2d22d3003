using Orrery.Sql.Expressions;
using Orrery.Sql.Rows;

namespace Orrery.Sql.Plans;

/// <summary>The schemas that nodes have by their kind.</summary>
public static class PlanSchemas
{
    /// <summary>The columns of a join: the left ones, then the right ones, each nullable where its side may be missing.</summary>
    public static RowSchema Join(RowSchema left, RowSchema right, JoinKind kind)
    {
        if (kind is JoinKind.Semi or JoinKind.Anti or JoinKind.NullAwareAnti) return left;
        bool isLeftMissing = kind is JoinKind.Right or JoinKind.Full;
        bool isRightMissing = kind is JoinKind.Left or JoinKind.Full;
        return new RowSchema([
            .. left.Columns.Select(column => isLeftMissing ? column with { Type = column.Type.Nullable() } : column),
            .. right.Columns.Select(column => isRightMissing ? column with { Type = column.Type.Nullable() } : column)]);
    }

    /// <summary>A reference to the column at this place.</summary>
    public static ColumnExpression Column(this RowSchema schema, int index) => new(index, schema[index].Type, schema[index].Name);

    /// <summary>References to all columns.</summary>
    public static Arguments AllColumns(this RowSchema schema) => new(Enumerable.Range(0, schema.Count).Select(index => (BoundExpression)schema.Column(index)));

    /// <summary>These columns, then others.</summary>
    public static RowSchema With(this RowSchema schema, params IEnumerable<RowColumn> columns) => new([.. schema.Columns, .. columns]);

    /// <summary>Whether the other has the same names and types in the same order.</summary>
    public static bool IsSame(this RowSchema schema, RowSchema other) => schema.Columns.SequenceEqual(other.Columns);
}
