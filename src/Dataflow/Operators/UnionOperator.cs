using Orrery.Sql.Rows;

namespace Orrery.Dataflow.Operators;

/// <summary>All rows of all inputs. Their layouts are equal but for what may be null, which a row does not show.</summary>
internal sealed class UnionOperator(string fingerprint, RowLayout layout, IReadOnlyList<Operator> inputs) : Operator("Union", fingerprint, layout, inputs)
{
    public override void Step(StepContext context)
    {
        foreach (var input in Inputs)
            foreach (ref readonly var change in input.Output.Each) Output.Add(change.Row, change.Weight);
    }

    public override bool TellsInputs => true;

    public override void EmitContents(StepContext context) => EmitStateless(context);
}
