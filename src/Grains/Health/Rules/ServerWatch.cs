using Orrery.Grains.Alarms.Rules;
using Orrery.Grains.Health.Anomaly;
using Orrery.Grains.Health.Series;
using Orrery.Grains.Health.Series.Queries;
using Orrery.Interfaces.Alarms;
using Orrery.Interfaces.Health;

namespace Orrery.Grains.Health.Rules;

/// <summary>
/// The rules at work on one server. Each series is compared with the rules once, when it appears or the rules change; after a batch only the
/// newest sample of the series that somebody looks at is judged. What fires or ends is put into <see cref="Changes"/>, where the owner takes it.
/// </summary>
/// <remarks>Time is given: the silo's clock in Unix milliseconds. What becomes true by passing time is seen by <see cref="Pass"/>.</remarks>
sealed class ServerWatch(string server, HealthOptions options)
{
    const int HeadlineSeriesMax = 256;

    static readonly Dictionary<string, string> SilentLabels = new() { [SeriesKey.NameLabel] = VendorRules.SilentSeconds };

    static readonly Dictionary<string, string> HeadlineNames = new()
    {
        ["cpu_usage_percent"] = "cpu",
        ["memory_used_percent"] = "memory",
        ["disk_used_percent"] = "disk",
        ["load1"] = "load",
    };

    readonly Dictionary<string, AlarmReport> changes = [];
    readonly List<(string Name, SeriesEntry Entry)> headline = [];
    readonly Dictionary<string, byte[]> savedAnomalies = [];
    List<SeriesWatch> watches = [];
    List<RuleTrack> silentTracks = [];
    Dictionary<string, Alarm> resumable = [];
    ILookup<string, (AlarmRule Rule, SeriesSelector Match)> byMetric = EmptyRules();
    int boundCount;
    long newestMilliseconds = SeriesEntry.Never;
    int anomalySeries;

    /// <summary>Reports that the alarm book has not taken yet, by the alarm's key; the newest of each.</summary>
    public IReadOnlyDictionary<string, AlarmReport> Changes => changes;

    /// <summary>The rules at work, by id.</summary>
    public IReadOnlyDictionary<string, AlarmRule> Rules { get; private set; } = new Dictionary<string, AlarmRule>();

    /// <summary>Whether rules were read; before that nothing is judged.</summary>
    public bool IsReady { get; private set; }

    public long Revision { get; private set; } = -1;

    /// <summary>Series that somebody looks at.</summary>
    public int WatchedSeries => watches.Count;

    /// <summary>Puts rules to work, also on series that are known already. What fires goes on firing until a sample says otherwise; what fires by a rule that is gone ends.</summary>
    /// <param name="effective">The rules.</param>
    /// <param name="entries">All series of the server.</param>
    /// <param name="open">Open alarms that the book has of this server, where it was asked; else null.</param>
    /// <param name="nowMilliseconds">The silo's clock.</param>
    public void SetRules(EffectiveRules effective, IReadOnlyList<SeriesEntry> entries, IEnumerable<Alarm>? open, long nowMilliseconds)
    {
        Rules = effective.Rules.ToDictionary(static rule => rule.Id);
        Revision = effective.Revision;
        IsReady = true;
        byMetric = effective.Rules.Where(static rule => rule.Enabled).ToLookup(static rule => SeriesMetric.Of(rule.Matchers), static rule => (rule, new SeriesSelector(rule.Matchers)));
        var firing = AllTracks().Where(static track => track.Machine.Phase == RulePhase.Firing).ToList();
        foreach (var alarm in open ?? [])
            resumable[alarm.Key] = alarm;
        var before = firing.ToDictionary(static track => track.Key, static track => (track.Rule, track.Machine.SinceMilliseconds));
        silentTracks = [.. byMetric[VendorRules.SilentSeconds].Select(pair => Track(pair.Rule, hash: 0, before))];
        Rebind(entries, before, nowMilliseconds);
        foreach (var track in AllTracks())
            before.Remove(track.Key);
        foreach (var (key, (rule, since)) in before)
            changes[key] = new AlarmReport(key, server, rule, new Dictionary<string, string>(), Holds: false, 0, Time(since));
    }

    /// <summary>States of anomaly scorers as they were exported, by series key; taken up when their series appear.</summary>
    public void RestoreAnomalies(IReadOnlyDictionary<string, byte[]> saved)
    {
        foreach (var (key, state) in saved)
            savedAnomalies[key] = state;
    }

