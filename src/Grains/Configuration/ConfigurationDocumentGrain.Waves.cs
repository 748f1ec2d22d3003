using System.Globalization;
using Orrery.Grains.Configuration.Values;
using Orrery.Grains.Storing;
using Orrery.Interfaces;
using Orrery.Interfaces.Configuration;
using Orrery.Interfaces.Health;

namespace Orrery.Grains.Configuration;

/// <summary>Waves: servers' health before one is compared with their health in it; where it falls the change is taken back, where it holds until the wave's end the next one begins.</summary>
sealed partial class ConfigurationDocumentGrain
{
    static readonly ConfigurationMeasure Nobody = new(0, 0, 0, 0, 0, 0);

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        await LookAsync();
        if (State.Layers.Values.All(static layer => layer.Open is null) && await this.GetReminder(WakeReminder) is { } reminder)
            await this.UnregisterReminder(reminder);
    }

    public async Task<ConfigurationMeasure> Measure(string layer, ConfigurationWave[] waves, long fleetStamp)
    {
        ConfigurationBase fleet = await BaseAsync(fleetStamp);
        ReportRow[] rows = [.. reports.State.Rows.Values.Where(row => ConfigurationKeys.Concerns(layer, row.Report.Reader) && ConfigurationReach.Has(waves, row.Report.Reader))];
        if (rows.Length == 0)
            return Nobody;
        IReadOnlyList<HealthSummary> health = await GrainFactory.GetGrain<ITenantHealthGrain>(Owner).ListServers(null);
        Dictionary<string, HealthSummary> byServer = health.ToDictionary(static each => each.Server, StringComparer.Ordinal);
        Dictionary<string, ConfigurationPart> own = Parts();
        ConfigurationMeasure sum = Nobody;
        foreach (ReportRow row in rows)
        {
            HealthSummary? summary = byServer.GetValueOrDefault(row.Report.Reader.Server);
            ConfigurationContent wanted = merge.Content(fleet, own, row.Report.Reader, null);
            sum += new ConfigurationMeasure(
                1, summary?.Score ?? 0, summary is null ? 0 : 1, summary?.Status is HealthStatus.Critical or HealthStatus.Silent ? 1 : 0, row.Report.Digest == wanted.Digest ? 1 : 0,
                wanted.Problem is not null || (row.Report.Error is not null && row.Report.Digest != wanted.Digest) ? 1 : 0);
        }

        return sum;
    }

    void KeepLooking()
    {
        if (looking is null && State.Layers.Values.Any(static layer => layer.Open?.State == ConfigurationChangeState.Rolling))
            looking = this.RegisterGrainTimer(_ => LookAsync(), new GrainTimerCreationOptions(options.LookPeriod, options.LookPeriod) { KeepAlive = true });
    }

    Task WakeAsync() => this.RegisterOrUpdateReminder(WakeReminder, ReminderPeriod, ReminderPeriod);

    async Task LookAsync()
    {
        try
        {
            foreach (LayerState layer in State.Layers.Values.Where(static layer => layer.Open is not null).ToArray())
                await LookAsync(layer, layer.Open!);
        }
        catch (Exception failure)
        {
            ConfigurationMessages.NotLooked(logger, Key, options.LookPeriod, failure);
        }

        if (State.Layers.Values.All(static layer => layer.Open?.State != ConfigurationChangeState.Rolling))
        {
            looking?.Dispose();
            looking = null;
        }
    }

    async Task LookAsync(LayerState layer, ConfigurationChange open)
    {
        bool isOver = open.EndsAt <= time.GetUtcNow();
        if (open.State != ConfigurationChangeState.Rolling)
        {
            if (isOver)
                await RejectAsync(layer, open, $"Nobody {(open.State == ConfigurationChangeState.Draft ? "started" : "approved")} it in {options.OpenMax.TotalDays:0.#} days.");
            return;
        }

        ConfigurationMeasure now = await MeasureAsync(open.Layer, open.Rollout!.Waves[..open.Wave]);
        bool hasMoved = now != open.Measured;
        open = open with { Measured = now };
        if (Worse(open.Rollout, open.Wave, open.Baseline ?? Nobody, now) is { } reason)
        {
            ConfigurationMessages.TakenBack(logger, open.Version, Key, reason);
            await TakeBackAsync(layer, open, Itself, reason);
        }
        else if (isOver && open.Wave < open.Rollout.Waves.Length)
        {
            await EnterWaveAsync(layer, open, open.Wave + 1);
        }
        else if (isOver)
        {
            await SettleAsync(layer, open);
        }
        else if (hasMoved)
        {
            Set(layer, open);
            await writer.WriteAsync();
        }
    }

    /// <summary>Measures those whom the wave reaches before it does.</summary>
    async Task EnterWaveAsync(LayerState layer, ConfigurationChange change, int wave)
    {
        ConfigurationMeasure before = await MeasureAsync(change.Layer, change.Rollout!.Waves[..wave]);
        change = change with { Wave = wave, EndsAt = time.GetUtcNow() + TimeSpan.FromMinutes(change.Rollout.Waves[wave - 1].Minutes), Baseline = before, Measured = before };
        layer.Proposed = layer.Proposed! with { At = time.GetUtcNow() };
        Set(layer, change);
        await ReachAsync();
        ConfigurationMessages.Wave(logger, change.Version, Key, wave, change.EndsAt);
    }

    async Task<ConfigurationMeasure> MeasureAsync(string layer, ConfigurationWave[] waves)
    {
        if (!IsFleet)
            return await Measure(layer, waves, -1);
        IReadOnlyList<string> tenants = await Directory.Tenants(Document);
        ConfigurationMeasure sum = Nobody;
        foreach (string[] part in tenants.Chunk(32))
            foreach (ConfigurationMeasure one in await Task.WhenAll(part.Select(tenant => GrainFactory.GetGrain<IConfigurationDocumentGrain>(ConfigurationKeys.Of(tenant, Document)).Measure(layer, waves, State.Stamp))))
                sum += one;
        return sum;
    }

    /// <summary>Why a wave must not go on; null: it may.</summary>
    static string? Worse(ConfigurationRollout rollout, int wave, ConfigurationMeasure before, ConfigurationMeasure now)
    {
        double fall = before.Score - now.Score;
        if (before.Scored > 0 && now.Scored > 0 && fall > rollout.ScoreFallMax)
            return string.Create(CultureInfo.InvariantCulture, $"In wave {wave}, the mean health of {now.Servers} servers fell from {before.Score:0.#} to {now.Score:0.#}; it may fall by {rollout.ScoreFallMax:0.#}.");
        if ((now.Unwell - before.Unwell) * 100.0 > rollout.UnwellPercentMax * now.Servers)
            return string.Create(CultureInfo.InvariantCulture, $"In wave {wave}, {now.Unwell - before.Unwell} of {now.Servers} servers became critical or silent; at most {rollout.UnwellPercentMax:0.#} % may.");
        return now.Failed * 100.0 > rollout.FailedPercentMax * now.Servers
            ? string.Create(CultureInfo.InvariantCulture, $"In wave {wave}, {now.Failed} of {now.Servers} servers cannot take the value; at most {rollout.FailedPercentMax:0.#} % may fail to.")
            : null;
    }
}
