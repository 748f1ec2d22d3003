namespace Orrery.Retail.Business;

/// <summary>An order of the order centre with all its rows, as long as something can happen to it.</summary>
sealed class Order
{
    public required Row Head { get; init; }

    public required Row Member { get; init; }

    public required List<Row> Lines { get; init; }

    /// <summary>Rows that are there for it beside head and lines, and go with it.</summary>
    public required List<Row> Around { get; init; }

    public Row? Performance { get; set; }

    public Row? Delivery { get; set; }

    public bool WasSplit { get; set; }

    /// <summary>Pieces that were asked back, by the line's number.</summary>
    public Dictionary<long, long> Returned { get; } = [];

    public long Id => Head.Integer("order_id");

    public long Status => Head.Integer("order_status");
}
