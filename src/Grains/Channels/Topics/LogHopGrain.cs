using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orrery.Grains.Storing;
using Orrery.Grains.Topics;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Ledger;
using Orrery.Interfaces.Topics;
using Orrery.Log;

namespace Orrery.Grains.Channels.Topics;

/// <summary>
/// The log as a hop of a channel. What it took it gives, so both sides are read off what is durable, partition by partition and each range once; who appended and who
/// reads count by themselves. It keeps nothing: the ledger says where its reports end.
/// <para>To mend a gap it reads the window's records again and hands those that are missing to the lander of their partition, to nobody else.</para>
/// </summary>
[Reentrant]
sealed class LogHopGrain : Grain, ILogHopGrain, IHopGrain
{
    const int RangesPerRound = 16;

    readonly ChannelOptions options;
    readonly ILogger<LogHopGrain> logger;
    readonly Dictionary<int, PartitionProgress> progress = [];
    ChannelOrder? order;
    IGrainTimer? timer;
    Task round = Task.CompletedTask;
    long defined;

    public LogHopGrain(IOptions<ChannelOptions> options, ILogger<LogHopGrain> logger)
    {
        this.options = options.Value;
        this.logger = logger;
    }

    string Key => this.GetPrimaryKeyString();

    int WindowSeconds => (int)options.Window.TotalSeconds;

    ILedgerGrain Ledger => GrainFactory.GetGrain<ILedgerGrain>(Key);

    public Task Wake(ChannelOrder newOrder)
    {
        if (order is null || newOrder.Version > order.Version)
            order = newOrder;
        timer ??= this.RegisterGrainTimer(_ => AccountAsync(), new GrainTimerCreationOptions { DueTime = TimeSpan.Zero, Period = options.ReportPeriod, Interleave = true });
        return Task.CompletedTask;
    }

    public async Task Forget()
    {
        timer?.Dispose();
        await StateWriter.Settled(round);
        DeactivateOnIdle();
    }

    public async Task<UInt128[]> Hashes(HashQuery query)
    {
        var hashes = new List<UInt128>();
        for (int partition = 0; partition < Ordered.Spec.Partitions; partition++)
            await ForEachAsync(partition, query.Origin, query.Covers, (_, _, hash) =>
            {
                if (!query.Holds(hash))
                    return;
                if (hashes.Count == HashQuery.HashesMax)
                    throw new LimitReachedException($"The window {query.Stamp} of {Key} holds more than {HashQuery.HashesMax} records in slice {query.Slice} of {query.Slices}: ask in more slices.");
                hashes.Add(hash);
            });
        return [.. hashes];
    }

    public async Task<int> SendAgain(HashQuery query, string hop, UInt128[] hashes)
    {
        if (hop != ChannelHops.Lander)
            throw new NotFoundException($"Channel '{Key}' has no hop '{hop}' that takes from its log.");
        // A hash that is wanted twice is two records that are the same.
        Dictionary<UInt128, int> wanted = hashes.CountBy(static hash => hash).ToDictionary();
        int sent = 0;
        for (int partition = 0; partition < Ordered.Spec.Partitions && wanted.Count > 0; partition++)
        {
            var offsets = new List<long>();
            var batch = new LogBatchEncoder();
            await ForEachAsync(partition, query.Origin, query.Covers, (offset, record, hash) =>
            {
                if (!wanted.TryGetValue(hash, out int left))
                    return;
                if (left == 1) wanted.Remove(hash);
                else wanted[hash] = left - 1;
                offsets.Add(offset);
                batch.Add(record);
            });
            if (offsets.Count > 0)
                sent += await GrainFactory.GetGrain<ILanderGrain>(ChannelKeys.Lander(Key, partition)).TakeAgain(query.Origin, query.Stamp, [.. offsets], batch.Finish().ToArray());
        }

        return sent;
    }

