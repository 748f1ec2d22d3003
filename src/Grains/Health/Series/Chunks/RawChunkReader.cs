using System.Buffers.Binary;
using Orrery.Grains.Health.Series.Blocks;
using Orrery.Interfaces.Health;

namespace Orrery.Grains.Health.Series.Chunks;

/// <summary>Reads what <see cref="RawChunkWriter"/> wrote: series by series, and for each its blocks. Any other bytes give <see cref="SampleFormatException"/>.</summary>
ref struct RawChunkReader
{
    readonly ReadOnlySpan<byte> source;
    readonly SeriesKeyChain keys = new();
    readonly List<TimeColumn> columns = [];
    int position = 1;
    ulong blocksLeft;

    public RawChunkReader(ReadOnlySpan<byte> chunk) => source = ChunkBytes.Open(chunk, RawChunkWriter.Version);

    public ulong Hash { get; private set; }

    public readonly ReadOnlySpan<byte> Key => keys.Current;

    public TimeColumn Times { get; private set; } = null!;

    public ReadOnlySpan<byte> Values { get; private set; }

    public bool IsLate { get; private set; }

    /// <summary>Goes to the next series, over blocks of the current one that were not looked at.</summary>
    public bool MoveNext()
    {
        while (MoveNextBlock())
        {
        }

        blocksLeft = SampleVarint.Read(source, ref position);
        if (blocksLeft == 0)
        {
            return position == source.Length ? false : throw new SampleFormatException($"A chunk has {source.Length - position} bytes behind its last series.");
        }

        if (source.Length - position < 8) throw new SampleFormatException("A chunk ends within a series.");
        Hash = BinaryPrimitives.ReadUInt64LittleEndian(source[position..]);
        position += 8;
        keys.Read(source, ref position);
        return true;
    }

    /// <summary>Goes to the next block of the current series.</summary>
    public bool MoveNextBlock()
    {
        if (blocksLeft == 0) return false;
        blocksLeft--;
        ulong head = SampleVarint.Read(source, ref position), back = head >> 1;
        IsLate = (head & 1) != 0;
        if (back > (ulong)columns.Count) throw new SampleFormatException($"A block takes its times from {back} columns before; there are {columns.Count}.");
        if (back == 0) columns.Add(TimeColumn.Read(source, ref position));
        Times = back == 0 ? columns[^1] : columns[^(int)back];
        ulong length = SampleVarint.Read(source, ref position);
        if (length > (ulong)(source.Length - position)) throw new SampleFormatException($"A block claims {length} bytes of values; {source.Length - position} are left.");
        Values = source.Slice(position, (int)length);
        position += (int)length;
        return true;
    }
}
