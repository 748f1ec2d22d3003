using System.Text;
using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;

namespace Orrery.Jobs.DataX;

/// <summary>Rows by statements of many rows, where an engine's own way of replacing them is wanted: MySQL's looks at every key of a table.</summary>
static class Statements
{
    /// <summary>A statement ends with the row that reaches these characters; servers take 16 MiB as they are set.</summary>
    const int CharactersMax = 1 << 20;

    /// <returns>Rows taken.</returns>
    public static long Write(IDatabase target, TableDefinition table, IEnumerable<RowBatch> batches, string verb, string behind, int rowsMax, CancellationToken cancellationToken)
    {
        IDialect dialect = target.Dialect;
        RowCast? cast = null;
        RowBatch? rows = null;
        var text = new StringBuilder();
        int count = 0;
        long total = 0;
        string head = "", tail = "";
        foreach (RowBatch batch in batches)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (cast is null)
            {
                cast = new RowCast(batch.Schema, table, dialect);
                rows = new RowBatch(cast.Schema);
                string[] names = [.. cast.Columns.Select(column => dialect.Quote(column.Name))];
                head = $"{verb} INTO {dialect.Quote(table.Name)} ({string.Join(", ", names)}) VALUES ";
                if (behind.Length > 0) tail = $" {behind} {string.Join(", ", names.Select(name => $"{name} = VALUES({name})"))}";
            }

            cast.Cast(batch, rows!);
            for (int row = 0; row < rows!.Count; row++)
            {
                text.Append(count == 0 ? head : ", ").Append('(');
                RowReader reader = rows.Read(row);
                while (reader.Read())
                {
                    if (reader.Index > 0) text.Append(", ");
                    text.Append(reader.IsNull ? "NULL" : dialect.Literal(reader, cast.Columns[reader.Index]));
                }

                text.Append(')');
                total++;
                if (++count >= rowsMax || text.Length >= CharactersMax) Flush();
            }
        }

        Flush();
        return total;

        void Flush()
        {
            if (count == 0) return;
            target.Execute(text.Append(tail).ToString());
            text.Clear();
            count = 0;
        }
    }
}
