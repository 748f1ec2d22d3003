using Orrery.Dataflow.Memory;
using Orrery.Dataflow.State;
using Orrery.Sql.Aggregates;
using Orrery.Sql.Rows;

namespace Orrery.Dataflow.Aggregates;

/// <summary>Makes accumulators of calls.</summary>
internal static class Accumulators
{
    /// <param name="isAppendOnly">Whether rows of the input never go.</param>
    public static Accumulator Create(AggregateColumn call, RowLayout input, bool isAppendOnly, StateMemory memory)
    {
        // MIN, MAX, BOOL_AND and BOOL_OR are the same with DISTINCT as without it.
        bool isDistinct = call.IsDistinct && call.Argument >= 0 && call.Function is not
            (AggregateFunction.Minimum or AggregateFunction.Maximum or AggregateFunction.BooleanAnd or AggregateFunction.BooleanOr);
        var plain = CreatePlain(call, input, isAppendOnly, memory);
        return isDistinct ? new DistinctAccumulator(plain, new RowColumnReader(input, call.Argument), call.Function == AggregateFunction.ArrayAggregate, input, memory) : plain;
    }

    private static Accumulator CreatePlain(AggregateColumn call, RowLayout input, bool isAppendOnly, StateMemory memory)
    {
        if (call.Function == AggregateFunction.Count) return new CountAccumulator(call.Argument < 0 ? null : new RowColumnReader(input, call.Argument));
        var argument = new RowColumnReader(input, call.Argument);
        switch (call.Function)
        {
            case AggregateFunction.Sum or AggregateFunction.Average when !argument.Type.IsApproximate:
                return new ExactAccumulator(argument, call.Type, call.Function == AggregateFunction.Average, memory);
            case AggregateFunction.Sum or AggregateFunction.Average or AggregateFunction.StandardDeviationSample or AggregateFunction.StandardDeviationPopulation
                or AggregateFunction.VarianceSample or AggregateFunction.VariancePopulation:
                return new RealAccumulator(argument, call.Function, memory);
            case AggregateFunction.BooleanAnd or AggregateFunction.BooleanOr:
                return new BooleanAccumulator(argument, call.Function == AggregateFunction.BooleanAnd);
            case AggregateFunction.Minimum or AggregateFunction.Maximum when isAppendOnly:
                return new ExtremeAccumulator(argument, input, call.Function == AggregateFunction.Minimum, memory);
            default:
                return new OrderedAccumulator(call, input, memory);
        }
    }
}
