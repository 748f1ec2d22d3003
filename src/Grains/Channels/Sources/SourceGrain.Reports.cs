using Orrery.Connectors.ChangeCapture;
using Orrery.Connectors.Rows;
using Orrery.Interfaces;
using Orrery.Interfaces.Catalog;
using Orrery.Interfaces.Ledger;

namespace Orrery.Grains.Channels.Sources;

/// <summary>What the source tells: receipts to the ledger, schemas to the catalog.</summary>
sealed partial class SourceGrain
{
    const string Instance = "0";

    readonly HashSet<ulong> announced = [];
    long reportedAt;

    string Tenant => EntityKeys.TenantOf(Key);

    ILedgerGrain Ledger => GrainFactory.GetGrain<ILedgerGrain>(Key);

    Task DefineLedgerAsync(ChannelOrder running) => Ledger.Define(ChannelHops.Definition(Key, running.Spec, WindowSeconds));

    /// <summary>Reports what was given and seals what is over. A ledger that cannot be reached holds up nothing: reports are kept with the state.</summary>
    async Task ReportAsync(bool isIdle)
    {
        reportedAt = time.GetTimestamp();
        try
        {
            if (State.Report is null && State.Unreported.Count > 0)
            {
                State.Report = new HopReport(ChannelHops.Source, Instance, State.Reported, State.Given, [.. State.Unreported.Select(Entry)]);
                State.Unreported.Clear();
                await writer.WriteAsync();
            }

            if (State.Report is { } report)
            {
                await Ledger.Report([report]);
                (State.Reported, State.Report) = (report.To, null);
            }

            await SealAsync(isIdle);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            ChannelMessages.NotReported(logger, Key, failure);
        }
    }

    HopEntry Entry(KeyValuePair<long, Receipt> window) => new(ChannelKeys.Topic(Key), window.Key, HopSide.Gave, window.Value);

    async Task SealAsync(bool isIdle)
    {
        if (State.NewestMilliseconds == long.MinValue || State.Intent is not null || State.Unreported.Count > 0)
            return;
        long open = LedgerKeys.Stamp(State.NewestMilliseconds, WindowSeconds);
        if (isIdle)
        {
            long byClock = LedgerKeys.Stamp(time.GetUtcNow().ToUnixTimeMilliseconds(), WindowSeconds);
            if (byClock > open)
            {
                open = byClock;
                State.NewestMilliseconds = LedgerKeys.BeginsAt(byClock, WindowSeconds);
                await writer.WriteAsync();
            }
        }

        if (open - 1 <= State.Sealed)
            return;
        await Ledger.Seal(ChannelKeys.Topic(Key), open - 1);
        State.Sealed = open - 1;
    }

    /// <summary>Whoever meets a row's fingerprint in the topic finds its schema in the catalog; so it has to be there first.</summary>
    async Task AnnounceSchemasAsync(ChannelOrder running, ChangeBatch batch)
    {
        foreach (TableSchema schema in batch.Schemas)
        {
            if (announced.Contains(schema.Fingerprint))
                continue;
            string name = schema.ToString();
            string topic = CatalogKeys.Id(EntityKind.Topic, running.Topic);
            IEntityGrain table = GrainFactory.GetGrain<IEntityGrain>(CatalogKeys.Entity(Tenant, CatalogKeys.Id(EntityKind.Table, name)));
            await table.Register(new EntityDraft(EntityKind.Table, name, EntityLayer.Ods, Place: running.Spec.Source!.Kind, Downstream: [topic], Channel: EntityKeys.Leaf(Key)));
            await table.SetSchema(SchemaTexts.Draft(schema));
            await GrainFactory.GetGrain<IEntityGrain>(CatalogKeys.Entity(Tenant, topic)).Register(
                new EntityDraft(EntityKind.Topic, running.Topic, EntityLayer.Ods, Channel: EntityKeys.Leaf(Key), Upstream: [CatalogKeys.Id(EntityKind.Table, name)]));
            announced.Add(schema.Fingerprint);
        }
    }
}
