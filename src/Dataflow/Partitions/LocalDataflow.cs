using Orrery.Dataflow.Graphs;
using Orrery.Sql.Catalogs;
using Orrery.Sql.Plans;
using Orrery.Sql.Rows;

namespace Orrery.Dataflow.Partitions;

/// <summary>All partitions of a dataflow in one process: while they step, each works on a thread of its own. For one call at a time.</summary>
public sealed class LocalDataflow : IDisposable
{
    private readonly PartitionedGraph[] _partitions;
    private long _number;

    /// <param name="partitions">From 1 to <see cref="PartitionedGraph.PartitionsMax"/>.</param>
    /// <param name="options">Of each partition's graph.</param>
    public LocalDataflow(int partitions, DataflowOptions? options = null)
    {
        var exchange = new LocalExchange(partitions);
        _partitions = [.. Enumerable.Range(0, partitions).Select(number => new PartitionedGraph(exchange.At(number), (number, partitions), options))];
    }

    public IReadOnlyList<PartitionedGraph> Partitions => _partitions;

    /// <summary>See <see cref="PartitionedGraph.NextTimer"/>.</summary>
    public long NextTimer => _partitions[0].NextTimer;

    public void AddTable(Relation relation, TableFeed feed = TableFeed.Anywhere, bool keepsRows = true)
    {
        foreach (var partition in _partitions) partition.AddTable(relation, feed, keepsRows);
    }

    public Task AddView(string name, Plan plan, ViewOptions? options = null, IReadOnlyList<int>? receiverKey = null, CancellationToken cancellation = default) =>
        Together(partition => partition.AddView(_number, name, plan, cancellation, options, receiverKey));

    public Task ReplaceView(string name, Plan plan, ViewOptions? options = null, IReadOnlyList<int>? receiverKey = null, CancellationToken cancellation = default) =>
        Together(partition => partition.ReplaceView(_number, name, plan, cancellation, options, receiverKey));

    public void RemoveView(string name)
    {
        foreach (var partition in _partitions) partition.RemoveView(name);
    }

    /// <summary>Carries what was given to the partitions (<see cref="PartitionedGraph.Give"/>) through all views.</summary>
    public Task Step(long nowMicroseconds, CancellationToken cancellation = default) => Together(partition => partition.Step(_number, nowMicroseconds, cancellation));

    public void EndStep()
    {
        foreach (var partition in _partitions) partition.EndStep();
    }

    /// <summary>The status of a view, which is the same at all partitions, and why.</summary>
    public (ViewStatus Status, string Reason) StatusOf(string view) => (_partitions[0].Graph.FindView(view).Status, _partitions[0].Graph.FindView(view).Reason);

    public RowLayout LayoutOf(string view) => _partitions[0].Graph.FindView(view).Layout;

    /// <summary>The changes of a view in the last step. A row that went at one partition and came at another is told twice.</summary>
    public void ReadChanges(string view, RowReceiver receiver)
    {
        foreach (var partition in _partitions) partition.Graph.FindView(view).ReadChanges(receiver);
    }

    public void ReadRows(string view, RowReceiver receiver)
    {
        foreach (var partition in _partitions) partition.Graph.FindView(view).ReadRows(receiver);
    }

    public void Dispose()
    {
        foreach (var partition in _partitions) partition.Dispose();
    }

    private Task Together(Func<PartitionedGraph, Task> work)
    {
        _number++;
        return _partitions.Length == 1 ? work(_partitions[0]) : Task.WhenAll(_partitions.Select(partition => Task.Run(() => work(partition))));
    }
}
