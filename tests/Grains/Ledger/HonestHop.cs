using Orrery.Interfaces.Ledger;

namespace Orrery.Grains.Tests.Ledger;

/// <summary>
/// One hop with its instances. It takes from a queue an instance, gives to the hops downstream, and reports what it did, in order and exactly, as the contract
/// says: a report is stored with the position, is sent until it is acknowledged, and may be sent again at any time.
/// </summary>
sealed class HonestHop(HopDefinition definition, int instances, Random random)
{
    const int TakenAtOnceMax = 40;

    readonly Instance[] all = [.. Enumerable.Range(0, instances).Select(number => new Instance($"{definition.Name}-{number}"))];
    readonly List<(HonestHop Hop, FaultyEdge Edge)> downstream = [];

    public HopDefinition Definition => definition;

    /// <summary>Each record that it took, gave or rejected, as often as it did.</summary>
    public Dictionary<(string Origin, long Stamp, HopSide Side), List<FlowRecord>> Known { get; } = [];

    public bool IsQuiet => all.All(instance => instance.Position == instance.Queue.Count && instance.Pending.Count == 0);

    public void FeedTo(HonestHop hop, FaultyEdge edge) => downstream.Add((hop, edge));

    public void Receive(FlowRecord record) => all[(int)(record.Hash % (ulong)all.Length)].Queue.Add(record);

    /// <summary>A source makes records of its own.</summary>
    public void Emit(IReadOnlyList<FlowRecord> records)
    {
        var instance = all[random.Next(all.Length)];
        var sums = new Dictionary<(string, long, HopSide), Receipt>();
        foreach (var record in records)
            Give(record, sums);
        instance.Position += records.Count;
        instance.Queue.AddRange(records);
        instance.Report(definition.Name, records.Count, sums);
    }

    /// <summary>Takes some of what waits. A crash before the position is stored takes it all back, and it is cut otherwise next time.</summary>
    public void Work(bool crashes)
    {
        foreach (var instance in all)
        {
            int waiting = instance.Queue.Count - instance.Position;
            int count = Math.Min(waiting, random.Next(TakenAtOnceMax));
            if (crashes && random.Next(10) == 0)
            {
                instance.Crash();
                continue;
            }

            var sums = new Dictionary<(string, long, HopSide), Receipt>();
            for (int i = 0; i < count; i++)
                Handle(instance.Queue[instance.Position + i], sums);
            instance.Position += count;
            instance.Report(definition.Name, count, sums);
        }
    }

    /// <summary>Sends what is not acknowledged; the answer may get lost, and old reports may be sent again.</summary>
    public void Send(Func<HopReport, ReportAnswer> ledger, bool crashes)
    {
        foreach (var instance in all)
        {
            if (crashes && instance.Sent.Count > 0 && random.Next(5) == 0)
                ledger(instance.Sent[random.Next(instance.Sent.Count)]).Repeated.ShouldBeTrue();
            foreach (var report in instance.Pending.ToArray())
            {
                var answer = ledger(report);
                answer.To.ShouldBeGreaterThanOrEqualTo(report.To);
                if (crashes && random.Next(6) == 0)
                {
                    // The answer is lost, and with it what was in memory.
                    instance.Crash();
                    break;
                }

                instance.Pending.Remove(report);
                if (report.To > report.From)
                    instance.Sent.Add(report);
                instance.Progress.Learn(answer.Sequence, instance.Queue.Count);
            }
        }
    }

    /// <summary>Gives records again that lacked downstream, unreported, as a repair does.</summary>
    public int SendAgain(HashQuery window, string to, UInt128[] hashes)
    {
        int sent = 0;
        var held = Known.Where(known => known.Key.Origin == window.Origin && window.Covers(known.Key.Stamp) && known.Key.Side == window.Side)
            .SelectMany(known => known.Value).DistinctBy(record => record.Hash).ToDictionary(record => record.Hash);
        foreach (var hash in hashes)
            if (held.TryGetValue(hash, out var record))
            {
                downstream.Single(edge => edge.Hop.Definition.Name == to).Hop.Receive(record);
                sent++;
            }

        return sent;
    }

    public UInt128[] Hashes(HashQuery query) =>
        [.. Known.Where(known => known.Key.Origin == query.Origin && query.Covers(known.Key.Stamp) && known.Key.Side == query.Side)
            .SelectMany(known => known.Value).Select(record => record.Hash).Where(query.Holds)];

    void Handle(FlowRecord record, Dictionary<(string, long, HopSide), Receipt> sums)
    {
        Note(record, HopSide.Took, sums);
        if (definition.Account != HopAccount.None && random.Next(20) == 0)
            Note(record, HopSide.Rejected, sums);
        else
            Give(definition.Account == HopAccount.Count ? record with { Hash = FaultyEdge.RandomHash(random) } : record, sums);
    }

    void Give(FlowRecord record, Dictionary<(string, long, HopSide), Receipt> sums)
    {
        if (downstream.Count == 0 && definition.Account == HopAccount.None)
            return;
        Note(record, HopSide.Gave, sums);
        foreach (var (hop, edge) in downstream)
            foreach (var carried in edge.Carry(record))
                hop.Receive(carried);
    }

    void Note(FlowRecord record, HopSide side, Dictionary<(string, long, HopSide), Receipt> sums)
    {
        var key = (record.Origin, record.Stamp, side);
        sums[key] = (sums.TryGetValue(key, out var sum) ? sum : Receipt.Empty) + record.Receipt;
        if (!Known.TryGetValue(key, out var known))
            Known[key] = known = [];
        known.Add(record);
    }

    sealed class Instance(string name)
    {
        long reported;

        public List<FlowRecord> Queue { get; } = [];

        public int Position { get; set; }

        public List<HopReport> Pending { get; } = [];

        public List<HopReport> Sent { get; } = [];

        public HopProgress Progress { get; private set; } = new();

        public void Crash() => Progress = new HopProgress();

        public void Report(string hop, int count, Dictionary<(string Origin, long Stamp, HopSide Side), Receipt> sums)
        {
            var entries = sums.Select(sum => new HopEntry(sum.Key.Origin, sum.Key.Stamp, sum.Key.Side, sum.Value)).ToArray();
            Pending.Add(new HopReport(hop, name, reported, reported + count, entries, Progress.PassedAt(Position)));
            reported += count;
        }
    }
}
