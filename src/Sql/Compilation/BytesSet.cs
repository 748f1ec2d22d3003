using System.Collections.Immutable;
using System.Numerics;
using System.Text;
using Orrery.Sql.Rows;

namespace Orrery.Sql.Compilation;

/// <summary>A set of texts or binaries that does not change, asked without making strings.</summary>
public sealed class BytesSet
{
    private readonly byte[]?[] _slots;
    private readonly int _mask;

    internal BytesSet(IEnumerable<object> values)
    {
        byte[][] items = [.. values.Select(value => value is string text ? Encoding.UTF8.GetBytes(text) : [.. (ImmutableArray<byte>)value])];
        _slots = new byte[]?[BitOperations.RoundUpToPowerOf2((uint)Math.Max(8, items.Length * 2))];
        _mask = _slots.Length - 1;
        foreach (byte[] item in items)
        {
            int slot = Slot(item);
            while (_slots[slot] is { } taken && !taken.AsSpan().SequenceEqual(item)) slot = (slot + 1) & _mask;
            _slots[slot] = item;
        }
    }

    public bool Contains(Bytes value)
    {
        for (int slot = Slot(value.Span); _slots[slot] is { } item; slot = (slot + 1) & _mask)
            if (item.AsSpan().SequenceEqual(value.Span)) return true;
        return false;
    }

    private unsafe int Slot(ReadOnlySpan<byte> value)
    {
        fixed (byte* address = value) return (int)PackedRow.Hash((nint)address, value.Length) & _mask;
    }
}
