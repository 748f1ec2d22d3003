using Orrery.Dataflow.State;
using Orrery.Sql.Rows;

namespace Orrery.Dataflow.Aggregates;

/// <summary>BOOL_AND and BOOL_OR: how often each value is there.</summary>
internal sealed unsafe class BooleanAccumulator(RowColumnReader argument, bool isAnd) : Accumulator
{
    public override int StateBytes => 2 * sizeof(long);

    public override bool IsSmall => true;

    public override void Change(nint state, nint row, int weight)
    {
        if (!argument.IsNull(row)) ((long*)state)[argument.Boolean(row) ? 1 : 0] += weight;
    }

    public override void Write(nint state, RowBuilder builder, int column)
    {
        long no = ((long*)state)[0], yes = ((long*)state)[1];
        if (no + yes != 0) builder.SetBoolean(column, isAnd ? no == 0 : yes != 0);
    }
}
