using Orrery.Grains.Sql.Checkpoints;
using Orrery.Grains.Sql.Running;
using Orrery.Sql.Rows;

namespace Orrery.Grains.Sql.Sinks;

/// <summary>
/// One insert's epochs that are not in its sink yet, oldest first: up to so many rows in memory, what comes behind them in files of a folder, packed. The files are this process's own and no proof of anything: after
/// a crash the epochs come from a checkpoint, or are computed again. One caller at a time.
/// </summary>
/// <param name="folder">Of the files; empty: all stays in memory.</param>
/// <param name="rowsMax">Rows in memory.</param>
/// <param name="bytesMax">Bytes in files.</param>
sealed class SinkQueue(string folder, int rowsMax, long bytesMax) : IDisposable
{
    /// <summary>A file that has so much is followed by another, and goes once it is read.</summary>
    const long FileBytesMax = 64 << 20;
    static int files;

    readonly Queue<SinkChanges> memory = new();
    readonly Queue<Segment> segments = new();
    Segment? newest;
    int memoryRows;

    /// <summary>Epochs that wait.</summary>
    public int Count { get; private set; }

    /// <summary>Rows that wait.</summary>
    public int Rows { get; private set; }

    /// <summary>Bytes that wait in files.</summary>
    public long FileBytes { get; private set; }

    /// <summary>Whether as much waits as may.</summary>
    public bool IsFull => folder.Length == 0 ? memoryRows >= rowsMax : FileBytes >= bytesMax;

    /// <summary>What waits in memory; it is older than what waits in files.</summary>
    public IEnumerable<SinkChanges> InMemory => memory;

    public void Enqueue(SinkChanges changes)
    {
        Count++;
        Rows += changes.Rows.Count;
        if (segments.Count == 0 && (folder.Length == 0 || memoryRows < rowsMax))
            Keep(changes);
        else
            Write(changes);
    }

    /// <summary>The oldest; there is one.</summary>
    public SinkChanges Peek()
    {
        while (memory.Count == 0 || (segments.Count > 0 && memoryRows < rowsMax / 2))
            Read();
        return memory.Peek();
    }

    /// <summary>The oldest, which are there, up to so many rows: one at least, and none of those that are still in files.</summary>
    public IReadOnlyList<SinkChanges> Peek(int rowsLimit)
    {
        var oldest = new List<SinkChanges> { Peek() };
        int rows = oldest[0].Rows.Count;
        foreach (SinkChanges changes in memory.Skip(1))
        {
            rows += changes.Rows.Count;
            if (rows > rowsLimit)
                break;
            oldest.Add(changes);
        }

        return oldest;
    }

    public void Dequeue()
    {
        int gone = Peek().Rows.Count;
        memory.Dequeue();
        memoryRows -= gone;
        Rows -= gone;
        Count--;
    }

    /// <summary>What waits in files, as <see cref="SinkBacklog"/> has it.</summary>
    public IEnumerable<byte[]> InFiles() => segments.Select(static segment => segment.Left());

    public void Dispose()
    {
        foreach (Segment segment in segments)
            segment.Dispose();
        segments.Clear();
    }

    void Keep(SinkChanges changes)
    {
        memory.Enqueue(changes);
        memoryRows += changes.Rows.Count;
    }

    void Write(SinkChanges changes)
    {
        if (newest is null || newest.Bytes >= FileBytesMax)
            segments.Enqueue(newest = new Segment(folder, Interlocked.Increment(ref files)));
        FileBytes += newest.Append(changes);
    }

    void Read()
    {
        Segment oldest = segments.Peek();
        (SinkChanges changes, int bytes) = oldest.Next();
        FileBytes -= bytes;
        Keep(changes);
        if (!oldest.IsRead)
            return;
        segments.Dequeue().Dispose();
        if (oldest == newest)
            newest = null;
    }

    /// <summary>A file, written at its end and read from its beginning.</summary>
    sealed class Segment : IDisposable
    {
        readonly FileStream file;
        readonly Queue<(int Bytes, RowLayout Layout)> entries = new();
        long read;

        public Segment(string folder, int number)
        {
            Directory.CreateDirectory(folder);
            string path = Path.Combine(folder, $"sink-{Environment.ProcessId}-{number}.spill");
            file = new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Delete, bufferSize: 1, FileOptions.DeleteOnClose);
            // Where a name may go before the file does, nothing stays of a process that is killed.
            if (!OperatingSystem.IsWindows())
                File.Delete(path);
        }

        public long Bytes { get; private set; }

        public bool IsRead => entries.Count == 0;

        public int Append(SinkChanges changes)
        {
            ReadOnlyMemory<byte> packed = SinkBacklog.Encode([changes]);
            RandomAccess.Write(file.SafeFileHandle, packed.Span, Bytes);
            Bytes += packed.Length;
            entries.Enqueue((packed.Length, changes.Layout));
            return packed.Length;
        }

        public (SinkChanges Changes, int Bytes) Next()
        {
            (int length, RowLayout layout) = entries.Dequeue();
            byte[] packed = Span(read, length);
            read += length;
            return (SinkBacklog.Decode(packed, _ => layout).Single(), length);
        }

        public byte[] Left() => Span(read, (int)(Bytes - read));

        public void Dispose() => file.Dispose();

        byte[] Span(long from, int length)
        {
            byte[] bytes = new byte[length];
            for (int done = 0; done < length;)
            {
                int got = RandomAccess.Read(file.SafeFileHandle, bytes.AsSpan(done), from + done);
                if (got == 0)
                    throw new InvalidDataException($"The file of rows that wait for a sink ends at {from + done:N0}, and {from + length:N0} were written.");
                done += got;
            }

            return bytes;
        }
    }
}
