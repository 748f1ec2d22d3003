using System.Runtime.CompilerServices;
using Orrery.Grains.Topics;
using Orrery.Log;

namespace Orrery.Grains.Sql.Sources;

/// <summary>A partition of a topic. One read is under way, or done and not taken; so a slow dataflow does not gather what it cannot take.</summary>
/// <param name="reads">Of that partition, with whoever else reads it.</param>
sealed class TopicCursor(TopicReads reads, string topic, int partition, long offset) : SourceCursor(partition, offset)
{
    static readonly TimeSpan Wait = TimeSpan.FromSeconds(4);

    Task<TopicSlice>? reading;

    public override bool IsReady => reading is { IsCompleted: true } && (!reading.IsCompletedSuccessfully || reading.Result.Next > reading.Result.From);

    public override async Task WaitAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            reading ??= reads.ReadAsync(Offset, Wait, cancellationToken);
            await ((Task)reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            if (!reading.IsCompletedSuccessfully || reading.Result.Next > reading.Result.From)
                return;
            End = Math.Max(End, reading.Result.End);
            reading = null;
            if (IsEnded)
                return;
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    public override async Task<SourceSlice?> TakeAsync()
    {
        if (!IsReady)
            return null;
        Task<TopicSlice> done = reading!;
        reading = null;
        TopicSlice read = await done;
        Offset = read.Next;
        End = read.End;
        return Slice(read, read.From, read.Next);
    }

    public override async IAsyncEnumerable<SourceSlice> AgainAsync(long from, long to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (long offset = from; offset < to;)
        {
            TopicSlice read = await reads.ReadAsync(offset, TimeSpan.Zero, cancellationToken);
            if (read.Next == read.From)
                throw new InvalidDataException($"Partition {Partition} of {topic} ends at {read.End}; the journal says that it was read up to {to}.");
            yield return Slice(read, read.From, Math.Min(read.Next, to));
            offset = read.Next;
        }
    }

    public override void GiveBack(long offset)
    {
        base.GiveBack(offset);
        reading = null;
    }

    public override void MoveTo(long offset)
    {
        base.MoveTo(offset);
        reading = null;
    }

    SourceSlice Slice(TopicSlice read, long from, long to)
    {
        long bytes = 0;
        long? newest = null;
        foreach (LogBatch batch in read.Batches)
        {
            bytes += batch.Receipt.Bytes;
            newest = Math.Max(newest ?? long.MinValue, batch.AppendedMilliseconds);
        }

        return new SourceSlice(Partition, from, to, read.End, read.Batches, (int)Math.Min(bytes, int.MaxValue), newest);
    }
}
