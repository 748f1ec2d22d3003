using System.Numerics;
using System.Runtime.CompilerServices;
using Orrery.Dataflow.Checkpoints;
using Orrery.Dataflow.Memory;
using Orrery.Dataflow.State;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Dataflow.Aggregates;

/// <summary>
/// SUM and AVG of integers and decimals. A group's sum is a number of 64 bits until it does not fit; from then on, until the group goes, it has a block with 192 bits, which no number of rows fills, so that
/// only what is given at the end can overflow.
/// <code>state: int64 sum, int64 values; or the block's handle, and long.MinValue</code>
/// </summary>
internal sealed unsafe class ExactAccumulator(RowColumnReader argument, SqlType result, bool isAverage, StateMemory memory) : Accumulator
{
    private const long IsWide = long.MinValue;

    /// <summary>Up to this power of ten a sum of 64 bits can be scaled in 128.</summary>
    private const int ScaleMax = 18;

    private readonly PageStore _pages = new(memory);
    private readonly bool _isDecimal = argument.Type.Kind == SqlTypeKind.Decimal;
    private readonly int _scaling = isAverage && result.Kind == SqlTypeKind.Decimal ? result.Scale - argument.Type.Scale : 0;

    private struct State
    {
        public long Sum;
        public long Count;
    }

    /// <summary>A sum as twice the complement: 128 bits below, 64 above.</summary>
    private struct Wide
    {
        public ulong Low;
        public ulong Middle;
        public long High;
        public long Count;
    }

    public override int StateBytes => sizeof(State);

    public override bool IsSmall => true;

    public override long OwnBytes => _pages.ReservedBytes;

    public override void Change(nint state, nint row, int weight)
    {
        if (argument.IsNull(row)) return;
        var at = (State*)state;
        if (_isDecimal)
        {
            var value = argument.Decimal(row);
            if ((long)value != value || !TryAdd(at, (long)value, weight)) ChangeWide(at, value, weight);
        }
        else
        {
            long value = argument.Integer(row);
            if (!TryAdd(at, value, weight)) ChangeWide(at, value, weight);
        }
    }

    public override void Write(nint state, RowBuilder builder, int column)
    {
        var at = (State*)state;
        if (at->Count == 0 || (at->Count == IsWide && WideOf(at)->Count == 0)) return;
        if (at->Count < 0 || _scaling > ScaleMax)
        {
            WriteWide(at, builder, column);
            return;
        }

        if (result.Kind != SqlTypeKind.Decimal)
        {
            long whole = isAverage ? at->Sum / at->Count : at->Sum;
            if (!RowWriter.Fits(whole, result.SlotBytes)) ThrowTooLarge(whole, at->Count);
            builder.SetInt64(column, whole);
            return;
        }

        var sum = isAverage ? DecimalMath.DivideRounded(DecimalMath.Multiply(at->Sum, DecimalMath.Power10(_scaling)), at->Count) : at->Sum;
        if (!DecimalMath.Fits(sum, result.Precision)) ThrowTooPrecise(sum, at->Count);
        builder.SetInt128(column, sum);
    }

    public override void Free(nint state)
    {
        var at = (State*)state;
        if (at->Count == IsWide) _pages.Free((uint)at->Sum, sizeof(Wide));
        *at = default;
    }

    public override void Transfer(StateTransfer transfer) => _pages.Transfer(transfer);

    public override void Dispose() => _pages.Dispose();

    /// <summary>Adds a value so many times where the sum stays one of 64 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryAdd(State* at, long value, int weight)
    {
        if (at->Count == IsWide) return false;
        long high = Math.BigMul(value, weight, out long product), sum = at->Sum + product;
        if (high != product >> 63 || ((sum ^ at->Sum) & (sum ^ product)) < 0) return false;
        at->Sum = sum;
        at->Count += weight;
        return true;
    }

    private Wide* WideOf(State* at) => (Wide*)_pages.Address((uint)at->Sum);

    private void ChangeWide(State* at, Int128 value, int weight)
    {
        if (at->Count != IsWide)
        {
            uint handle = _pages.Allocate(sizeof(Wide));
            long sign = at->Sum >> 63;
            *(Wide*)_pages.Address(handle) = new Wide { Low = (ulong)at->Sum, Middle = (ulong)sign, High = sign, Count = at->Count };
            (at->Sum, at->Count) = (handle, IsWide);
        }

        var wide = WideOf(at);
        wide->Count += weight;
        Add(wide, value, weight);
    }

    private void WriteWide(State* at, RowBuilder builder, int column)
    {
        var (sum, count) = ((BigInteger)at->Sum, at->Count);
        if (count == IsWide)
        {
            var wide = WideOf(at);
            sum = ((BigInteger)wide->High << 128) + ((BigInteger)wide->Middle << 64) + wide->Low;
            count = wide->Count;
        }

        if (result.Kind != SqlTypeKind.Decimal)
        {
            if (isAverage) sum = BigInteger.Divide(sum, count);
            if (sum < long.MinValue || sum > long.MaxValue || !RowWriter.Fits((long)sum, result.SlotBytes)) ThrowTooLarge(sum, count);
            builder.SetInt64(column, (long)sum);
            return;
        }

        if (isAverage) sum = DecimalMath.DivideRounded(sum * BigInteger.Pow(10, _scaling), count);
        if (BigInteger.Abs(sum) >= BigInteger.Pow(10, result.Precision)) ThrowTooPrecise(sum, count);
        builder.SetInt128(column, (Int128)sum);
    }

    private void ThrowTooLarge(BigInteger sum, long count) =>
        throw new SqlValueException($"SUM over {count:N0} values is {sum}, which does not fit {result}. Cast the argument to a DECIMAL.");

    private void ThrowTooPrecise(BigInteger sum, long count) =>
        throw new SqlValueException($"{(isAverage ? "AVG" : "SUM")} over {count:N0} values is {sum}e-{result.Scale}, which does not fit {result}.");

    private static void Add(Wide* at, Int128 value, int weight)
    {
        // 128 bits times 32 may not fit 128: in two halves of 64, the upper one shifted.
        if ((long)value == value)
        {
            AddNarrow(at, value * weight);
            return;
        }

        bool isNegative = value < 0 != weight < 0;
        var magnitude = (UInt128)(value < 0 ? -value : value);
        var low = (UInt128)(ulong)magnitude * (uint)Math.Abs((long)weight);
        var high = (magnitude >> 64) * (uint)Math.Abs((long)weight) + (low >> 64);
        AddParts(at, (ulong)low, high, isNegative);
    }

    private static void AddNarrow(Wide* at, Int128 value)
    {
        var sum = new UInt128(at->Middle, at->Low);
        var next = sum + (UInt128)value;
        at->High += (long)(value >> 127) + (next < sum ? 1 : 0);
        (at->Middle, at->Low) = ((ulong)(next >> 64), (ulong)next);
    }

    private static void AddParts(Wide* at, ulong low, UInt128 upper, bool isNegative)
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
