using System.Buffers;
using System.Buffers.Binary;
using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Unicode;

namespace Orrery.Runtime.CodeGeneration;

/// <summary>Writes one frame into a buffer of its thread; the finished frame is copied to where it is sent from.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class WireWriter : IBufferWriter<byte>
{
    private const int BytesKept = 1 << 20;

    /// <summary>How much room a serialiser may ask for beyond what it will use.</summary>
    private const long GrowthAllowed = 64 * 1024;

    [ThreadStatic]
    private static WireWriter? t_idle;

    private byte[] _buffer = new byte[4096];
    private int _length;
    private int _bytesLimit;

    private WireWriter()
    {
    }

    /// <summary>For whom references are written; null where none may occur.</summary>
    internal Silo? Silo { get; private set; }

    internal int Length => _length;

    internal Span<byte> Written => _buffer.AsSpan(0, _length);

    /// <summary>An empty writer. Writing a value may run user code that sends calls of its own, so each level takes its own writer.</summary>
    /// <param name="silo">For whom references are written.</param>
    /// <param name="bytesLimit">A value that would make the frame longer is given up while it is written.</param>
    internal static WireWriter Rent(Silo? silo, int bytesLimit = int.MaxValue)
    {
        var writer = t_idle ?? new WireWriter();
        t_idle = null;
        writer.Silo = silo;
        writer._bytesLimit = bytesLimit;
        return writer;
    }

    internal void Return()
    {
        _length = 0;
        Silo = null;
        if (_buffer.Length <= BytesKept) t_idle = this;
    }

    /// <summary>Drops what was written from this position on.</summary>
    internal void Truncate(int length) => _length = length;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Span<byte> Take(int count)
    {
        if (_buffer.Length - _length < count) Grow(count);
        var span = MemoryMarshal.CreateSpan(ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_buffer), _length), count);
        _length += count;
        return span;
    }

    internal void WriteByte(byte value) => Take(1)[0] = value;

    internal void WriteUInt16(ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(Take(sizeof(ushort)), value);

    internal void WriteUInt32(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Take(sizeof(uint)), value);

    internal void WriteUInt64(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Take(sizeof(ulong)), value);

    internal void WriteInt64(long value) => WriteUInt64((ulong)value);

    /// <summary>Seven bits a byte, low ones first.</summary>
    internal void WriteVarint(uint value)
    {
        while (value >= 0x80)
        {
            WriteByte((byte)(value | 0x80));
            value >>= 7;
        }

        WriteByte((byte)value);
    }

    internal void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        WriteVarint((uint)bytes.Length);
        bytes.CopyTo(Take(bytes.Length));
    }

    /// <summary>0 for null; else one more than twice the number of bytes, plus one where the bytes are UTF-16: what UTF-8 cannot hold, a lone surrogate, must survive.</summary>
    internal void WriteString(string? text)
    {
        if (text is null)
            WriteVarint(0);
        else
            WriteText(text);
    }

    internal void WriteText(ReadOnlySpan<char> text)
    {
        const int quick = 60;
        if (text.Length <= quick / 3)
        {
            // The length fits into one byte, so the text can be written before it is known.
            int start = _length;
            var room = Take(1 + text.Length * 3);
            if (Utf8.FromUtf16(text, room[1..], out _, out int written, replaceInvalidSequences: false) == OperationStatus.Done)
            {
                room[0] = (byte)(1 + written * 2);
                _length = start + 1 + written;
                return;
            }

            _length = start;
        }

        WriteLongText(text);
    }

    private void WriteLongText(ReadOnlySpan<char> text)
    {
        byte[] rented = ArrayPool<byte>.Shared.Rent(text.Length * 3);
        bool isUtf8 = Utf8.FromUtf16(text, rented, out _, out int written, replaceInvalidSequences: false) == OperationStatus.Done;
        if (!isUtf8) written = text.Length * sizeof(char);
        WriteVarint(checked(1 + (uint)written * 2 + (isUtf8 ? 0u : 1u)));
        var target = Take(written);
        if (isUtf8)
            rented.AsSpan(0, written).CopyTo(target);
        else
            for (int index = 0; index < text.Length; index++) BinaryPrimitives.WriteUInt16LittleEndian(target[(index * sizeof(char))..], text[index]);
        ArrayPool<byte>.Shared.Return(rented);
    }

    void IBufferWriter<byte>.Advance(int count) => _length += count;

    Memory<byte> IBufferWriter<byte>.GetMemory(int sizeHint)
    {
        if (_buffer.Length - _length < Math.Max(sizeHint, 256)) Grow(Math.Max(sizeHint, 256));
        return _buffer.AsMemory(_length);
    }

    Span<byte> IBufferWriter<byte>.GetSpan(int sizeHint) => ((IBufferWriter<byte>)this).GetMemory(sizeHint).Span;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow(int count)
    {
        long needed = (long)_length + count;
        if (needed > _bytesLimit + GrowthAllowed) throw new FrameTooLargeException();
        Array.Resize(ref _buffer, (int)Math.Min(Array.MaxLength, Math.Max(_buffer.Length * 2L, needed)));
    }
}

/// <summary>A value takes more bytes than a frame may have.</summary>
internal sealed class FrameTooLargeException : Exception
{
    public FrameTooLargeException() : base("It takes more bytes than a frame may have.")
    {
    }
}
