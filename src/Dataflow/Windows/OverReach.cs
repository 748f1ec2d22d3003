using Orrery.Dataflow.State;
using Orrery.Sql.Plans;

namespace Orrery.Dataflow.Windows;

/// <summary>How far from a row a change of it is seen by some window functions of an order: what they read, the other way round.</summary>
internal sealed class OverReach
{
    public OverReach(IReadOnlyList<OverColumn> calls, int orderColumns)
    {
        foreach (var call in calls)
        {
            switch (call.Function)
            {
                case OverFunction.Lag:
                    RowsBefore = Math.Max(RowsBefore, call.Constant);
                    break;
                case OverFunction.Lead:
                    RowsBehind = Math.Max(RowsBehind, call.Constant);
                    break;
                case OverFunction.RowNumber or OverFunction.Rank or OverFunction.DenseRank:
                    IsToEnd = true;
                    ReadsPeers |= call.Function != OverFunction.RowNumber;
                    ReadsAllBefore |= call.Function == OverFunction.DenseRank;
                    break;
                case OverFunction.PercentRank or OverFunction.CumulativeDistribution or OverFunction.Tiles:
                    IsAll = true;
                    break;
                default:
                    Add(call.Frame, orderColumns);
                    break;
            }
        }
    }

    /// <summary>Rows before a row that are read for it, at most; not where all are.</summary>
    public long RowsBefore { get; private set; }

    /// <summary>Rows behind a row that are read for it, at most.</summary>
    public long RowsBehind { get; private set; }

    /// <summary>Distance of values before a row's that are read for it; null: no distance is asked for.</summary>
    public long? ValuesBefore { get; private set; }

    public long? ValuesBehind { get; private set; }

    /// <summary>Whether rows that the order leaves equal to a row matter to it.</summary>
    public bool ReadsPeers { get; private set; }

    /// <summary>Whether a change is seen by all rows behind it.</summary>
    public bool IsToEnd { get; private set; }

    /// <summary>Whether a change is seen by all rows.</summary>
    public bool IsAll { get; private set; }

    /// <summary>Whether the rows before a span are walked through to compute it.</summary>
    public bool ReadsAllBefore { get; private set; }

    private void Add(OverFrame frame, int orderColumns)
    {
        if (frame.To is not { } to || (frame.IsRange && orderColumns == 0))
        {
            IsAll = true;
            return;
        }

        IsToEnd |= frame.From is null;
        long from = frame.From ?? 0;
        if (!frame.IsRange)
        {
            RowsBefore = Math.Max(RowsBefore, from);
            RowsBehind = Math.Max(RowsBehind, to);
            return;
        }

        ReadsPeers = true;
        if (from == 0 && to == 0) return;
        ValuesBefore = Math.Max(ValuesBefore ?? 0, from);
        ValuesBehind = Math.Max(ValuesBehind ?? 0, to);
    }
}

/// <summary>Rows whose value is below a bound, or on it, in the direction of the one order column; nulls stand where the order has them.</summary>
internal readonly struct ValueProbe(RowColumnReader column, bool isDescending, bool nullsFirst, Int128 bound, bool withEqual) : IRowProbe
{
    public bool Holds(nint row)
    {
        if (column.IsNull(row)) return nullsFirst;
        Int128 value = isDescending ? -(Int128)column.Integer(row) : column.Integer(row);
        return value < bound || (withEqual && value == bound);
    }
}
