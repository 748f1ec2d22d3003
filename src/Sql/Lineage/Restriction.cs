using Orrery.Sql.Binding;
using Orrery.Sql.Expressions;
using Orrery.Sql.Functions;
using Orrery.Sql.Plans;
using Orrery.Sql.Types;

namespace Orrery.Sql.Lineage;

/// <summary>Rows among others: these expressions of a row are, nulls being equal, the columns of a row of that plan.</summary>
internal sealed record RowsAmong(IReadOnlyList<BoundExpression> Expressions, Plan Rows);

/// <summary>Which rows of a node are asked about.</summary>
/// <param name="Conditions">Over its columns.</param>
/// <param name="Among">Over its columns.</param>
internal sealed record Restriction(IReadOnlyList<BoundExpression> Conditions, IReadOnlyList<RowsAmong> Among)
{
    public static Restriction To(IReadOnlyList<BoundExpression> expressions, Plan rows) => new([], expressions.Count == 0 ? [] : [new RowsAmong(expressions, rows)]);

    /// <summary>The restriction over what the columns are computed from.</summary>
    public Restriction Over(IReadOnlyList<BoundExpression> expressions)
    {
        BoundExpression Write(BoundExpression expression) => ExpressionTree.MapColumns(expression, column => expressions[column.Index]);
        return new Restriction([.. Conditions.Select(Write)], [.. Among.Select(among => among with { Expressions = [.. among.Expressions.Select(Write)] })]);
    }

    public Plan Apply(Plan plan)
    {
        plan = BindingSession.Filter(plan, Conditions);
        foreach (var among in Among)
        {
            var leftKeys = new List<BoundExpression>();
            var rightKeys = new List<BoundExpression>();
            for (int i = 0; i < among.Expressions.Count; i++) AddKey(among.Expressions[i], among.Rows.Schema.Column(i), leftKeys, rightKeys);
            plan = new JoinPlan(plan, among.Rows, JoinKind.Semi, new Arguments(leftKeys), new Arguments(rightKeys), null, plan.Schema);
        }

        return plan;
    }

    /// <summary>A key by which null equals null: whether it is null, and the value or any other where it is.</summary>
    private static void AddKey(BoundExpression left, BoundExpression right, List<BoundExpression> leftKeys, List<BoundExpression> rightKeys)
    {
        var filler = left.Type.IsNullable || right.Type.IsNullable ? Filler(left.Type) : null;
        if (filler is null)
        {
            leftKeys.Add(left);
            rightKeys.Add(right);
            return;
        }

        foreach (var (side, keys) in new[] { (left, leftKeys), (right, rightKeys) })
        {
            var isNull = FunctionCatalog.Resolve("IS NULL", [side]);
            keys.Add(isNull);
            keys.Add(new CaseExpression(new Arguments([isNull, filler]), side, side.Type.Nullable()));
        }
    }

    private static ConstantExpression? Filler(SqlType type)
    {
        object? value = type.Kind switch
        {
            SqlTypeKind.Boolean => false,
            SqlTypeKind.String => "",
            SqlTypeKind.Binary => System.Collections.Immutable.ImmutableArray<byte>.Empty,
            SqlTypeKind.Decimal => Int128.Zero,
            SqlTypeKind.Float or SqlTypeKind.Double => 0d,
            SqlTypeKind.Array or SqlTypeKind.Null => null,
            _ => 0L,
        };
        return value is null ? null : new ConstantExpression(value, type.Nullable(false));
    }
}
