using Orrery.Dataflow.State;
using Orrery.Sql.Rows;

namespace Orrery.Dataflow.Aggregates;

/// <summary>COUNT: of rows, or of values that are not null.</summary>
internal sealed unsafe class CountAccumulator(RowColumnReader? argument) : Accumulator
{
    public override int StateBytes => sizeof(long);

    public override bool IsSmall => true;

    public override void Change(nint state, nint row, int weight)
    {
        if (argument is not { } column || !column.IsNull(row)) *(long*)state += weight;
    }

    public override void Write(nint state, RowBuilder builder, int column) => builder.SetInt64(column, *(long*)state);
}