    /// <summary>States of the anomaly scorers, by series key in base64.</summary>
    public Dictionary<string, byte[]> ExportAnomalies()
    {
        var states = new Dictionary<string, byte[]>(savedAnomalies);
        foreach (var watch in watches)
            if (watch.Anomaly is { } anomaly)
                states[Convert.ToBase64String(watch.Entry.Key)] = anomaly.Export();
        return states;
    }

    /// <summary>Series have left memory: entries moved.</summary>
    public void Forget(IReadOnlyList<SeriesEntry> entries, long nowMilliseconds)
    {
        if (boundCount == entries.Count)
            return;
        var kept = new HashSet<SeriesEntry>(entries);
        foreach (var watch in watches.Where(watch => !kept.Contains(watch.Entry)))
            foreach (var track in watch.Tracks)
                Change(track, watch, track.Machine.Lose(), nowMilliseconds);
        watches.RemoveAll(watch => !kept.Contains(watch.Entry));
        headline.RemoveAll(pair => !kept.Contains(pair.Entry));
        anomalySeries = watches.Count(static watch => watch.Anomaly is not null);
        boundCount = entries.Count;
    }

    /// <summary>A batch was applied: looks at the newest sample of each watched series that got one.</summary>
    public void Observe(IReadOnlyList<SeriesEntry> entries, long nowMilliseconds)
    {
        if (!IsReady)
            return;
        if (entries.Count != boundCount)
            Bind(entries, null, nowMilliseconds);
        foreach (var watch in watches)
            newestMilliseconds = Math.Max(newestMilliseconds, watch.Entry.Newest);
        // After a start memory also holds series that ended long ago: their last words are not judged again.
        long oldest = newestMilliseconds - (long)options.SeriesStaleAfter.TotalMilliseconds;
        foreach (var watch in watches)
        {
            var entry = watch.Entry;
            if (entry.Newest > watch.SeenMilliseconds && entry.Newest >= oldest)
                Look(watch, entry, nowMilliseconds);
        }
    }

    /// <summary>Time has passed.</summary>
    /// <param name="silentMilliseconds">How long no sample has come from the server; null where none ever came.</param>
    /// <param name="nowMilliseconds">The silo's clock.</param>
    public void Pass(long? silentMilliseconds, long nowMilliseconds)
    {
        if (!IsReady)
            return;
        if (silentMilliseconds is { } silence)
        {
            foreach (var track in silentTracks)
            {
                track.Value = silence / 1000;
                Change(track, SilentLabels, track.Machine.Observe(nowMilliseconds, track.Value), nowMilliseconds - silence);
            }
        }

        // While nothing at all comes, silence is what is wrong: other alarms stay as they are.
        bool silent = silentMilliseconds is null || silentMilliseconds > options.SilentAfter.TotalMilliseconds;
        if (silent)
            return;
        foreach (var watch in watches)
        {
            bool stale = nowMilliseconds - watch.ArrivedMilliseconds > options.SeriesStaleAfter.TotalMilliseconds;
            foreach (var track in watch.Tracks)
            {
                if (track.Machine.Phase == RulePhase.Clear && track.Rule.Signal != "anomaly")
                    continue;
                if (stale)
                    Change(track, watch, track.Machine.Lose(), nowMilliseconds);
                else if (track.Rule.Signal == "anomaly")
                    Judge(watch, track, nowMilliseconds);
                else
                    Change(track, watch, track.Machine.Pass(watch.ClockMilliseconds(nowMilliseconds)), nowMilliseconds);
            }
        }
    }

    /// <summary>Open alarms of the book whose series never came back since the start, as ended.</summary>
    public void EndUnclaimed()
    {
        foreach (var alarm in resumable.Values)
        {
            var rule = new AlarmRule(alarm.RuleId, alarm.RuleName, [], "value", alarm.Comparison, alarm.Threshold, null, 0, alarm.Severity, null, true, null, 0);
            changes.TryAdd(alarm.Key, new AlarmReport(alarm.Key, server, rule, alarm.Labels, Holds: false, alarm.Value, alarm.Since));
        }

        resumable = [];
    }

    /// <summary>Reports the newest values of what fires, where they changed since the book was told.</summary>
    public void ReportValues()
    {
        foreach (var track in silentTracks)
            ReportValue(track, SilentLabels);
        foreach (var watch in watches)
            foreach (var track in watch.Tracks)
                ReportValue(track, watch.Entry.Labels);
    }

