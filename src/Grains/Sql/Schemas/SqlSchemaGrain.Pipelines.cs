using Orrery.Interfaces;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Sql;
using Orrery.Interfaces.Tenants;

namespace Orrery.Grains.Sql.Schemas;

/// <summary>Views and inserts as pipelines: what they read, what they write, how they do.</summary>
sealed partial class SqlSchemaGrain
{
    public async Task<IReadOnlyList<PipelineInfo>> Pipelines()
    {
        await GrainFactory.GetGrain<ITenantGrain>(Tenant).Get();
        DataflowStatus status = await StatusAsync();
        return [.. catalog.Definitions.Where(IsPipeline).Select(definition => InfoOf(definition, status)).OrderBy(static info => info.Origin ?? "\uffff", StringComparer.Ordinal).ThenBy(static info => info.Name, StringComparer.OrdinalIgnoreCase)];
    }

    public async Task<PipelineView> Pipeline(string name)
    {
        SqlDefinition definition = catalog.Find(name) is { } found && IsPipeline(found) ? found : throw new NotFoundException($"The tenant '{Tenant}' has no pipeline '{name}'.");
        DataflowStatus status = await StatusAsync();
        HashSet<string> tables = Tables(definition.Name);
        return new PipelineView(
            InfoOf(definition, status), definition.Text, State.Version == 0 ? [] : await Dataflow.Operators(definition.Name), [.. status.Sources.Where(source => tables.Contains(source.Relation))],
            [.. catalog.ReadersOf(definition.Name).Where(reader => IsPipeline(catalog.Find(reader)!))]);
    }

    public async Task<IReadOnlyList<SourceChange>> SourceChanges() => State.Version == 0 ? [] : [.. (await Dataflow.SourceChanges()).Reverse()];

    static bool IsPipeline(SqlDefinition definition) => definition.Kind is DefinitionKind.MaterializedView or DefinitionKind.Insert && !IsCandidate(definition);

    PipelineInfo InfoOf(SqlDefinition definition, DataflowStatus status)
    {
        BoundDefinition? meaning = catalog.TryBind(definition);
        RelationInfo info = Info(definition, status);
        RelationStatus? live = status.Relations.FirstOrDefault(relation => relation.Name == definition.Name);
        HashSet<string> tables = Tables(definition.Name);
        SourceLag[] lags = [.. status.Sources.Where(source => tables.Contains(source.Relation))];
        RelationStatus[] read = [.. status.Relations.Where(relation => tables.Contains(relation.Name))];
        bool isInsert = definition.Kind == DefinitionKind.Insert;
        // What keeps all of them true cannot.
        string state = status is { Phase: "waiting", Problem: not null } && info.Status != "paused" ? "failed" : info.Status;
        SinkStatus? sink = isInsert ? status.Sinks.FirstOrDefault(sink => sink.Insert == definition.Name) : null;
        return new PipelineInfo(
            definition.Name, isInsert ? "insert" : "materializedView", definition.Origin, [.. (meaning?.Reads() ?? new HashSet<string>()).Order(StringComparer.OrdinalIgnoreCase)],
            isInsert ? meaning?.Relation?.Name : null, isInsert && meaning?.Relation is { } target ? TableOptions.Of(target).Connector : null, state,
            sink is { Problem: { } hindered, Waiting: > 0 } ? $"Writing fails, and is tried again: {hindered}" : info.Problem,
            read.Sum(static table => table.RatePerSecond), live?.RatePerSecond ?? 0, lags.Sum(static lag => Math.Max(0, lag.End - lag.Offset)), lags.Max(static lag => lag.LagSeconds), info.FreshnessSeconds, info.Rows, info.StateBytes,
            (live?.Rejected ?? 0) + read.Sum(static table => table.Rejected),
            sink is null ? null : new SinkProgress(sink.Waiting, sink.RowsPerSecond, sink.Waiting > 0 && sink.RowsPerSecond > 0 ? sink.Waiting / sink.RowsPerSecond : null, sink.Problem, sink.WrittenAt),
            catalog.Find(definition.Name + CandidateSuffix) is not null, read.Any(static table => table.Status == "paused"));
    }
}
