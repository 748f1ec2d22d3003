using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using Orrery.Interfaces.Health;

namespace Orrery.Grains.Health.Series.Chunks;

/// <summary>A chunk's bytes while they are written: grows, and ends with a CRC-32C of everything before.</summary>
sealed class ChunkBytes(byte version)
{
    const int CrcBytes = 4;

    byte[] buffer = [version, .. new byte[1023]];

    public int Length { get; private set; } = 1;

    /// <summary>Room to write to, beginning at the start of the chunk: write from <see cref="Length"/> on, then <see cref="Advance"/>.</summary>
    public Span<byte> Reserve(int bytes)
    {
        if (buffer.Length - Length < bytes) Array.Resize(ref buffer, (int)Math.Max(Math.Min(buffer.Length * 2L, Array.MaxLength), Length + (long)bytes));
        return buffer;
    }

    public void Advance(int position) => Length = position;

    public void Write(ulong value) => Advance(SampleVarint.Write(Reserve(SampleVarint.BytesLimit), Length, value));

    public void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length)[Length..]);
        Length += bytes.Length;
    }

    public void WriteHash(ulong hash)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(Reserve(8)[Length..], hash);
        Length += 8;
    }

    public ReadOnlySpan<byte> WrittenSpan => buffer.AsSpan(0, Length);

    public byte[] Finish()
    {
        byte[] bytes = new byte[Length + CrcBytes];
        buffer.AsSpan(0, Length).CopyTo(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(Length), Crc(buffer.AsSpan(0, Length)));
        return bytes;
    }

    /// <summary>Checks version and CRC and answers what lies between.</summary>
    /// <exception cref="SampleFormatException">The version is another, or the bytes were changed.</exception>
    public static ReadOnlySpan<byte> Open(ReadOnlySpan<byte> chunk, byte version)
    {
        if (chunk.Length < 1 + CrcBytes || chunk[0] != version) throw new SampleFormatException($"A chunk of {chunk.Length} bytes does not begin like one of version {version}.");
        var content = chunk[..^CrcBytes];
        uint stored = BinaryPrimitives.ReadUInt32LittleEndian(chunk[^CrcBytes..]), computed = Crc(content);
        return stored == computed ? content : throw new SampleFormatException($"A chunk of {chunk.Length} bytes has the checksum {computed:x8} instead of {stored:x8}: it was damaged.");
    }

    static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (ulong word in words) crc = BitOperations.Crc32C(crc, word);
        foreach (byte part in bytes[(words.Length * 8)..]) crc = BitOperations.Crc32C(crc, part);
        return ~crc;
    }
}
