using Orrery.Connectors.Landing;
using Orrery.Interfaces;
using Orrery.Interfaces.Catalog;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Ledger;
using Orrery.Interfaces.Topics;
using Orrery.Log;

namespace Orrery.Grains.Channels.Landing;

/// <summary>What a lander tells the ledger, and how it mends gaps.</summary>
sealed partial class LanderGrain
{
    readonly HopProgress progress = new();
    long statedAt, passed;
    long? repaired; // how far the range of repairs was reported; null: there was none

    string RepairInstance => $"{Instance}-repair";

    ILedgerGrain Ledger => GrainFactory.GetGrain<ILedgerGrain>(Channel);

    public async Task<int> TakeAgain(string origin, long stamp, long[] offsets, byte[] encodedBatch)
    {
        await gate.WaitAsync(loop.Ending);
        try
        {
            if (lander is null)
                throw new ConflictException($"Landing of {this.GetPrimaryKeyString()} is not running, so nothing can be sent to it again. Resume the channel first.");
            await CommitAsync(lander);
            var records = new List<LandingRecord>(offsets.Length);
            foreach (LogBatch batch in LogBatches.Parse(encodedBatch))
                foreach (LogRecord record in batch)
                    records.Add(LandingRecords.Of(offsets[records.Count], record));
            if (schemas is not null)
                foreach (LandingRecord record in records)
                    await schemas.LearnAsync(record);
            long from = await Ledger.LastOf(ChannelHops.Lander, RepairInstance) ?? 0;
            LandingManifest made = await lander.CommitRepairAsync(LandingRepairs.Id(from, origin, stamp), records, loop.Ending);
            await ReportRepairAsync(from, made);
            return records.Count;
        }
        finally
        {
            gate.Release();
        }
    }

    async Task ReportAsync(LandingManifest made)
    {
        await TellAsync(made.From, made.To, Entries(made));
        if (made.Sum.Records == 0)
            return;
        string files = CatalogKeys.Entity(EntityKeys.TenantOf(Channel), CatalogKeys.Id(EntityKind.Files, made.Topic));
        try
        {
            await GrainFactory.GetGrain<IEntityGrain>(files).Report(new EntityReport(
                null, null, DateTimeOffset.FromUnixTimeMilliseconds(made.Sum.LastMilliseconds), LandingRecords.Receipt(made.Sum), $"partition {made.Partition}, offsets {made.From} to {made.To}"));
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // The catalog only shows it; the ledger has it already.
            ChannelMessages.NotReported(logger, Channel, failure);
        }
    }

    /// <summary>While nothing comes, the ledger still wants to know how far the lander has seen.</summary>
    Task StateProgressAsync(long at) => time.GetElapsedTime(statedAt) < options.ReportPeriod ? Task.CompletedTask : TellAsync(at, at, []);

    async Task TellAsync(long from, long to, HopEntry[] entries)
    {
        passed = progress.PassedAt(to);
        var report = new HopReport(ChannelHops.Lander, Instance, from, to, entries, passed);
        // Repairs are an instance of their own to the ledger. It waits for what each of them passed; a repair sees no further than the lander itself.
        ReportAnswer[] answers = await Ledger.Report(repaired is { } at ? [report, new HopReport(ChannelHops.Lander, RepairInstance, at, at, [], passed)] : [report]);
        await LearnAsync(answers[0]);
    }

    async Task LearnAsync(ReportAnswer answer)
    {
        statedAt = time.GetTimestamp();
        PartitionInfo info = await GrainFactory.GetGrain<ITopicPartitionGrain>(TopicKeys.Partition(ChannelKeys.Topic(Channel), Partition)).Info();
        progress.Learn(answer.Sequence, info.End);
    }

    /// <summary>Reports repairs that were landed and, since the process ended in that moment, not reported.</summary>
    async Task ReportRepairsAsync(ManifestReader reader, CancellationToken cancellationToken)
    {
        repaired = await Ledger.LastOf(ChannelHops.Lander, RepairInstance);
        long reported = repaired ?? 0;
        await foreach (LandingManifest repair in reader.RepairsAsync(cancellationToken))
            if (LandingRepairs.From(repair.Repair!) is var from && from >= reported)
                await ReportRepairAsync(from, repair);
    }

    async Task ReportRepairAsync(long from, LandingManifest made)
    {
        long to = from + made.Sum.Records;
        await Ledger.Report([new HopReport(ChannelHops.Lander, RepairInstance, from, to, Entries(made), passed)]);
        repaired = to;
    }

    static HopEntry[] Entries(LandingManifest made) =>
        [.. made.Windows.Select(window => new HopEntry(window.Origin.Length > 0 ? window.Origin : made.Topic, window.Stamp, HopSide.Took, LandingRecords.Receipt(window.Sum)))];
}
