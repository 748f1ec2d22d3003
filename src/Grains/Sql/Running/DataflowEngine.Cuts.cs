using System.Buffers;
using System.Buffers.Binary;
using Orrery.Dataflow.Graphs;
using Orrery.Sql.Rows;

namespace Orrery.Grains.Sql.Running;

/// <summary>What a cut copies of the graph.</summary>
sealed partial class DataflowEngine
{
    /// <summary>Why a materialized view has no rows that follow its tables; null: it has.</summary>
    public string? ProblemOf(string name)
    {
        if (failures.TryGetValue(name, out string? failure))
            return failure;
        return FindView(name) switch
        {
            null => "It is not running.",
            { Status: ViewStatus.Live } => null,
            var still => still.Reason.Length > 0 ? still.Reason : $"It is {still.Status}.",
        };
    }

    /// <summary>All rows of a view: int32 weight and the packed row each, in pages; one page too much where they are more than the bound.</summary>
    public List<byte[]> PagesOf(string view, long bytesMax)
    {
        var pages = new List<byte[]>();
        var page = new ArrayBufferWriter<byte>(PartBytes);
        long bytes = 0;
        graph.FindView(view).ReadRows((row, weight) =>
        {
            if (bytes > bytesMax)
                return;
            BinaryPrimitives.WriteInt32LittleEndian(page.GetSpan(sizeof(int)), weight);
            page.Advance(sizeof(int));
            page.Write(PackedRow.Span(row));
            if (page.WrittenCount < PartBytes)
                return;
            bytes += page.WrittenCount;
            pages.Add(page.WrittenSpan.ToArray());
            page.ResetWrittenCount();
        });
        if (page.WrittenCount > 0)
            pages.Add(page.WrittenSpan.ToArray());
        return pages;
    }
}
