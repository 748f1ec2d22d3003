using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Orrery.Connectors.Rows;

/// <summary>A table's columns at some time. Two schemas with the same <see cref="Fingerprint"/> read the same rows alike. Immutable.</summary>
public sealed class TableSchema
{
    public const int ColumnsMax = 4096;

    readonly ColumnKind[] kinds;

    /// <exception cref="ArgumentException">There are no columns or too many, two have one name, or a key column is none of them; the message says which.</exception>
    public TableSchema(string database, string table, IReadOnlyList<Column> columns, IReadOnlyList<int> keyColumns)
    {
        if (columns.Count is 0 or > ColumnsMax) throw new ArgumentException($"Table {database}.{table} has {columns.Count} columns; 1 to {ColumnsMax} can be carried.", nameof(columns));
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (Column column in columns)
            if (!names.Add(column.Name))
                throw new ArgumentException($"Table {database}.{table} has two columns named '{column.Name}'.", nameof(columns));
        foreach (int key in keyColumns)
            if ((uint)key >= (uint)columns.Count)
                throw new ArgumentException($"Key column {key} of {database}.{table} is none of its {columns.Count} columns.", nameof(keyColumns));
        Database = database;
        Table = table;
        Columns = [.. columns];
        KeyColumns = [.. keyColumns];
        kinds = [.. columns.Select(column => column.Type.Kind)];
        Fingerprint = BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(Canonical())));
    }

    public string Database { get; }

    public string Table { get; }

    public IReadOnlyList<Column> Columns { get; }

    /// <summary>Indexes of the key's columns in the key's order; empty where the table has no key.</summary>
    public IReadOnlyList<int> KeyColumns { get; }

    /// <summary>64 bits of a digest over names, types, nullability and key. Never 0 in practice; 0 stands for no schema.</summary>
    public ulong Fingerprint { get; }

    internal ReadOnlySpan<ColumnKind> Kinds => kinds;

    /// <summary>A column's index by its name, compared by ordinal; -1 where there is none.</summary>
    public int IndexOf(string name)
    {
        for (int index = 0; index < Columns.Count; index++)
            if (Columns[index].Name == name)
                return index;
        return -1;
    }

    public override string ToString() => $"{Database}.{Table}";

    string Canonical()
    {
        var text = new StringBuilder().Append(Database).Append('\0').Append(Table).Append('\0');
        foreach (Column column in Columns)
            text.Append(column.Name).Append('\0').Append(column.Type).Append('\0').Append(column.NativeType).Append('\0').Append(column.Nullable ? '?' : '!').Append('\n');
        return text.AppendJoin(',', KeyColumns).ToString();
    }
}
