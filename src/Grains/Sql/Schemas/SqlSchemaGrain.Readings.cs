using Orrery.Grains.Sql.Readings;
using Orrery.Interfaces.Errors;

namespace Orrery.Grains.Sql.Schemas;

/// <summary>Tables that are read from databases on a schedule.</summary>
sealed partial class SqlSchemaGrain
{
    (long Version, SqlDefinition[] Tables) scheduled = (-1, []);

    public async Task ReadNow(string name)
    {
        SqlDefinition table = Scheduled().FirstOrDefault(each => each.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw new ConflictException($"'{Known(name).Name}' is not read from a database on a schedule ('every' or 'at').");
        await Reading(table).ReadNow();
        await Reading(table).Wake(table);
    }

    ITableReadingGrain Reading(SqlDefinition table) => GrainFactory.GetGrain<ITableReadingGrain>(SqlKeys.Reading(Tenant, table.Name));

    SqlDefinition[] Scheduled()
    {
        if (scheduled.Version != State.Version)
            scheduled = (State.Version, [.. State.Definitions.Where(definition =>
                definition.Kind == DefinitionKind.Table && catalog.TryBind(definition)?.Relation is { } relation && ReadingSchedule.IsIn(relation) && TableOptions.Of(relation).IsScheduled)]);
        return scheduled.Tables;
    }

    async Task WakeReadingsAsync()
    {
        foreach (SqlDefinition table in Scheduled())
            await Reading(table).Wake(table);
    }

    /// <summary>Says with the tables why they could not be read.</summary>
    async Task<DataflowStatus> WithReadingsAsync(DataflowStatus status)
    {
        SqlDefinition[] tables = Scheduled();
        if (tables.Length == 0)
            return status;
        TableReadingStatus[] readings = await Task.WhenAll(tables.Select(table => Reading(table).Status()));
        Dictionary<string, string> problems = tables.Zip(readings).Where(static pair => pair.Second.Problem is not null).ToDictionary(static pair => pair.First.Name, static pair => pair.Second.Problem!);
        return problems.Count == 0
            ? status
            : status with { Relations = [.. status.Relations.Select(relation => problems.TryGetValue(relation.Name, out string? problem) ? relation with { Problem = problem } : relation)] };
    }
}
