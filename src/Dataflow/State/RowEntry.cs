using System.Runtime.CompilerServices;

namespace Orrery.Dataflow.State;

/// <summary>
/// The head of a kept row, before its links and its bytes: how often the row is there after this step's changes, and by how much this step changed that.
/// </summary>
internal struct RowEntry
{
    /// <summary>How often the row is there now. Zero until the step ends: it is about to go.</summary>
    public int Weight;

    private int _delta;

    /// <summary>How often the row was there before this step.</summary>
    public readonly int OldWeight
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Weight - (_delta >> 1);
    }

    /// <summary>Changes the weight; true the first time in a step.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Change(int by)
    {
        bool isFirst = (_delta & 1) == 0;
        Weight += by;
        _delta = (_delta + by * 2) | 1;
        return isFirst;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Settle() => _delta = 0;
}
