using Orrery.Connectors.ChangeCapture.MySql.Columns;
using Orrery.Connectors.ChangeCapture.MySql.Schemas;

namespace Orrery.Connectors.ChangeCapture.MySql.Events;

/// <summary>A table map that was read, with its bytes, so that the next one of the same bytes is not read again.</summary>
internal sealed class MappedTable(TableMap map, byte[] bytes, bool isCaptured)
{
    RowPlan? plan;
    int planVersion = -1;

    public TableMap Map { get; } = map;

    public byte[] Bytes { get; } = bytes;

    public bool IsCaptured { get; } = isCaptured;

    /// <summary>The plan made last, while no definition has changed since; null otherwise.</summary>
    public RowPlan? PlanAt(int version) => version == planVersion ? plan : null;

    public RowPlan KeepAt(int version, RowPlan made)
    {
        planVersion = version;
        return plan = made;
    }

    /// <summary>How its rows are read by a definition.</summary>
    public RowPlan PlanFor(MySqlTable table)
    {
        if (plan is null || !ReferenceEquals(plan.Table, table)) plan = RowPlan.Make(Map, table);
        return plan;
    }
}
