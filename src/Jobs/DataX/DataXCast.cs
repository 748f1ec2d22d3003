using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;
using Orrery.Jobs.Running;

namespace Orrery.Jobs.DataX;

/// <summary>Rows by the place of their columns into a table's columns. A row whose values cannot be cast is dirty: its line goes to the reject file.</summary>
sealed class DataXCast
{
    readonly TableSchema from;
    readonly bool[] isDirect;
    readonly bool nullsZeroDates;
    readonly DataXValues values;
    readonly RowBatch rows;

    /// <exception cref="ArgumentException">The counts of columns differ.</exception>
    public DataXCast(TableSchema from, TableDefinition table, IReadOnlyList<ColumnDefinition> columns, IDialect dialect, DataXValues values, bool nullsZeroDates)
    {
        if (from.Columns.Count != columns.Count) throw new ArgumentException($"The reader gives {from.Columns.Count} columns and the writer takes {columns.Count} into {table.Name}: they go by their place, so make them as many.");
        (this.from, this.values) = (from, values);
        this.nullsZeroDates = nullsZeroDates && from.Columns.Any(column => column.Type.Kind is ColumnKind.Date or ColumnKind.Timestamp);
        isDirect = [.. columns.Select((column, index) => IsDirect(from.Columns[index], column, table, dialect))];
        rows = new RowBatch(new TableSchema(from.Database, from.Table, [.. columns.Select((column, index) => new Column(column.Name, isDirect[index] ? from.Columns[index].Type : column.Type, isDirect[index] ? from.Columns[index].NativeType : column.NativeType, true))], []));
    }

    /// <summary>Batches in the table's names and types. The batch is the same object each time.</summary>
    /// <param name="batches">As read.</param>
    /// <param name="refuse">Takes a dirty row's line.</param>
    public IEnumerable<RowBatch> Of(IEnumerable<RowBatch> batches, Action<string> refuse)
    {
        bool isPlain = !nullsZeroDates && isDirect.All(direct => direct);
        foreach (RowBatch batch in batches)
        {
            rows.Clear();
            rows.RowsBefore = batch.RowsBefore;
            for (int row = 0; row < batch.Count; row++)
            {
                if (isPlain) rows.AddEncoded(batch[row]);
                else Cast(batch, row, refuse);
            }

            yield return rows;
        }
    }

    void Cast(RowBatch batch, int row, Action<string> refuse)
    {
        int start = rows.Writer.Position;
        rows.Writer.BeginRow(isDirect.Length);
        var reader = new RowReader(from, batch[row]);
        try
        {
            while (reader.Read())
            {
                if (reader.IsNull || (nullsZeroDates && IsZero(reader))) rows.Writer.WriteNull();
                else if (isDirect[reader.Index]) rows.Writer.WriteEncoded(reader.Encoded);
                else RowValues.Write(rows.Writer, rows.Schema.Columns[reader.Index], values.Convert(RowValues.Get(reader), rows.Schema.Columns[reader.Index].Type));
            }

            rows.Writer.EndRow();
            rows.Add();
        }
        catch (Exception wrong) when (wrong is FormatException or ValueRangeException or ArgumentOutOfRangeException)
        {
            string column = $"column '{rows.Schema.Columns[reader.Index].Name}': {wrong.Message}";
            rows.Writer.Truncate(start);
            refuse(RejectFile.Line(from.ToString(), from, batch[row], column));
        }
    }

    static bool IsZero(in RowReader reader) => reader.Kind switch
    {
        ColumnKind.Date => ZeroDates.IsZero(reader.GetDate()),
        ColumnKind.Timestamp => ZeroDates.IsZero(reader.GetTimestamp()),
        _ => false,
    };

    static bool IsDirect(Column column, ColumnDefinition to, TableDefinition table, IDialect dialect)
    {
        // Texts of numbers and times are DataX's.
        if (to.Type.Kind == ColumnKind.Text && column.Type.Kind is not (ColumnKind.Text or ColumnKind.Json)) return false;
        try
        {
            _ = new RowCast(new TableSchema("", "", [column with { Name = to.Name }], []), table with { Columns = [to], Key = [] }, dialect);
            return true;
        }
        catch (NativeTypeException)
        {
            return false;
        }
    }
}
