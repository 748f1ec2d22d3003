using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Orrery.Interfaces.Health;

/// <summary>
/// Writes the samples of one server as one compact array: what the HTTP door passes on, the log keeps and the server's grain applies.
/// Keep one and reset it; it is not thread-safe. Little-endian:
/// <code>
/// byte version (1), u32 number of series, then for each series:
///   u64 hash of the key
///   varints: bytes shared with the start of the key before, bytes shared with its end, further bytes; then those
///   varint number of samples (1 or more)
///   signed varint: first time, less the first time of the series before (Unix ms)
///   if more than one: signed varint step, when all times lie one step apart, else 0 and a signed varint distance for each further time
///   8 bytes a value
/// </code>
/// A key is stored as what differs from the key before, since the series of a scrape share most labels and the log writes every byte.
/// </summary>
public sealed class SampleBatchWriter
{
    internal const byte Version = 1;
    internal const int HeaderBytes = 5;

    byte[] buffer = new byte[4096];
    readonly SeriesKeyChain keys = new();
    int length;
    long previousFirst;
    uint series;

    public SampleBatchWriter() => Reset();

    /// <summary>Series added since the last reset.</summary>
    public int Series => (int)series;

    /// <summary>Samples added since the last reset.</summary>
    public int Samples { get; private set; }

    /// <summary>Bytes of the batch as it stands.</summary>
    public int Bytes => length;

    /// <summary>Begins a new batch.</summary>
    public void Reset()
    {
        length = HeaderBytes;
        keys.Reset();
        previousFirst = 0;
        series = 0;
        Samples = 0;
    }

    /// <summary>Adds samples of a series. The same series may be added more than once; times may be in any order.</summary>
    /// <param name="key">The canonical key, at most <see cref="SeriesKey.BytesLimit"/> bytes.</param>
    /// <param name="hash"><see cref="SeriesKey.Hash"/> of the key.</param>
    /// <param name="timesMilliseconds">One time a sample, Unix milliseconds; at least one.</param>
    /// <param name="values">As many values.</param>
    public void Add(ReadOnlySpan<byte> key, ulong hash, ReadOnlySpan<long> timesMilliseconds, ReadOnlySpan<double> values)
    {
        int count = timesMilliseconds.Length;
        if (count == 0 || values.Length != count) throw new ArgumentException($"A series was given {count} times and {values.Length} values; it needs as many of both, at least one.", nameof(values));
        if (key.Length > SeriesKey.BytesLimit) throw new ArgumentException($"A series key has {key.Length} bytes; the limit is {SeriesKey.BytesLimit}.", nameof(key));
        Reserve(8 + (6 * SampleVarint.BytesLimit) + key.Length + (count * (8 + SampleVarint.BytesLimit)));

        var target = buffer.AsSpan();
        BinaryPrimitives.WriteUInt64LittleEndian(target[length..], hash);
        int position = keys.Write(target, length + 8, key);
        position = SampleVarint.Write(target, position, (ulong)count);
        position = SampleVarint.WriteSigned(target, position, unchecked(timesMilliseconds[0] - previousFirst));
        previousFirst = timesMilliseconds[0];
        if (count > 1) position = WriteSteps(target, position, timesMilliseconds);
        if (BitConverter.IsLittleEndian)
        {
            MemoryMarshal.AsBytes(values).CopyTo(target[position..]);
        }
        else
        {
            for (int number = 0; number < count; number++) BinaryPrimitives.WriteDoubleLittleEndian(target[(position + (number * 8))..], values[number]);
        }

        length = position + (count * 8);
        series++;
        Samples += count;
    }

    /// <summary>The batch as it stands; valid until the writer is used again.</summary>
    public ReadOnlySpan<byte> WrittenSpan
    {
        get
        {
            buffer[0] = Version;
            BinaryPrimitives.WriteUInt32LittleEndian(buffer.AsSpan(1), series);
            return buffer.AsSpan(0, length);
        }
    }

    /// <summary>A copy of the batch as it stands.</summary>
    public byte[] ToArray() => WrittenSpan.ToArray();

    static int WriteSteps(Span<byte> target, int position, ReadOnlySpan<long> times)
    {
        long step = unchecked(times[1] - times[0]);
        bool regular = step != 0;
        for (int number = 2; regular && number < times.Length; number++) regular = unchecked(times[number] - times[number - 1]) == step;
        if (regular) return SampleVarint.WriteSigned(target, position, step);
        target[position++] = 0;
        for (int number = 1; number < times.Length; number++) position = SampleVarint.WriteSigned(target, position, unchecked(times[number] - times[number - 1]));
        return position;
    }

    void Reserve(int bytes)
    {
        if (buffer.Length - length < bytes) Array.Resize(ref buffer, (int)Math.Max(Math.Min(buffer.Length * 2L, Array.MaxLength), length + (long)bytes));
    }
}
