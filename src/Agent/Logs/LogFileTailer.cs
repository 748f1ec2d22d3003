using Microsoft.Win32.SafeHandles;
using Orrery.Connectors.LogObjects;

namespace Orrery.Agent.Logs;

/// <summary>
/// Follows log files and turns their bytes into records.
/// </summary>
/// <remarks>
/// <para><em>A file</em> is known by device and inode, by a print of its first bytes and of the last ones read; it has a number. A record's id is that
/// number and the offset of its first byte, so the same bytes always give the same id.</para>
/// <para><em>Rotation by renaming</em>: the file is held open and read to its end under its new name, also if no pattern matches that; after a restart its folder is
/// searched for it. <em>By copying and truncating</em>: the file is found shorter, or with other bytes; then it ended, the copy is searched for in its
/// folder and read on from the same offset under the same number, and what the file holds now has a new number. A copy that appears before the
/// truncation is taken note of and left alone.</para>
/// <para><em>What is kept</em> is <see cref="State"/>, to be stored in one step with the records that were taken. Between two such steps a crash
/// changes nothing: the same bytes are read again.</para>
/// <para><em>Not seen:</em> bytes that are written and cut away between two looks without a copy in the folder, and a file replaced by one with the
/// same first KiB and the same bytes before the offset.</para>
/// <para>Not thread-safe.</para>
/// </remarks>
internal sealed partial class LogFileTailer : IDisposable
{
    const int HeadBytes = 1024, TailBytes = 64, CopyBytesMin = 16, NotedBytesMin = 64, FileBytesARound = 1 << 20, ChunkBytes = 256 << 10;

    /// <summary>Files followed at most, and handles kept open.</summary>
    public const int FilesMax = 10_000, HandlesMax = 256;

    static readonly TimeSpan ForgetAfter = TimeSpan.FromDays(1), CopyDelayMax = TimeSpan.FromHours(1);

    readonly (LogSource Source, LogSplitter Splitter, PathPattern[] Patterns)[] sources;
    readonly string incarnation;
    readonly TimeProvider time;
    readonly TimeSpan scanInterval;
    readonly Action<LogNotice> notify;
    readonly bool firstStart;
    readonly List<TrackedFile> files = [];
    readonly List<LogSplitter.Piece> pieces = [];
    byte[] buffer = new byte[ChunkBytes];
    DateTimeOffset? scannedAt;
    long nextNumber;
    int turn;

    /// <param name="sources">What to follow.</param>
    /// <param name="incarnation">Stands in front of file numbers in ids.</param>
    /// <param name="kept">What was kept before; null: the agent starts for the first time.</param>
    /// <param name="scanInterval">How often patterns are looked up.</param>
    /// <param name="time">The clock.</param>
    /// <param name="notify">Hears of what went wrong.</param>
    public LogFileTailer(IEnumerable<LogSource> sources, string incarnation, LogState? kept, TimeSpan scanInterval, TimeProvider time, Action<LogNotice> notify)
    {
        this.sources = [.. sources.Select(source => (source, new LogSplitter(source), source.Paths.Select(path => new PathPattern(path)).ToArray()))];
        this.incarnation = incarnation;
        this.time = time;
        this.scanInterval = scanInterval;
        this.notify = notify;
        firstStart = kept is null;
        nextNumber = kept?.NextNumber ?? 1;
        Restore(kept?.Files ?? []);
    }

    /// <summary>Where every file stands: after the last record taken. Noted copies are found again by looking.</summary>
    public LogState State() => new(nextNumber, [.. files.Where(file => file.Original is null).Select(file => file.ToCheckpoint())]);

    /// <summary>Whether the last look left bytes that were there, so that the next one need not wait.</summary>
    public bool HasMore { get; private set; }

    /// <summary>Looks at every file once and gives new records to the batch until it is full.</summary>
    /// <returns>How many records were taken.</returns>
    public int Read(OutboxBatchBuilder batch)
    {
        DateTimeOffset now = time.GetUtcNow();
        foreach (TrackedFile file in files.ToArray())
            Guarded(file.Path, () => Examine(file, now));
        if (scannedAt is null || now - scannedAt >= scanInterval)
        {
            Scan(now);
            scannedAt = now;
        }

        HasMore = false;
        int before = batch.Records;
        int count = files.Count;
        for (int i = 0; i < count && !batch.IsFull; i++)
        {
            TrackedFile file = files[(turn + i) % count];
            if (file.Original is null && !file.Ended)
                Guarded(file.Path, () => ReadFile(file, batch, now));
        }

        turn = count == 0 ? 0 : (turn + 1) % count;
        FinishGone(now);
        CloseIdle();
        return batch.Records - before;
    }

