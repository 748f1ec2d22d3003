using Orrery.Retail.Schema;

namespace Orrery.Retail.Business;

/// <summary>A row that somebody may change later.</summary>
sealed class Row(RetailTable table, object?[] values)
{
    public RetailTable Table { get; } = table;

    /// <summary>As it stands; replaced, never changed.</summary>
    public object?[] Values { get; set; } = values;

    public object? this[string column] => Values[Table.IndexOf(column)];

    public long Integer(string column) => (long)this[column]!;

    public decimal Decimal(string column) => (decimal)this[column]!;

    public string Text(string column) => (string)this[column]!;
}