    /// <summary>The book has taken a report. A newer one of the same alarm stays.</summary>
    public void Taken(AlarmReport report)
    {
        if (changes.TryGetValue(report.Key, out var pending) && ReferenceEquals(pending, report))
            changes.Remove(report.Key);
    }

    /// <summary>All anomaly scores, by the series' labels as the store gives them.</summary>
    public Dictionary<IReadOnlyDictionary<string, string>, double> AnomalyScores(long nowMilliseconds) => watches
        .Where(static watch => watch.Anomaly is not null)
        .ToDictionary<SeriesWatch, IReadOnlyDictionary<string, string>, double>(static watch => watch.Entry.Labels, watch => watch.Anomaly!.Score(nowMilliseconds), (IEqualityComparer<object>)ReferenceEqualityComparer.Instance);

    /// <summary>The newest values of the headline metrics; of several series of one metric the highest. Series that have ended are left out.</summary>
    /// <param name="newest">The server's newest sample, Unix milliseconds.</param>
    public Dictionary<string, double> Headline(long newest)
    {
        var values = new Dictionary<string, double>();
        long oldest = newest - (long)options.SeriesStaleAfter.TotalMilliseconds;
        foreach (var (name, entry) in headline)
            if (entry.Newest >= oldest && double.IsFinite(entry.NewestValue) && entry.NewestValue > values.GetValueOrDefault(name, double.MinValue))
                values[name] = entry.NewestValue;
        return values;
    }

    void Rebind(IReadOnlyList<SeriesEntry> entries, Dictionary<string, (AlarmRule Rule, long Since)> firing, long nowMilliseconds)
    {
        var before = watches.ToDictionary(static watch => watch.Entry);
        watches = [];
        headline.Clear();
        boundCount = 0;
        anomalySeries = 0;
        Bind(entries, firing, nowMilliseconds);
        foreach (var watch in watches)
        {
            if (!before.TryGetValue(watch.Entry, out var old))
                continue;
            if (old.Anomaly is not null)
                watch.Anomaly = old.Anomaly;
            (watch.ArrivedMilliseconds, watch.Rate, watch.SeenValue) = (old.ArrivedMilliseconds, old.Rate, old.SeenValue);
            watch.SeenMilliseconds = old.SeenMilliseconds;
            foreach (var track in watch.Tracks)
                Judge(watch, track, nowMilliseconds);
        }
    }

    void Bind(IReadOnlyList<SeriesEntry> entries, Dictionary<string, (AlarmRule Rule, long Since)>? firing, long nowMilliseconds)
    {
        for (; boundCount < entries.Count; boundCount++)
        {
            var entry = entries[boundCount];
            string metric = SeriesMetric.Of(entry.Key);
            if (HeadlineNames.TryGetValue(metric, out string? name) && headline.Count < HeadlineSeriesMax)
                headline.Add((name, entry));
            bool scored = anomalySeries < options.AnomalySeriesMax && options.AnomalyMetrics.Contains(metric);
            var rules = byMetric[metric];
            if (watches.Count >= options.WatchedSeriesMax || (!scored && !rules.Any()))
                continue;
            var watch = new SeriesWatch(entry, metric)
            {
                Tracks = [.. rules.Where(pair => pair.Match.Matches(entry.Key)).Select(pair => Track(pair.Rule, entry.Hash, firing))],
                Anomaly = scored ? StartAnomaly(entry) : null,
                ArrivedMilliseconds = nowMilliseconds,
            };
            if (watch.Tracks.Length > 0 || watch.Anomaly is not null)
                watches.Add(watch);
        }
    }

    RuleTrack Track(AlarmRule rule, ulong hash, Dictionary<string, (AlarmRule Rule, long Since)>? firing)
    {
        string key = $"{server}/{rule.Id}/{hash:x16}";
        var track = new RuleTrack(rule, key);
        if (firing is not null && firing.TryGetValue(key, out var before))
            track.Machine.Resume(before.Since);
        else if (resumable.Remove(key, out var alarm))
            (track.Value, track.ToldValue) = Resume(track, alarm);
        return track;
    }

    static (double Value, double ToldValue) Resume(RuleTrack track, Alarm alarm)
    {
        track.Machine.Resume(alarm.Since.ToUnixTimeMilliseconds());
        return (alarm.Value, alarm.Value);
    }

