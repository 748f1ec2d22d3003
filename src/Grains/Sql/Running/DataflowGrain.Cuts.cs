using Orrery.Grains.Sql.Cuts;
using Orrery.Grains.Sql.Sources;
using Orrery.Grains.Sql.Values;
using Orrery.Interfaces.Errors;

namespace Orrery.Grains.Sql.Running;

/// <summary>
/// Cuts: views as they are behind exactly those records of their topics that somebody names, while others write on.
/// <code>
/// HoldCut   the topics stand still; the answer says how far they are read. Whoever asks finds out which place he means: not before these
/// CopyCut   the topics are read up to the places and no further; the views' rows are copied there; everything goes on
/// CutPage   the copies are read; DropCut forgets them
/// </code>
/// One at a time. A hold whose owner is silent ends by itself; nothing of it is stored, for nothing of it changes what the views come to.
/// </summary>
sealed partial class DataflowGrain
{
    readonly CutCopies copies;
    CutHold? hold;

    public Task<SchemaOrder?> Schema() => Task.FromResult(order);

    public async Task<CutPlace[]> HoldCut(string id, string[] topics)
    {
        DataflowEngine into = await EngineAsync();
        if (hold is { IsOver: false } other && other.Id != id)
            throw new ConflictException($"Another check holds the views of '{Tenant}' at its own place. Run it again in a moment.");
        hold = new CutHold(id, topics, time);
        return [.. into.Tables.Where(hold.Holds).SelectMany(static table => table.Cursors.Select(cursor => (table.Topic, cursor.Partition, cursor.Offset)))
            .GroupBy(static at => (at.Topic, at.Partition)).Select(static same => new CutPlace(same.Key.Topic, same.Key.Partition, same.Max(static at => at.Offset)))];
    }

    public async Task<CutAnswer> CopyCut(CutOrder cutOrder)
    {
        DataflowEngine into = await EngineAsync();
        CutHold? held = null;
        if (cutOrder.To.Length > 0)
        {
            held = hold is { IsOver: false } mine && mine.Id == cutOrder.Id ? mine : throw new ConflictException($"The views of '{Tenant}' are not held for {cutOrder.Id} any more. Run it again.");
            held.Let(cutOrder.To, cutOrder.Patience);
            wakeUp.Release();
        }

        try
        {
            // The engine may have been made anew meanwhile.
            if (held is not null && !await UntilAsync(() => engine is { } now && now.Tables.All(held.IsReachedBy), cutOrder.Patience))
                return new CutAnswer(false, held.Seconds, []);
            CutRelation[] relations = await CopyAsync(engine ?? into, cutOrder);
            return new CutAnswer(true, held?.Seconds ?? 0, relations);
        }
        finally
        {
            if (held is not null)
                End(held);
        }
    }

    public Task<byte[]> CutPage(string id, string relation, int page) => Task.FromResult(copies.Page(id, relation, page));

    public Task DropCut(string id)
    {
        copies.Drop(id);
        if (hold?.Id == id)
            End(hold);
        return Task.CompletedTask;
    }

    void End(CutHold ended)
    {
        if (hold != ended)
            return;
        hold = null;
        wakeUp.Release();
    }

    /// <summary>Whether a source stands still for a cut. It is not waited for then: it may be ready all the time.</summary>
    bool IsHeld(SourceTable table, SourceCursor cursor) => hold is { IsOver: false } held && cursor.Offset >= held.LimitOf(table, cursor);

    /// <summary>Takes what a source has ready, up to where it may be read.</summary>
    async Task<SourceSlice?> TakeAsync(SourceTable table, SourceCursor cursor)
    {
        long limit = hold is { IsOver: false } held ? held.LimitOf(table, cursor) : long.MaxValue;
        SourceSlice? slice = await cursor.TakeAsync();
        if (slice is null || slice.To <= limit)
            return slice;
        cursor.MoveTo(limit);
        return slice with { To = limit };
    }

    /// <summary>Copies rows of views as they are between two epochs.</summary>
    async Task<CutRelation[]> CopyAsync(DataflowEngine into, CutOrder cutOrder)
    {
        var rows = new Dictionary<string, List<byte[]>>(StringComparer.Ordinal);
        CutRelation[] answers;
        if (Count == 1)
        {
            answers = await UseAsync(into, graph => cutOrder.Relations.Select(name => graph.ProblemOf(name) is { } reason ? CutRelation.Without(name, reason)
                : Take(rows, name, graph.PagesOf(name, cutOrder.BytesMax), cutOrder.BytesMax)).ToArray(), ending.Token);
        }
        else
        {
            await cut.WaitAsync(ending.Token);
            try
            {
                var taken = new List<CutRelation>();
                foreach (string name in cutOrder.Relations)
                    taken.Add(await UseAsync(into, graph => graph.ProblemOf(name), ending.Token) is { } reason ? CutRelation.Without(name, reason) : Take(rows, name, await PartsAsync(name, cutOrder.BytesMax), cutOrder.BytesMax));
                answers = [.. taken];
            }
            finally
            {
                cut.Release();
            }
        }

        copies.Put(cutOrder.Id, rows);
        return answers;
    }

    /// <summary>Rows of a view from all partitions; one page too much where they are more than the bound.</summary>
    async Task<List<byte[]>> PartsAsync(string name, long bytesMax)
    {
        List<byte[]> pages = [];
        long bytes = 0;
        await foreach (byte[] page in PagesAsync(name, epoch))
        {
            pages.Add(page);
            bytes += page.Length;
            if (bytes > bytesMax)
                break;
        }

        return pages;
    }

    static CutRelation Take(Dictionary<string, List<byte[]>> rows, string name, List<byte[]> pages, long bytesMax)
    {
        long bytes = pages.Sum(static page => (long)page.Length);
        if (bytes > bytesMax)
            return CutRelation.Without(name, $"Its rows take more than {bytesMax:N0} bytes, which is the most that is copied at once (for a check: Orrery:Checks:CopyBytesMax).");
        if (bytes + rows.Values.Sum(static other => other.Sum(static page => (long)page.Length)) > bytesMax)
            return new CutRelation(name, 0, 0, true, null);
        rows[name] = pages;
        return new CutRelation(name, pages.Count, pages.Sum(static page => (long)PackedPages.CountOf(page)), false, null);
    }
}
