using Orrery.Runtime.Hosting;
using Orrery.Runtime.Storage;

namespace Orrery.WebApi.Cluster;

/// <summary>What the pages show, made from one reading.</summary>
internal static class ClusterPictures
{
    const int SlowestMax = 3;

    public static ClusterSummary Summary(ClusterReading reading)
    {
        ClusterView view = reading.View;
        var live = view.Members.Where(member => member.Row.IsLive).Select(member => member.Row.Id).ToHashSet();
        int owned = view.Shards.Count(shard => shard.Owner is { } owner && live.Contains(owner));
        int free = GrainShards.Count - view.Shards.Count(shard => shard.Owner is not null);
        SiloRow[] rows = [.. reading.Silos.Select(silo => SiloFiguresReader.Row(reading, silo))];
        MethodFigures calls = SiloFiguresReader.CallsOf(reading.Silos);
        return new ClusterSummary
        {
            At = reading.At,
            Cluster = view.Cluster,
            Self = view.Self?.ToString(),
            LeaseSeconds = view.Lease?.TotalSeconds,
            StoreAgeSeconds = view.ReadAge == TimeSpan.MaxValue ? null : Math.Round(view.ReadAge.TotalSeconds, 1),
            StoreError = view.StoreError,
            Shards = new ShardCounts(GrainShards.Count, owned, free, GrainShards.Count - owned - free),
            Totals = new ClusterTotals
            {
                Live = live.Count,
                Answering = reading.Silos.Count(silo => silo.Now is not null),
                Activations = reading.Silos.Sum(silo => (long)(silo.Now?.Activations ?? 0)),
                CallsPerSecond = calls.CallsPerSecond,
                FailedPerSecond = calls.FailedPerSecond,
                TimedOutPerSecond = calls.TimedOutPerSecond,
                PendingCalls = reading.Silos.Sum(silo => (long)(silo.Now?.PendingCalls ?? 0)),
                MailboxDepth = rows.Sum(row => row.Figures?.MailboxDepth ?? 0),
                LatencyMicroseconds = calls.Latency,
            },
            Silos =
            [
                .. rows.Where(row => IsLive(row)).OrderBy(row => row.Id, StringComparer.Ordinal),
                .. rows.Where(row => !IsLive(row)).OrderByDescending(row => row.ChangedAt).ThenBy(row => row.Id, StringComparer.Ordinal),
            ],
        };
    }

    public static SiloDetail Detail(ClusterReading reading, SiloReading silo) => new(
        SiloFiguresReader.Row(reading, silo), [.. reading.View.Shards.Where(shard => shard.Owner == silo.Member.Row.Id).Select(shard => shard.Shard)], Grains([silo]), Methods([silo], durations: true));

    public static ShardMap Shards(ClusterView view)
    {
        SiloId[] silos = [.. view.Shards.Select(shard => shard.Owner).OfType<SiloId>().Distinct().OrderBy(silo => silo.Name, StringComparer.Ordinal).ThenBy(silo => silo.Generation)];
        var places = silos.Index().ToDictionary(silo => silo.Item, silo => silo.Index);
        int[] owners = new int[GrainShards.Count];
        long[] terms = new long[GrainShards.Count];
        Array.Fill(owners, -1);
        foreach (ShardRow shard in view.Shards)
        {
            owners[shard.Shard] = shard.Owner is { } owner ? places[owner] : -1;
            terms[shard.Shard] = shard.Term;
        }
        return new ShardMap([.. silos.Select(silo => silo.ToString())], owners, terms);
    }

    /// <summary>Grain types that were ever used, most activations first.</summary>
    public static IReadOnlyList<GrainTypeRow> Grains(IReadOnlyList<SiloReading> silos)
    {
        var methods = SiloFiguresReader.MethodsOf(silos).Where(entry => entry.Now.GrainType is not null).ToLookup(entry => entry.Now.GrainType!);
        var types = silos.Where(silo => silo.Now is not null).SelectMany(silo => silo.Now!.GrainTypes.Select(type => (Silo: silo, Type: type))).GroupBy(entry => entry.Type.GrainType);
        return
        [
            .. types.Select(type => Grain(type.Key, [.. type], [.. methods[type.Key]])).Where(row => row.Created > 0 || row.Calls > 0)
                .OrderByDescending(row => row.Activations).ThenBy(row => row.Type, StringComparer.Ordinal),
        ];
    }

