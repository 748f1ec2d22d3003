using System.Globalization;
using System.Text;
using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.Oracle;

/// <summary>Oracle 12.2 or later as text: quoting, types, DDL, selections, merges. This program has no driver for it.</summary>
public sealed class OracleDialect : SqlDialect
{
    const int IdentifierBytesMax = 128, Varchar2Max = 4000, RawMax = 2000, KeyCharactersMax = 1000, LiteralBytesMax = 2000;

    public override string Name => "Oracle";

    public override IReadOnlyList<string> Engines { get; } = ["oracle"];

    public override bool CanOpen => false;

    /// <summary>Oracle has no way to write a double quote within a name.</summary>
    public override string Quote(string identifier)
    {
        CheckIdentifier(Name, identifier, Encoding.UTF8.GetByteCount(identifier), IdentifierBytesMax, "bytes");
        if (identifier.Contains('"', StringComparison.Ordinal)) throw new ArgumentException($"The identifier '{identifier}' holds a double quote, which {Name} does not take.");
        return $"\"{identifier}\"";
    }

    public override ColumnType TypeOf(string nativeType) => OracleTypes.TypeOf(nativeType);

    public override string NativeTypeOf(ColumnType type, bool isKey = false) => type.Kind switch
    {
        ColumnKind.Boolean => "NUMBER(1)",
        ColumnKind.Int8 or ColumnKind.UInt8 => "NUMBER(3)",
        ColumnKind.Int16 or ColumnKind.UInt16 => "NUMBER(5)",
        ColumnKind.Int32 or ColumnKind.UInt32 => "NUMBER(10)",
        ColumnKind.Int64 => "NUMBER(19)",
        ColumnKind.UInt64 => "NUMBER(20)",
        ColumnKind.Decimal => $"NUMBER({Number(Math.Clamp(type.Precision, 1, ColumnType.DecimalDigitsMax))},{Number(type.Scale)})",
        ColumnKind.Float32 => "BINARY_FLOAT",
        ColumnKind.Float64 => "BINARY_DOUBLE",
        ColumnKind.Text when isKey => $"VARCHAR2({Number(type.Length is > 0 and <= KeyCharactersMax ? type.Length : KeyCharactersMax)} CHAR)",
        ColumnKind.Text => type.Length is > 0 and <= Varchar2Max / 4 ? $"VARCHAR2({Number(type.Length)} CHAR)" : "CLOB",
        ColumnKind.Binary => type.Length is > 0 and <= RawMax ? $"RAW({Number(type.Length)})" : isKey ? $"RAW({Number(RawMax)})" : "BLOB",
        // Its DATE has a time of day, which is midnight then.
        ColumnKind.Date => "DATE",
        ColumnKind.Time => $"INTERVAL DAY(2) TO SECOND({Number(type.Precision)})",
        ColumnKind.Timestamp => $"TIMESTAMP({Number(type.Precision)})",
        ColumnKind.TimestampWithZone => $"TIMESTAMP({Number(type.Precision)}) WITH TIME ZONE",
        ColumnKind.Uuid => "RAW(16)",
        ColumnKind.Json => "CLOB",
        _ => throw new NativeTypeException($"{Name} has no type for {type}."),
    };

    /// <summary>An empty text is a null to Oracle: a column takes none.</summary>
    public override ColumnBound BoundOf(ColumnDefinition column) => new(column.Type, column.NativeType)
    {
        RefusesTrailingSpaces = NativeType.Parse(column.NativeType).Name is "char" or "nchar" or "character",
        RefusesEmpty = column.Type.Kind == ColumnKind.Text,
        TicksMin = column.Type.Kind is ColumnKind.Timestamp or ColumnKind.TimestampWithZone ? ZeroDates.Ticks(ZeroDates.Days(1, 1, 1), 0) : null,
    };

