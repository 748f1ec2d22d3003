using System.Runtime.CompilerServices;
using Orrery.Dataflow.Aggregates;
using Orrery.Dataflow.Checkpoints;
using Orrery.Dataflow.Memory;
using Orrery.Dataflow.State;
using Orrery.Sql.Compilation;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Dataflow.Operators;

/// <summary>
/// Groups and their aggregates. A group's row as it was is built when a step first touches it, as it is when the step's changes are all in; where they differ the old one goes and the new one comes.
/// Without group columns there is one group, which has a row even over no rows. Without aggregates it is DISTINCT.
/// <code>block: int64 rows; int32 place among the groups of this step, plus one; uint32 hash; the accumulators' states; the group's columns as a row</code>
/// </summary>
internal sealed unsafe class AggregateOperator : Operator
{
    private readonly RowKey _inputKey;
    private readonly RowKey _groupKey;
    private readonly RowGather _keyGather;
    private readonly RowLayout _keyLayout;
    private readonly RowColumnReader[] _keyColumns;
    private readonly Accumulator[] _accumulators;
    private readonly int[] _stateOffsets;
    private readonly RowColumnReader?[] _filters;
    private readonly int _headBytes;
    private readonly PageStore _pages;
    private readonly HashSlots _slots;
    private readonly NativeList<Touched> _touched = new();
    private readonly ErrorPolicy _policy;
    private RowBuilder? _builder;
    private uint _only;

    private struct Group
    {
        public long Rows;
        public int TouchedPlace;
        public uint Hash;
    }

    private readonly record struct Touched(uint Handle, nint Before);

    public AggregateOperator(
        string fingerprint, RowLayout layout, Operator input, IReadOnlyList<int> groupColumns, IReadOnlyList<AggregateColumn> calls, ErrorPolicy policy, StateMemory memory)
        : base(calls.Count == 0 ? "Distinct" : "Aggregate", fingerprint, layout, [input])
    {
        _policy = policy;
        _pages = new PageStore(memory);
        _slots = new HashSlots(memory);
        _keyLayout = new RowLayout(new RowSchema(groupColumns.Select(column => input.Layout.Schema[column])));
        _inputKey = new RowKey(input.Layout, groupColumns);
        _groupKey = new RowKey(_keyLayout, [.. Enumerable.Range(0, groupColumns.Count)]);
        _keyGather = new RowGather(_keyLayout, [input.Layout], [.. groupColumns.Select(column => (0, column))]);
        _keyColumns = [.. Enumerable.Range(0, groupColumns.Count).Select(column => new RowColumnReader(_keyLayout, column))];
        _accumulators = [.. calls.Select(call => Accumulators.Create(call, input.Layout, input.IsAppendOnly, memory))];
        _filters = [.. calls.Select(call => call.Filter < 0 ? (RowColumnReader?)null : new RowColumnReader(input.Layout, call.Filter))];
        _stateOffsets = new int[calls.Count];
        int offset = sizeof(Group);
        for (int index = 0; index < calls.Count; index++)
        {
            _stateOffsets[index] = offset;
            offset += _accumulators[index].StateBytes;
        }

        _headBytes = offset;
        UniqueColumns = [.. Enumerable.Range(0, groupColumns.Count)];
        IsAppendOnly = calls.Count == 0 && input.IsAppendOnly;
    }

    public override long StateBytes => _pages.ReservedBytes + _slots.Bytes + _touched.Bytes + _accumulators.Sum(accumulator => accumulator.OwnBytes);

    public override long StateRows => _slots.Count;

    private bool IsGlobal => _keyColumns.Length == 0;

    public override void Step(StepContext context)
    {
        _builder ??= new RowBuilder(Layout, context.Arena);
        _builder.Arena = context.Arena;
        if (IsGlobal && _only == 0)
        {
            _only = Create(0, 0, context);
            // It had no row before this step, not even that of no rows.
            At(_only)->TouchedPlace = 1;
            _touched.Add(new Touched(_only, 0));
        }

        foreach (ref readonly var change in Inputs[0].Output.Each) Change(change.Row, change.Weight, context);
        foreach (ref readonly var touched in _touched.Span)
        {
            nint after = Build(touched.Handle);
            if (touched.Before != 0 && after != 0 && PackedRow.AreEqual(touched.Before, after)) continue;
            if (touched.Before != 0) Output.Add(touched.Before, -1);
            if (after != 0) Output.Add(after, 1);
        }
    }

