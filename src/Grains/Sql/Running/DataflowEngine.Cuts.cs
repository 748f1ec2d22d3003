using System.Buffers;
using Orrery.Dataflow.Graphs;
using Orrery.Grains.Sql.Values;

namespace Orrery.Grains.Sql.Running;

/// <summary>What a cut copies of the graph.</summary>
sealed partial class DataflowEngine
{
    /// <summary>Why a materialized view has no rows that follow its tables; null: it has, or is a table.</summary>
    public string? ProblemOf(string name)
    {
        if (tables.ContainsKey(name))
            return null;
        if (failures.TryGetValue(name, out string? failure))
            return failure;
        return FindView(name) switch
        {
            null => "It is not running.",
            { Status: ViewStatus.Live } => null,
            var still => still.Reason.Length > 0 ? still.Reason : $"It is {still.Status}.",
        };
    }

    /// <summary>All rows of a view or a table, as <see cref="PackedPages"/> has them; one page too much where they are more than the bound.</summary>
    public List<byte[]> PagesOf(string relation, long bytesMax)
    {
        var pages = new List<byte[]>();
        var page = new ArrayBufferWriter<byte>(PackedPages.PageBytes);
        long bytes = 0;
        void Take(nint row, int weight)
        {
            if (bytes > bytesMax)
                return;
            PackedPages.Write(page, row, weight);
            if (page.WrittenCount < PackedPages.PageBytes)
                return;
            bytes += page.WrittenCount;
            pages.Add(page.WrittenSpan.ToArray());
            page.ResetWrittenCount();
        }

        if (tables.ContainsKey(relation))
            graph.FindTable(relation).ReadRows(Take);
        else
            graph.FindView(relation).ReadRows(Take);
        if (page.WrittenCount > 0)
            pages.Add(page.WrittenSpan.ToArray());
        return pages;
    }
}
