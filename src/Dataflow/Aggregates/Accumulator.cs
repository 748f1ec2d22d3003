using Orrery.Dataflow.Checkpoints;
using Orrery.Sql.Rows;

namespace Orrery.Dataflow.Aggregates;

/// <summary>
/// One aggregate of every group: it owns some bytes of each group's state, zero at first, and takes changes of rows, forward and back. What it gives depends on the rows that are there, never on the
/// order in which they came.
/// </summary>
internal abstract class Accumulator : IDisposable
{
    /// <summary>Bytes of a group's state; a multiple of 8.</summary>
    public abstract int StateBytes { get; }

    /// <summary>Whether a state takes little, however many rows it has met, and taking a row back is as quick as taking it.</summary>
    public virtual bool IsSmall => false;

    /// <summary>Bytes of what it keeps beside the groups' states.</summary>
    public virtual long OwnBytes => 0;

    /// <summary>A row came, or went, so many times.</summary>
    public abstract void Change(nint state, nint row, int weight);

    /// <summary>Writes the result to a column of a row that is being built; what is not set is null.</summary>
    /// <exception cref="Sql.Types.SqlValueException">The value does not fit its type.</exception>
    public abstract void Write(nint state, RowBuilder builder, int column);

    /// <summary>The group goes.</summary>
    public virtual void Free(nint state)
    {
    }

    /// <summary>Ends a step.</summary>
    public virtual void Settle()
    {
    }

    /// <summary>Takes or gives back what it keeps beside the groups' states.</summary>
    public virtual void Transfer(StateTransfer transfer)
    {
    }

    public virtual void Dispose()
    {
    }
}
