using System.Data.Common;

namespace Orrery.Grains.Checks.Batches;

/// <summary>A database in which queries are run as a batch, all over one picture of its tables. It blocks, and is for one thread at a time.</summary>
interface IBatchSource : IDisposable
{
    /// <summary>Takes a new picture, of this moment; what was computed before is forgotten.</summary>
    /// <returns>Where its log stood; null: it does not tell.</returns>
    BatchPosition? Begin();

    /// <summary>Computes a view over what it reads, which was computed before.</summary>
    /// <exception cref="DbException">The database refuses the query; others go on.</exception>
    void Compute(BatchView view);

    /// <summary>Gives the values of each row of a view that was computed, as the driver has them.</summary>
    void Read(BatchView view, Action<DbDataReader> row);
}

/// <param name="Text">For people.</param>
/// <param name="Sequence">Changes up to and including it are in the picture.</param>
readonly record struct BatchPosition(string Text, long Sequence);
