using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Orrery.Client;

namespace Orrery.Agent.Collection;

/// <summary>
/// Runs collectors when they are due, on one thread. One that throws is reported (a log line for the cloud and a local warning, at most
/// every five minutes while it keeps failing) and tried again at its next turn. One that costs more than its share of a core is run less often.
/// </summary>
internal sealed class CollectorLoop(IReadOnlyList<ICollector> collectors, OrreryClient client, double costMax, TimeProvider time, ILogger logger)
{
    static readonly TimeSpan IntervalMax = TimeSpan.FromMinutes(10);
    const long ReportEveryMilliseconds = 300_000;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var entries = new Entry[collectors.Count];
        for (int i = 0; i < entries.Length; i++)
            entries[i] = new Entry(collectors[i]);
        while (!cancellationToken.IsCancellationRequested)
        {
            long now = time.GetUtcNow().ToUnixTimeMilliseconds();
            long next = long.MaxValue;
            bool ran = false;
            foreach (Entry entry in entries)
            {
                if (entry.DueAt <= now)
                {
                    Run(entry, now);
                    ran = true;
                }
                next = Math.Min(next, entry.DueAt);
            }
            if (ran)
                client.Push();
            long wait = next - time.GetUtcNow().ToUnixTimeMilliseconds();
            if (wait > 0)
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(wait, 60_000)), time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    void Run(Entry entry, long now)
    {
        long started = Stopwatch.GetTimestamp();
        try
        {
            entry.Collector.Collect(now);
            if (entry.Failures > 0)
                Recovered(entry);
        }
        catch (Exception error)
        {
            Failed(entry, error, now);
        }
        // A smoothed cost: one slow page-in must not slow a collector down for long.
        entry.CostSeconds = entry.CostSeconds * 0.8 + Stopwatch.GetElapsedTime(started).TotalSeconds * 0.2;
        double interval = Math.Clamp(entry.CostSeconds / costMax, entry.Collector.Interval.TotalSeconds, Math.Max(IntervalMax.TotalSeconds, entry.Collector.Interval.TotalSeconds));
        long step = (long)(interval * 1000);
        // Steps on a grid, so that rounds of several collectors fall together and leave in one batch.
        entry.DueAt = (now / step + 1) * step;
    }

    void Failed(Entry entry, Exception error, long now)
    {
        entry.Failures++;
        if (now < entry.ReportAt)
            return;
        entry.ReportAt = now + ReportEveryMilliseconds;
        logger.CollectorFailed(entry.Collector.Name, entry.Failures, error);
        client.Event("collector_failed", $"The collector '{entry.Collector.Name}' failed {entry.Failures} times: {error.GetType().Name}: {error.Message}", Client.LogLevel.Warning,
            new Dictionary<string, string> { ["collector"] = entry.Collector.Name });
    }

    void Recovered(Entry entry)
    {
        logger.CollectorRecovered(entry.Collector.Name, entry.Failures);
        client.Event("collector_recovered", $"The collector '{entry.Collector.Name}' works again after {entry.Failures} failures.", Client.LogLevel.Information,
            new Dictionary<string, string> { ["collector"] = entry.Collector.Name });
        entry.Failures = 0;
        entry.ReportAt = 0;
    }

    sealed class Entry(ICollector collector)
    {
        public ICollector Collector { get; } = collector;
        public long DueAt;
        public long Failures;
        public long ReportAt;
        public double CostSeconds;
    }
}
