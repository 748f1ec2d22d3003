using Orrery.Dataflow.Operators;

namespace Orrery.Dataflow.Graphs;

/// <summary>Where the rows of a plan come from: an operator, and for each column of the plan its place there. So a plan that only picks columns costs nothing.</summary>
internal readonly record struct PlanSource(Operator Operator, int[] Columns)
{
    public static PlanSource Of(Operator source) => new(source, [.. Enumerable.Range(0, source.Layout.Count)]);

    public int ColumnOf(int column) => Columns[column];

    public bool IsIdentity => Columns.Length == Operator.Layout.Count && Columns.Select((column, index) => column == index).All(same => same);
}