    ChannelOrder Ordered => order ?? throw new ConflictException($"Channel '{Key}' has not begun to account for its topic. Try again in a few seconds.");

    Task AccountAsync() => round.IsCompleted ? round = AccountAllAsync() : round;

    async Task AccountAllAsync()
    {
        try
        {
            if (defined < Ordered.Version)
            {
                await Ledger.Define(ChannelHops.Definition(Key, Ordered.Spec, WindowSeconds));
                defined = Ordered.Version;
            }

            for (int partition = 0; partition < Ordered.Spec.Partitions; partition++)
                await AccountPartitionAsync(partition);
        }
        catch (Exception failure)
        {
            progress.Clear();
            ChannelMessages.NotReported(logger, Key, failure);
        }
    }

    async Task AccountPartitionAsync(int number)
    {
        ITopicPartitionGrain partition = Partition(number);
        string instance = number.ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (!progress.TryGetValue(number, out PartitionProgress? known))
            progress[number] = known = new PartitionProgress { To = await Ledger.LastOf(ChannelHops.Log, instance) ?? (await partition.Info()).Start };
        for (int range = 0; range < RangesPerRound; range++)
        {
            TopicAccount account = await partition.Account(known.To, WindowSeconds, options.ReadBytes);
            HopEntry[] entries = [.. account.Windows.SelectMany(window => Sides(window))];
            ReportAnswer[] answers = await Ledger.Report([new HopReport(ChannelHops.Log, instance, known.To, account.To, entries, known.Progress.PassedAt(account.To))]);
            known.To = account.To;
            known.Progress.Learn(answers[0].Sequence, account.End);
            if (account.To >= account.End)
                return;
        }
    }

    HopEntry[] Sides(TopicWindow window)
    {
        string origin = window.Origin.Length > 0 ? window.Origin : ChannelKeys.Topic(Key);
        return [new HopEntry(origin, window.Stamp, HopSide.Took, window.Receipt), new HopEntry(origin, window.Stamp, HopSide.Gave, window.Receipt)];
    }

    /// <summary>Reads what a partition holds of some windows.</summary>
    async Task ForEachAsync(int number, string origin, Func<long, bool> covers, Action<long, LogRecord, UInt128> found)
    {
        ITopicPartitionGrain partition = Partition(number);
        PartitionInfo info = await partition.Info();
        string own = origin == ChannelKeys.Topic(Key) ? "" : origin;
        for (long offset = info.Start; offset < info.End;)
        {
            TopicRead read = await partition.Read(offset, options.ReadBytes, TimeSpan.Zero);
            foreach (LogBatch batch in LogBatches.Parse(read.EncodedBatches))
            {
                if (!CoversAny(batch.Receipt, covers))
                    continue;
                LogBatch.Enumerator records = batch.GetEnumerator();
                while (records.MoveNext())
                    if (records.Offset >= offset && covers(LedgerKeys.Stamp(records.Current.TimestampMilliseconds, WindowSeconds)) && RecordOrigin.Of(records.Current) == own)
                        found(records.Offset, records.Current, RecordHash.Compute(records.Current.Key.Span, records.Current.Value.Span, records.Current.TimestampMilliseconds));
            }

            offset = read.Next > offset ? read.Next : info.End;
        }
    }

    bool CoversAny(in LogReceipt receipt, Func<long, bool> covers)
    {
        long last = LedgerKeys.Stamp(receipt.LastMilliseconds, WindowSeconds);
        for (long stamp = LedgerKeys.Stamp(receipt.FirstMilliseconds, WindowSeconds); stamp <= last; stamp++)
            if (covers(stamp))
                return true;
        return false;
    }

    ITopicPartitionGrain Partition(int number) => GrainFactory.GetGrain<ITopicPartitionGrain>(TopicKeys.Partition(ChannelKeys.Topic(Key), number));

    sealed class PartitionProgress
    {
        public HopProgress Progress { get; } = new();

        public long To { get; set; }
    }
}
