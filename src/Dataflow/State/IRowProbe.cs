namespace Orrery.Dataflow.State;

/// <summary>A question that the first rows of an order answer with yes and the others with no; a struct, so that asking costs no call through a table.</summary>
internal interface IRowProbe
{
    bool Holds(nint row);
}

/// <summary>Rows whose order keys are below those of another, or equal to them too.</summary>
internal readonly struct KeyProbe(ColumnOrder order, nint other, bool withEqual) : IRowProbe
{
    public bool Holds(nint row)
    {
        int compared = order.CompareKeys(row, other);
        return compared < 0 || (withEqual && compared == 0);
    }
}
