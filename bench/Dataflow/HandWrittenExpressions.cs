using System.Runtime.CompilerServices;
using Orrery.Sql.Compilation;
using Orrery.Sql.Rows;

namespace Orrery.Bench.Dataflow;

/// <summary>The expressions of <see cref="ExpressionsBench"/> as somebody writes them for this one table, straight to memory.</summary>
sealed unsafe class HandWrittenExpressions(RowLayout layout, RowLayout output)
{
    const int Id = 0, Status = 1, Price = 2, Quantity = 3, Discount = 4, Sku = 5, City = 6;

    readonly int id = layout.OffsetOf(Id), status = layout.OffsetOf(Status), price = layout.OffsetOf(Price), quantity = layout.OffsetOf(Quantity), discount = layout.OffsetOf(Discount),
        sku = layout.OffsetOf(Sku), city = layout.OffsetOf(City);
    readonly int idTarget = output.OffsetOf(0), grossTarget = output.OffsetOf(1), cityTarget = output.OffsetOf(2), fixedBytes = output.FixedBytes;

    public RowLayout Output { get; } = output;

    public bool Holds(nint row, nint right, EvaluationContext context)
    {
        if (RowReader.IsNull(row, Status) || RowReader.IsNull(row, Price) || RowReader.IsNull(row, Sku)) return false;
        return RowReader.Int32(row, status) is 1 or 3 && RowReader.Int64(row, price) > 5000 && RowReader.Bytes(row, sku).Span.StartsWith("SKU-1"u8);
    }

    public long Net(nint row, nint right, EvaluationContext context)
    {
        if (RowReader.IsNull(row, Price)) return ExpressionCompiler.NullInstant;
        long gross = checked(RowReader.Int64(row, price) * RowReader.Int32(row, quantity));
        return RowReader.IsNull(row, Discount) ? gross : checked(gross - RowReader.Int64(row, discount));
    }

    public nint Project(nint row, nint right, EvaluationContext context)
    {
        var text = RowReader.IsNull(row, City) ? "none"u8 : RowReader.Bytes(row, city).Span;
        byte* target = (byte*)context.Arena.Allocate(fixedBytes + text.Length);
        Unsafe.InitBlockUnaligned(target, 0, (uint)fixedBytes);
        Unsafe.WriteUnaligned(target, fixedBytes + text.Length);
        Unsafe.WriteUnaligned(target + idTarget, RowReader.Int64(row, id));
        if (RowReader.IsNull(row, Price)) target[RowLayout.NullsOffset] |= 2;
        else Unsafe.WriteUnaligned(target + grossTarget, checked(RowReader.Int64(row, price) * RowReader.Int32(row, quantity)));
        Unsafe.WriteUnaligned(target + cityTarget, fixedBytes);
        Unsafe.WriteUnaligned(target + cityTarget + 4, text.Length);
        text.CopyTo(new Span<byte>(target + fixedBytes, text.Length));
        return (nint)target;
    }
}
