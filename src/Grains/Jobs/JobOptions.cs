namespace Orrery.Grains.Jobs;

/// <summary>Bounds of jobs. Section <c>Orrery:Jobs</c>.</summary>
public sealed class JobOptions
{
    /// <summary>How long a lease lasts after each word of its worker, which says three in that time. Default 60 s.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How often a job that is under way looks at its deadlines. Default 5 s.</summary>
    public TimeSpan LookPeriod { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Pause before another attempt; it doubles up to <see cref="RetryPauseMax"/>. Default 5 s.</summary>
    public TimeSpan RetryPause { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Default 10 min.</summary>
    public TimeSpan RetryPauseMax { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long an assessment may take, waiting for a worker included. Default 1 h.</summary>
    public TimeSpan AssessmentMax { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long a worker that is heard of may take to put a job down. Behind it the job is anybody's, and the target refuses the old worker. Default 15 min.</summary>
    public TimeSpan PutDownMax { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How long a cut-over, a return or the end of following may take from when it is asked for, its certificate included. Default 1 day.</summary>
    public TimeSpan StepMax { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How long a job may lie as a draft, assessed, or paused. Default 90 days.</summary>
    public TimeSpan RestMax { get; set; } = TimeSpan.FromDays(90);

    /// <summary>Jobs that run at the same time on a silo, 0 to 64; 0: none. Default 2.</summary>
    public int Parallel { get; set; } = 2;

    /// <summary>Where silos keep reject files and the key that signs certificates. The host sets it; in a cluster a folder that all share.</summary>
    public string Folder { get; set; } = "";

    /// <summary>Runs remembered in a line each, and those whose report and certificate are kept. Default 200.</summary>
    public int RunsKept { get; set; } = 200;

    /// <summary>Default 10.</summary>
    public int ReportsKept { get; set; } = 10;
}
