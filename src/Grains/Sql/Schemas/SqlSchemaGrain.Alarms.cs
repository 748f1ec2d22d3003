using Orrery.Interfaces.Alarms;
using Orrery.Interfaces.Paging;

namespace Orrery.Grains.Sql.Schemas;

/// <summary>Sees that the tenant's rules are applied to its pipelines.</summary>
sealed partial class SqlSchemaGrain
{
    const int OpenAlarmsMax = 500;

    PipelineWatch? watch;

    /// <summary>What cannot be asked or told is asked and told at the next look.</summary>
    async Task WatchAsync()
    {
        if (State.Definitions.Count == 0)
            return;
        try
        {
            IAlarmBookGrain book = GrainFactory.GetGrain<IAlarmBookGrain>(Tenant);
            EffectiveRules rules = await GrainFactory.GetGrain<IAlarmRulesGrain>(Tenant).GetEffective();
            if (watch is null)
            {
                var begun = new PipelineWatch(Tenant);
                begun.SetRules(rules);
                begun.Resume((await book.List(new AlarmQuery(Open: true), new PageRequest(OpenAlarmsMax))).Items);
                watch = begun;
            }

            watch.SetRules(rules);
            watch.Observe(await Pipelines(), time.GetUtcNow());
            foreach ((string key, AlarmReport report) in watch.Changes.ToArray())
            {
                await book.Report(report);
                if (ReferenceEquals(watch.Changes.GetValueOrDefault(key), report))
                    watch.Changes.Remove(key);
            }
        }
        catch (Exception failure)
        {
            SqlMessages.NotWatched(logger, Tenant, failure);
        }
    }
}
