using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;

namespace Orrery.Jobs.Archives;

/// <summary>A table of an archive's own bookkeeping, in either database.</summary>
sealed class OwnTable
{
    readonly IDatabase database;
    readonly TableSchema schema;

    OwnTable(IDatabase database, TableDefinition table, TableSchema schema) => (this.database, Table, this.schema) = (database, table, schema);

    public TableDefinition Table { get; }

    /// <summary>Opens it, and makes it where it is not there.</summary>
    /// <param name="key">How many of the first columns are the key.</param>
    public static OwnTable Open(IDatabase database, string name, int key, params (string Name, ColumnType Type)[] columns)
    {
        string[] keys = [.. columns.Take(key).Select(static column => column.Name)];
        var definition = new TableDefinition(new TableName(null, name), [.. columns.Select(column => new ColumnDefinition(column.Name, column.Type, database.Dialect.NativeTypeOf(column.Type, keys.Contains(column.Name)), Nullable: false))]) { Key = keys };
        if (database.ListTables().FirstOrDefault(table => table.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } found)
            definition = database.ReadTable(found);
        else
            foreach (string statement in database.Dialect.CreateTable(definition))
                database.Execute(statement);
        return new OwnTable(database, definition, new TableSchema("", name, [.. columns.Select(static column => new Column(column.Name, column.Type, "", false))], [.. Enumerable.Range(0, key)]));
    }

    public void Insert(params object[] values) => database.Insert(Table, [Batch([values])]);

    public void Upsert(IEnumerable<object[]> rows)
    {
        RowBatch batch = Batch(rows);
        if (batch.Count > 0) database.Upsert(Table, [batch]);
    }

    public void Delete(params object[] values) => database.Delete(Table, [Batch([values])]);

    /// <summary>Rows by a condition in the engine's SQL, in the key's order; null: all.</summary>
    public List<object?[]> Read(string? condition = null)
    {
        var rows = new List<object?[]>();
        foreach (RowBatch batch in database.Read(Table, KeyRange.All with { Only = condition }, new ReadOptions { InKeyOrder = true }))
            for (int row = 0; row < batch.Count; row++)
                rows.Add(RowValues.ReadAll(batch.Schema, batch[row]));
        return rows;
    }

    RowBatch Batch(IEnumerable<object[]> rows)
    {
        var batch = new RowBatch(schema);
        foreach (object[] row in rows) batch.Add(row);
        return batch;
    }
}
