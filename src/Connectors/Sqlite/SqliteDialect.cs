using System.Globalization;
using System.Text;
using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.Sqlite;

/// <summary>SQLite 3.35 or later. Digests are computed by this program inside of its process, from the rows.</summary>
public sealed class SqliteDialect : SqlDialect
{
    const int IdentifierCharactersMax = 1000, FloatDigitsMax = 15;

    public override string Name => "SQLite";

    public override IReadOnlyList<string> Engines { get; } = ["sqlite"];

    protected override bool ComparesRows => true;

    public override string Quote(string identifier)
    {
        CheckIdentifier(Name, identifier, identifier.Length, IdentifierCharactersMax, "characters");
        return $"\"{identifier.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    public override ColumnType TypeOf(string nativeType) => SqliteTypes.TypeOf(nativeType);

    public override string NativeTypeOf(ColumnType type, bool isKey = false) => type.Kind switch
    {
        ColumnKind.Boolean => "BOOLEAN",
        ColumnKind.Int8 => "INTEGER8",
        ColumnKind.Int16 => "INTEGER16",
        ColumnKind.Int32 => "INTEGER32",
        ColumnKind.Int64 => "INTEGER",
        ColumnKind.UInt8 => "UINTEGER8",
        ColumnKind.UInt16 => "UINTEGER16",
        ColumnKind.UInt32 => "UINTEGER32",
        ColumnKind.UInt64 => "UNSIGNED64_BLOB",
        ColumnKind.Decimal => $"DECIMAL_TEXT({Number(type.Precision)},{Number(type.Scale)})",
        ColumnKind.Float32 => "REAL32",
        ColumnKind.Float64 => "DOUBLE",
        ColumnKind.Text => type.Length > 0 ? $"VARCHAR({Number(type.Length)})" : "TEXT",
        ColumnKind.Binary => type.Length > 0 ? $"BLOB({Number(type.Length)})" : "BLOB",
        ColumnKind.Date => "DATE",
        ColumnKind.Time => $"TIME({Number(type.Precision)})",
        ColumnKind.Timestamp => $"DATETIME({Number(type.Precision)})",
        ColumnKind.TimestampWithZone => $"TIMESTAMPTZ({Number(type.Precision)})",
        ColumnKind.Uuid => "UUID",
        ColumnKind.Json => "JSON_TEXT",
        _ => throw new NativeTypeException($"{Name} has no type for {type}."),
    };

    /// <summary>A NaN would become a null. A decimal that is not declared as text becomes a float, which keeps 15 digits.</summary>
    public override ColumnBound BoundOf(ColumnDefinition column)
    {
        bool isFloat = column.Type.Kind == ColumnKind.Decimal && !column.NativeType.StartsWith("DECIMAL_TEXT", StringComparison.OrdinalIgnoreCase);
        ColumnType type = isFloat ? column.Type with { Precision = Math.Max(Math.Min(column.Type.Precision, FloatDigitsMax), column.Type.Scale) } : column.Type;
        return new(type, column.NativeType.Length == 0 ? "a column without a type" : column.NativeType) { TakesNaN = false, TakesZeroDates = true };
    }

    public override string Literal(in RowReader reader, ColumnDefinition column)
    {
        Span<byte> text = stackalloc byte[TimeText.LengthMax];
        switch (reader.Kind)
        {
            // A NUL would end a literal text: as bytes, cast, it does not.
            case ColumnKind.Text or ColumnKind.Json: return $"CAST(X'{Convert.ToHexString(reader.Value)}' AS TEXT)";
            case ColumnKind.Binary: return $"X'{Convert.ToHexString(reader.Value)}'";
            case ColumnKind.Uuid: return $"'{reader.GetUuid():D}'";
            case ColumnKind.Boolean: return reader.GetBoolean() ? "1" : "0";
            case ColumnKind.UInt64: return reader.GetUInt64() <= long.MaxValue ? reader.GetUInt64().ToString(CultureInfo.InvariantCulture) : $"'{reader.GetUInt64().ToString("D20", CultureInfo.InvariantCulture)}'";
            case ColumnKind.Decimal: return $"'{new ExactDecimal(reader.GetDecimal(), column.Type.Scale)}'";
            case ColumnKind.Float32: return ((double)reader.GetFloat32()).ToString("E16", CultureInfo.InvariantCulture);
            case ColumnKind.Float64: return reader.GetFloat64().ToString("E16", CultureInfo.InvariantCulture);
            case ColumnKind.Date: return $"'{Encoding.ASCII.GetString(text[..TimeText.FormatDate(reader.GetDate(), text)])}'";
            case ColumnKind.Time: return $"'{Encoding.ASCII.GetString(text[..TimeText.FormatTime(reader.GetTime(), column.Type.Precision, text)])}'";
            case ColumnKind.Timestamp: return $"'{Encoding.ASCII.GetString(text[..TimeText.FormatTimestamp(reader.GetTimestamp(), column.Type.Precision, text)])}'";
            case ColumnKind.TimestampWithZone:
                (long ticks, short offset) = reader.GetTimestampWithZone();
                return $"'{Encoding.ASCII.GetString(text[..TimeText.FormatInstant(ticks, offset, column.Type.Precision, text)])}'";
            default: return RowKeys.Plain(RowValues.Get(reader)!);
        }
    }

    /// <summary>Keys whose stored form can be compared: the same value has one form only where this program wrote it.</summary>
    public override bool CanRange(TableDefinition table) => table.Key.Count > 0 && table.Key.All(name =>
        table.Column(name).Type.Kind is <= ColumnKind.UInt64 or ColumnKind.Text && table.Column(name).NativeType.Length > 0);

    public override IReadOnlyList<string> MergeFrom(TableDefinition table, IReadOnlyList<ColumnDefinition> columns, string stage)
    {
        string[] set = [.. columns.Where(column => !table.Key.Contains(column.Name)).Select(column => $"{Quote(column.Name)} = excluded.{Quote(column.Name)}")];
        string names = Names(columns.Select(column => column.Name));
        // WHERE true: else ON would be read as that of a join.
        return [$"INSERT INTO {Quote(table.Name)} ({names}) SELECT {names} FROM {stage} WHERE true ON CONFLICT ({Names(table.Key)}) DO {(set.Length == 0 ? "NOTHING" : $"UPDATE SET {string.Join(", ", set)}")}"];
    }

    public override string SelectDigest(TableDefinition table, IReadOnlyList<(ColumnDefinition Column, ColumnType As)> columns, KeyRange range, FloatText floats = FloatText.Decimal) =>
        throw new NotSupportedException("SQLite has no hash of its own: a connection computes the digest from the rows.");

    protected override string CanonicalOf(ColumnDefinition column, ColumnType given, FloatText floats) => throw new NotSupportedException("SQLite has no canonical text of its own.");

    /// <summary>A transaction that writes has the file to itself.</summary>
    public override string SelectLocked(TableDefinition table, KeyRange range) => $"SELECT COUNT(*) FROM {Quote(table.Name)} WHERE {Condition(table, range)}";

    protected override string PlaceCondition(KeyRange range)
    {
        var parts = new List<string>();
        if (range.PlaceFrom is { } from) parts.Add($"rowid >= {Number(from)}");
        if (range.PlaceTo is { } to) parts.Add($"rowid < {Number(to)}");
        return string.Join(" AND ", parts);
    }

    public override string AddColumn(TableName table, ColumnDefinition column) => $"ALTER TABLE {Quote(table)} ADD COLUMN {ColumnText(column, isSoleKey: false)}";

    /// <summary>Only "INTEGER PRIMARY KEY", said with the column, numbers rows.</summary>
    protected override bool KeyIsInline(TableDefinition table) => table.Key.Count == 1 && table.Column(table.Key[0]) is { NativeType: "INTEGER" };

    protected override string IdentityText(ColumnDefinition column) => "";

    public override string CreateIndex(TableDefinition table, IndexDefinition index)
    {
        // Names of indexes are those of their schema here, and the schema stands with the index.
        string name = table.Name.Schema is null ? Quote(index.Name) : $"{Quote(table.Name.Schema)}.{Quote(index.Name)}";
        return $"CREATE {(index.IsUnique ? "UNIQUE " : "")}INDEX {name} ON {Quote(table.Name.Name)} ({Names(index.Columns)})";
    }

    public override IDatabase Open(string connectionString, TimeSpan connectTimeout) => new SqliteTables(this, connectionString, connectTimeout);
}
