using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Orrery.Interfaces.Health;

/// <summary>
/// Reads what <see cref="SampleBatchWriter"/> wrote, series by series, without allocating per series: call <see cref="MoveNext"/>, then look at
/// the members, which stay valid until the next call. Bytes that are no batch give <see cref="SampleFormatException"/>, whatever they are.
/// </summary>
public ref struct SampleBatchReader
{
    [ThreadStatic]
    static SeriesKeyChain? chainScratch;

    readonly ReadOnlySpan<byte> batch;
    readonly SeriesKeyChain keys;
    int position, stepsPosition;
    long stepMilliseconds;
    uint left;
    ReadOnlySpan<byte> values;

    /// <summary>Begins to read. One thread reads one batch at a time.</summary>
    public SampleBatchReader(ReadOnlySpan<byte> batch)
    {
        if (batch.Length < SampleBatchWriter.HeaderBytes || batch[0] != SampleBatchWriter.Version)
        {
            throw new SampleFormatException($"{batch.Length} bytes that should be a batch of samples do not begin like one of version {SampleBatchWriter.Version}.");
        }

        this.batch = batch;
        left = BinaryPrimitives.ReadUInt32LittleEndian(batch[1..]);
        position = SampleBatchWriter.HeaderBytes;
        keys = chainScratch ??= new SeriesKeyChain();
        keys.Reset();
    }

    /// <summary>Hash of the current series' key.</summary>
    public ulong Hash { get; private set; }

    /// <summary>Canonical key of the current series. It is not checked to be one; <see cref="SeriesKey.Labels"/> does so.</summary>
    public readonly ReadOnlySpan<byte> Key => keys.Current;

    /// <summary>Samples of the current series, at least 1.</summary>
    public int Count { get; private set; }

    /// <summary>First time of the current series, Unix milliseconds.</summary>
    public long FirstMilliseconds { get; private set; }

    /// <summary>Distance of its times if it is one throughout, else 0.</summary>
    public readonly long StepMilliseconds => stepMilliseconds;

    /// <summary>Goes to the next series; false at the end.</summary>
    /// <exception cref="SampleFormatException">The bytes are no batch.</exception>
    public bool MoveNext()
    {
        if (left == 0)
        {
            if (position != batch.Length) throw new SampleFormatException($"A batch of samples has {batch.Length - position} bytes behind its last series.");
            return false;
        }

        left--;
        if (batch.Length - position < 8) throw Short();
        Hash = BinaryPrimitives.ReadUInt64LittleEndian(batch[position..]);
        position += 8;
        keys.Read(batch, ref position);
        ulong count = SampleVarint.Read(batch, ref position);
        if (count == 0 || count > (ulong)(batch.Length - position) / 8) throw new SampleFormatException($"A series claims {count} samples with {batch.Length - position} bytes left.");
        Count = (int)count;
        FirstMilliseconds = unchecked(FirstMilliseconds + SampleVarint.ReadSigned(batch, ref position));
        stepMilliseconds = 0;
        if (Count > 1)
        {
            stepMilliseconds = SampleVarint.ReadSigned(batch, ref position);
            stepsPosition = position;
            if (stepMilliseconds == 0)
            {
                for (int number = 1; number < Count; number++) SampleVarint.Read(batch, ref position);
            }
        }

        if (batch.Length - position < Count * 8L) throw Short();
        values = batch.Slice(position, Count * 8);
        position += values.Length;
        return true;
    }

    /// <summary>Copies the current series' times.</summary>
    /// <param name="destination">Takes at least <see cref="Count"/> times, Unix milliseconds.</param>
    public readonly void CopyTimes(Span<long> destination)
    {
        long time = FirstMilliseconds;
        destination[0] = time;
        if (stepMilliseconds != 0)
        {
            for (int number = 1; number < Count; number++) destination[number] = time = unchecked(time + stepMilliseconds);
            return;
        }

        int steps = stepsPosition;
        for (int number = 1; number < Count; number++) destination[number] = time = unchecked(time + SampleVarint.ReadSigned(batch, ref steps));
    }

    /// <summary>Copies the current series' values, bit by bit.</summary>
    /// <param name="destination">Takes at least <see cref="Count"/> values.</param>
    public readonly void CopyValues(Span<double> destination)
    {
        if (BitConverter.IsLittleEndian) values.CopyTo(MemoryMarshal.AsBytes(destination));
        else for (int number = 0; number < Count; number++) destination[number] = BinaryPrimitives.ReadDoubleLittleEndian(values[(number * 8)..]);
    }

    readonly SampleFormatException Short() => new($"A batch of samples ends within a series: {batch.Length - position} bytes are left.");
}
