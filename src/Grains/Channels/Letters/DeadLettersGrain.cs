using System.Globalization;
using System.Text;
using Microsoft.Extensions.Options;
using Orrery.Connectors.LogObjects;
using Orrery.Grains.Channels.Collecting;
using Orrery.Interfaces.Channels;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Paging;
using Orrery.Interfaces.Topics;

namespace Orrery.Grains.Channels.Letters;

/// <summary>Shows a channel's dead letters. It keeps nothing; the collector reads them again.</summary>
[Reentrant]
sealed class DeadLettersGrain(IOptions<ChannelOptions> options) : Grain, IDeadLettersGrain
{
    const int TextLengthMax = 2_000, ReasonLengthMax = 1_000, SummaryLettersMax = 200_000, SummaryPortion = 10_000, TrialLettersMax = 2_000, TrialSamplesMax = 3, TrialSampleLengthMax = 600;
    const long ScanBytesMax = 64 << 20;

    string Key => this.GetPrimaryKeyString();

    ICollectorGrain Collector => GrainFactory.GetGrain<ICollectorGrain>(Key);

    public async Task<Page<DeadLetter>> List(LetterQuery query, PageRequest page)
    {
        await CheckAsync(query);
        long from = 0;
        if (page.After is { } cursor && !long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out from))
            throw new InvalidInputException("cursor", "The cursor is none of this list; send back what 'next' gave.");
        LetterScan scan = Scan(query);
        long end = (await scan.Partition.Info()).End;
        List<StoredLetter> letters = from < end ? await scan.ReadAsync(from, end, page.Limit, ScanBytesMax) : [];
        return new Page<DeadLetter>([.. letters.Select(Shown)], from < end && scan.Reached < end ? scan.Reached.ToString(CultureInfo.InvariantCulture) : null);
    }

    public async Task<LetterSummary> Summarize(LetterQuery query)
    {
        await CheckAsync(query);
        LetterScan scan = Scan(query);
        PartitionInfo info = await scan.Partition.Info();
        var tally = new LetterTally();
        long at = info.Start;
        while (at < info.End && at - info.Start < SummaryLettersMax && scan.Bytes < ScanBytesMax)
        {
            foreach (StoredLetter letter in await scan.ReadAsync(at, Math.Min(info.End, at + SummaryPortion), SummaryPortion, ScanBytesMax))
                tally.Add(letter.Reason, letter.Format, letter.TimestampMilliseconds, letter.Shipped().Text);
            at = Math.Max(scan.Reached, at + 1);
        }

        return new LetterSummary(tally.Letters, tally.Reasons(), at >= info.End);
    }

    public async Task<LetterTrial> Try(ReplayDraft draft)
    {
        string format = await CheckAsync(draft);
        LetterScan scan = Scan(draft.Query);
        PartitionInfo info = await scan.Partition.Info();
        List<StoredLetter> letters = await scan.ReadAsync(info.Start, info.End, TrialLettersMax, ScanBytesMax);
        CollectedBatch batch = CollectedBatch.Replay(letters, static _ => new OriginProgress(), format, partitions: 1, (int)options.Value.Window.TotalSeconds);
        var tally = new LetterTally();
        foreach ((string reason, string name, StoredLetter letter) in batch.Remaining)
            tally.Add(reason, name, letter.TimestampMilliseconds, letter.Shipped().Text);
        string[] samples = [.. batch.Partitions.SelectMany(batch.Values).Take(TrialSamplesMax).Select(static value => LetterTally.Cut(Encoding.UTF8.GetString(value.Span), TrialSampleLengthMax))];
        return new LetterTrial(format, letters.Count, letters.Count - batch.Rejected, tally.Reasons(), samples, scan.Reached >= info.End);
    }

    public async Task<Replay> Replay(ReplayDraft draft, string user) => await Collector.BeginReplay(draft, await CheckAsync(draft), user);

    public async Task<IReadOnlyList<Replay>> Replays()
    {
        await SourceAsync();
        return await Collector.Replays();
    }

    public async Task<Replay> Cancel(long id)
    {
        await SourceAsync();
        return await Collector.CancelReplay(id);
    }

    LetterScan Scan(LetterQuery query) => new(GrainFactory, Key, query, options.Value.ReadBytes);

    async Task CheckAsync(LetterQuery query)
    {
        await SourceAsync();
        if (query is { From: { } from, To: { } to } && from >= to)
            throw new InvalidInputException("to", $"The range ends at {to:u}, before it begins at {from:u}.");
        if (query.Reason?.Length > ReasonLengthMax)
            throw new InvalidInputException("reason", $"The reason has {query.Reason.Length} characters; send one that the summary gave.");
    }

    /// <returns>The format to read as.</returns>
    async Task<string> CheckAsync(ReplayDraft draft)
    {
        await CheckAsync(draft.Query);
        SourceSpec? source = await SourceAsync();
        if (source is null || !ChannelSpecs.IsCollected(source))
            throw new ConflictException($"Channel '{Key}' collects no log lines, so it has no dead letters that could be read again.");
        string format = string.IsNullOrEmpty(draft.Format) ? source.Format : draft.Format;
        if (!LineParsers.Knows(format))
            throw new InvalidInputException("format", $"'{format}' is no log format; there are {LineParsers.Auto} and {LineParsers.Names}.");
        return format;
    }

    /// <exception cref="NotFoundException">There is no such channel.</exception>
    async Task<SourceSpec?> SourceAsync() => (await GrainFactory.GetGrain<IChannelOrders>(Key).LandingOrder()).Spec.Source;

    static DeadLetter Shown(StoredLetter letter)
    {
        ShippedLine line = letter.Shipped();
        return new DeadLetter(
            letter.Offset, DateTimeOffset.FromUnixTimeMilliseconds(letter.TimestampMilliseconds), letter.Origin, line.Source, line.Path, letter.Format, letter.Reason,
            LetterTally.Cut(line.Text, TextLengthMax), letter.Attempts);
    }
}
