using System.Data.Common;

namespace Orrery.Grains.Checks.Batches;

/// <summary>A database in which queries are run as a batch, all over one picture of its tables. It blocks, and is for one thread at a time.</summary>
interface IBatchSource : IDisposable
{
    /// <summary>Takes a new picture, of this moment.</summary>
    /// <returns>Where its log stood; null: it does not tell.</returns>
    BatchPosition? Begin();

    /// <summary>Runs a view's query over the picture and gives each row.</summary>
    /// <exception cref="DbException">The database refuses it, or is away; see <see cref="IsAnswer"/>.</exception>
    void Read(BatchView view, Action<DbDataReader> row);

    /// <summary>Whether the server answered, and said no; others of its queries can be run.</summary>
    bool IsAnswer(DbException fault);
}

/// <param name="Text">For people.</param>
/// <param name="Sequence">Changes up to and including it are in the picture.</param>
readonly record struct BatchPosition(string Text, long Sequence);
