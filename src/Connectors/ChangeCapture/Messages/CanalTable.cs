using System.Text;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.ChangeCapture.Messages;

/// <summary>A table as canal's messages describe it, and the bytes that its next message is expected to consist of.</summary>
sealed class CanalTable
{
    readonly Dictionary<string, int> indexes;

    /// <param name="schema">Its columns.</param>
    /// <param name="database">Raw text within the quotes of the message's <c>database</c>.</param>
    /// <param name="table">The same of its <c>table</c>.</param>
    /// <param name="mysqlType">Raw value; empty where it was not there.</param>
    /// <param name="sqlType">Raw value where the types were taken from it, else empty.</param>
    /// <param name="keyNames">Raw value; empty where it was not there.</param>
    public CanalTable(TableSchema schema, ReadOnlySpan<byte> database, ReadOnlySpan<byte> table, ReadOnlySpan<byte> mysqlType, ReadOnlySpan<byte> sqlType, ReadOnlySpan<byte> keyNames)
    {
        Schema = schema;
        Database = database.ToArray();
        Table = table.ToArray();
        MySqlType = mysqlType.ToArray();
        SqlType = sqlType.ToArray();
        KeyNames = keyNames.ToArray();
        Types = [.. schema.Columns.Select(column => column.Type)];
        Keys = [.. schema.KeyColumns];
        Names = [.. schema.Columns.Select(column => Encoding.UTF8.GetBytes(column.Name))];
        indexes = schema.Columns.Select((column, index) => (column.Name, index)).ToDictionary(pair => pair.Name, pair => pair.index, StringComparer.Ordinal);
        Probes = [.. schema.Columns.Select(static column => new KeyProbe(Encoding.UTF8.GetBytes("\"" + column.Name + "\":")))];
        // Names that need escapes are left to the general reader.
        IsPlain = !schema.Columns.Any(static column => NeedsEscape(column.Name));
        AfterData = [.. "],\"database\":\""u8, .. Database, .. "\",\"es\":"u8];
        BeforeOld = [.. ",\"isDdl\":false,\"mysqlType\":"u8, .. MySqlType, .. ",\"old\":"u8];
        AfterOld = [.. ",\"pkNames\":"u8, .. KeyNames, .. ",\"sql\":\"\",\"sqlType\":"u8];
        AfterTypes = [.. ",\"table\":\""u8, .. Table, .. "\",\"ts\":"u8];
    }

    public TableSchema Schema { get; }

    public byte[] Database { get; }

    public byte[] Table { get; }

    public byte[] MySqlType { get; }

    public byte[] SqlType { get; }

    public byte[] KeyNames { get; }

    public ColumnType[] Types { get; }

    public int[] Keys { get; }

    public byte[][] Names { get; }

    /// <summary>Whether messages write the columns' names as they are.</summary>
    public bool IsPlain { get; }

    /// <summary>Quoted name and colon of each column.</summary>
    public KeyProbe[] Probes { get; }

    public byte[] AfterData { get; }

    public byte[] BeforeOld { get; }

    public byte[] AfterOld { get; }

    public byte[] AfterTypes { get; }

    /// <summary>Whether several databases have a table of this name.</summary>
    public bool IsShared { get; set; }

    /// <summary>The last <c>sqlType</c> that was seen whole and well-formed.</summary>
    public byte[] LastSqlType { get; set; } = [];

    /// <summary>A column's index by its name, most cheaply where it is the guessed one; -1 where there is none.</summary>
    public int Find(ReadOnlySpan<byte> name, int guess)
    {
        if ((uint)guess < (uint)Names.Length && name.SequenceEqual(Names[guess])) return guess;
        return indexes.GetValueOrDefault(Encoding.UTF8.GetString(name), -1);
    }

    static bool NeedsEscape(string name) => name.AsSpan().ContainsAnyInRange('\0', '\x1f') || name.AsSpan().ContainsAny('"', '\\');
}
