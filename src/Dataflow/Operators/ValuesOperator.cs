using Orrery.Sql.Compilation;
using Orrery.Sql.Rows;

namespace Orrery.Dataflow.Operators;

/// <summary>Rows that are written in the text: given once, when it joins.</summary>
internal sealed class ValuesOperator(string fingerprint, RowLayout layout, IReadOnlyList<RowProjection> rows) : Operator("Values", fingerprint, layout, [])
{
    public override void Step(StepContext context)
    {
    }

    public override void Backfill(StepContext context) => EmitContents(context);

    public override void EmitContents(StepContext context)
    {
        foreach (var row in rows) Output.Add(row(0, 0, context.Evaluation), 1);
    }
}
