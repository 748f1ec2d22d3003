using System.Numerics;
using Orrery.Dataflow.State;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Dataflow.Aggregates;

/// <summary>
/// SUM and AVG of integers and decimals: the sum in 192 bits, which no number of rows fills, so that only what is given at the end can overflow. Twice the complement: 128 bits below, 64 above.
/// </summary>
internal sealed unsafe class ExactAccumulator(RowColumnReader argument, SqlType result, bool isAverage) : Accumulator
{
    private struct State
    {
        public ulong Low;
        public ulong Middle;
        public long High;
        public long Count;
    }

    public override int StateBytes => sizeof(State);

    public override bool IsSmall => true;

    public override void Change(nint state, nint row, int weight)
    {
        if (argument.IsNull(row)) return;
        var at = (State*)state;
        at->Count += weight;
        if (argument.Type.Kind == SqlTypeKind.Decimal) AddDecimal(at, argument.Decimal(row), weight);
        else Add(at, (Int128)argument.Integer(row) * weight);
    }

    public override void Write(nint state, RowBuilder builder, int column)
    {
        var at = (State*)state;
        if (at->Count == 0) return;
        var sum = ((BigInteger)at->High << 128) + ((BigInteger)at->Middle << 64) + at->Low;
        if (result.Kind != SqlTypeKind.Decimal)
        {
            if (isAverage) sum = BigInteger.Divide(sum, at->Count);
            if (sum < long.MinValue || sum > long.MaxValue || !RowWriter.Fits((long)sum, result.SlotBytes))
                throw new SqlValueException($"SUM over {at->Count:N0} values is {sum}, which does not fit {result}. Cast the argument to a DECIMAL.");
            builder.SetInt64(column, (long)sum);
            return;
        }

        if (isAverage) sum = DecimalMath.DivideRounded(sum * BigInteger.Pow(10, result.Scale - argument.Type.Scale), at->Count);
        if (BigInteger.Abs(sum) >= BigInteger.Pow(10, result.Precision))
            throw new SqlValueException($"{(isAverage ? "AVG" : "SUM")} over {at->Count:N0} values is {sum}e-{result.Scale}, which does not fit {result}.");
        builder.SetInt128(column, (Int128)sum);
    }

    private static void AddDecimal(State* at, Int128 value, int weight)
    {
        // 128 bits times 32 may not fit 128: in two halves of 64, the upper one shifted.
        if (value >= long.MinValue && value <= long.MaxValue)
        {
            Add(at, value * weight);
            return;
        }

        bool isNegative = value < 0 != weight < 0;
        var magnitude = (UInt128)(value < 0 ? -value : value);
        var low = (UInt128)(ulong)magnitude * (uint)Math.Abs((long)weight);
        var high = (magnitude >> 64) * (uint)Math.Abs((long)weight) + (low >> 64);
        AddWide(at, (ulong)low, high, isNegative);
    }

    private static void Add(State* at, Int128 value)
    {
        var sum = new UInt128(at->Middle, at->Low);
        var next = sum + (UInt128)value;
        at->High += (long)(value >> 127) + (next < sum ? 1 : 0);
        (at->Middle, at->Low) = ((ulong)(next >> 64), (ulong)next);
    }

    private static void AddWide(State* at, ulong low, UInt128 upper, bool isNegative)
    {
        var sum = new UInt128(at->Middle, at->Low);
        var part = new UInt128((ulong)upper, low);
        long above = (long)(upper >> 64);
        var next = isNegative ? sum - part : sum + part;
        if (isNegative) at->High -= above + (sum < part ? 1 : 0);
        else at->High += above + (next < sum ? 1 : 0);
        (at->Middle, at->Low) = ((ulong)(next >> 64), (ulong)next);
    }
}
