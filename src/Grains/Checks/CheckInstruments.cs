using System.Diagnostics.Metrics;
using Orrery.Interfaces.Checks;

namespace Orrery.Grains.Checks;

/// <summary>Meters of the checks on a silo, counted per run.</summary>
sealed class CheckInstruments
{
    public const string MeterName = "Orrery.Checks";

    readonly Counter<long> runs, rows, differences;
    readonly Histogram<double> duration, held;

    public CheckInstruments(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        runs = meter.CreateCounter<long>("orrery.checks.runs", "{run}", "Runs of checks that ended, by outcome: equal, different, failed, stopped.");
        rows = meter.CreateCounter<long>("orrery.checks.rows", "{row}", "Rows of the database's side that were compared.");
        differences = meter.CreateCounter<long>("orrery.checks.differences", "{row}", "Rows that were missing, surplus or different.");
        duration = meter.CreateHistogram<double>("orrery.checks.duration", "s", "How long runs took.");
        held = meter.CreateHistogram<double>("orrery.checks.held", "s", "How long views stood still for a run.");
    }

    public void Ended(CheckSummary run)
    {
        runs.Add(1, new KeyValuePair<string, object?>("outcome", run.Outcome));
        rows.Add(run.Rows);
        differences.Add(run.Missing + run.Surplus + run.Different);
        duration.Record(run.Seconds);
        if (run.IsExact)
            held.Record(run.HeldSeconds);
    }
}
