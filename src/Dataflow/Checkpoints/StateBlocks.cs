using Orrery.Sql.Rows;

namespace Orrery.Dataflow.Checkpoints;

/// <summary>Blocks of native memory.</summary>
internal static unsafe class StateBlocks
{
    public static ulong Hash(nint address, int bytes) => PackedRow.Hash(address, bytes);

    public static bool IsZero(nint address, int bytes) => new ReadOnlySpan<byte>((void*)address, bytes).IndexOfAnyExcept((byte)0) < 0;

    public static void CopyTo(Span<byte> target, nint address, int bytes) => new ReadOnlySpan<byte>((void*)address, bytes).CopyTo(target);

    /// <summary>Fills a block from its segment; false: the segment does not hold what was written.</summary>
    public static bool Fill(in BlockTarget target, byte[] segment)
    {
        if (target.Block.Offset < 0 || target.Block.Offset > segment.Length - target.Bytes) return false;
        segment.AsSpan(target.Block.Offset, target.Bytes).CopyTo(new Span<byte>((void*)target.Address, target.Bytes));
        return Hash(target.Address, target.Bytes) == target.Block.Hash;
    }
}
