using System.Buffers;
using System.Text;
using Orrery.Connectors.Landing;
using Orrery.Connectors.LogFormats;
using Orrery.Connectors.LogObjects;
using Orrery.Grains.Channels.Letters;
using Orrery.Interfaces.Ledger;
using Orrery.Interfaces.Topics;
using Orrery.Log;

namespace Orrery.Grains.Channels.Collecting;

/// <summary>
/// A shipped batch turned into records: what the agent gave, what was read of it, what goes into which partition, what is put aside. The same batch always
/// gives the same records, so collecting it again is harmless.
/// </summary>
sealed class CollectedBatch
{
    const int HeadsMax = 1_000;

    readonly Dictionary<(string Origin, long Stamp), Receipt> took = [], gave = [], rejected = [];
    readonly Dictionary<string, byte[]> headers = [];
    readonly PartedRecords[] parted;
    readonly ArrayBufferWriter<byte> buffer = new();
    readonly int windowSeconds;

    CollectedBatch(int partitions, int windowSeconds)
    {
        this.windowSeconds = windowSeconds;
        parted = [.. Enumerable.Range(0, partitions).Select(_ => new PartedRecords())];
    }

    /// <summary>What could not be read, with the reason: value by value.</summary>
    public PartedRecords Dead { get; } = new();

    public long Records { get; private set; }

    public long Rejected { get; private set; }

    /// <summary>Places of dead letters that are dead no more, or dead anew for another reason: rising.</summary>
    public List<long> Settled { get; } = [];

    /// <summary>Dead letters that stay dead, with the reason and the format of now.</summary>
    public List<(string Reason, string Format, StoredLetter Letter)> Remaining { get; } = [];

    /// <summary>Partitions that get records.</summary>
    public IEnumerable<int> Partitions => Enumerable.Range(0, parted.Length).Where(number => parted[number].Records > 0);

    /// <exception cref="LandingDamageException">The lines are not what the manifest says.</exception>
    /// <exception cref="FormatException">A line is none.</exception>
    /// <param name="manifest">What the batch is.</param>
    /// <param name="origin">What its origin is called in the topic and the ledger.</param>
    /// <param name="lines">Its lines.</param>
    /// <param name="progress">What head lines of files have said; changed.</param>
    /// <param name="format">As what they are read.</param>
    /// <param name="partitions">Of the topic.</param>
    /// <param name="windowSeconds">Length of the ledger's windows.</param>
    public static CollectedBatch Read(
        LogObjectManifest manifest, string origin, IReadOnlyList<ReadOnlyMemory<byte>> lines, OriginProgress progress, string format, int partitions, int windowSeconds)
    {
        ShippedLine[] shipped = [.. lines.Select(static line => ShippedLine.Parse(line.Span))];
        var parsers = new LineParsers(format, shipped);
        var batch = new CollectedBatch(partitions, windowSeconds);
        var sum = LandingSum.Empty;
        for (int number = 0; number < lines.Count; number++)
        {
            byte[] key = Encoding.UTF8.GetBytes(shipped[number].File);
            sum += LandingSum.Of(new LandingRecord(0, key, lines[number], shipped[number].TimestampMilliseconds, "", default), RecordHash.Compute);
            batch.Add(origin, shipped[number], key, lines[number], progress, parsers);
        }

        if (sum != manifest.Sum)
            throw new LandingDamageException($"Batch {manifest.Sequence} of '{origin}' holds {sum.Records} records with the hash sum {sum.Hash:x32}; its manifest says {manifest.Sum.Records} with {manifest.Sum.Hash:x32}.");
        return batch;
    }

    /// <summary>A partition's records, to be appended part by part.</summary>
    public IEnumerable<byte[]> Encoded(int partition, long producer, long sequence) => parted[partition].Encoded(producer, sequence);

    /// <summary>
    /// Reads dead letters again. One that is an entry now, or a head line, is accounted for as a line that came; one that stays dead was accounted for when it died, and is
    /// only put aside anew where the reason is another.
    /// </summary>
    /// <param name="letters">In the order of their places.</param>
    /// <param name="progressOf">What head lines of an origin's files have said, for letters that do not know it.</param>
    /// <param name="format">As what they are read.</param>
    /// <param name="partitions">Of the topic.</param>
    /// <param name="windowSeconds">Length of the ledger's windows.</param>
    public static CollectedBatch Replay(IReadOnlyList<StoredLetter> letters, Func<string, OriginProgress> progressOf, string format, int partitions, int windowSeconds)
    {
        ShippedLine[] shipped = [.. letters.Select(static letter => letter.Shipped())];
        var batch = new CollectedBatch(partitions, windowSeconds);
        var parsers = new Dictionary<string, LineParsers>();
        for (int number = 0; number < letters.Count; number++)
        {
            StoredLetter letter = letters[number];
            if (!parsers.TryGetValue(letter.Origin, out LineParsers? ofOrigin))
                parsers[letter.Origin] = ofOrigin = new LineParsers(format, [.. shipped.Where((_, other) => letters[other].Origin == letter.Origin)]);
            batch.AddAgain(letter, shipped[number], progressOf(letter.Origin), ofOrigin);
        }

        return batch;
    }

