using Orrery.Grains.Health.Rules;
using Orrery.Grains.Health.Series.Queries;
using Orrery.Interfaces;
using Orrery.Interfaces.Alarms;
using Orrery.Interfaces.Health;
using Orrery.Interfaces.Sql;

namespace Orrery.Grains.Sql.Schemas;

/// <summary>
/// The alarm rules at work on a tenant's pipelines: each has a few metrics, as a server has its series, and a rule that matches one of them is judged by the same state machine. Without clock, storage or network; the owner
/// reports what comes out, and asks again where that failed.
/// </summary>
sealed class PipelineWatch(string tenant)
{
    /// <summary>Rules of pipelines that are judged; those beyond are not.</summary>
    const int TracksMax = 20_000;

    readonly Dictionary<string, Track> tracks = new(StringComparer.Ordinal);
    (AlarmRule Rule, SeriesSelector Match)[] rules = [];
    long revision = -1;

    /// <summary>Reports that the alarm book has not taken yet.</summary>
    public Dictionary<string, AlarmReport> Changes { get; } = new(StringComparer.Ordinal);

    /// <summary>Puts rules to work.</summary>
    public void SetRules(EffectiveRules effective)
    {
        if (effective.Revision == revision)
            return;
        revision = effective.Revision;
        rules = [.. effective.Rules.Where(static rule => rule.Enabled && rule.Signal == "value").Select(static rule => (rule, new SeriesSelector(rule.Matchers)))];
    }

    /// <summary>What the book has open of pipelines, after a start.</summary>
    public void Resume(IEnumerable<Alarm> open)
    {
        foreach (Alarm alarm in open)
            if (EntityKeys.IsPipeline(alarm.Server) && rules.FirstOrDefault(pair => pair.Rule.Id == alarm.RuleId).Rule is { } rule)
                tracks.TryAdd(alarm.Key, new Track(rule, alarm.Server, alarm.Labels, alarm.Since.ToUnixTimeMilliseconds()));
    }

    /// <summary>Judges what pipelines show now. What fires of those that are gone, or by rules that are gone, ends.</summary>
    public void Observe(IEnumerable<PipelineInfo> pipelines, DateTimeOffset now)
    {
        long at = now.ToUnixTimeMilliseconds();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (PipelineInfo pipeline in pipelines)
        {
            string server = EntityKeys.Pipeline(tenant, pipeline.Name);
            foreach ((string metric, double value) in MetricsOf(pipeline))
            {
                var labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["__name__"] = metric, ["pipeline"] = pipeline.Name };
                byte[] series = SeriesKey.Encode(labels);
                foreach ((AlarmRule rule, SeriesSelector match) in rules)
                {
                    if (!match.Matches(series))
                        continue;
                    string key = $"{server}/{rule.Id}/{metric}";
                    seen.Add(key);
                    if (tracks.GetValueOrDefault(key) is { } known && known.Rule == rule)
                        Judge(key, known, at, value);
                    else if (tracks.Count < TracksMax || tracks.ContainsKey(key))
                        Judge(key, tracks[key] = new Track(rule, server, labels, tracks.GetValueOrDefault(key)?.Firing), at, value);
                }
            }
        }

        foreach ((string key, Track track) in tracks.Where(track => !seen.Contains(track.Key)).ToArray())
        {
            tracks.Remove(key);
            if (track.Machine.Lose() == RuleChange.Resolved)
                Changes[key] = track.Report(key, holds: false);
        }
    }

    /// <summary>The metrics of a pipeline, as rules name them.</summary>
    public static IEnumerable<(string Metric, double Value)> MetricsOf(PipelineInfo pipeline)
    {
        yield return ("pipeline_up", pipeline.Status == "failed" ? 0 : 1);
        yield return ("pipeline_paused", pipeline.Status == "paused" ? 1 : 0);
        yield return ("pipeline_held", pipeline.IsHeld ? 1 : 0);
        yield return ("pipeline_lag_records", pipeline.LagRecords);
        yield return ("pipeline_lag_seconds", pipeline.LagSeconds ?? 0);
        yield return ("pipeline_freshness_seconds", pipeline.FreshnessSeconds ?? 0);
        yield return ("pipeline_state_bytes", pipeline.StateBytes ?? 0);
        yield return ("pipeline_rejected_total", pipeline.Rejected);
        if (pipeline.Kind != "insert")
            yield break;
        yield return ("pipeline_sink_up", pipeline.Sink is { Problem: not null, WaitingRows: > 0 } ? 0 : 1);
        yield return ("pipeline_sink_waiting_rows", pipeline.Sink?.WaitingRows ?? 0);
    }

    void Judge(string key, Track track, long at, double value)
    {
        track.Value = value;
        RuleChange change = track.Machine.Observe(at, value);
        if (change != RuleChange.None)
            Changes[key] = track.Report(key, change == RuleChange.Fired);
    }

    sealed class Track
    {
        public AlarmRuleMachine Machine;

        /// <param name="firingSince">It fires since then; null: it does not.</param>
        public Track(AlarmRule rule, string server, IReadOnlyDictionary<string, string> labels, long? firingSince)
        {
            (Rule, Server, Labels, Machine) = (rule, server, labels, new AlarmRuleMachine(rule));
            if (firingSince is { } since)
                Machine.Resume(since);
        }

        public AlarmRule Rule { get; }

        public string Server { get; }

        public IReadOnlyDictionary<string, string> Labels { get; }

        public double Value { get; set; }

        public long? Firing => Machine.Phase == RulePhase.Firing ? Machine.SinceMilliseconds : null;

        public AlarmReport Report(string key, bool holds) => new(key, Server, Rule, Labels, holds, Value, DateTimeOffset.FromUnixTimeMilliseconds(Machine.SinceMilliseconds));
    }
}
