using System.Diagnostics.Metrics;
using Orrery.Interfaces.Jobs;

namespace Orrery.Grains.Jobs;

/// <summary>Meters of the jobs on a silo.</summary>
sealed class JobInstruments
{
    public const string MeterName = "Orrery.Jobs";

    readonly Counter<long> runs, rows, rejects, leases, lost;
    readonly Histogram<double> duration;

    public JobInstruments(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        runs = meter.CreateCounter<long>("orrery.jobs.runs", "{run}", "Runs of jobs that ended, by kind and outcome: done, differs, failed, cancelled.");
        rows = meter.CreateCounter<long>("orrery.jobs.rows", "{row}", "Rows of jobs whose runs ended.");
        rejects = meter.CreateCounter<long>("orrery.jobs.rejects", "{row}", "Rows that targets refused.");
        leases = meter.CreateCounter<long>("orrery.jobs.leases", "{lease}", "Jobs given to workers, attempts counted one by one.");
        lost = meter.CreateCounter<long>("orrery.jobs.leases.lost", "{lease}", "Leases that ran out because their worker fell silent.");
        duration = meter.CreateHistogram<double>("orrery.jobs.duration", "s", "How long runs took, pauses included.");
    }

    public void Leased() => leases.Add(1);

    public void Lost() => lost.Add(1);

    public void Ended(string kind, JobRunInfo run)
    {
        string outcome = run.State switch { JobState.Done => run.IsGood ? "done" : "differs", JobState.Failed => "failed", _ => "cancelled" };
        runs.Add(1, new KeyValuePair<string, object?>("kind", kind), new KeyValuePair<string, object?>("outcome", outcome));
        rows.Add(run.Rows);
        rejects.Add(run.Rejects);
        duration.Record((run.EndedAt - run.StartedAt).TotalSeconds);
    }
}
