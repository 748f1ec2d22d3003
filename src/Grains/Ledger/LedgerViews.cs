using Orrery.Interfaces;
using Orrery.Interfaces.Ledger;

namespace Orrery.Grains.Ledger;

/// <summary>The rates of one hop's two sides.</summary>
sealed class HopRates
{
    public RateMeter Took { get; } = new();

    public RateMeter Gave { get; } = new();
}

/// <summary>A channel's account as people look at it.</summary>
sealed class LedgerViews(LedgerState state, string key, IReadOnlyDictionary<string, HopRates> rates, DateTimeOffset now)
{
    const int GapsMax = 100;

    ChannelDefinition Definition => state.Definition!;

    public ChannelSummary Summary()
    {
        var sources = Definition.Hops.Where(hop => hop.Upstream.Count == 0).ToArray();
        double? lag = Definition.Hops.Select(hop => Lag(hop.Name)).Max();
        return new ChannelSummary(
            EntityKeys.TenantOf(key), EntityKeys.Leaf(key), Definition.Title, Definition.WindowSeconds, Definition.Hops.Count, state.Windows.Count, state.ClosedWindows,
            state.OpenGaps.Count, state.OpenGaps.Values.Sum(RecordsOf), lag, sources.Sum(hop => RatesOf(hop.Name)?.Gave.PerSecond(now) ?? 0), state.LastReportAt);
    }

    public ChannelView View(IEnumerable<ClosedWindow> closed, int windowsMax) => new(
        Summary(), [.. Definition.Hops.Select(Hop)], [.. Definition.Hops.SelectMany(hop => hop.Upstream.Select(upstream => Edge(upstream, hop)))],
        Windows(closed, windowsMax), [.. state.OpenGaps.Values.OrderByDescending(gap => gap.Id, StringComparer.Ordinal).Take(GapsMax)], state.Origins.Count);

    HopView Hop(HopDefinition hop)
    {
        var totals = state.Totals.GetValueOrDefault(hop.Name) ?? new HopSums();
        var instances = state.Instances.GetValueOrDefault(hop.Name);
        return new HopView(
            hop.Name, hop.Kind, hop.Account, hop.Entity, instances?.Count ?? 0, totals.Took, totals.Gave, totals.Rejected, RatesOf(hop.Name)?.Took.PerSecond(now) ?? 0,
            RatesOf(hop.Name)?.Gave.PerSecond(now) ?? 0, Lag(hop.Name), instances is { Count: > 0 } ? instances.Values.Max(instance => instance.At) : null,
            state.OpenGaps.Values.Count(gap => gap.Hop == hop.Name), hop.Grain is not null);
    }

    EdgeView Edge(string upstream, HopDefinition hop)
    {
        var took = state.Totals.GetValueOrDefault(hop.Name)?.Took ?? Receipt.Empty;
        long gave = hop.Upstream.Sum(name => state.Totals.GetValueOrDefault(name)?.Gave.Records ?? 0);
        // What several hops gave together cannot be told apart in what was taken.
        double share = hop.Upstream.Count == 1 || gave == 0 ? 1 : (double)(state.Totals.GetValueOrDefault(upstream)?.Gave.Records ?? 0) / gave;
        return new EdgeView(
            upstream, hop.Name, (RatesOf(hop.Name)?.Took.PerSecond(now) ?? 0) * share, (long)Math.Round((gave - took.Records) * share), Lag(hop.Name),
            state.OpenGaps.Values.Count(gap => gap.Hop == hop.Name && !gap.Inside));
    }

    /// <summary>How far the newest record of a hop is behind the newest of the sources upstream of it, in the time of events.</summary>
    double? Lag(string hop)
    {
        long newest = SourcesOf(hop).Select(NewestOf).DefaultIfEmpty(long.MinValue).Max();
        long own = NewestOf(hop);
        return newest == long.MinValue || own == long.MinValue ? null : Math.Max(0, (newest - own) / 1000.0);
    }

    HashSet<string> SourcesOf(string name)
    {
        var sources = new HashSet<string>();
        var waiting = new Stack<string>([name]);
        var seen = new HashSet<string>();
        while (waiting.TryPop(out string? next))
        {
            if (!seen.Add(next) || Definition.Hops.FirstOrDefault(hop => hop.Name == next) is not { } hop)
                continue;
            if (hop.Upstream.Count == 0)
                sources.Add(next);
            foreach (string upstream in hop.Upstream)
                waiting.Push(upstream);
        }

        return sources;
    }

