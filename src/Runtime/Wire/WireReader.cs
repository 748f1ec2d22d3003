using System.Buffers;
using System.Buffers.Binary;
using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Text.Unicode;
using Orrery.Runtime.Networking;

namespace Orrery.Runtime.CodeGeneration;

/// <summary>Reads one frame. Whatever it gives is a copy: the bytes are used again once the frame is done.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public ref struct WireReader
{
    private ReadOnlySpan<byte> _rest;

    internal WireReader(ReadOnlySpan<byte> frame, Silo? silo)
    {
        _rest = frame;
        Silo = silo;
    }

    /// <summary>In which references are made; null where none may occur.</summary>
    internal Silo? Silo { get; }

    internal readonly int Remaining => _rest.Length;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ReadOnlySpan<byte> Take(int count)
    {
        if ((uint)count > (uint)_rest.Length) throw TooShort(count);
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    internal byte ReadByte() => Take(1)[0];

    internal ushort ReadUInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(sizeof(ushort)));

    internal uint ReadUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));

    internal ulong ReadUInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));

    internal long ReadInt64() => (long)ReadUInt64();

    internal uint ReadVarint()
    {
        uint value = 0;
        for (int shift = 0; shift < 35; shift += 7)
        {
            byte next = ReadByte();
            if (shift == 28 && next > 0x0f) break;
            value |= (uint)(next & 0x7f) << shift;
            if (next < 0x80) return value;
        }

        throw new WireFormatException("A length in a frame is no number of up to 32 bits.");
    }

    internal ReadOnlySpan<byte> ReadBytes() => Take((int)Math.Min(ReadVarint(), int.MaxValue));

    internal string? ReadString() => ReadVarint() is > 0 and var head ? ReadText(head) : null;

    /// <summary>A text that is never null.</summary>
    internal string ReadName() => ReadString() ?? throw new WireFormatException("A name in a frame is null.");

    /// <summary>Copies a text into <paramref name="target"/>; answers its length, or -1, with nothing read, where it is null or does not fit.</summary>
    internal int ReadText(Span<char> target)
    {
        var before = _rest;
        uint head = ReadVarint();
        int count = (int)((head - 1) >> 1);
        if (head > 0 && (head & 1) == 1 && count <= target.Length && Utf8.ToUtf16(Take(count), target, out _, out int written, replaceInvalidSequences: false) == OperationStatus.Done) return written;
        _rest = before;
        return -1;
    }

    private string ReadText(uint head)
    {
        bool isUtf8 = (head & 1) == 1;
        var bytes = Take((int)((head - 1) >> 1));
        if (isUtf8)
        {
            if (!Utf8.IsValid(bytes)) throw new WireFormatException("A text in a frame is not UTF-8.");
            return System.Text.Encoding.UTF8.GetString(bytes);
        }

        if (bytes.Length % sizeof(char) != 0) throw new WireFormatException($"A text in a frame has {bytes.Length} bytes, and UTF-16 needs an even number.");
        var text = new char[bytes.Length / sizeof(char)];
        for (int index = 0; index < text.Length; index++) text[index] = (char)BinaryPrimitives.ReadUInt16LittleEndian(bytes[(index * sizeof(char))..]);
        return new string(text);
    }

    private readonly WireFormatException TooShort(int count) => new($"A frame ends {count - _rest.Length} bytes before what it has to hold.");
}
