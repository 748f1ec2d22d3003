using Orrery.Retail.Changes;
using Orrery.Retail.Schema;

namespace Orrery.Retail.Business;

/// <summary>The transaction that is being made. Values are checked against their columns, so that a slip shows here and not in a database.</summary>
sealed class Work(RetailSchema schema, Random random, DateTime at)
{
    static readonly TimeSpan Zone = TimeSpan.FromHours(8);
    readonly List<RowChange> changes = [];

    public Random Random { get; } = random;

    /// <summary>Now, as the shops' clocks show it.</summary>
    public DateTime Now { get; } = DateTime.SpecifyKind(at + Zone, DateTimeKind.Unspecified);

    public IReadOnlyList<RowChange> Changes => changes;

    /// <summary>Whether something of this many in a hundred happens.</summary>
    public bool Happens(int percent) => Random.Next(100) < percent;

    public T Any<T>(IReadOnlyList<T> of) => of[Random.Next(of.Count)];

    /// <summary>A new row: all columns in their order.</summary>
    public Row Insert(string table, params object?[] values)
    {
        RetailTable into = schema.Find(table);
        if (values.Length != into.Columns.Count)
            throw new ArgumentException($"{values.Length} values for the {into.Columns.Count} columns of {into.FullName}.");
        for (int place = 0; place < values.Length; place++)
            values[place] = Fit(into, place, values[place]);
        changes.Add(new RowChange(into, RowChangeKind.Insert, null, values));
        return new Row(into, values);
    }

    /// <summary>Columns of a row get other values.</summary>
    public void Update(Row row, params (string Column, object? Value)[] to)
    {
        object?[] before = row.Values;
        object?[] after = [.. before];
        foreach ((string column, object? value) in to)
        {
            int place = row.Table.IndexOf(column);
            after[place] = Fit(row.Table, place, value);
        }

        row.Values = after;
        if (!before.SequenceEqual(after))
            changes.Add(new RowChange(row.Table, RowChangeKind.Update, before, after));
    }

    public void Delete(Row row) => changes.Add(new RowChange(row.Table, RowChangeKind.Delete, row.Values, null));

    static object? Fit(RetailTable table, int place, object? value)
    {
        RetailColumn column = table.Columns[place];
        object? fit = (column.Form, value) switch
        {
            (_, null) => null,
            (ColumnForm.Integer, int number) => (long)number,
            (ColumnForm.Integer, long) or (ColumnForm.Text, string) or (ColumnForm.Date, DateOnly) or (ColumnForm.DateTime, DateTime) => value,
            (ColumnForm.Decimal, decimal number) => Math.Round(number, column.Scale),
            _ => throw new ArgumentException($"{table.FullName}.{column.Name} is {column.Type}, and cannot hold {value} ({value.GetType().Name})."),
        };
        return fit is null && !column.IsNullable ? throw new ArgumentException($"{table.FullName}.{column.Name} must not be null.") : fit;
    }
}
