using System.Globalization;

namespace Orrery.Client.Spool;

/// <summary>The files of the buffer folder.</summary>
/// <remarks>
/// A folder holds <c>lock</c> (held open by the one process that uses it), <c>acknowledged</c> (the highest sequence that the cloud
/// took, with a CRC) and segments <c>0000000000000001.seg</c>. A segment is a header of 8 bytes and records:
/// <code>length u32 | crc u32 | sequence u64 | items u32 | kind u8 | body</code>
/// The CRC covers everything after itself; length is the body's. All numbers are little-endian. A record is written with one call,
/// so that a process that is killed leaves at most one torn record, at the end; opening cuts it off. Records are acknowledged in
/// order, so one number says which are done; a lost or torn <c>acknowledged</c> only means that the cloud sees batches again, under
/// the ids they had.
/// </remarks>
internal sealed class SegmentStore : IDisposable
{
    public const int HeaderBytes = 8;
    public const int RecordBytes = 21;
    const int BodyBytesMax = 64 << 20;
    static readonly byte[] Magic = [(byte)'O', (byte)'R', (byte)'R', (byte)'B', (byte)'U', (byte)'F', (byte)'1', (byte)'\n'];

    readonly string directory;
    readonly FileStream lockFile;
    readonly FileStream acknowledgedFile;
    readonly List<Segment> segments = [];
    readonly byte[] acknowledgedBytes = new byte[12];
    byte[] scratch = new byte[8192];
    Segment? active;
    ulong nextId = 1;

    SegmentStore(string directory, FileStream lockFile)
    {
        this.directory = directory;
        this.lockFile = lockFile;
        acknowledgedFile = new FileStream(Path.Combine(directory, "acknowledged"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, 1);
        Acknowledged = ReadAcknowledged();
    }

    /// <summary>The highest sequence that the cloud took, as far as the disk knows.</summary>
    public ulong Acknowledged { get; private set; }

    /// <summary>The highest sequence seen in the folder.</summary>
    public ulong SequenceMax { get; private set; }

    /// <summary>Bytes of all segments.</summary>
    public long Bytes { get; private set; }

    /// <summary>Bytes of a torn end that opening cut off.</summary>
    public long CutBytes { get; private set; }

    public int SegmentCount => segments.Count;

    /// <summary>Opens the folder and lists the batches in it that are not acknowledged, oldest first.</summary>
    /// <exception cref="IOException">Another process uses it, or the disk refuses.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public static SegmentStore Open(string directory, List<SpooledBatch> found)
    {
        Directory.CreateDirectory(directory);
        var lockFile = new FileStream(Path.Combine(directory, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
        SegmentStore? store = null;
        try
        {
            store = new SegmentStore(directory, lockFile);
            store.Recover(found);
            return store;
        }
        catch
        {
            store?.Dispose();
            lockFile.Dispose();
            throw;
        }
    }

    /// <summary>Appends one batch; on return the system has it, and a killed process does not lose it.</summary>
    public void Append(SpooledBatch batch, long segmentBytesMax)
    {
        if (active is null || active.Length >= segmentBytesMax)
            active = Create();
        int size = RecordBytes + batch.Length;
        if (scratch.Length < size)
            scratch = new byte[size];
        LittleEndian.Write32(scratch, 0, (uint)batch.Length);
        LittleEndian.Write64(scratch, 8, batch.Sequence);
        LittleEndian.Write32(scratch, 16, (uint)batch.Items);
        scratch[20] = (byte)batch.Kind;
        Buffer.BlockCopy(batch.Body!, 0, scratch, RecordBytes, batch.Length);
        LittleEndian.Write32(scratch, 4, Crc32.Of(scratch, 8, size - 8));
        Segment segment = active;
        try
        {
            segment.File.Position = segment.Length;
            segment.File.Write(scratch, 0, size);
            segment.File.Flush(false);
        }
        catch
        {
            // What was half written must not be followed by whole records: leave this segment as it is.
            active = null;
            if (segment.Live == 0)
                Delete(segment);
            throw;
        }
        batch.Segment = segment;
        batch.Offset = segment.Length;
        segment.Length += size;
        segment.Live++;
        Bytes += size;
        SequenceMax = Math.Max(SequenceMax, batch.Sequence);
        if (scratch.Length > 1 << 20)
            scratch = new byte[8192];
    }

    /// <summary>The body of a batch, or null when the disk does not give back what was written.</summary>
    public byte[]? Read(SpooledBatch batch)
    {
        var record = new byte[RecordBytes + batch.Length];
        batch.Segment!.File.Position = batch.Offset;
        if (!Fill(batch.Segment.File, record, record.Length)
            || LittleEndian.Read32(record, 4) != Crc32.Of(record, 8, record.Length - 8)
            || LittleEndian.Read64(record, 8) != batch.Sequence)
            return null;
        var body = new byte[batch.Length];
        Buffer.BlockCopy(record, RecordBytes, body, 0, body.Length);
        return body;
    }

    /// <summary>The batch is done with: its segment goes when it was the last in it.</summary>
    public void Release(SpooledBatch batch, long segmentBytesMax)
    {
        Segment segment = batch.Segment!;
        batch.Segment = null;
        segment.Live--;
        if (segment.Live == 0 && (segment != active || segment.Length > segmentBytesMax / 4))
            Delete(segment);
    }

    public void Acknowledge(ulong sequence)
    {
        if (sequence <= Acknowledged)
            return;
        Acknowledged = sequence;
        LittleEndian.Write64(acknowledgedBytes, 0, sequence);
        LittleEndian.Write32(acknowledgedBytes, 8, Crc32.Of(acknowledgedBytes, 0, 8));
        acknowledgedFile.Position = 0;
        acknowledgedFile.Write(acknowledgedBytes, 0, acknowledgedBytes.Length);
        acknowledgedFile.Flush(false);
    }

    /// <summary>The oldest segment that may be dropped to make room, or null.</summary>
    public Segment? Oldest => segments.Count > 0 ? segments[0] : null;

    public void Delete(Segment segment)
    {
        if (segment == active)
            active = null;
        segments.Remove(segment);
        Bytes -= segment.Length;
        segment.Dispose();
        File.Delete(segment.Path);
    }

    /// <summary>Forces everything written so far through the system's caches.</summary>
    public void Flush() => active?.File.Flush(true);

    public void Dispose()
    {
        foreach (Segment segment in segments)
            segment.Dispose();
        acknowledgedFile.Dispose();
        lockFile.Dispose();
    }

    /// <summary>Keeps a refused body for a person to look at; the newest <paramref name="filesMax"/> stay.</summary>
    public void SetAside(ulong sequence, byte[] body, int filesMax)
    {
        string folder = Path.Combine(directory, "rejected");
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, sequence.ToString("x16", CultureInfo.InvariantCulture) + ".json.gz"), body);
        string[] files = Directory.GetFiles(folder, "*.json.gz");
        Array.Sort(files, StringComparer.Ordinal);
        for (int i = 0; i < files.Length - filesMax; i++)
            File.Delete(files[i]);
    }

    Segment Create()
    {
        string path = PathOf(nextId);
        var file = new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read, 1);
        try
        {
            file.Write(Magic, 0, Magic.Length);
        }
        catch
        {
            file.Dispose();
            throw;
        }
        var segment = new Segment(nextId++, path, file) { Length = HeaderBytes };
        Bytes += HeaderBytes;
        segments.Add(segment);
        return segment;
    }

