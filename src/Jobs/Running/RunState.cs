namespace Orrery.Jobs.Running;

/// <summary>Where a run is, for itself and for those who watch: its phase with a deadline, and what its channels have done.</summary>
sealed class RunState(string job, JobControl control, TimeProvider time, IProgress<JobProgress>? progress)
{
    static readonly TimeSpan ReportEvery = TimeSpan.FromMilliseconds(250);

    JobPhase phase;
    DateTimeOffset deadline;
    long copyStarted;

    public Counters Counters { get; } = new();

    /// <summary>Rows that the target had of the job before this run.</summary>
    public long RowsBefore { get; set; }

    /// <summary>By statistics.</summary>
    public Func<long> RowsEstimate { get; init; } = static () => 0;

    public Func<long> Rejects { get; init; } = static () => 0;

    public Func<IReadOnlyList<TableProgress>> Tables { get; init; } = static () => [];

    public void Enter(JobPhase next, TimeSpan longest)
    {
        if (next == JobPhase.Copying) copyStarted = time.GetTimestamp();
        (phase, deadline) = (next, time.GetUtcNow() + longest);
    }

    /// <summary>Waits while the job is to stand still.</summary>
    /// <exception cref="GivenUpException">The phase lasted longer than its bound.</exception>
    public void Check(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        control.Wait(cancellationToken);
        if (time.GetUtcNow() > deadline) throw new GivenUpException($"Job '{job}' has been {phase} until its deadline of {deadline:u}. The same command goes on where it was; give it more time if it needs it.");
    }

    /// <summary>Tells how far it is, over and over until what is answered is disposed of.</summary>
    public ITimer? Telling() => progress is null ? null : time.CreateTimer(_ => Report(), null, ReportEvery, ReportEvery);

    public void Report()
    {
        if (progress is null) return;
        long rows = RowsBefore + Counters.Rows, total = Math.Max(rows, RowsEstimate());
        double seconds = copyStarted == 0 ? 0 : time.GetElapsedTime(copyStarted).TotalSeconds, rate = seconds > 0 ? Counters.Rows / seconds : 0;
        TimeSpan? left = rate > 1 && phase == JobPhase.Copying && total > rows ? TimeSpan.FromSeconds((total - rows) / rate) : null;
        progress.Report(new JobProgress(phase, rows, total, Counters.Bytes, rate, left, Counters.Table, Rejects(), deadline) { Waiting = Counters.Waiting, Tables = Tables() });
    }
}