    public override void EmitContents(StepContext context)
    {
        _builder ??= new RowBuilder(Layout, context.Arena);
        _builder.Arena = context.Arena;
        foreach (uint handle in IsGlobal ? _only == 0 ? [] : [_only] : _slots.Handles())
            if (Build(handle) is not 0 and nint row) Output.Add(row, 1);
    }

    public override void Settle()
    {
        foreach (ref readonly var touched in _touched.Span)
        {
            var group = At(touched.Handle);
            group->TouchedPlace = 0;
            if (group->Rows == 0 && !IsGlobal) Remove(touched.Handle, group);
        }

        _touched.Clear();
        foreach (var accumulator in _accumulators) accumulator.Settle();
    }

    public override void Transfer(StateTransfer transfer)
    {
        _pages.Transfer(transfer);
        _slots.Transfer(transfer);
        transfer.Value(ref _only);
        foreach (var accumulator in _accumulators) accumulator.Transfer(transfer);
    }

    public override void Dispose()
    {
        _pages.Dispose();
        _slots.Dispose();
        _touched.Dispose();
        _builder?.Dispose();
        foreach (var accumulator in _accumulators) accumulator.Dispose();
        base.Dispose();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Group* At(uint handle) => (Group*)_pages.Address(handle);

    private void Change(nint row, int weight, StepContext context)
    {
        uint handle = _only;
        if (!IsGlobal)
        {
            uint hash = _inputKey.Hash(row);
            int place = _slots.First(hash, out handle);
            for (; place >= 0; place = _slots.Next(place, hash, out handle))
                if (_inputKey.AreEqual(row, _groupKey, _pages.Address(handle) + _headBytes)) break;
            if (place < 0) handle = Create(row, hash, context);
        }

        var group = At(handle);
        if (group->TouchedPlace == 0)
        {
            _touched.Add(new Touched(handle, Build(handle)));
            group->TouchedPlace = _touched.Count;
        }

        group->Rows += weight;
        for (int index = 0; index < _accumulators.Length; index++)
        {
            if (_filters[index] is { } filter && (filter.IsNull(row) || !filter.Boolean(row))) continue;
            _accumulators[index].Change((nint)group + _stateOffsets[index], row, weight);
        }
    }

    private uint Create(nint row, uint hash, StepContext context)
    {
        nint key = row == 0 ? 0 : _keyGather.Make(row, 0, context.Arena);
        int keyBytes = key == 0 ? 0 : PackedRow.Length(key);
        uint handle = _pages.Allocate(_headBytes + keyBytes);
        var group = At(handle);
        new Span<byte>(group, _headBytes).Clear();
        if (key != 0) Unsafe.CopyBlockUnaligned((void*)((nint)group + _headBytes), (void*)key, (uint)keyBytes);
        group->Hash = hash;
        if (key != 0) _slots.Add(hash, handle);
        return handle;
    }

    private void Remove(uint handle, Group* group)
    {
        for (int index = 0; index < _accumulators.Length; index++) _accumulators[index].Free((nint)group + _stateOffsets[index]);
        _slots.Remove(group->Hash, handle);
        _pages.Free(handle, _headBytes + PackedRow.Length((nint)group + _headBytes));
    }

    /// <summary>The group's row as its state is; 0: it has none.</summary>
    private nint Build(uint handle)
    {
        var group = At(handle);
        if (group->Rows <= 0 && !IsGlobal) return 0;
        var builder = _builder!;
        builder.Begin();
        nint key = (nint)group + _headBytes;
        for (int column = 0; column < _keyColumns.Length; column++) _keyColumns[column].CopyTo(key, builder, column);
        for (int index = 0; index < _accumulators.Length; index++)
        {
            try
            {
                _accumulators[index].Write((nint)group + _stateOffsets[index], builder, _keyColumns.Length + index);
            }
            catch (SqlValueException) when (_policy == ErrorPolicy.Null)
            {
                builder.SetNull(_keyColumns.Length + index);
            }
            catch (SqlValueException) when (_policy == ErrorPolicy.DeadLetter)
            {
                // The group has no row while its value has none; it is the same when it is built as the old row.
                Counters.RowsDropped++;
                return 0;
            }
        }

        return builder.End();
    }
}