    void Recover(List<SpooledBatch> found)
    {
        string[] files = Directory.GetFiles(directory, "*.seg");
        Array.Sort(files, StringComparer.Ordinal);
        foreach (string path in files)
        {
            if (!ulong.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong id))
                continue;
            nextId = Math.Max(nextId, id + 1);
            var segment = new Segment(id, path, new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read, 1));
            segments.Add(segment);
            int before = found.Count;
            Scan(segment, found);
            if (segment.File.Length > segment.Length)
            {
                CutBytes += segment.File.Length - segment.Length;
                segment.File.SetLength(segment.Length);
            }
            Bytes += segment.Length;
            segment.Live = found.Count - before;
            if (segment.Live == 0)
                Delete(segment);
        }
        SequenceMax = Math.Max(SequenceMax, Acknowledged);
    }

    void Scan(Segment segment, List<SpooledBatch> found)
    {
        FileStream file = segment.File;
        long end = file.Length;
        var head = new byte[RecordBytes];
        if (!Fill(file, head, HeaderBytes) || !StartsWithMagic(head))
            return;
        segment.Length = HeaderBytes;
        while (segment.Length + RecordBytes <= end)
        {
            file.Position = segment.Length;
            if (!Fill(file, head, RecordBytes))
                return;
            uint length = LittleEndian.Read32(head, 0);
            if (length > BodyBytesMax || segment.Length + RecordBytes + length > end)
                return;
            int size = RecordBytes + (int)length;
            if (scratch.Length < size)
                scratch = new byte[size];
            Buffer.BlockCopy(head, 0, scratch, 0, RecordBytes);
            if (!Fill(file, scratch, (int)length, RecordBytes) || LittleEndian.Read32(head, 4) != Crc32.Of(scratch, 8, size - 8))
                return;
            ulong sequence = LittleEndian.Read64(head, 8);
            SequenceMax = Math.Max(SequenceMax, sequence);
            if (sequence > Acknowledged)
                found.Add(new SpooledBatch
                {
                    Kind = (BatchKind)head[20],
                    Sequence = sequence,
                    Items = (int)LittleEndian.Read32(head, 16),
                    Length = (int)length,
                    Segment = segment,
                    Offset = segment.Length,
                });
            segment.Length += size;
        }
    }

    ulong ReadAcknowledged()
    {
        if (!Fill(acknowledgedFile, acknowledgedBytes, acknowledgedBytes.Length)
            || LittleEndian.Read32(acknowledgedBytes, 8) != Crc32.Of(acknowledgedBytes, 0, 8))
            return 0;
        return LittleEndian.Read64(acknowledgedBytes, 0);
    }

    string PathOf(ulong id) => Path.Combine(directory, id.ToString("x16", CultureInfo.InvariantCulture) + ".seg");

    static bool StartsWithMagic(byte[] head)
    {
        for (int i = 0; i < Magic.Length; i++)
            if (head[i] != Magic[i])
                return false;
        return true;
    }

    static bool Fill(FileStream file, byte[] into, int count, int offset = 0)
    {
        int end = offset + count;
        while (offset < end)
        {
            int read = file.Read(into, offset, end - offset);
            if (read == 0)
                return false;
            offset += read;
        }
        return true;
    }
}
