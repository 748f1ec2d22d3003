using System.Runtime.CompilerServices;

namespace Orrery.Dataflow.Checkpoints;

/// <summary>
/// Takes the state of an operator, or gives it back. One method of each owner of state tells both ways: its numbers by <c>Value</c>, its native memory by <c>Memory</c>, in the same order.
/// Handles within the memory are relative to their store, so that it works anywhere: what is restored is the same to the last bit, and so is the order of all that it does afterwards.
/// </summary>
internal abstract unsafe class StateTransfer
{
    private int _store = -1;
    private int _piece;

    /// <summary>Whether state is given back, else taken.</summary>
    public abstract bool IsRestoring { get; }

    public void Value<T>(ref T value)
        where T : unmanaged
    {
        fixed (T* address = &value) Bytes((byte*)address, sizeof(T));
    }

    /// <summary>The memory that follows belongs to one more store; its pieces are numbered from 0.</summary>
    public void BeginStore()
    {
        _store++;
        _piece = 0;
    }

    /// <summary>Bytes of state. When they are restored they are zero now, and filled before the actions of <see cref="Afterwards"/> run; the memory must stay where it is until then.</summary>
    public void Memory(nint address, long bytes) => Memory(address, bytes, new PiecePlace(_store, _piece++));

    /// <summary>Does something when all memory has been filled. Only when restoring.</summary>
    public abstract void Afterwards(Action action);

    protected abstract void Bytes(byte* address, int count);

    protected abstract void Memory(nint address, long bytes, PiecePlace place);
}
