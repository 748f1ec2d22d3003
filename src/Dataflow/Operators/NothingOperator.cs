using Orrery.Sql.Rows;

namespace Orrery.Dataflow.Operators;

/// <summary>Stands where another partition has the operator: it gets no rows and gives none.</summary>
internal sealed class NothingOperator(string fingerprint, RowLayout layout, Operator input) : Operator("Nothing", fingerprint, layout, [input])
{
    public override void Step(StepContext context)
    {
    }

    public override void EmitContents(StepContext context)
    {
    }
}
