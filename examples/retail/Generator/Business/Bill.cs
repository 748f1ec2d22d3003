namespace Orrery.Retail.Business;

/// <summary>What follows from a bill that was audited.</summary>
enum BillKind
{
    SalesOrder,
    OutStock,
    Receivable,
    PurchaseOrder,
    InStock,
    PurchaseReturn,
    Payable,
    Transfer,
    Production,
}

/// <summary>A bill of the ERP on its way from new (A) over in audit (B) to audited (C).</summary>
sealed class Bill(BillKind kind, Row head, IReadOnlyList<BillLine> lines, long partner)
{
    public BillKind Kind { get; } = kind;

    public Row Head { get; } = head;

    public IReadOnlyList<BillLine> Lines { get; } = lines;

    /// <summary>Customer, supplier or stock.</summary>
    public long Partner { get; } = partner;

    public long Id => Head.Integer("FID");

    public string Status => Head.Text("FDOCUMENTSTATUS");

    /// <summary>How often something followed from it; each bill is pushed on twice at most.</summary>
    public int Pushed { get; set; }
}

/// <summary>A line of a bill: what and how many at which price, and the rows that change later.</summary>
/// <param name="Progress">The satellite with what was done of it; null where there is none.</param>
sealed record BillLine(Row Entry, long Material, decimal Quantity, decimal Price, Row? Progress)
{
    public long Id => Entry.Integer("FENTRYID");
}
