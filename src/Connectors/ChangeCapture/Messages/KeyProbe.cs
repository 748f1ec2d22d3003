using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Orrery.Connectors.ChangeCapture.Messages;

/// <summary>Compares short bytes with a place in a message by one or two loads of eight bytes, longer ones as spans.</summary>
readonly struct KeyProbe
{
    readonly ulong first, mask, last;
    readonly byte[] whole;

    public KeyProbe(ReadOnlySpan<byte> expected)
    {
        whole = expected.ToArray();
        Length = expected.Length;
        Span<byte> head = stackalloc byte[8];
        expected[..Math.Min(8, Length)].CopyTo(head);
        first = MemoryMarshal.Read<ulong>(head);
        head.Clear();
        head[..Math.Min(8, Length)].Fill(255);
        mask = MemoryMarshal.Read<ulong>(head);
        if (Length > 8) last = MemoryMarshal.Read<ulong>(expected[^8..]);
    }

    public int Length { get; }

    /// <summary>Whether the text goes on with the expected bytes, and at least one more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsAt(ReadOnlySpan<byte> text, int position)
    {
        if (text.Length - position <= Math.Max(Length, 8)) return false;
        ref byte place = ref Unsafe.Add(ref MemoryMarshal.GetReference(text), position);
        if ((Unsafe.ReadUnaligned<ulong>(ref place) & mask) != first) return false;
        if (Length <= 8) return true;
        if (Length <= 16) return Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref place, Length - 8)) == last;
        return text.Slice(position, Length).SequenceEqual(whole);
    }
}
