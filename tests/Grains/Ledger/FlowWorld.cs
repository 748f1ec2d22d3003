using Orrery.Grains.Ledger;
using Orrery.Interfaces.Ledger;

namespace Orrery.Grains.Tests.Ledger;

/// <summary>A channel under a seed: two agents feed a log, a collector parses it, a lander and a view take from that. Time passes a second a step.</summary>
sealed class FlowWorld
{
    const int WindowSeconds = 60;
    const int QuietStepsMax = 2_000;

    public static readonly ChannelDefinition Definition = new(
        "Site to lake",
        [
            new("agent", HopKind.Agent, [], HopAccount.None, "agent"),
            new("other", HopKind.Agent, [], HopAccount.None, "other"),
            new("log", HopKind.Log, ["agent", "other"], HopAccount.Content, "log"),
            new("collector", HopKind.Capture, ["log"], HopAccount.Count, "collector"),
            new("lander", HopKind.Lander, ["collector"], HopAccount.Content, "lander"),
            new("view", HopKind.View, ["collector"], HopAccount.None, "view"),
        ],
        WindowSeconds, LateSeconds: 3_600);

    readonly Random random;
    readonly Dictionary<string, HonestHop> hops;
    readonly List<(FaultyEdge Edge, HonestHop To)> edges = [];
    readonly string[] origins = ["site-a", "site-b", "site-c"];
    readonly HashSet<string> uncompared = [];
    bool crashes;
    long stamp = 1_000;
    DateTimeOffset now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public FlowWorld(Random random, double faultRate, bool crashes)
    {
        this.random = random;
        this.crashes = crashes;
        var definition = Definition with { Hops = [.. Definition.Hops.Select(hop => hop with { Instances = hop.Upstream.Count == 0 ? 1 : 1 + random.Next(3) })] };
        hops = definition.Hops.ToDictionary(hop => hop.Name, hop => new HonestHop(hop, hop.Instances, random));
        foreach (var hop in Definition.Hops)
            foreach (string upstream in hop.Upstream)
            {
                var edge = new FaultyEdge(hop.Name, random, faultRate);
                hops[upstream].FeedTo(hops[hop.Name], edge);
                edges.Add((edge, hops[hop.Name]));
            }

        State = new LedgerState { Definition = definition };
        Book = new LedgerBook(State, Options);
    }

    public LedgerOptions Options { get; } = new();

    public LedgerState State { get; private set; }

    public LedgerBook Book { get; private set; }

    /// <summary>Every gap as the ledger had it last.</summary>
    public Dictionary<string, Gap> Gaps { get; } = [];

    public long Records { get; private set; }

    /// <summary>What the edges into each hop did, summed by window.</summary>
    public Dictionary<(string Hop, string Origin, long Stamp), Faults> Faults
    {
        get
        {
            var all = new Dictionary<(string Hop, string Origin, long Stamp), Faults>();
            foreach (var (edge, _) in edges)
                foreach (var (window, faults) in edge.Done)
                {
                    var sum = all.TryGetValue(window, out var known) ? known : all[window] = new Faults();
                    sum.Dropped += faults.Dropped;
                    sum.Doubled += faults.Doubled;
                    sum.Altered += faults.Altered;
                    sum.Delayed += faults.Delayed;
                }

            return all;
        }
    }

    /// <summary>Sources give records of some windows; at times one of a window that is sealed already.</summary>
    public void Run(int windowCount)
    {
        for (int i = 0; i < windowCount; i++)
        {
            for (int step = 0; step < 6; step++)
            {
                foreach (string source in new[] { "agent", "other" })
                    hops[source].Emit([.. Enumerable.Range(0, random.Next(30)).Select(_ => Make(source))]);
                Step();
            }

            // Honest sources seal once their reports were taken.
            hops["agent"].Send(Report, crashes: false);
            hops["other"].Send(Report, crashes: false);
            foreach (string origin in origins)
                if (random.Next(4) > 0)
                    Book.Seal(origin, stamp, now);
            stamp++;
        }
    }

    /// <summary>All windows are sealed, everybody is done with everything, and the sources seal once more.</summary>
    public void Settle()
    {
        bool crashed = crashes;
        crashes = false;
        for (int seal = 0; seal < 2; seal++)
        {
            foreach (string origin in origins)
                Book.Seal(origin, stamp, now);
            stamp++;
            Rest();
        }

        crashes = crashed;
    }