    /// <summary>A partition's records, to be looked at.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Values(int partition) => parted[partition].Values();

    /// <summary>What upstream gave: everything that was taken.</summary>
    public IEnumerable<HopEntry> AgentEntries => Of(took, HopSide.Gave);

    public IEnumerable<HopEntry> Entries => [.. Of(took, HopSide.Took), .. Of(gave, HopSide.Gave), .. Of(rejected, HopSide.Rejected)];

    static IEnumerable<HopEntry> Of(Dictionary<(string Origin, long Stamp), Receipt> windows, HopSide side) =>
        windows.Select(window => new HopEntry(window.Key.Origin, window.Key.Stamp, side, window.Value));

    void Add(string origin, ShippedLine shipped, byte[] key, ReadOnlyMemory<byte> line, OriginProgress progress, LineParsers parsers)
    {
        Receipt raw = Raw(key, line.Span, shipped.TimestampMilliseconds);
        (string, long) window = (origin, LedgerKeys.Stamp(shipped.TimestampMilliseconds, windowSeconds));
        Sum(took, window, raw);
        LogParser parser = parsers.For(shipped, progress.Heads.GetValueOrDefault(shipped.File, ""));
        string head = parser.State;
        LogOutcome outcome = parser.Parse(shipped.Text);
        if (parser.State.Length > 0)
            Remember(progress, shipped.File, parser.State);
        if (outcome.Kind == LogOutcomeKind.Entry)
        {
            Give(origin, shipped, key, outcome.Entry!);
            return;
        }

        Sum(rejected, window, raw);
        if (outcome.Kind == LogOutcomeKind.Directive)
            return;
        Rejected++;
        PutAside(origin, key, shipped.TimestampMilliseconds, outcome.Reason, parser.Format, head, attempts: 1, line.Span);
    }

    void AddAgain(StoredLetter letter, ShippedLine shipped, OriginProgress progress, LineParsers parsers)
    {
        LogParser parser = parsers.For(shipped, progress.Heads.GetValueOrDefault(shipped.File, ""));
        if (letter.Head.Length > 0 && letter.Format == parser.Format)
            parser.State = letter.Head;
        string head = parser.State;
        LogOutcome outcome = parser.Parse(shipped.Text);
        if (outcome.Kind == LogOutcomeKind.Rejected)
        {
            Rejected++;
            Remaining.Add((outcome.Reason, parser.Format, letter));
            if (outcome.Reason == letter.Reason && parser.Format == letter.Format)
                return;
            PutAside(letter.Origin, letter.Key.Span, letter.TimestampMilliseconds, outcome.Reason, parser.Format, head, letter.Attempts + 1, letter.Line.Span);
            Settled.Add(letter.Offset);
            return;
        }

        Receipt raw = Raw(letter.Key.Span, letter.Line.Span, letter.TimestampMilliseconds);
        (string, long) window = (letter.Origin, LedgerKeys.Stamp(letter.TimestampMilliseconds, windowSeconds));
        Sum(took, window, raw);
        if (outcome.Kind == LogOutcomeKind.Entry)
            Give(letter.Origin, shipped, letter.Key.Span, outcome.Entry!);
        else
            Sum(rejected, window, raw);
        Settled.Add(letter.Offset);
    }

    void Give(string origin, ShippedLine shipped, ReadOnlySpan<byte> key, LogEntry entry)
    {
        long at = shipped.TimestampMilliseconds;
        buffer.ResetWrittenCount();
        LogEntryJson.Write(buffer, shipped, entry);
        ReadOnlySpan<byte> value = buffer.WrittenSpan;
        parted[TopicPartitioner.PartitionOf(key, parted.Length)].Add(key, value, at, HeadersOf(origin));
        Sum(gave, (origin, LedgerKeys.Stamp(at, windowSeconds)), Raw(key, value, at));
        Records++;
    }

    void PutAside(string origin, ReadOnlySpan<byte> key, long at, string reason, string format, string head, int attempts, ReadOnlySpan<byte> line)
    {
        buffer.ResetWrittenCount();
        StoredLetter.Write(buffer, reason, format, origin, head, attempts, line);
        Dead.Add(key, buffer.WrittenSpan, at, HeadersOf(origin));
    }

    byte[] HeadersOf(string origin)
    {
        if (!headers.TryGetValue(origin, out byte[]? encoded))
            headers[origin] = encoded = LogHeaders.Encode((LedgerKeys.OriginHeader, Encoding.UTF8.GetBytes(origin)));
        return encoded;
    }

    static Receipt Raw(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long at) => Receipt.Of(RecordHash.Compute(key, value, at), key.Length + value.Length, at);

    static void Remember(OriginProgress progress, string file, string head)
    {
        progress.Heads.Remove(file);
        if (progress.Heads.Count >= HeadsMax)
            progress.Heads.Remove(progress.Heads.Keys.First());
        progress.Heads[file] = head;
    }

    static void Sum(Dictionary<(string Origin, long Stamp), Receipt> windows, (string, long) window, in Receipt receipt) => windows[window] = windows.GetValueOrDefault(window, Receipt.Empty) + receipt;
}
