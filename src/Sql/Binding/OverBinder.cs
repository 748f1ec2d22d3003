using Orrery.Sql.Expressions;
using Orrery.Sql.Plans;
using Orrery.Sql.Rows;

namespace Orrery.Sql.Binding;

/// <summary>Computes the window functions of expressions: one <see cref="OverPlan"/> for each partition and order.</summary>
internal sealed class OverBinder
{
    private readonly Dictionary<OverReference, ColumnExpression> _columns = [];

    public OverBinder(Plan plan, IEnumerable<BoundExpression> expressions)
    {
        var references = new List<OverReference>();
        foreach (var expression in expressions)
        {
            ExpressionTree.Any(expression, part =>
            {
                if (part is OverReference reference && !references.Contains(reference)) references.Add(reference);
                return false;
            });
        }

        Plan = plan;
        foreach (var group in references.GroupBy(reference => (reference.PartitionKeys, reference.Order)))
        {
            var members = group.ToList();
            var schema = Plan.Schema.With(members.Select(member => member.Call.Column));
            int count = Plan.Schema.Count;
            Plan = new OverPlan(Plan, group.Key.PartitionKeys, group.Key.Order, [.. members.Select(member => member.Call)], schema);
            for (int i = 0; i < members.Count; i++) _columns[members[i]] = schema.Column(count + i);
        }
    }

    /// <summary>The input, followed by the columns of the functions.</summary>
    public Plan Plan { get; }

    public BoundExpression Rewrite(BoundExpression expression) => ExpressionTree.Rewrite(expression, part => part is OverReference reference ? _columns[reference] : null);
}