    /// <summary>Methods that were called, the slowest of the interval first, then the slowest ever.</summary>
    public static IReadOnlyList<MethodRow> Methods(IReadOnlyList<SiloReading> silos, bool durations) =>
    [
        .. SiloFiguresReader.MethodsOf(silos).GroupBy(entry => (entry.Now.GrainType, entry.Now.Interface, entry.Now.Method)).Select(method =>
            {
                var sum = new MethodFigures();
                foreach (var entry in method)
                    sum.Add(entry.Now, entry.Before, entry.Interval);
                return new MethodRow
                {
                    Type = method.Key.GrainType,
                    Interface = method.Key.Interface,
                    Method = method.Key.Method,
                    Calls = sum.Calls,
                    CallsFailed = sum.Failed,
                    CallsTimedOut = sum.TimedOut,
                    CallsPerSecond = sum.CallsPerSecond,
                    FailedPerSecond = sum.FailedPerSecond,
                    TimedOutPerSecond = sum.TimedOutPerSecond,
                    LatencyMicroseconds = sum.Latency,
                    MeanMicroseconds = sum.MeanMicroseconds,
                    LongestMicroseconds = sum.LongestMicroseconds,
                    Durations = durations ? sum.Bars() : null,
                };
            })
            .OrderByDescending(row => row.LatencyMicroseconds?.P99 ?? -1).ThenByDescending(row => row.MeanMicroseconds).ThenBy(row => row.Interface, StringComparer.Ordinal).ThenBy(row => row.Method, StringComparer.Ordinal),
    ];

    /// <summary>What the rows of members tell of the past, newest first. A row keeps its start and its last change.</summary>
    public static IReadOnlyList<HistoryEvent> History(ClusterView view) =>
    [
        .. view.Members.SelectMany(EventsOf).OrderByDescending(item => item.At).ThenByDescending(item => item.Kind).ThenBy(item => item.Silo, StringComparer.Ordinal),
    ];

    static bool IsLive(SiloRow row) => row.State is SiloState.Active or SiloState.Suspect or SiloState.Draining;

    static GrainTypeRow Grain(
        string name, (SiloReading Silo, GrainTypeSnapshot Type)[] types, (SiloReading Silo, MethodSnapshot Now, MethodSnapshot? Before, TimeSpan Interval)[] methods)
    {
        var sum = new MethodFigures();
        foreach (var entry in methods)
            sum.Add(entry.Now, entry.Before, entry.Interval);
        GrainTypeSnapshot fullest = types.Select(entry => entry.Type).MaxBy(type => type.MailboxDepthMax)!;
        return new GrainTypeRow
        {
            Type = name,
            Activations = types.Sum(entry => (long)entry.Type.Activations),
            Created = types.Sum(entry => entry.Type.Created),
            CreatedPerSecond = Math.Round(types.Sum(entry => MethodFigures.Rate(entry.Type.Created, entry.Silo.Before?.GrainTypes.FirstOrDefault(type => type.GrainType == name)?.Created, entry.Silo.Interval)), 2),
            ActivationsFailed = types.Sum(entry => entry.Type.ActivationsFailed),
            CallsOverloaded = types.Sum(entry => entry.Type.CallsOverloaded),
            Calls = sum.Calls,
            CallsPerSecond = sum.CallsPerSecond,
            FailedPerSecond = sum.FailedPerSecond,
            TimedOutPerSecond = sum.TimedOutPerSecond,
            LatencyMicroseconds = sum.Latency,
            Slowest = Slowest(methods),
            MailboxDepth = types.Sum(entry => entry.Type.MailboxDepth),
            MailboxDepthMax = fullest.MailboxDepthMax,
            MailboxDepthMaxKey = fullest.MailboxDepthMaxKey,
            Places = [.. types.Where(entry => entry.Type.Activations > 0).Select(entry => new GrainTypePlace(entry.Silo.Member.Row.Id.ToString(), entry.Type.Activations))],
        };
    }

    static IReadOnlyList<SlowMethod> Slowest(IEnumerable<(SiloReading Silo, MethodSnapshot Now, MethodSnapshot? Before, TimeSpan Interval)> methods) =>
    [
        .. methods.GroupBy(entry => entry.Now.Method).Select(method =>
            {
                var sum = new MethodFigures();
                foreach (var entry in method)
                    sum.Add(entry.Now, entry.Before, entry.Interval);
                return (Name: method.Key, sum.Latency);
            })
            .Where(method => method.Latency is not null).OrderByDescending(method => method.Latency!.P99).Take(SlowestMax).Select(method => new SlowMethod(method.Name, method.Latency!.P99)),
    ];

    static IEnumerable<HistoryEvent> EventsOf(ClusterMember member)
    {
        MemberRow row = member.Row;
        yield return new HistoryEvent(row.StartedAt, row.Id.ToString(), HistoryKind.Joined, "", row.Build);
        HistoryKind? ended = row.Status switch { MemberStatus.Draining => HistoryKind.Draining, MemberStatus.Left => HistoryKind.Left, MemberStatus.Dead => HistoryKind.Dead, _ => null };
        if (ended is { } kind)
            yield return new HistoryEvent(row.ChangedAt, row.Id.ToString(), kind, row.Reason, row.Build);
    }
}
