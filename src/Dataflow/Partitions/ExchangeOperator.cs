using Orrery.Dataflow.Changes;
using Orrery.Dataflow.Memory;
using Orrery.Dataflow.Operators;
using Orrery.Dataflow.State;
using Orrery.Sql.Compilation;
using Orrery.Sql.Plans;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Dataflow.Partitions;

/// <summary>
/// Both ends of an exchange at one partition. When the stage before it has ended, <see cref="Send(StepContext, ExchangeOutbox)"/> parts the changes of its input among the partitions; when those of all are there (<see cref="Receive"/>), they
/// are its own changes, in the order of the senders.
/// </summary>
internal sealed class ExchangeOperator : Operator
{
    private readonly ExchangeKind _kind;
    private readonly RowProjection? _keys;
    private readonly KeyHash? _hash;
    private readonly (int Number, int Count) _partition;
    private readonly NativeList<ChangeBatch.Change> _own = new();
    private readonly NativeList<ChangeBatch.Change> _received = new();
    private readonly RowKey? _whole;
    private readonly StepKeys? _netted;
    private readonly List<int> _weights = [];

    /// <param name="keys">Makes the row that <paramref name="hash"/> reads; null: it reads the row itself.</param>
    /// <param name="hash">Of an exchange by key.</param>
    public ExchangeOperator(string fingerprint, Operator input, ExchangePlan plan, RowProjection? keys, KeyHash? hash, (int Number, int Count) partition)
        : base("Exchange", fingerprint, input.Layout, [input])
    {
        _kind = plan.Kind;
        (_keys, _hash, _partition) = (keys, hash, partition);
        UniqueColumns = input.UniqueColumns;
        IsAppendOnly = input.IsAppendOnly;
        Number = PartName.Of(fingerprint);
        if (!plan.IsNetted) return;
        _whole = RowKey.Whole(input.Layout);
        _netted = new StepKeys();
    }

    /// <summary>What it is called between the partitions.</summary>
    public ulong Number { get; }

    public bool HasReceived => _received.Count > 0;

    /// <summary>Whether it tells what was received, not what is kept: while a view that joins is filled.</summary>
    public bool IsRetold { get; set; }

    /// <summary>Parts the changes of the input; those for this partition stay here.</summary>
    public void Send(StepContext context, ExchangeOutbox outbox)
    {
        if (_netted is not null)
        {
            SendNet(context, outbox);
            return;
        }

        foreach (ref readonly var change in Inputs[0].Output.Changes) Send(change.Row, change.Weight, context, outbox);
    }

    /// <summary>A change of another partition; the row is good until the step ends.</summary>
    public void Receive(nint row, int weight) => _received.Add(new ChangeBatch.Change(row, weight));

    /// <summary>The changes of this partition, when it is its turn.</summary>
    public void ReceiveOwn()
    {
        foreach (ref readonly var change in _own.Span) _received.Add(change);
        _own.Clear();
    }

    public override void Step(StepContext context)
    {
        foreach (ref readonly var change in _received.Span) Output.Add(change.Row, change.Weight);
        _received.Clear();
    }

    public override unsafe void EmitContents(StepContext context)
    {
        if (IsRetold)
        {
            foreach (ref readonly var change in _received.Span) Output.Add(change.Row, change.Weight);
            return;
        }

        if (Arrangement is null) throw new InvalidOperationException("An exchange keeps no rows; they are sent again to be told.");
        foreach (uint handle in Arrangement.Handles())
            if (Arrangement.Entry(handle)->Weight != 0) Output.Add(Arrangement.Row(handle), Arrangement.Entry(handle)->Weight);
    }

    /// <summary>Forgets what was not taken.</summary>
    public void Forget()
    {
        _own.Clear();
        _received.Clear();
        IsRetold = false;
    }

    public override void Dispose()
    {
        _own.Dispose();
        _received.Dispose();
        base.Dispose();
    }

    private void SendNet(StepContext context, ExchangeOutbox outbox)
    {
        foreach (ref readonly var change in Inputs[0].Output.Changes)
        {
            if (_netted!.Add(_whole!, change.Row, _whole!.Hash(change.Row), out int index)) _weights.Add(change.Weight);
            else _weights[index] += change.Weight;
        }

        for (int index = 0; index < _weights.Count; index++)
            if (_weights[index] != 0) Send(_netted!.Rows[index], _weights[index], context, outbox);
        _netted!.Clear();
        _weights.Clear();
    }

    private void Send(nint row, int weight, StepContext context, ExchangeOutbox outbox)
    {
        if (_kind == ExchangeKind.ToAll)
        {
            for (int receiver = 0; receiver < _partition.Count; receiver++) SendTo(receiver, row, weight, outbox);
            return;
        }

        SendTo(_kind == ExchangeKind.ToOne ? 0 : PartitionOf(row, context), row, weight, outbox);
    }

    private void SendTo(int receiver, nint row, int weight, ExchangeOutbox outbox)
    {
        if (receiver == _partition.Number) _own.Add(new ChangeBatch.Change(row, weight));
        else outbox.Add(receiver, Number, row, weight);
    }

    private int PartitionOf(nint row, StepContext context)
    {
        if (_keys is null) return _hash!.Partition(row, _partition.Count);
        try
        {
            return _hash!.Partition(_keys(row, 0, context.Evaluation), _partition.Count);
        }
        catch (SqlValueException)
        {
            // The same expression has no value where the row arrives: what becomes of it is decided, told and counted there.
            return 0;
        }
    }
}
