using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Orrery.Grains.Paging;
using Orrery.Grains.Storing;
using Orrery.Grains.Topics;
using Orrery.Interfaces;
using Orrery.Interfaces.Audit;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Paging;
using Orrery.Interfaces.Topics;

namespace Orrery.Grains.Audit;

/// <remarks>
/// A record is in the list first and in the topic then, with its number as the producer's sequence: what a crash, or a log that was away, left out is given with the next record, each once. Only the
/// fleet's list writes the topic, since it has every record.
/// </remarks>
sealed class AuditGrain : Grain, IAuditGrain
{
    const int FleetItemsMax = 20_000, TenantItemsMax = 5_000, ItemsPerBlock = 100, BlockBytesMax = 64 * 1024;

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    readonly TimeProvider time;
    readonly ILogger<AuditGrain> logger;
    readonly BlockList<AuditRecord> records;
    TopicWriter? topic;
    long inTopic;

    public AuditGrain(TimeProvider time, ILogger<AuditGrain> logger)
    {
        this.time = time;
        this.logger = logger;
        int itemsMax = IsFleet ? FleetItemsMax : TenantItemsMax;
        records = new BlockList<AuditRecord>(
            number => GrainFactory.GetGrain<IBlockGrain>($"audit/{Key}/{number}"), new BlockListBounds(itemsMax, ItemsPerBlock, BlockBytesMax),
            static record => 300 + record.Object.Length + record.Action.Length + (record.Detail?.Length ?? 0));
    }

    string Key => this.GetPrimaryKeyString();

    bool IsFleet => Key == EntityKeys.Fleet;

    public override Task OnActivateAsync(CancellationToken cancellationToken) => records.LoadAsync();

    public async Task Add(AuditRecord record)
    {
        long number = (records.Items.LastOrDefault()?.Number ?? 0) + 1;
        try
        {
            await records.AddAsync([record with { Number = number }]);
        }
        catch
        {
            await records.LoadAsync();
            throw;
        }

        if (IsFleet)
            await TellTopic(number);
    }

    public Task<Page<AuditRecord>> List(AuditQuery query)
    {
        if (query.Page.Limit is < 1 or > Pages.LimitMax)
            throw new InvalidInputException("limit", $"A page cannot have {query.Page.Limit} records; ask for 1 to {Pages.LimitMax}.");
        long before = long.MaxValue;
        if (query.Page.After is { } after && !long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out before))
            throw new InvalidInputException("cursor", $"The cursor '{after}' is none of this list; send back what 'next' gave.");
        string? search = query.Page.Search;
        AuditRecord[] found =
        [
            .. records.Items.Reverse().Where(record =>
                record.Number < before
                && (query.User is null || record.User == query.User)
                && (query.From is null || record.At >= query.From)
                && (query.To is null || record.At < query.To)
                && (search is null || Pages.AnyContains(search, record.User, record.Object, record.What, record.Detail, record.Tenant))).Take(query.Page.Limit + 1),
        ];
        bool ends = found.Length <= query.Page.Limit;
        AuditRecord[] page = ends ? found : found[..^1];
        return Task.FromResult(new Page<AuditRecord>(page, ends ? null : page[^1].Number.ToString(CultureInfo.InvariantCulture)));
    }

    public Task TenantDeleted() => records.Items.Any() ? records.ClearAsync() : Task.CompletedTask;

    async Task TellTopic(long number)
    {
        try
        {
            if (topic is null)
            {
                await GrainFactory.GetGrain<ITopicGrain>(AuditRecord.Topic).Create(new TopicSettings { DeletesUnread = false });
                var writer = new TopicWriter(GrainFactory, AuditRecord.Topic, 1, TopicWriter.ProducerOf(AuditRecord.Topic), epoch: 1, time, new Random(1));
                inTopic = (await writer.LastOfAsync(0, CancellationToken.None))?.Sequence ?? 0;
                topic = writer;
            }

            foreach (AuditRecord record in records.Items.Where(record => record.Number > inTopic))
                topic.Add(Encoding.UTF8.GetBytes(record.Tenant ?? ""), JsonSerializer.SerializeToUtf8Bytes(record, Json), record.At.ToUnixTimeMilliseconds());
            if (topic.Records > 0)
                await topic.FlushAsync(number, CancellationToken.None);
            inTopic = number;
        }
        catch (Exception failure) when (failure is TopicUnavailableException or OverloadedException or SiloUnavailableException or TimeoutException or LimitReachedException)
        {
            topic = null;
            AuditMessages.TopicAway(logger, AuditRecord.Topic, failure);
        }
    }
}
