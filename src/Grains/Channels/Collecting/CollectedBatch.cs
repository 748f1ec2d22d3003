using System.Buffers;
using System.Text;
using System.Text.Json;
using Orrery.Connectors.Landing;
using Orrery.Connectors.LogFormats;
using Orrery.Connectors.LogObjects;
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

    readonly Dictionary<long, Receipt> took = [], gave = [], rejected = [];
    readonly LogBatchEncoder[] encoders;
    readonly ArrayBufferWriter<byte> buffer = new();
    readonly string origin;
    readonly byte[] headers;
    readonly int windowSeconds;

    CollectedBatch(string origin, int partitions, int windowSeconds)
    {
        this.origin = origin;
        this.windowSeconds = windowSeconds;
        headers = LogHeaders.Encode((LedgerKeys.OriginHeader, Encoding.UTF8.GetBytes(origin)));
        encoders = [.. Enumerable.Range(0, partitions).Select(_ => new LogBatchEncoder())];
    }

    /// <summary>What could not be read, with the reason: value by value.</summary>
    public LogBatchEncoder Dead { get; } = new();

    public long Records { get; private set; }

    public long Rejected { get; private set; }

    /// <summary>Partitions that get records.</summary>
    public IEnumerable<int> Partitions => Enumerable.Range(0, encoders.Length).Where(number => encoders[number].Records > 0);

    /// <exception cref="LandingDamageException">The lines are not what the manifest says.</exception>
    public static CollectedBatch Read(LogObjectManifest manifest, IReadOnlyList<ReadOnlyMemory<byte>> lines, OriginProgress progress, string format, int partitions, int windowSeconds)
    {
        ShippedLine[] shipped = [.. lines.Select(static line => ShippedLine.Parse(line.Span))];
        var parsers = new LineParsers(format, shipped);
        var batch = new CollectedBatch(manifest.Origin, partitions, windowSeconds);
        var sum = LandingSum.Empty;
        for (int number = 0; number < lines.Count; number++)
        {
            byte[] key = Encoding.UTF8.GetBytes(shipped[number].File);
            sum += LandingSum.Of(new LandingRecord(0, key, lines[number], shipped[number].TimestampMilliseconds, "", default), RecordHash.Compute);
            batch.Add(shipped[number], key, lines[number], progress, parsers);
        }

        if (sum != manifest.Sum)
            throw new LandingDamageException($"Batch {manifest.Sequence} of '{manifest.Origin}' holds {sum.Records} records with the hash sum {sum.Hash:x32}; its manifest says {manifest.Sum.Records} with {manifest.Sum.Hash:x32}.");
        return batch;
    }

    /// <summary>A partition's batch, to be appended.</summary>
    public byte[] Encoded(int partition, LogProducer producer) => encoders[partition].Finish(producer).ToArray();

    public IEnumerable<HopEntry> AgentEntries => took.Select(window => new HopEntry(origin, window.Key, HopSide.Gave, window.Value));

    public IEnumerable<HopEntry> Entries =>
    [
        .. took.Select(window => new HopEntry(origin, window.Key, HopSide.Took, window.Value)),
        .. gave.Select(window => new HopEntry(origin, window.Key, HopSide.Gave, window.Value)),
        .. rejected.Select(window => new HopEntry(origin, window.Key, HopSide.Rejected, window.Value)),
    ];

    void Add(ShippedLine shipped, byte[] key, ReadOnlyMemory<byte> line, OriginProgress progress, LineParsers parsers)
    {
        long at = shipped.TimestampMilliseconds, stamp = LedgerKeys.Stamp(at, windowSeconds);
        var raw = Receipt.Of(RecordHash.Compute(key, line.Span, at), key.Length + line.Length, at);
        Sum(took, stamp, raw);
        LogParser parser = parsers.For(shipped, progress.Heads.GetValueOrDefault(shipped.File, ""));
        LogOutcome outcome = parser.Parse(shipped.Text);
        if (parser.State.Length > 0)
            Remember(progress, shipped.File, parser.State);
        if (outcome.Kind == LogOutcomeKind.Entry)
        {
            buffer.ResetWrittenCount();
            LogEntryJson.Write(buffer, shipped, outcome.Entry!);
            ReadOnlySpan<byte> value = buffer.WrittenSpan;
            encoders[TopicPartitioner.PartitionOf(key, encoders.Length)].Add(key, value, at, headers);
            Sum(gave, stamp, Receipt.Of(RecordHash.Compute(key, value, at), key.Length + value.Length, at));
            Records++;
            return;
        }

        Sum(rejected, stamp, raw);
        if (outcome.Kind == LogOutcomeKind.Directive)
            return;
        Rejected++;
        buffer.ResetWrittenCount();
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        writer.WriteString("reason", outcome.Reason);
        writer.WriteString("format", parser.Format);
        writer.WriteString("origin", origin);
        writer.WritePropertyName("line");
        writer.WriteRawValue(line.Span);
        writer.WriteEndObject();
        writer.Flush();
        Dead.Add(key, buffer.WrittenSpan, at, headers);
    }

    static void Remember(OriginProgress progress, string file, string head)
    {
        progress.Heads.Remove(file);
        if (progress.Heads.Count >= HeadsMax)
            progress.Heads.Remove(progress.Heads.Keys.First());
        progress.Heads[file] = head;
    }

    static void Sum(Dictionary<long, Receipt> windows, long stamp, in Receipt receipt) => windows[stamp] = windows.GetValueOrDefault(stamp, Receipt.Empty) + receipt;
}
