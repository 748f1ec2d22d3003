using Orrery.Dataflow.Checkpoints;
using Orrery.Dataflow.Graphs;
using Orrery.Grains.Sql.Checkpoints;
using Orrery.Grains.Sql.Journals;
using Orrery.Grains.Sql.Schemas;
using Orrery.Sql.Rows;

namespace Orrery.Grains.Sql.Running;

sealed partial class DataflowEngine
{
    /// <summary>Where it stands, between two epochs.</summary>
    public DataflowPosition Position(long epoch, long clock, long version, long journalOffset) => new(epoch, clock, version, journalOffset)
    {
        Definitions = [.. Catalog.Definitions],
        Failures = new Dictionary<string, string>(failures),
        RejectedByView = new Dictionary<string, long>(rejectedByView),
        Tables = [.. tables.Values.Select(static table => table.Position())],
    };

    /// <summary>Becomes what it was when a checkpoint was written. Only for an engine that is new; after an error it is of no use.</summary>
    /// <exception cref="CheckpointException">The checkpoint is damaged, or does not fit its schema.</exception>
    public async Task RestoreAsync(GraphCheckpoints checkpoints, DataflowPosition position, CancellationToken cancellationToken)
    {
        // What could not be made then could be made now, without rows; it is as it was.
        SqlDefinition[] make = [.. SchemaDifference.Of(Catalog, position.Definitions).Make.Where(definition => !position.Failures.ContainsKey(definition.Name))];
        await ApplyAsync(new SchemaChange(position.Version, [], make, position.Tables.ToDictionary(static table => table.Name, static table => table.Starts)), position.Epoch, position.Clock, isEmpty: true, cancellationToken);
        if (failures.Count > 0)
            throw new CheckpointException($"What the checkpoint of epoch {position.Epoch} had cannot be made any more: {string.Join(' ', failures.Select(static failure => $"{failure.Key}: {failure.Value}"))}");
        Catalog = new SchemaCatalog(position.Definitions);
        foreach ((string name, string reason) in position.Failures)
            failures[name] = reason;
        // Whoever was to be told of the first rows has been told.
        firstOutputs = [];
        foreach (TablePosition table in position.Tables)
            tables[table.Name].Restore(table);
        // What is paused has to be there for its rows to find their place.
        foreach (string name in checkpoints.StoppedViews)
            if (Catalog.Find(name) is { Kind: DefinitionKind.MaterializedView or DefinitionKind.Insert, IsPaused: true } paused && Catalog.Bind(paused) is var meaning)
                await AddViewAsync(name, meaning, paused.Kind == DefinitionKind.Insert ? ReceiverKeyOf(meaning.Relation!) : null, position.Epoch, isEmpty: true, cancellationToken);
        await checkpoints.Restore(graph, cancellationToken);
        // Nor are letters of a view that had to be filled anew news.
        dropped.Clear();
        rejectedByView.Clear();
        foreach ((string view, long rows) in position.RejectedByView)
            rejectedByView[view] = rows;
    }

    /// <summary>Takes what a checkpoint needs.</summary>
    /// <param name="backlog">What sinks have not written, and wait for in memory.</param>
    /// <param name="inFiles">What waits behind it in files, packed.</param>
    /// <returns>Null: more waits for sinks than a checkpoint may hold.</returns>
    public async Task<CapturedCheckpoint?> CaptureAsync(GraphCheckpoints checkpoints, DataflowPosition position, IReadOnlyList<SinkChanges> backlog, IReadOnlyList<byte[]> inFiles, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> waiting = SinkBacklog.Join(SinkBacklog.Encode(backlog), inFiles);
        return waiting.Length > options.CheckpointBacklogBytesMax ? null : await checkpoints.Capture(graph, position.Encode(waiting), cancellationToken);
    }

    /// <summary>Of an insert's rows.</summary>
    public RowLayout LayoutOf(string insert) => graph.FindView(insert).Layout;
}
