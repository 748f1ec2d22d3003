using Orrery.Connectors.Dialects;
using Orrery.Jobs.Plans;

namespace Orrery.Jobs.Running;

/// <summary>
/// A table's chunks, one after the other as channels ask for them. Chunks that the target has say where they begin and end, and each begins where the one before it ended: what is missing between two
/// of them is one gap, and behind the last one the table is planned on. So a resumed run needs no plan of the run before.
/// </summary>
sealed class ChunkFeed
{
    readonly TablePlan plan;
    readonly int rowsPerChunk;
    readonly Queue<(long Number, KeyRange Range)> gaps = [];
    byte[]? after;
    long next;
    bool isEnded;

    /// <param name="plan">The table.</param>
    /// <param name="rowsPerChunk">About how many rows a chunk is to have.</param>
    /// <param name="done">What the target has of it, by number.</param>
    public ChunkFeed(TablePlan plan, int rowsPerChunk, IReadOnlyList<DoneChunk> done)
    {
        (this.plan, this.rowsPerChunk) = (plan, rowsPerChunk);
        Table = ChunkTokens.NameOf(plan.Source.Name);
        foreach (DoneChunk chunk in done)
        {
            if (isEnded) break;
            if (!after.AsSpan().SequenceEqual(chunk.After)) gaps.Enqueue((next, new KeyRange(after, chunk.After)));
            (after, next) = (chunk.UpTo, chunk.Chunk + 1);
            isEnded = chunk.UpTo is null;
        }
    }

    public TablePlan Plan => plan;

    public string Table { get; }

    /// <summary>The next chunk; null when there is none left. For one thread at a time.</summary>
    public (long Number, KeyRange Range)? Next(IDatabase source)
    {
        if (gaps.TryDequeue(out (long, KeyRange) gap)) return gap;
        if (isEnded) return null;
        if (plan.IsWhole)
        {
            isEnded = true;
            return (next, KeyRange.All);
        }

        KeyRange range = source.Plan(plan.Source, rowsPerChunk, after).First();
        after = range.UpTo;
        isEnded = after is null;
        return (next++, range);
    }
}
