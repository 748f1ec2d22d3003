using Orrery.Interfaces.Alarms;
using Orrery.Interfaces.Health;

namespace Orrery.Grains.Alarms.Rules;

/// <summary>The rules that a new fleet begins with. Afterwards they are the operator's: changed and deleted like any other.</summary>
static class VendorRules
{
    public static IReadOnlyList<AlarmRule> Defaults { get; } =
    [
        Above("cpu-high", "CPU is busy", "cpu_usage_percent", 85, 75, 30, Severity.Warning,
            "All cores together are over 85 % busy. Look at the process table for what takes the time; slow screens and time-outs follow when it lasts."),
        Above("cpu-saturated", "CPU is exhausted", "cpu_usage_percent", 95, 85, 120, Severity.Critical,
            "All cores have been over 95 % busy for two minutes: users wait. Stop or move what takes the time, or add cores."),
        Above("process-cpu", "A process keeps a whole core busy", "process_cpu_percent", 90, 70, 10, Severity.Information,
            "One program takes 90 % of a core or more. A report or a posting run may do so for a while; a loop does it for ever. The process table names it."),
        Above("memory-high", "Memory runs short", "memory_used_percent", 90, 85, 60, Severity.Warning,
            "Over 90 % of memory is in use. Look for a program that grows; database caches may be set too large."),
        Above("memory-exhausted", "Memory is nearly exhausted", "memory_used_percent", 97, 92, 30, Severity.Critical,
            "Over 97 % of memory is in use: the system will soon swap or end programs. Free memory or add some now."),
        Above("swap-high", "The server swaps", "swap_used_percent", 50, 40, 300, Severity.Warning,
            "Over half of the swap space has been in use for five minutes. What is swapped out answers slowly; find out what needs more memory than there is."),
        Above("disk-filling", "A disk fills up", "disk_used_percent", 85, 80, 60, Severity.Warning,
            "A file system is over 85 % full. Old backups, logs and exports are the usual finds."),
        Above("disk-full", "A disk is nearly full", "disk_used_percent", 95, 92, 60, Severity.Critical,
            "A file system is over 95 % full. When it is full the database stops writing: free or add space now."),
        Above("agent-silent", "The server is silent", SilentSeconds, 120, null, 0, Severity.Critical,
            "No sample has come for two minutes: the server, its network or the agent is down."),
        Below("database-down", "A database does not answer", "db_up", 1, 10, Severity.Critical,
            "The agent cannot reach this database. The database report shows the error."),
        Above("database-locks", "Statements wait for locks", "db_locks_waiting", 5, 1, 60, Severity.Warning,
            "More than five sessions have waited for locks for a minute. Find the session that holds them; a forgotten transaction is the usual cause."),
        Below("process-down", "A watched process is not running", "process_up", 1, 10, Severity.Critical,
            "A process that the agent was told to watch is not there. Start it, and look into its log for why it ended."),
        Anomaly("cpu-anomaly", "CPU use is out of the ordinary", "cpu_usage_percent"),
        Anomaly("memory-anomaly", "Memory use is out of the ordinary", "memory_used_percent"),
    ];

    /// <summary>Rules on pipelines, whose metrics the tenant's schema gives.</summary>
    public static IReadOnlyList<AlarmRule> Pipelines { get; } =
    [
        Below("pipeline-failed", "A pipeline has failed", "pipeline_up", 1, 10, Severity.Critical,
            "A view or an insert has stopped and takes in nothing more. The pipelines page says why; mend its definition, or what it reads."),
        Above("pipeline-paused", "A pipeline stands still", "pipeline_paused", 0, null, 900, Severity.Information,
            "Somebody paused it a quarter of an hour ago, and it has not been started since. It will have more to take in the longer it stands."),
        Above("pipeline-held", "A source has other columns", "pipeline_held", 0, null, 0, Severity.Warning,
            "The columns of a source became others, and its table is told to wait for somebody. The pipelines page shows what changed: read on, or make the table anew."),
        Above("pipeline-lag", "A pipeline lags behind", "pipeline_lag_seconds", 60, 10, 60, Severity.Warning,
            "The oldest record that it has not taken in is over a minute old. More comes than it can take, or it is held up; look at its plan for the operator that takes the time."),
        Above("pipeline-stale", "Results are out of date", "pipeline_freshness_seconds", 600, 60, 60, Severity.Critical,
            "What it shows is over ten minutes old. Boards and sinks show old figures."),
        Below("pipeline-sink", "A sink cannot be written", "pipeline_sink_up", 1, 30, Severity.Critical,
            "Writing fails and is tried again; what is computed waits. The pipelines page says what the sink answers. Nothing is lost, and nothing is written twice."),
    ];

    /// <summary>Not a stored series: the seconds since the server's newest sample, measured when the rules are looked at.</summary>
    public const string SilentSeconds = "silent_seconds";

    static AlarmRule Above(string id, string name, string metric, double threshold, double? recovery, int forSeconds, Severity severity, string description) =>
        new(id, name, Match(metric), "value", Comparison.Above, threshold, recovery, forSeconds, severity, Penalty: null, Enabled: true, description, Version: 1);

    static AlarmRule Below(string id, string name, string metric, double threshold, int forSeconds, Severity severity, string description) =>
        new(id, name, Match(metric), "value", Comparison.Below, threshold, Recovery: null, forSeconds, severity, Penalty: null, Enabled: true, description, Version: 1);

    static AlarmRule Anomaly(string id, string name, string metric) =>
        new(id, name, Match(metric), "anomaly", Comparison.Above, 0.9, 0.5, 0, Severity.Information, Penalty: null, Enabled: true,
            "The value is far from what this server shows at this hour of the week. Nothing need be wrong: compare with what changed.", Version: 1);

    static LabelMatcher[] Match(string metric) => [new("__name__", MatchKind.Equal, metric)];
}