    public override string Literal(in RowReader reader, ColumnDefinition column)
    {
        Span<byte> text = stackalloc byte[TimeText.LengthMax];
        switch (reader.Kind)
        {
            case ColumnKind.Text or ColumnKind.Json: return TextLiteral(reader.GetText());
            case ColumnKind.Binary or ColumnKind.Uuid:
                if (reader.Value.Length > LiteralBytesMax) throw new ValueRangeException($"Column '{column.Name}': {Name} takes literals of {LiteralBytesMax} bytes, and the value has {reader.Value.Length}.");
                return $"HEXTORAW('{Convert.ToHexString(reader.Value)}')";
            case ColumnKind.Boolean: return reader.GetBoolean() ? "1" : "0";
            case ColumnKind.Float32: return $"TO_BINARY_FLOAT('{reader.GetFloat32().ToString("R", CultureInfo.InvariantCulture)}')";
            case ColumnKind.Float64: return $"TO_BINARY_DOUBLE('{reader.GetFloat64().ToString("R", CultureInfo.InvariantCulture)}')";
            case ColumnKind.Date: return $"DATE '{Encoding.ASCII.GetString(text[..TimeText.FormatDate(reader.GetDate(), text)])}'";
            case ColumnKind.Time: return $"TO_DSINTERVAL('0 {Encoding.ASCII.GetString(text[..TimeText.FormatTime(reader.GetTime(), 7, text)])}')";
            case ColumnKind.Timestamp: return $"TIMESTAMP '{Encoding.ASCII.GetString(text[..TimeText.FormatTimestamp(reader.GetTimestamp(), 7, text)])}'";
            case ColumnKind.TimestampWithZone:
                (long ticks, short offset) = reader.GetTimestampWithZone();
                return $"TIMESTAMP '{Encoding.ASCII.GetString(text[..TimeText.FormatInstant(ticks, offset, 7, text)])}'";
            default: return RowKeys.Plain(RowValues.Get(reader)!);
        }
    }

    internal override string SelectKeyAt(TableDefinition table, byte[]? after, int rows) =>
        $"SELECT {Names(table.Key)} FROM {Quote(table.Name)} WHERE {Condition(table, new KeyRange(after, null))} ORDER BY {Names(table.Key)} OFFSET {Number(rows - 1)} ROWS FETCH NEXT 1 ROWS ONLY";

    public override IReadOnlyList<string> MergeFrom(TableDefinition table, IReadOnlyList<ColumnDefinition> columns, string stage)
    {
        string on = string.Join(" AND ", table.Key.Select(name => $"t.{Quote(name)} = s.{Quote(name)}"));
        string[] set = [.. columns.Where(column => !table.Key.Contains(column.Name)).Select(column => $"t.{Quote(column.Name)} = s.{Quote(column.Name)}")];
        string update = set.Length == 0 ? "" : $" WHEN MATCHED THEN UPDATE SET {string.Join(", ", set)}";
        return [$"MERGE INTO {Quote(table.Name)} t USING {stage} s ON ({on}){update} WHEN NOT MATCHED THEN INSERT ({Names(columns.Select(column => column.Name))}) VALUES ({string.Join(", ", columns.Select(column => "s." + Quote(column.Name)))})"];
    }

    public override string SelectDigest(TableDefinition table, IReadOnlyList<(ColumnDefinition Column, ColumnType As)> columns, KeyRange range, FloatText floats = FloatText.Decimal) =>
        throw new NotSupportedException("Digests inside of Oracle are not made yet: compare by reading.");

    protected override string CanonicalOf(ColumnDefinition column, ColumnType given, FloatText floats) => throw new NotSupportedException("Digests inside of Oracle are not made yet: compare by reading.");

    public override string AddColumn(TableName table, ColumnDefinition column) => $"ALTER TABLE {Quote(table)} ADD ({ColumnText(column, isSoleKey: false)})";

    protected override string IdentityText(ColumnDefinition column) => "GENERATED BY DEFAULT AS IDENTITY";

    /// <summary>Oracle stores no computed columns.</summary>
    protected override string GeneratedText(ColumnDefinition column, string generation) => $"{column.NativeType} GENERATED ALWAYS AS ({generation}) VIRTUAL";

    protected override IEnumerable<string> Comments(TableDefinition table)
    {
        if (table.Comment is { Length: > 0 } comment) yield return $"COMMENT ON TABLE {Quote(table.Name)} IS '{comment.Replace("'", "''", StringComparison.Ordinal)}'";
        foreach (ColumnDefinition column in table.Columns)
            if (column.Comment is { Length: > 0 } text)
                yield return $"COMMENT ON COLUMN {Quote(table.Name)}.{Quote(column.Name)} IS '{text.Replace("'", "''", StringComparison.Ordinal)}'";
    }

    static string TextLiteral(string text)
    {
        if (Encoding.UTF8.GetByteCount(text) > LiteralBytesMax) throw new ValueRangeException($"Oracle takes literals of {LiteralBytesMax} bytes, and the text is longer.");
        return $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
    }

    public override IDatabase Open(string connectionString, TimeSpan connectTimeout) => throw new NotSupportedException("This program has no driver for Oracle: its dialect makes statements only.");
}