    AnomalyWatch StartAnomaly(SeriesEntry entry)
    {
        anomalySeries++;
        var scorer = new AnomalyScorer();
        if (savedAnomalies.Remove(Convert.ToBase64String(entry.Key), out byte[]? state))
        {
            try
            {
                scorer = AnomalyScorer.Import(state);
            }
            catch (InvalidDataException)
            {
                // Of an older version, or damaged: this series is learned anew.
                scorer = new AnomalyScorer();
            }
        }

        return new AnomalyWatch(scorer, (long)options.AnomalyHold.TotalMilliseconds);
    }

    void Look(SeriesWatch watch, SeriesEntry entry, long nowMilliseconds)
    {
        if (watch.Anomaly is { } anomaly)
            Score(anomaly, watch, entry);
        double passed = (entry.Newest - watch.SeenMilliseconds) / 1000.0;
        if (watch.SeenMilliseconds != SeriesEntry.Never && passed > 0)
            watch.Rate = (entry.NewestValue >= watch.SeenValue ? entry.NewestValue - watch.SeenValue : entry.NewestValue) / passed;
        watch.SeenMilliseconds = entry.Newest;
        watch.SeenValue = entry.NewestValue;
        watch.ArrivedMilliseconds = nowMilliseconds;
        foreach (var track in watch.Tracks)
            Judge(watch, track, nowMilliseconds);
    }

    /// <summary>A batch may bring many samples of a series; the scorer wants each. What was sealed meanwhile is only seen by its newest one.</summary>
    static void Score(AnomalyWatch anomaly, SeriesWatch watch, SeriesEntry entry)
    {
        var times = entry.OpenTimes.AsSpan(0, entry.OpenCount);
        int first = SampleBuffer.LowerBound(times, watch.SeenMilliseconds + 1);
        for (int index = first; index < times.Length; index++)
            anomaly.Observe(times[index], entry.OpenValues[index]);
        if (times.Length == 0 || times[^1] < entry.Newest)
            anomaly.Observe(entry.Newest, entry.NewestValue);
    }

    void Judge(SeriesWatch watch, RuleTrack track, long nowMilliseconds)
    {
        if (watch.SeenMilliseconds == SeriesEntry.Never)
            return;
        double value = track.Rule.Signal switch
        {
            "anomaly" => watch.Anomaly?.Score(nowMilliseconds) ?? double.NaN,
            "rate" => watch.Rate,
            _ => watch.SeenValue,
        };
        // Prometheus marks the end of a series by a value that is not a number.
        bool ended = track.Rule.Signal == "value" && double.IsNaN(watch.SeenValue);
        if (!double.IsNaN(value))
            track.Value = Math.Clamp(value, double.MinValue, double.MaxValue);
        Change(track, watch, ended ? track.Machine.Lose() : track.Machine.Observe(watch.ClockMilliseconds(nowMilliseconds), value), nowMilliseconds);
    }

    void Change(RuleTrack track, SeriesWatch watch, RuleChange change, long nowMilliseconds)
    {
        if (change != RuleChange.None)
            Change(track, watch.Entry.Labels, change, nowMilliseconds - Math.Max(0, watch.ClockMilliseconds(nowMilliseconds) - track.Machine.SinceMilliseconds));
    }

    void Change(RuleTrack track, IReadOnlyDictionary<string, string> labels, RuleChange change, long sinceMilliseconds)
    {
        if (change == RuleChange.None)
            return;
        changes[track.Key] = new AlarmReport(track.Key, server, track.Rule, labels, change == RuleChange.Fired, track.Value, Time(sinceMilliseconds));
        track.ToldValue = track.Value;
    }

    void ReportValue(RuleTrack track, IReadOnlyDictionary<string, string> labels)
    {
        if (track.Machine.Phase != RulePhase.Firing || track.Value == track.ToldValue || changes.ContainsKey(track.Key))
            return;
        track.ToldValue = track.Value;
        changes[track.Key] = new AlarmReport(track.Key, server, track.Rule, labels, Holds: true, track.Value, Time(track.Machine.SinceMilliseconds));
    }

    IEnumerable<RuleTrack> AllTracks() => silentTracks.Concat(watches.SelectMany(static watch => watch.Tracks));

    static ILookup<string, (AlarmRule Rule, SeriesSelector Match)> EmptyRules() => Array.Empty<(AlarmRule Rule, SeriesSelector Match)>().ToLookup(static pair => pair.Rule.Id);

    static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(milliseconds, 0, 253_402_300_799_999));
}
