using System.Runtime.CompilerServices;
using Orrery.Dataflow.Memory;
using Orrery.Dataflow.Operators;
using Orrery.Sql.Rows;

namespace Orrery.Dataflow.Changes;

/// <summary>
/// Changes of a relation in one step: rows and by how much each one's count changes. The rows lie in the step's arena, in a state, or with whoever gave them: good until the step ends.
/// A row may stand in it more than once. For one thread at a time.
/// </summary>
public sealed class ChangeBatch : IDisposable
{
    private readonly NativeList<Change> _changes = new();

    internal readonly record struct Change(nint Row, int Weight);

    public int Count => _changes.Count;

    public nint RowAt(int index) => _changes[index].Row;

    public int WeightAt(int index) => _changes[index].Weight;

    internal Span<Change> Changes => _changes.Span;

    /// <summary>As <see cref="Changes"/>, looking now and then whether the work may go on; see <see cref="WorkBudget"/>.</summary>
    internal Bounded Each => new(_changes.Span);

    /// <summary>Bytes of native memory.</summary>
    internal long Bytes => _changes.Bytes;

    /// <summary>Adds a change. What takes back just what the one before it brought cancels that.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(nint row, int weight)
    {
        int count = _changes.Count;
        if (count > 0 && _changes[count - 1].Weight == -weight && PackedRow.AreEqual(_changes[count - 1].Row, row))
        {
            _changes.RemoveLast();
            return;
        }

        if ((count & (WorkBudget.RowsToldPerLook - 1)) == WorkBudget.RowsToldPerLook - 1) WorkBudget.Look();
        _changes.Add(new Change(row, weight));
    }

    public void Clear() => _changes.Clear();

    public void Dispose() => _changes.Dispose();

    internal ref struct Bounded(Span<Change> changes)
    {
        private readonly Span<Change> _all = changes;
        private int _index = -1;

        public readonly ref readonly Change Current => ref _all[_index];

        public readonly Bounded GetEnumerator() => this;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool MoveNext()
        {
            if (++_index >= _all.Length) return false;
            if ((_index & (WorkBudget.RowsReadPerLook - 1)) == WorkBudget.RowsReadPerLook - 1) WorkBudget.Look();
            return true;
        }
    }
}
