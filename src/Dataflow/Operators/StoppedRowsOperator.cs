using Orrery.Dataflow.Changes;
using Orrery.Dataflow.State;
using Orrery.Sql.Rows;

namespace Orrery.Dataflow.Operators;

/// <summary>The rows that a stopped view shows, for a query over them. They do not change.</summary>
/// <param name="rows">Stay the view's.</param>
internal sealed unsafe class StoppedRowsOperator(string fingerprint, RowLayout layout, Collection rows) : Operator("Stopped view", fingerprint, layout, [])
{
    public override void Step(StepContext context)
    {
    }

    public override void Backfill(StepContext context) => EmitContents(context);

    public override void EmitContents(StepContext context)
    {
        foreach (uint handle in rows.Handles())
            if (rows.Entry(handle)->Weight > 0) Output.Add(rows.Row(handle), rows.Entry(handle)->Weight);
    }
}
