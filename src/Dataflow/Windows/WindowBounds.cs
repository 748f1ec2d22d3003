using System.Runtime.CompilerServices;
using Orrery.Dataflow.Operators;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Dataflow.Windows;

/// <summary>Rows followed by window_start, window_end and window_time, which is the end less a millisecond.</summary>
internal sealed unsafe class WindowBounds
{
    private static readonly RowLayout Bounds = new(new RowSchema(
    [
        new RowColumn("window_start", SqlType.Timestamp.Nullable(false)), new RowColumn("window_end", SqlType.Timestamp.Nullable(false)), new RowColumn("window_time", SqlType.Timestamp.Nullable(false)),
    ]));

    private readonly RowGather _gather;

    public WindowBounds(RowLayout layout, RowLayout input, int width) =>
        _gather = new RowGather(layout, [input, Bounds], [.. Enumerable.Range(0, width).Select(column => (0, column)), .. Enumerable.Range(0, layout.Count - width).Select(column => (1, column))]);

    public nint Make(nint row, long start, long end, RowArena arena)
    {
        byte* bounds = stackalloc byte[32];
        Unsafe.InitBlock(bounds, 0, 32);
        Unsafe.WriteUnaligned(bounds, Bounds.FixedBytes);
        Unsafe.WriteUnaligned(bounds + Bounds.OffsetOf(0), start);
        Unsafe.WriteUnaligned(bounds + Bounds.OffsetOf(1), end);
        Unsafe.WriteUnaligned(bounds + Bounds.OffsetOf(2), end - 1_000);
        return _gather.Make(row, (nint)bounds, arena);
    }
}
