using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;

namespace Orrery.Jobs.DataModels;

/// <summary>Rows of a model as statements, and how they differ from those of a database.</summary>
static class SeedScript
{
    /// <summary>Inserts of rows by their numbers, with what the engine wants for numbers of its own.</summary>
    public static IEnumerable<ScriptStep> Insert(RenderedTable table, IDialect dialect, IEnumerable<int> rows)
    {
        RowBatch batch = Cast(table, dialect);
        string name = dialect.Quote(table.Schema.Name), columns = ModelScript.Names(batch.Schema.Columns.Select(column => column.Name), dialect);
        ColumnDefinition? numbered = table.Schema.Definition.Columns.FirstOrDefault(column => column.IsIdentity && batch.Schema.IndexOf(column.Name) >= 0);
        bool isSqlServer = dialect.Engines[0] == "sqlserver" && numbered is not null;
        string what = $"rows of {table.Schema.Name}";
        int count = 0;
        foreach (int row in rows)
        {
            string insert = $"INSERT INTO {name} ({columns}) VALUES ({string.Join(", ", Literals(batch, row, table, dialect))})";
            yield return new ScriptStep(count++ == 0 ? what : "", isSqlServer ? $"SET IDENTITY_INSERT {name} ON; {insert}; SET IDENTITY_INSERT {name} OFF" : insert);
        }

        if (count > 0 && numbered is not null && NextNumber(name, numbered.Name, dialect) is { } next) yield return new ScriptStep($"{table.Schema.Name} goes on numbering behind its rows", next);
    }

    public static ScriptStep Update(RenderedTable table, IDialect dialect, int row)
    {
        RowBatch batch = Cast(table, dialect);
        string[] literals = [.. Literals(batch, row, table, dialect)];
        IReadOnlyList<string> key = table.Schema.Definition.Key;
        var named = batch.Schema.Columns.Select((column, index) => (column.Name, Text: $"{dialect.Quote(column.Name)} = {literals[index]}")).ToList();
        return new ScriptStep($"row {Shown(table, row)} of {table.Schema.Name}", $"UPDATE {dialect.Quote(table.Schema.Name)} SET {string.Join(", ", named.Where(each => !key.Contains(each.Name)).Select(each => each.Text))} WHERE {string.Join(" AND ", named.Where(each => key.Contains(each.Name)).Select(each => each.Text))}");
    }

    /// <summary>Rows of the model that the table does not have as they are. The table has all of the model's columns.</summary>
    public static IEnumerable<SeedChange> Compare(RenderedTable table, IDatabase database, TableDefinition live)
    {
        IDialect dialect = database.Dialect;
        RowBatch wanted = SeedValue.Cast(table.Model.Seed!, table.Model.Schema.Definition, live, name => table.Columns[name], dialect);
        string[] columns = [.. wanted.Schema.Columns.Select(column => column.Name)];
        for (int row = 0; row < wanted.Count; row++)
        {
            byte[] expected = wanted[row].ToArray();
            string[] literals = [.. Literals(wanted, row, live, dialect)];
            string only = string.Join(" AND ", live.Key.Select(name => $"{dialect.Quote(name)} = {literals[Array.IndexOf(columns, name)]}"));
            byte[]? there = null;
            foreach (RowBatch batch in database.Read(live, KeyRange.All with { Only = only }, ReadOptions.Default with { Columns = columns })) there ??= batch.Count > 0 ? batch[0].ToArray() : null;
            if (there is null || !Equal(wanted.Schema, expected, there)) yield return new SeedChange(table, row, there is null, Shown(table, row));
        }
    }

    public static string Shown(RenderedTable table, int row)
    {
        SeedRows seed = table.Model.Seed!;
        return string.Join(", ", table.Model.Schema.Definition.Key.Select(name => $"{name}={seed.Rows[row][seed.Columns.ToList().IndexOf(name)]}"));
    }

    static bool Equal(TableSchema schema, byte[] left, byte[] right)
    {
        object?[] one = RowValues.ReadAll(schema, left), other = RowValues.ReadAll(schema, right);
        return one.Zip(other).All(static pair => pair is (byte[] first, byte[] second) ? first.AsSpan().SequenceEqual(second) : Equals(pair.First, pair.Second));
    }

    static RowBatch Cast(RenderedTable table, IDialect dialect) => SeedValue.Cast(table.Model.Seed!, table.Model.Schema.Definition, table.Schema.Definition, name => table.Columns[name], dialect);

    static IEnumerable<string> Literals(RowBatch batch, int row, RenderedTable table, IDialect dialect) => Literals(batch, row, table.Schema.Definition, dialect);

    static List<string> Literals(RowBatch batch, int row, TableDefinition table, IDialect dialect)
    {
        var literals = new List<string>();
        RowReader reader = batch.Read(row);
        while (reader.Read()) literals.Add(reader.IsNull ? "NULL" : Literal(reader, table.Column(reader.Column.Name), dialect));
        return literals;
    }

    /// <summary>Texts stay readable where the engine takes them as they are.</summary>
    static string Literal(in RowReader reader, ColumnDefinition column, IDialect dialect)
    {
        if (reader.Kind is not (ColumnKind.Text or ColumnKind.Json)) return dialect.Literal(reader, column);
        string text = reader.GetText();
        if (text.Any(char.IsControl)) return dialect.Literal(reader, column);
        string quoted = text.Replace("'", "''", StringComparison.Ordinal);
        return dialect.Engines[0] switch
        {
            "mysql" => $"'{quoted.Replace("\\", "\\\\", StringComparison.Ordinal)}'",
            "sqlserver" => $"N'{quoted}'",
            _ => $"'{quoted}'",
        };
    }

    static string? NextNumber(string table, string column, IDialect dialect) => dialect.Engines[0] switch
    {
        "postgresql" => $"SELECT setval(pg_get_serial_sequence('{table.Replace("'", "''", StringComparison.Ordinal)}', '{column.Replace("'", "''", StringComparison.Ordinal)}'), (SELECT max({dialect.Quote(column)}) FROM {table}))",
        "oracle" => $"ALTER TABLE {table} MODIFY ({dialect.Quote(column)} GENERATED BY DEFAULT AS IDENTITY (START WITH LIMIT VALUE))",
        _ => null,
    };
}
