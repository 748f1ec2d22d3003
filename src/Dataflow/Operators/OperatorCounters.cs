namespace Orrery.Dataflow.Operators;

/// <summary>What an operator has done since it is there.</summary>
public sealed class OperatorCounters
{
    public long RowsIn { get; internal set; }

    public long RowsOut { get; internal set; }

    /// <summary>Rows that were dropped because an expression had no value, or because they were late.</summary>
    public long RowsDropped { get; internal set; }

    /// <summary>Ticks of the graph's clock in which it worked.</summary>
    public long BusyTicks { get; internal set; }
}
