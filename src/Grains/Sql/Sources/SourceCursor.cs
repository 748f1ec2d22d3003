namespace Orrery.Grains.Sql.Sources;

/// <summary>Reads one partition of a source from its offset on, a slice ahead. For one thread at a time.</summary>
abstract class SourceCursor(int partition, long offset)
{
    public int Partition { get; } = partition;

    /// <summary>Everything below it was taken.</summary>
    public long Offset { get; protected set; } = offset;

    /// <summary>Where the partition ended when it was read last.</summary>
    public long End { get; protected set; } = offset;

    /// <summary>Something can be taken, or has failed.</summary>
    public abstract bool IsReady { get; }

    /// <summary>Completes when <see cref="IsReady"/>.</summary>
    public abstract Task WaitAsync(CancellationToken cancellationToken);

    /// <summary>Takes the slice that is ready; null: there is none.</summary>
    public abstract Task<SourceSlice?> TakeAsync();

    /// <summary>Reads just this range again.</summary>
    public abstract IAsyncEnumerable<SourceSlice> AgainAsync(long from, long to, CancellationToken cancellationToken);

    /// <summary>Whether nobody takes from it any more: what waits for it ends.</summary>
    protected bool IsEnded { get; private set; }

    public void EndReading() => IsEnded = true;

    /// <summary>What was taken last is to be taken again from this record on.</summary>
    public virtual void GiveBack(long offset) => Offset = offset;

    /// <summary>Goes on from here.</summary>
    public virtual void MoveTo(long offset) => Offset = End = offset;
}
