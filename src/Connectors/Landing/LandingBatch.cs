using System.Buffers;

namespace Orrery.Connectors.Landing;

/// <summary>The records of one commit while they gather: a file for each hour of event time, and the sums of each window.</summary>
sealed class LandingBatch(LandingOptions options, RecordHasher hasher) : IDisposable
{
    readonly ILandingFormat format = options.Encoding == LandingEncoding.Csv ? new CsvFormat(options.Projection) : new JsonLinesFormat(options.Projection);
    readonly ArrayBufferWriter<byte> line = new(4 << 10);
    readonly SortedDictionary<long, LandingFileWriter> files = [];
    readonly SortedDictionary<(string Origin, long Stamp), LandingSum> windows = new(WindowOrder.Instance);

    public LandingSum Sum { get; private set; } = LandingSum.Empty;

    public long LastOffset { get; private set; } = -1;

    /// <summary>Takes a record unless a bound would be passed; the first is always taken.</summary>
    public bool TryAdd(in LandingRecord record)
    {
        long hour = LandingNames.Hour(record.TimestampMilliseconds, options.DayOffset);
        var window = (record.Origin, Stamp(record.TimestampMilliseconds));
        if (Sum.Records > 0 && IsFull(record, hour, window))
            return false;
        LandingSum sum = LandingSum.Of(record, hasher);
        line.ResetWrittenCount();
        format.Write(record, line);
        if (!files.TryGetValue(hour, out LandingFileWriter? file))
            files.Add(hour, file = new LandingFileWriter(options.Compression, record.Offset, format.Head));
        file.Add(record.Offset, sum, line.WrittenSpan);
        windows[window] = windows.TryGetValue(window, out LandingSum before) ? before + sum : sum;
        Sum += sum;
        LastOffset = record.Offset;
        return true;
    }

    /// <summary>Closes the files and says what they hold.</summary>
    public (LandingFile File, MemoryStream Content)[] Finish(LandingNames names, long from, long to, string? repair) =>
        [.. files.Select(pair => pair.Value.Finish(names.File(LandingNames.Folder(pair.Key), from, to, repair, options.Encoding)))];

    public LandingWindow[] Windows() => [.. windows.Select(pair => new LandingWindow(pair.Key.Origin, pair.Key.Stamp, pair.Value))];

    public void Dispose()
    {
        foreach (LandingFileWriter file in files.Values)
            file.Dispose();
    }

    bool IsFull(in LandingRecord record, long hour, (string, long) window) =>
        Sum.Records >= options.RecordsMax || Sum.Bytes + record.Key.Length + record.Value.Length > options.BytesMax
        || (files.Count >= options.FilesMax && !files.ContainsKey(hour)) || (windows.Count >= options.WindowsMax && !windows.ContainsKey(window));

    long Stamp(long timestampMilliseconds)
    {
        long length = (long)options.Window.TotalMilliseconds;
        long stamp = timestampMilliseconds / length;
        return timestampMilliseconds % length < 0 ? stamp - 1 : stamp;
    }

    sealed class WindowOrder : IComparer<(string Origin, long Stamp)>
    {
        public static readonly WindowOrder Instance = new();

        public int Compare((string Origin, long Stamp) left, (string Origin, long Stamp) right) =>
            left.Stamp != right.Stamp ? left.Stamp.CompareTo(right.Stamp) : string.CompareOrdinal(left.Origin, right.Origin);
    }
}