    long NewestOf(string hop) => state.Totals.GetValueOrDefault(hop) is { } totals ? Math.Max(totals.Took.LastMilliseconds, totals.Gave.LastMilliseconds) : long.MinValue;

    HopRates? RatesOf(string hop) => rates.GetValueOrDefault(hop);

    IReadOnlyList<WindowView> Windows(IEnumerable<ClosedWindow> closed, int windowsMax)
    {
        var byStamp = new SortedDictionary<long, WindowParts>();
        WindowParts Of(long stamp) => byStamp.TryGetValue(stamp, out var parts) ? parts : byStamp[stamp] = new WindowParts(Definition.Hops.Count);
        foreach (var window in closed)
            Of(window.Stamp).Closed.Add(window);
        foreach (var window in state.Windows)
            Of(window.Stamp).Moving.Add(window);
        return [.. byStamp.Reverse().Take(windowsMax).Select(entry => Window(entry.Key, entry.Value))];
    }

    WindowView Window(long stamp, WindowParts parts)
    {
        foreach (var window in parts.Closed)
            for (int i = 0; i < Definition.Hops.Count; i++)
                if (window.Hops.TryGetValue(Definition.Hops[i].Name, out var counts))
                    parts.Add(i, WindowState.Closed, counts.Took, counts.Gave, counts.Rejected);
        foreach (var window in parts.Moving)
        {
            bool isSealed = state.Origins.GetValueOrDefault(window.Origin)?.Sealed >= window.Stamp;
            for (int i = 0; i < Definition.Hops.Count; i++)
            {
                var counts = window.Hops.GetValueOrDefault(Definition.Hops[i].Name) ?? new HopWindow();
                var at = !isSealed ? WindowState.Open : counts.ThroughAt > 0 ? WindowState.Closed : WindowState.Sealed;
                parts.Add(i, at, counts.TookAll.Records, counts.GaveAll.Records, counts.Rejected?.Records ?? 0);
            }
        }

        foreach (var gap in state.OpenGaps.Values.Where(gap => gap.Stamp == stamp))
            parts.AddGap(IndexOf(gap.Hop), gap.Records);
        var hops = Definition.Hops.Select((hop, i) => parts.View(i, hop.Name)).ToArray();
        return new WindowView(
            stamp, DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(LedgerKeys.BeginsAt(stamp, Definition.WindowSeconds), 0, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())),
            Worst(hops), parts.Closed.Select(window => window.Origin).Concat(parts.Moving.Select(window => window.Origin)).Distinct().Count(), hops);
    }

    int IndexOf(string name) => Definition.Hops.Select((hop, i) => hop.Name == name ? i : -1).Max();

    static WindowState Worst(WindowHop[] hops) =>
        hops.Any(hop => hop.State == WindowState.Gap) ? WindowState.Gap
        : hops.Any(hop => hop.State == WindowState.Open) ? WindowState.Open
        : hops.Any(hop => hop.State == WindowState.Sealed) ? WindowState.Sealed : WindowState.Closed;

    static long RecordsOf(Gap gap) => gap.Counts is { } counts ? counts.Missing + counts.Doubled + counts.Altered : Math.Max(1, Math.Abs(gap.Records));

    sealed class WindowParts(int hops)
    {
        readonly (WindowState State, long Took, long Gave, long Rejected, long Missing)[] sums =
            [.. Enumerable.Repeat((WindowState.Closed, 0L, 0L, 0L, 0L), hops)];

        public List<ClosedWindow> Closed { get; } = [];

        public List<WindowAccount> Moving { get; } = [];

        public void Add(int hop, WindowState state, long took, long gave, long rejected)
        {
            ref var sum = ref sums[hop];
            sum = (Rank(state) > Rank(sum.State) ? state : sum.State, sum.Took + took, sum.Gave + gave, sum.Rejected + rejected, sum.Missing);
        }

        public void AddGap(int hop, long records)
        {
            if (hop < 0)
                return;
            sums[hop].State = WindowState.Gap;
            sums[hop].Missing += records;
        }

        public WindowHop View(int hop, string name) => new(name, sums[hop].State, sums[hop].Took, sums[hop].Gave, sums[hop].Rejected, sums[hop].Missing);

        static int Rank(WindowState state) => state switch { WindowState.Gap => 3, WindowState.Open => 2, WindowState.Sealed => 1, _ => 0 };
    }
}
