using Orrery.Dataflow.Changes;
using Orrery.Dataflow.Checkpoints;
using Orrery.Dataflow.Memory;
using Orrery.Dataflow.State;
using Orrery.Sql.Catalogs;
using Orrery.Sql.Rows;

namespace Orrery.Dataflow.Operators;

/// <summary>
/// Where the rows of a table come in. With a primary key: a row replaces the one of its key, whatever that was, and one that is there already changes nothing; a key is deleted if it is there. Without one:
/// rows come and go by their whole bytes; what is taken back before it came stays owed, and is not shown.
/// <para>A table that only grows and is nobody's arrangement keeps nothing.</para>
/// <para>A table with a watermark drops rows that are later than it: whose event time is before the latest one less the declared delay, of the steps before. They are counted.</para>
/// </summary>
internal sealed unsafe class TableOperator : Operator
{
    private readonly NativeList<Pending> _pending = new();
    private readonly RowKey? _key;
    private readonly RowColumnReader? _time;
    private readonly Relation _relation;
    private long _latest = long.MinValue;
    private long _stepLatest = long.MinValue;

    // Changes between asking for memory and needing it.
    private const int Ahead = 6;

    private enum Action : byte
    {
        Add,
        Upsert,
        Delete,
    }

    private readonly record struct Pending(nint Row, int Weight, Action Action);

    public TableOperator(Relation relation, string fingerprint, bool keepsRows, StateMemory memory)
        : base("Table", fingerprint, new RowLayout(relation.Schema), [])
    {
        _relation = relation;
        IsAppendOnly = relation.IsAppendOnly;
        if (relation.PrimaryKey.Count > 0)
        {
            _key = new RowKey(Layout, relation.PrimaryKey);
            UniqueColumns = relation.PrimaryKey;
        }

        if (relation.WatermarkColumn >= 0) _time = new RowColumnReader(Layout, relation.WatermarkColumn);
        if (keepsRows || !IsAppendOnly) Arrangement = new Collection(Layout, UniqueColumns, memory);
    }

    public override bool KeepsItself => Arrangement is not null;

    public Relation Relation => _relation;

    public bool HasPending => _pending.Count > 0;

    /// <summary>Event times before this are late; <see cref="long.MinValue"/>: none is.</summary>
    public long Watermark => _latest == long.MinValue ? long.MinValue : _latest - _relation.WatermarkDelayMicroseconds;

    public long LateRows { get; private set; }

    public void Add(nint row, int weight) => _pending.Add(new Pending(row, weight, _key is null ? Action.Add : weight > 0 ? Action.Upsert : Action.Delete));

    /// <summary>The row of a key goes; of <paramref name="row"/> only the key's columns are read.</summary>
    public void Delete(nint row) => _pending.Add(new Pending(row, -1, _key is null ? Action.Add : Action.Delete));

    public override void Step(StepContext context)
    {
        var pending = _pending.Span;
        for (int index = 0; index < pending.Length; index++)
        {
            ref readonly var change = ref pending[index];
            // Rows lie anywhere in memory: what is needed in some turns is asked for now, its slot first, then its row.
            if (_key is not null && index + 2 * Ahead < pending.Length)
            {
                Arrangement!.PrefetchSlot(-1, _key.Hash(pending[index + 2 * Ahead].Row));
                Arrangement.PrefetchRow(-1, _key.Hash(pending[index + Ahead].Row));
            }

            if (IsLate(change.Row, change.Action)) continue;
            if (Arrangement is null) Output.Add(change.Row, change.Weight);
            else if (change.Action == Action.Add) AddRow(change.Row, change.Weight);
            else Replace(change.Row, change.Action == Action.Upsert);
        }

        _pending.Clear();
        _latest = Math.Max(_latest, _stepLatest);
    }

    /// <summary>Between steps; a table that keeps nothing has no rows to tell.</summary>
    public override void EmitContents(StepContext context)
    {
        if (Arrangement is null) return;
        foreach (uint handle in Arrangement.Handles())
            if (Arrangement.Entry(handle)->Weight > 0) Output.Add(Arrangement.Row(handle), Arrangement.Entry(handle)->Weight);
    }

    public override void Transfer(StateTransfer transfer)
    {
        transfer.Value(ref _latest);
        transfer.Value(ref _stepLatest);
        long lateRows = LateRows;
        transfer.Value(ref lateRows);
        LateRows = lateRows;
    }

    public override void Dispose()
    {
        _pending.Dispose();
        base.Dispose();
    }

    /// <summary>Whether a row that comes now is late.</summary>
    public bool IsLate(nint row) => TimeOf(row) is { } instant && instant < Watermark;

    /// <summary>The event time of a row, in microseconds; null: it has none, or the table has no watermark.</summary>
    public long? TimeOf(nint row) => _time is not { } time || time.IsNull(row) ? null : time.Integer(row);

    /// <summary>Takes the latest event time that came in anywhere; from the next step on rows are late by it.</summary>
    public void Advance(long latest) => _latest = _stepLatest = Math.Max(_latest, latest);

    /// <summary>Forgets what was given for a step that cannot be done.</summary>
    public void ClearPending() => _pending.Clear();

    private bool IsLate(nint row, Action action)
    {
        if (_time is not { } time || action == Action.Delete || time.IsNull(row)) return false;
        long instant = time.Integer(row);
        if (instant < Watermark)
        {
            LateRows++;
            Counters.RowsDropped++;
            return true;
        }

        _stepLatest = Math.Max(_stepLatest, instant);
        return false;
    }

    private void AddRow(nint row, int weight)
    {
        var rows = Arrangement!;
        uint handle = rows.Find(row);
        int before = handle == 0 ? 0 : Math.Max(0, rows.Entry(handle)->Weight);
        rows.Apply(row, weight);
        if (handle == 0) handle = rows.Find(row);
        int by = Math.Max(0, rows.Entry(handle)->Weight) - before;
        if (by != 0) Output.Add(row, by);
    }

    private void Replace(nint row, bool isUpsert)
    {
        var rows = Arrangement!;
        uint hash = _key!.Hash(row);
        uint former = rows.FindKey(_key, row);
        if (former != 0)
        {
            if (isUpsert && rows.IsRow(former, row)) return;
            rows.ChangeAt(former, -1);
            Output.Add(rows.Row(former), -1);
        }

        if (!isUpsert) return;
        rows.Apply(row, 1, hash);
        Output.Add(row, 1);
    }
}
