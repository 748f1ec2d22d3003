using Orrery.Connectors.Rows;

namespace Orrery.Connectors.Dialects;

/// <summary>
/// Casts rows to a table's own types, column by column as <see cref="CellCast"/> allows. A value that does not fit is an error that names table, row (by key, else by
/// number), column, value and bound: it is never bent. Columns are found by name. For one thread at a time.
/// </summary>
public sealed class RowCast
{
    readonly TableSchema from;
    readonly CellCast[] cells;
    readonly string tableName;

    /// <exception cref="ArgumentException">The table lacks a column, or the database computes it.</exception>
    /// <exception cref="NativeTypeException">A column cannot be cast; the message names it and both types.</exception>
    public RowCast(TableSchema from, TableDefinition table, IDialect dialect)
        : this(from, table, dialect.BoundOf)
    {
    }

    internal RowCast(TableSchema from, TableDefinition table, Func<ColumnDefinition, ColumnBound> boundOf)
    {
        this.from = from;
        tableName = table.Name.ToString();
        Columns = [.. from.Columns.Select(column => table.Column(column.Name))];
        foreach (ColumnDefinition column in Columns)
            if (column.IsGenerated)
                throw new ArgumentException($"Column '{column.Name}' of table {table.Name} is computed by the database and cannot be written: leave it out of the rows.", nameof(from));
        foreach ((Column source, ColumnDefinition target) in from.Columns.Zip(Columns))
            if (!CellCast.IsPossible(source.Type.Kind, target.Type.Kind))
                throw new NativeTypeException($"Column '{source.Name}' of {from} is {source.Type} and cannot be written to {table.Name}, where it is {target.NativeType} ({target.Type}): there is no exact cast between the two. See docs/reference/types.md.");
        cells = [.. from.Columns.Zip(Columns, (source, target) => new CellCast(source, boundOf(target) with { RefusesNull = !target.Nullable && !target.IsIdentity }))];
        IReadOnlyList<int> key = table.Key.All(name => from.IndexOf(name) >= 0) ? [.. table.Key.Select(from.IndexOf)] : [];
        Schema = new TableSchema(table.Name.Schema ?? from.Database, table.Name.Name, [.. Columns.Select(column => column.ToColumn())], key);
    }

    /// <summary>The rows as they come out.</summary>
    public TableSchema Schema { get; }

    /// <summary>The table's columns in the rows' order.</summary>
    public IReadOnlyList<ColumnDefinition> Columns { get; }

    /// <summary>Casts a batch.</summary>
    /// <param name="batch">Rows of the schema that this was made for.</param>
    /// <param name="to">Emptied first.</param>
    /// <exception cref="ValueRangeException">A value does not fit.</exception>
    public void Cast(RowBatch batch, RowBatch to)
    {
        to.Clear();
        to.RowsBefore = batch.RowsBefore;
        for (int row = 0; row < batch.Count; row++)
        {
            ReadOnlySpan<byte> bytes = batch[row];
            to.Writer.BeginRow(cells.Length);
            var reader = new RowReader(from, bytes);
            while (reader.Read())
            {
                if (reader.IsMissing) throw Refused(bytes, batch.RowsBefore + row, reader, "the row does not say what it holds");
                if (cells[reader.Index].Write(reader, to.Writer) is { } bound) throw Refused(bytes, batch.RowsBefore + row, reader, bound);
            }

            to.Writer.EndRow();
            to.Add();
        }
    }

    ValueRangeException Refused(ReadOnlySpan<byte> row, long ordinal, in RowReader reader, string bound)
    {
        CellCast cell = cells[reader.Index];
        string value = RowKeys.Show(RowValues.Get(reader));
        return new ValueRangeException($"Table {tableName}, {RowKeys.Describe(from, row, ordinal)}, column '{cell.From.Name}': the value {value} ({cell.From.Type}) does not fit {cell.To.NativeType}: {bound}. Widen the column, or correct the row at its source.");
    }
}
