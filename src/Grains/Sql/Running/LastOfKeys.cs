using Orrery.Dataflow.Graphs;
using Orrery.Grains.Sql.Sinks;
using Orrery.Sql.Catalogs;
using Orrery.Sql.Rows;

namespace Orrery.Grains.Sql.Running;

/// <summary>
/// An epoch's changes for a sink that puts rows in the place of others by key: a row that goes says nothing to it where another of its key comes, so it is not made. That is half of all, where rows are updated.
/// Only for inserts whose rows the key tells apart (see <see cref="SinkKeys"/>).
/// </summary>
sealed class LastOfKeys
{
    readonly int[] key;
    readonly IEqualityComparer<object?[]> comparer;

    LastOfKeys(Relation written) => (key, comparer) = ([.. written.PrimaryKey], KeyedChanges.Comparer(written));

    /// <summary>Null where the sink has no key, or wants to be told what goes.</summary>
    public static LastOfKeys? Of(Relation sink)
    {
        Relation written = SinkTypes.Written(sink);
        return written.PrimaryKey.Count > 0 && TableOptions.Of(sink).ReplacesByKey ? new LastOfKeys(written) : null;
    }

    /// <summary>Appends the changes of a step.</summary>
    public void Read(DataflowView output, List<(object?[] Values, int Weight)> gone, List<(object?[] Values, int Weight)> come)
    {
        var going = new List<(nint Row, int Weight)>();
        output.ReadChanges((row, weight) =>
        {
            if (weight < 0)
                going.Add((row, weight));
            else
                come.Add((RowValues.ToObjects(row, output.Layout), weight));
        });
        if (going.Count == 0)
            return;
        var coming = new HashSet<object?[]>(come.Count, comparer);
        foreach ((object?[] values, _) in come)
            coming.Add(values);
        object?[] sought = new object?[output.Layout.Count];
        foreach ((nint row, int weight) in going)
        {
            foreach (int column in key)
                sought[column] = RowValues.ToObject(row, output.Layout, column);
            if (!coming.Contains(sought))
                gone.Add((RowValues.ToObjects(row, output.Layout), weight));
        }
    }
}
