using System.Numerics;
using Orrery.Dataflow.Checkpoints;
using Orrery.Dataflow.Memory;
using Orrery.Dataflow.State;
using Orrery.Sql.Aggregates;
using Orrery.Sql.Rows;

namespace Orrery.Dataflow.Aggregates;

/// <summary>
/// SUM and AVG of floats, deviations and variances of any number: exact sums of the values, and of their squares where needed, rounded once when the result is given.
/// </summary>
internal sealed unsafe class RealAccumulator(RowColumnReader argument, AggregateFunction function, StateMemory memory) : Accumulator
{
    private readonly PageStore _pages = new(memory);

    private struct State
    {
        public ExactSum.Root Values;
        public ExactSum.Root Squares;
        public long Count;
    }

    public override int StateBytes => sizeof(State);

    public override bool IsSmall => true;

    public override long OwnBytes => _pages.ReservedBytes;

    private bool HasSquares => function is not (AggregateFunction.Sum or AggregateFunction.Average);

    public override void Change(nint state, nint row, int weight)
    {
        if (argument.IsNull(row)) return;
        var at = (State*)state;
        double value = argument.Number(row);
        at->Count += weight;
        ExactSum.Add(ref at->Values, _pages, value, weight);
        if (!HasSquares) return;
        // The square in two doubles, without loss (below 2^-500 and above 2^500 it is that of a float).
        double square = value * value;
        ExactSum.Add(ref at->Squares, _pages, square, weight);
        if (double.IsFinite(square)) ExactSum.Add(ref at->Squares, _pages, Math.FusedMultiplyAdd(value, value, -square), weight);
    }

    public override void Write(nint state, RowBuilder builder, int column)
    {
        var at = (State*)state;
        if (at->Count == 0) return;
        if (HasSquares)
        {
            if (Variance(at) is { } variance) builder.SetDouble(column, variance);
            return;
        }

        double sum = ExactSum.Value(at->Values, _pages);
        builder.SetDouble(column, function == AggregateFunction.Average ? sum / at->Count : sum);
    }

    public override void Free(nint state)
    {
        var at = (State*)state;
        ExactSum.Free(ref at->Values, _pages);
        ExactSum.Free(ref at->Squares, _pages);
    }

    public override void Transfer(StateTransfer transfer) => _pages.Transfer(transfer);

    public override void Dispose() => _pages.Dispose();

    private double? Variance(State* at)
    {
        bool isSample = function is AggregateFunction.StandardDeviationSample or AggregateFunction.VarianceSample;
        if (isSample && at->Count < 2) return null;
        double rough = ExactSum.Value(at->Squares, _pages);
        if (!double.IsFinite(rough)) return double.NaN;
        // (n * squares - sum * sum) / (n * (n or n - 1)), exact up to the division.
        var (squares, squaresExponent) = ExactSum.Exact(at->Squares, _pages);
        var (sum, sumExponent) = ExactSum.Exact(at->Values, _pages);
        int exponent = Math.Min(squaresExponent, 2 * sumExponent);
        var spread = (squares * at->Count << (squaresExponent - exponent)) - (sum * sum << (2 * sumExponent - exponent));
        var divisor = (BigInteger)at->Count * (isSample ? at->Count - 1 : at->Count);
        // Bits enough that the cut of the division is below what is rounded away.
        int extra = Math.Max(0, (int)divisor.GetBitLength() + 64 - (int)spread.GetBitLength() + 64);
        double variance = spread.Sign <= 0 ? 0 : ExactSum.Scale((spread << extra) / divisor, exponent - extra);
        return function is AggregateFunction.StandardDeviationSample or AggregateFunction.StandardDeviationPopulation ? Math.Sqrt(variance) : variance;
    }
}
