using Orrery.Dataflow.Graphs;
using Orrery.Grains.Sql.Sinks;
using Orrery.Sql.Catalogs;
using Orrery.Sql.Rows;

namespace Orrery.Grains.Sql.Running;

/// <summary>
/// Keeps a sink right whose key does not tell its insert's rows apart. Where two rows have one key for a while, as when a row's new place is read before its old one, the sink has the one that came last; when one of
/// them goes, the key must not go with it while another row has it.
/// <code>
/// a row of the key comes                    --> it is written
/// a row goes, and none of the key is left   --> the key goes
/// a row goes, others of the key are left    --> one of them is written
/// </code>
/// Rows are found by an index of the insert's rows, which is made when a row has gone for the first time; that epoch reads them all.
/// </summary>
sealed class SinkKeys
{
    readonly Relation written;
    readonly DataflowView output;
    readonly IEqualityComparer<object?[]> comparer;
    ViewIndex? index;
    bool isIndexWanted;

    SinkKeys(Relation written, DataflowView output) => (this.written, this.output, comparer) = (written, output, KeyedChanges.Comparer(written));

    /// <summary>Null where there is nothing to see to: the sink has no key, or no two rows of the insert can share one.</summary>
    public static SinkKeys? Of(Relation sink, DataflowView output)
    {
        Relation written = SinkTypes.Written(sink);
        bool isTold = output.UniqueColumns is { } unique && unique.All(written.PrimaryKey.Contains);
        return written.PrimaryKey.Count == 0 || isTold ? null : new SinkKeys(written, output);
    }

    /// <summary>To be called between steps.</summary>
    public void Prepare()
    {
        if (isIndexWanted && index is null)
            index = output.AddIndex(written.PrimaryKey);
    }

    /// <summary>To be called between steps, while the view is there.</summary>
    public void End() => index?.Remove();

    /// <summary>Rows that are left of keys of which the last thing that the sink hears is that they go.</summary>
    /// <param name="changes">In their order.</param>
    /// <param name="rows">Packed ones of changes of this step, in the same order behind those that have none.</param>
    public IReadOnlyList<(object?[] Values, int Weight)> Left(IReadOnlyList<(object?[] Values, int Weight)> changes, IReadOnlyList<nint> rows)
    {
        if (changes.All(static change => change.Weight > 0))
            return [];
        isIndexWanted = true;
        var last = new Dictionary<object?[], int>(comparer);
        for (int place = 0; place < changes.Count; place++)
            last[changes[place].Values] = place;
        var left = new List<(object?[], int)>();
        var sought = new HashSet<object?[]>(comparer);
        int without = changes.Count - rows.Count;
        foreach ((object?[] key, int place) in last)
        {
            if (changes[place].Weight > 0)
                continue;
            if (index is null || place < without)
            {
                sought.Add(key);
                continue;
            }

            object?[]? found = null;
            index.Read(rows[place - without], (row, _) => found ??= RowValues.ToObjects(row, output.Layout));
            if (found is not null)
                left.Add((found, 1));
        }

        if (sought.Count > 0)
            output.ReadRows((row, _) =>
            {
                object?[] values = RowValues.ToObjects(row, output.Layout);
                if (sought.Remove(values))
                    left.Add((values, 1));
            });
        return left;
    }
}
