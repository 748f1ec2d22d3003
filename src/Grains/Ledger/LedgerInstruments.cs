using System.Diagnostics.Metrics;
using Orrery.Interfaces.Ledger;

namespace Orrery.Grains.Ledger;

/// <summary>What the ledgers of a silo tell about themselves. Counted per report, never per record.</summary>
public sealed class LedgerInstruments
{
    public const string MeterName = "Orrery.Ledger";

    readonly Counter<long> reports;
    readonly Counter<long> records;
    readonly Counter<long> closed;
    readonly Counter<long> gaps;
    readonly UpDownCounter<long> open;
    readonly Counter<long> resent;

    public LedgerInstruments(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        reports = meter.CreateCounter<long>("orrery.ledger.reports", "{report}", "Reports of hops, by outcome.");
        records = meter.CreateCounter<long>("orrery.ledger.records", "{record}", "Records that hops reported, by side.");
        closed = meter.CreateCounter<long>("orrery.ledger.closed_windows", "{window}", "Windows that came out even at every hop.");
        gaps = meter.CreateCounter<long>("orrery.ledger.gap_changes", "{gap}", "Gaps that were opened, closed and accepted, by kind.");
        open = meter.CreateUpDownCounter<long>("orrery.ledger.open_gaps", "{gap}", "Gaps that are open in the ledgers active on this silo.");
        resent = meter.CreateCounter<long>("orrery.ledger.resent_records", "{record}", "Records that were sent again to mend gaps.");
    }

    internal void Reported(HopReport report, bool repeated)
    {
        reports.Add(1, new KeyValuePair<string, object?>("outcome", repeated ? "repeated" : "taken"));
        if (repeated)
            return;
        Span<long> sums = [0, 0, 0];
        foreach (var entry in report.Entries)
            sums[(int)entry.Side] += entry.Receipt.Records;
        ReadOnlySpan<string> sides = ["took", "gave", "rejected"];
        for (int side = 0; side < sums.Length; side++)
            if (sums[side] > 0)
                records.Add(sums[side], new KeyValuePair<string, object?>("side", sides[side]));
    }

    internal void Refused() => reports.Add(1, new KeyValuePair<string, object?>("outcome", "refused"));

    internal void Closed(long windows) => closed.Add(windows);

    internal void GapChanged(Gap gap) => gaps.Add(
        1,
        new KeyValuePair<string, object?>("change", gap.State switch { GapState.Open => "opened", GapState.Closed => "closed", _ => "accepted" }),
        new KeyValuePair<string, object?>("kind", gap.Kind switch { GapKind.Missing => "missing", GapKind.Doubled => "doubled", GapKind.Altered => "altered", _ => "late" }));

    internal void OpenGaps(long more)
    {
        if (more != 0)
            open.Add(more);
    }

    internal void Resent(long sent) => resent.Add(sent);
}