    public void Dispose()
    {
        foreach (TrackedFile file in files)
            file.Dispose();
    }

    void ReadFile(TrackedFile file, OutboxBatchBuilder batch, DateTimeOffset now)
    {
        SafeFileHandle? handle = file.Handle;
        long length = file.Stamp.Length;
        bool still = now - file.GrownAt >= file.Source.RecordWait;
        bool veryStill = now - file.GrownAt >= file.Source.UnterminatedWait || (file.IsCopy && still);
        if (handle is null || length <= file.Offset || file.ReadAs == (length, still, veryStill))
            return;
        if (!Settle(file, handle, length, veryStill))
            return;
        for (long readMax = file.Offset + FileBytesARound; file.Offset < readMax;)
        {
            if (buffer.Length < file.Source.RecordBytesMax + ChunkBytes)
                buffer = new byte[file.Source.RecordBytesMax + ChunkBytes];
            int count = FilePrint.ReadFully(handle, buffer.AsSpan(0, (int)Math.Min(buffer.Length, length - file.Offset)), file.Offset);
            bool atEnd = file.Offset + count >= length;
            pieces.Clear();
            file.Splitter.Split(file.Text!, buffer.AsSpan(0, count), closesRecord: atEnd && still, closesLine: atEnd && veryStill, pieces);
            int taken = Take(file, batch, now);
            Advance(file, taken);
            if (batch.IsFull)
                return;
            if (taken == 0 || atEnd)
                break;
            HasMore |= file.Offset >= readMax;
        }

        if (pieces.Count == 0 || file.Offset >= length)
            file.ReadAs = (length, still, veryStill);
    }

    /// <summary>Gives the pieces to the batch; answers how many bytes of the buffer are in records now.</summary>
    int Take(TrackedFile file, OutboxBatchBuilder batch, DateTimeOffset now)
    {
        int taken = 0;
        foreach (LogSplitter.Piece piece in pieces)
        {
            (string text, bool damaged) = file.Text!.Decode(buffer.AsSpan(piece.Start, piece.Length));
            if (text.Length > 0)
            {
                ShippedMarks marks = piece.Marks | (damaged ? ShippedMarks.Damaged : ShippedMarks.None);
                string id = $"{incarnation}-{file.Number}:{file.Offset + piece.Start}";
                if (!batch.TryAdd(id, now, file.Source, file.Path, text, marks))
                    break;
            }

            taken = piece.Start + piece.Length;
        }

        return taken;
    }

    /// <summary>The tail's print is taken from the bytes that were read, not from the file, which may be another one by now.</summary>
    void Advance(TrackedFile file, int taken)
    {
        if (taken == 0)
            return;
        int tail = Math.Min(TailBytes, taken);
        file.Tail = PrintOf(buffer.AsSpan(taken - tail, tail), file.Offset + taken - tail);
        file.Offset += taken;
    }

    /// <summary>Finds the encoding once there is something to find it by.</summary>
    static bool Settle(TrackedFile file, SafeFileHandle handle, long length, bool veryStill)
    {
        if (file.Text is not null)
            return true;
        Span<byte> head = stackalloc byte[4];
        int count = FilePrint.ReadFully(handle, head, 0);
        // Two plain letters are enough; otherwise a mark or the pattern of UTF-16 can still follow.
        bool plain = count >= 2 && !head[..count].ContainsAnyExceptInRange((byte)1, (byte)0x7F);
        if (length < 4 && !plain && !veryStill)
            return false;
        (file.Text, int mark) = LogText.Find(file.Source.Encoding)!.Settle(head[..count]);
        if (file.Offset == 0)
            file.Offset = mark;
        return true;
    }

    static FilePrint PrintOf(ReadOnlySpan<byte> bytes, long start) =>
        new(start, bytes.Length, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes).AsSpan(0, 16)));

    /// <summary>A file that was renamed out of the patterns or removed, read to its end and still: it is let go, so that its space can be freed.</summary>
    void FinishGone(DateTimeOffset now)
    {
        foreach (TrackedFile file in files)
            if (file is { Gone: true, Ended: false } && file.Offset >= file.Stamp.Length && file.Stamp.Length >= 0 && now - file.GrownAt >= file.Source.UnterminatedWait)
            {
                file.Ended = true;
                file.Close();
            }
    }

    void CloseIdle()
    {
        int open = 0;
        foreach (TrackedFile file in files.OrderByDescending(file => file.GrownAt))
            if (file.Handle is not null && ++open > HandlesMax && !file.Gone)
                file.Close();
    }

    void Guarded(string path, Action action)
    {
        try
        {
            action();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            notify(new LogNotice(LogNoticeKind.Unreadable, $"'{path}': {error.Message}"));
        }
    }
}
