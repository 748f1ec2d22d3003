using Orrery.Dataflow.Graphs;
using Orrery.Dataflow.Partitions;
using Orrery.Sql.Rows;

namespace Orrery.Dataflow.Tests.Partitions;

/// <summary>Rows as texts in order, for comparisons.</summary>
internal static class RowTexts
{
    public static List<string> OfView(DataflowView view) => OfRows(view.ReadRows, view.Layout);

    public static List<string> OfView(LocalDataflow parts, string view) => OfRows(receiver => parts.ReadRows(view, receiver), parts.LayoutOf(view));

    public static List<string> OfRows(Action<RowReceiver> read, RowLayout layout)
    {
        var rows = new List<string>();
        read((row, weight) => rows.AddRange(Enumerable.Repeat(string.Join('|', RowValues.ToObjects(row, layout).Select(value => value ?? "null")), weight)));
        rows.Sort(StringComparer.Ordinal);
        return rows;
    }

    /// <summary>Net changes.</summary>
    public static List<string> OfChanges(Action<RowReceiver> read, RowLayout layout)
    {
        var changes = new Dictionary<string, int>();
        read((row, weight) =>
        {
            string text = string.Join('|', RowValues.ToObjects(row, layout).Select(value => value ?? "null"));
            changes[text] = changes.GetValueOrDefault(text) + weight;
        });
        return [.. changes.Where(change => change.Value != 0).Select(change => $"{change.Value}: {change.Key}").Order(StringComparer.Ordinal)];
    }
}