    void Rest()
    {
        long sequence = -1;
        for (int step = 0, quiet = 0; quiet < 12; step++)
        {
            step.ShouldBeLessThan(QuietStepsMax, "the flow does not come to rest");
            Step();
            quiet = sequence == State.Sequence && hops.Values.All(hop => hop.IsQuiet) ? quiet + 1 : 0;
            sequence = State.Sequence;
        }
    }

    /// <summary>What the edges hold back arrives, and they harm nothing more.</summary>
    public void ReleaseDelayed()
    {
        foreach (var (edge, _) in edges)
            edge.FaultRate = 0;
        foreach (var (edge, to) in edges)
            foreach (var record in edge.Release())
                to.Receive(record);
        Settle();
    }

    /// <summary>Compares both sides of each open gap as the grain does.</summary>
    public void CompareOpenGaps()
    {
        foreach (var gap in State.OpenGaps.Values.Where(gap => uncompared.Remove(gap.Id)).ToArray())
        {
            var sides = Book.SidesOf(gap)!;
            var compared = Ask(sides);
            if (!Book.Compared(gap.Id, compared.Difference, HashSides.Settle(compared.Count()), [.. compared.Missing()]))
                uncompared.Add(gap.Id);
        }

        foreach (var (gap, _) in Book.TakeChanges())
            Gaps[gap.Id] = gap;
    }

    /// <summary>Sends again what lacks, as the grain does.</summary>
    public void RepairOpenGaps()
    {
        foreach (var gap in State.OpenGaps.Values.Where(gap => gap.Counts is { Missing: > 0 }).ToArray())
        {
            Book.BeginRepair(gap.Id, "ops", now);
            var sides = Book.SidesOf(gap)!;
            var missing = Ask(sides).Missing().ToArray();
            Book.NoteRepair(gap.Id, repair => repair with { State = RepairState.Sending, Wanted = missing.Length });
            foreach (var hop in sides.Should)
            {
                var window = new HashQuery(gap.Origin, gap.Stamp, sides.ShouldSide);
                int sent = hops[hop.Name].SendAgain(window, gap.Hop, [.. missing.Where(hops[hop.Name].Hashes(window).Contains)]);
                Book.NoteRepair(gap.Id, repair => repair with { Sent = repair.Sent + sent });
            }
        }

        Heed();
    }

    /// <summary>The ledger is stored and loaded, as after a crash.</summary>
    public void Reload()
    {
        State = System.Text.Json.JsonSerializer.Deserialize<LedgerState>(System.Text.Json.JsonSerializer.Serialize(State, Json), Json)!;
        Book = new LedgerBook(State, Options);
    }

    static System.Text.Json.JsonSerializerOptions Json { get; } = new(System.Text.Json.JsonSerializerDefaults.Web);

    HashSides Ask(GapSides sides)
    {
        var compared = new HashSides();
        foreach (var hop in sides.Should)
            compared.Should(hops[hop.Name].Hashes(new HashQuery(sides.Gap.Origin, sides.Gap.Stamp, sides.ShouldSide)));
        foreach (var side in sides.DidSides)
            compared.Did(hops[sides.Did.Name].Hashes(new HashQuery(sides.Gap.Origin, sides.Gap.Stamp, side)));
        return compared;
    }

    void Step()
    {
        now = now.AddSeconds(1);
        foreach (var hop in hops.Values)
            if (hop.Definition.Upstream.Count > 0)
                hop.Work(crashes);
        foreach (var hop in hops.Values.OrderBy(_ => random.Next()).ToArray())
            hop.Send(Report, crashes);
        if (crashes && random.Next(20) == 0)
            Reload();
        Heed();
        CompareOpenGaps();
    }

    ReportAnswer Report(HopReport report)
    {
        bool repeated = Book.Report(report, now);
        Book.Evaluate(now);
        Heed();
        return new ReportAnswer(Book.LastOf(report.Hop, report.Instance)!.Value, State.Sequence, repeated);
    }

    void Heed()
    {
        foreach (var (gap, happening) in Book.TakeChanges())
        {
            Gaps[gap.Id] = gap;
            if (happening != GapHappening.Ended)
                uncompared.Add(gap.Id);
        }
    }

    FlowRecord Make(string source)
    {
        Records++;
        long at = random.Next(50) == 0 ? stamp - random.Next(3) : stamp;
        string origin = source == "agent" ? origins[0] : origins[1 + random.Next(2)];
        return new FlowRecord(origin, at, FaultyEdge.RandomHash(random), 50 + random.Next(200), LedgerKeys.BeginsAt(at, WindowSeconds) + random.Next(WindowSeconds * 1000));
    }
}
