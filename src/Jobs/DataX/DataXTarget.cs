using Orrery.Connectors.Dialects;
using Orrery.Jobs.Running;

namespace Orrery.Jobs.DataX;

/// <summary>Where rows go. Knows which chunks it has, so that a job that was broken off goes on there.</summary>
abstract class DataXTarget
{
    /// <summary>Takes the job over, and runs what is to be run first where it is new. Answers the chunks that are there.</summary>
    public abstract IReadOnlyList<DoneChunk> Begin(CancellationToken cancellationToken);

    public abstract DataXChannel Open();

    /// <summary>All chunks are there.</summary>
    public abstract void End(CancellationToken cancellationToken);
}

/// <summary>A chunk as it is to be written.</summary>
/// <param name="Part">Whose it is.</param>
/// <param name="Number">Its number there.</param>
/// <param name="Range">Of the key; all where there is none.</param>
/// <param name="Rows">Opens its rows; dirty ones are put into <paramref name="Dirty"/> on the way.</param>
/// <param name="Dirty">Lines for the reject file.</param>
/// <param name="Check">Fails where more rows are dirty than may be.</param>
sealed record DataXChunk(DataXPart Part, long Number, KeyRange Range, Func<IEnumerable<RowBatch>> Rows, List<string> Dirty, Action Check);

/// <summary>One channel's way into a target.</summary>
abstract class DataXChannel : IDisposable
{
    /// <summary>The connection that it writes over; null: none.</summary>
    public virtual IDatabase? Database => null;

    /// <summary>Whether a chunk is there: asked when a connection broke while it was written.</summary>
    public abstract bool Has(DataXPart part, long number);

    /// <summary>Writes a chunk whole, or nothing of it.</summary>
    /// <param name="chunk">Its rows.</param>
    /// <param name="isCareful">Whether rows that are refused are put aside one by one.</param>
    /// <returns>Rows written.</returns>
    public abstract long Write(DataXChunk chunk, bool isCareful, CancellationToken cancellationToken);

    public abstract void Dispose();
}
