using Orrery.Dataflow.Partitions;
using Orrery.Sql.Rows;

namespace Orrery.Dataflow.Tests.Partitions;

/// <summary>Gives changes to partitions as each table's feed allows: anywhere, a key always at the same one, or all to the first.</summary>
internal sealed class RandomFeeds(Random random, IReadOnlyList<PartitionedGraph> partitions, IReadOnlyDictionary<string, TableFeed> feeds)
{
    private readonly Dictionary<(string, object?), int> _homes = [];

    public void Give(IReadOnlyList<(string Table, object?[] Row, int Weight)> changes)
    {
        for (int order = 0; order < changes.Count; order++)
        {
            var (name, row, weight) = changes[order];
            var partition = partitions[PartitionOf(name, row)];
            var table = partition.Graph.FindTable(name);
            partition.Give(name, RowValues.FromObjects(row, table.Layout, partition.Graph.Arena), weight == 0 ? -1 : weight, order);
        }
    }

    private int PartitionOf(string name, object?[] row)
    {
        if (feeds[name] == TableFeed.First) return 0;
        int chosen = random.Next(partitions.Count);
        if (feeds[name] == TableFeed.Anywhere) return chosen;
        return _homes.TryGetValue((name, row[0]), out int home) ? home : _homes[(name, row[0])] = chosen;
    }
}
