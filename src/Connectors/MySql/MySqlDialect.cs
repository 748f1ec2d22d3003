using System.Globalization;
using System.Text;
using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.MySql;

/// <summary>MySQL 5.7 and later, MariaDB 10.6 and later: what both understand. Texts stand in statements in hexadecimal, so that no mode of the server can end a literal.</summary>
public sealed class MySqlDialect : SqlDialect
{
    const int IdentifierCharactersMax = 64, KeyTextMax = 255, KeyBytesMax = 767, VarcharMax = 16_383, VarbinaryMax = 65_000, DecimalPrecisionMax = 65, DecimalScaleMax = 38;
    const long TimestampMax = 2_147_483_647L * TimeSpan.TicksPerSecond + 9_999_999;

    /// <summary>Added to a digest's sum for a row that has no hash: more than all hashes of a table come to.</summary>
    internal const string HashlessRow = "10000000000000000000000000000000000000000";

    /// <summary>838:59:59, without a fraction also where the type has one.</summary>
    static readonly long TimeMax = (838 * 3600 + 59 * 60 + 59) * TimeSpan.TicksPerSecond;

    public override string Name => "MySQL";

    public override IReadOnlyList<string> Engines { get; } = ["mysql", "mariadb"];

    protected override bool IndexesAreOfSchema => false;

    public override string Quote(string identifier)
    {
        int length = identifier.EnumerateRunes().Count();
        CheckIdentifier(Name, identifier, length, IdentifierCharactersMax, "characters");
        if (length != identifier.Length) throw new ArgumentException($"The identifier '{identifier}' holds a character beyond U+FFFF, which {Name} does not take in names.");
        if (identifier[^1] == ' ') throw new ArgumentException($"The identifier '{identifier}' ends with a blank, which {Name} does not take.");
        return $"`{identifier.Replace("`", "``", StringComparison.Ordinal)}`";
    }

    public override ColumnType TypeOf(string nativeType) => MySqlTypes.TypeOf(nativeType);

    public override string NativeTypeOf(ColumnType type, bool isKey = false) => type.Kind switch
    {
        ColumnKind.Boolean => "tinyint(1)",
        ColumnKind.Int8 => "tinyint",
        ColumnKind.Int16 => "smallint",
        ColumnKind.Int32 => "int",
        ColumnKind.Int64 => "bigint",
        ColumnKind.UInt8 => "tinyint unsigned",
        ColumnKind.UInt16 => "smallint unsigned",
        ColumnKind.UInt32 => "int unsigned",
        ColumnKind.UInt64 => "bigint unsigned",
        ColumnKind.Decimal when type.Scale <= DecimalScaleMax => $"decimal({Number(Math.Clamp(type.Precision, 1, DecimalPrecisionMax))},{Number(type.Scale)})",
        ColumnKind.Float32 => "float",
        ColumnKind.Float64 => "double",
        ColumnKind.Text when isKey => $"varchar({Number(type.Length is > 0 and <= KeyBytesMax ? type.Length : KeyTextMax)})",
        ColumnKind.Text => type.Length is > 0 and <= VarcharMax ? $"varchar({Number(type.Length)})" : "longtext",
        ColumnKind.Binary when isKey => $"varbinary({Number(type.Length is > 0 and <= KeyBytesMax ? type.Length : KeyBytesMax)})",
        ColumnKind.Binary => type.Length is > 0 and <= VarbinaryMax ? $"varbinary({Number(type.Length)})" : "longblob",
        ColumnKind.Date => "date",
        ColumnKind.Time => $"time({Number(Digits(type))})",
        ColumnKind.Timestamp => $"datetime({Number(Digits(type))})",
        ColumnKind.TimestampWithZone => $"timestamp({Number(Digits(type))})",
        ColumnKind.Uuid => "binary(16)",
        ColumnKind.Json => "json",
        _ => throw new NativeTypeException($"{Name} has no type for {type}."),
    };

    public override ColumnBound BoundOf(ColumnDefinition column)
    {
        NativeType native = NativeType.Parse(column.NativeType);
        var bound = new ColumnBound(column.Type, column.NativeType) { TakesNaN = false, TakesInfinity = false, TakesZeroDates = true };
        bool isUtf8 = column.CharacterSet is null || column.CharacterSet.StartsWith("utf8", StringComparison.OrdinalIgnoreCase);
        return native.Name switch
        {
            "mediumint" or "int3" or "middleint" => bound with { NumberMin = native.IsUnsigned ? 0 : -(1 << 23), NumberMax = native.IsUnsigned ? (1 << 24) - 1 : (1 << 23) - 1 },
            "bit" => bound with { NumberMax = native.Number(0, 1) >= 64 ? ulong.MaxValue : (1UL << native.Number(0, 1)) - 1 },
            "year" => bound with { NumberMin = 1901, NumberMax = 2155 },
            "decimal" or "numeric" or "fixed" or "dec" when native.IsUnsigned => bound with { TakesUnsignedOnly = true },
            "float" or "double" or "real" or "double precision" => bound with { FloatDigits = native.Arguments.Count == 2 ? native.Number(1, 0) : null, TakesUnsignedOnly = native.IsUnsigned },
            "char" or "character" or "nchar" or "national char" or "national character" => bound with { RefusesTrailingSpaces = true, RefusesSupplementary = IsThreeBytes(column.CharacterSet) },
            "varchar" when native.Number(0, -1) == 0 => bound with { BytesMax = 0 },
            "tinytext" => bound with { BytesMax = isUtf8 ? 255 : null, RefusesSupplementary = IsThreeBytes(column.CharacterSet) },
            "text" => bound with { BytesMax = isUtf8 ? 65_535 : null, RefusesSupplementary = IsThreeBytes(column.CharacterSet) },
            "mediumtext" or "long" or "long varchar" => bound with { BytesMax = isUtf8 ? 16_777_215 : null, RefusesSupplementary = IsThreeBytes(column.CharacterSet) },
            "binary" or "char byte" => bound with { BytesExact = native.Number(0, 1) },
            "tinyblob" => bound with { BytesMax = 255 },
            "blob" => bound with { BytesMax = 65_535 },
            "mediumblob" or "long varbinary" => bound with { BytesMax = 16_777_215 },
            "time" => bound with { TicksMin = -TimeMax, TicksMax = TimeMax },
            // The first second is the server's way to write 0000-00-00.
            "timestamp" => bound with { TicksMin = TimeSpan.TicksPerSecond, TicksMax = TimestampMax },
            _ => bound with { RefusesSupplementary = IsThreeBytes(column.CharacterSet) },
        };
    }

    public override string Literal(in RowReader reader, ColumnDefinition column)
    {
        if (reader.Kind is ColumnKind.Text or ColumnKind.Json) return TextLiteral(reader.Value);
        if (reader.Kind is ColumnKind.Binary) return reader.Value.Length == 0 ? "''" : $"0x{Convert.ToHexString(reader.Value)}";
        if (reader.Kind is ColumnKind.Uuid) return $"'{reader.GetUuid():D}'";
        Span<byte> text = stackalloc byte[TimeText.LengthMax];
        switch (reader.Kind)
        {
            case ColumnKind.Date: return $"'{Encoding.ASCII.GetString(text[..TimeText.FormatDate(reader.GetDate(), text)])}'";
            case ColumnKind.Time: return $"'{Encoding.ASCII.GetString(text[..TimeText.FormatTime(reader.GetTime(), 6, text)])}'";
            case ColumnKind.Timestamp: return $"'{Encoding.ASCII.GetString(text[..TimeText.FormatTimestamp(reader.GetTimestamp(), 6, text)])}'";
            case ColumnKind.TimestampWithZone: return $"'{Encoding.ASCII.GetString(text[..TimeText.FormatTimestamp(reader.GetTimestampWithZone().UtcTicks, 6, text)])}'";
            case ColumnKind.Boolean: return reader.GetBoolean() ? "1" : "0";
            case ColumnKind.Float32: return ((double)reader.GetFloat32()).ToString("E16", CultureInfo.InvariantCulture);
            case ColumnKind.Float64: return reader.GetFloat64().ToString("E16", CultureInfo.InvariantCulture);
            default: return RowKeys.Plain(RowValues.Get(reader)!);
        }
    }

    /// <summary>Enums are ordered by place and compared by name, floats compared as doubles: ranges over them would lose rows.</summary>
    public override bool CanRange(TableDefinition table) => table.Key.Count > 0 && table.Key.All(name =>
        table.Column(name).Type.Kind is not (ColumnKind.Float32 or ColumnKind.Float64) && NativeType.Parse(table.Column(name).NativeType).Name is not ("enum" or "set"));

    public override IReadOnlyList<string> MergeFrom(TableDefinition table, IReadOnlyList<ColumnDefinition> columns, string stage)
    {
        string on = string.Join(" AND ", table.Key.Select(name => $"s.{Quote(name)} = t.{Quote(name)}"));
        string[] set = [.. columns.Where(column => !table.Key.Contains(column.Name)).Select(column => $"t.{Quote(column.Name)} = s.{Quote(column.Name)}")];
        string insert = $"INSERT INTO {Quote(table.Name)} ({Names(columns.Select(column => column.Name))}) SELECT {string.Join(", ", columns.Select(column => "s." + Quote(column.Name)))} FROM {stage} s LEFT JOIN {Quote(table.Name)} t ON {on} WHERE t.{Quote(table.Key[0])} IS NULL";
        return set.Length == 0 ? [insert] : [$"UPDATE {Quote(table.Name)} t JOIN {stage} s ON {on} SET {string.Join(", ", set)}", insert];
    }

    internal override string DeleteFrom(TableDefinition table, string stage) =>
        $"DELETE t FROM {Quote(table.Name)} t JOIN {stage} s ON {string.Join(" AND ", table.Key.Select(name => $"s.{Quote(name)} = t.{Quote(name)}"))}";

    public override string SelectDigest(TableDefinition table, IReadOnlyList<(ColumnDefinition Column, ColumnType As)> columns, KeyRange range, FloatText floats = FloatText.Decimal)
    {
        // The row's hash stands once, for the server computes it as often as it is named. A row longer than max_allowed_packet becomes NULL in CONCAT_WS: what is added for it tells how many.
        string row = string.Join(", ", columns.Select(pair => pair.Column.Nullable ? $"IFNULL({CanonicalOf(pair.Column, pair.As, floats)}, 'N')" : CanonicalOf(pair.Column, pair.As, floats)));
        return $"SELECT COUNT(*), CAST(IFNULL(SUM(IFNULL(CAST(CONV(LEFT(SHA2(CONCAT_WS(';', {row}), 256), 15), 16, 10) AS UNSIGNED), {HashlessRow})), 0) AS CHAR) FROM {Quote(table.Name)} WHERE {Condition(table, range)}";
    }

    /// <summary>Texts of the server's own where its numbers and dates would be bent by the driver: it knows no zero parts, no more than 29 digits, no 7-digit floats.</summary>
    protected override string SelectOf(ColumnDefinition column)
    {
        string name = Quote(column.Name);
        NativeType native = NativeType.Parse(column.NativeType);
        return column.Type.Kind switch
        {
            ColumnKind.UInt64 when native.Name == "bit" => $"CAST({name} AS UNSIGNED)",
            ColumnKind.Int16 when native.Name == "year" => $"CAST({name} AS SIGNED)",
            ColumnKind.Float32 => $"({name} + 0e0)",
            ColumnKind.Decimal or ColumnKind.Date or ColumnKind.Time or ColumnKind.Timestamp or ColumnKind.TimestampWithZone or ColumnKind.Uuid => $"CAST({name} AS CHAR)",
            ColumnKind.Binary when MySqlTypes.IsGeometry(native) => $"CAST({name} AS BINARY)",
            // The driver takes texts of 36 characters for uuids.
            ColumnKind.Text when column.Type.Length == 36 || native.Name.StartsWith("inet", StringComparison.Ordinal) => $"CONCAT({name}, '')",
            _ => name,
        };
    }

    protected override string CanonicalOf(ColumnDefinition column, ColumnType given, FloatText floats)
    {
        string name = Quote(column.Name);
        NativeType native = NativeType.Parse(column.NativeType);
        if (!CanonicalCasts.IsPossible(column.Type.Kind, given.Kind)) throw CanonicalCasts.Refused(Name, column, given);
        // Texts that are UTF-8 already need no turning.
        string text = column.CharacterSet is "utf8mb4" or "utf8mb3" or "utf8" ? name : $"CONVERT({name} USING utf8mb4) COLLATE utf8mb4_bin";
        return column.Type.Kind switch
        {
            ColumnKind.Float32 or ColumnKind.Float64 => Float($"({name} + 0e0)", floats),
            // Added to, so that ZEROFILL, BIT and YEAR show as numbers.
            ColumnKind.Decimal when column.Type.Scale > 0 => WithoutZeros(native.IsZerofill ? $"({name} + 0)" : name),
            <= ColumnKind.Decimal => native.IsZerofill || native.Name is "bit" or "year" ? $"({name} + 0)" : name,
            ColumnKind.Text when given.Kind == ColumnKind.Uuid => $"UPPER(REPLACE({text}, '-', ''))",
            ColumnKind.Text or ColumnKind.Json => $"CONCAT(LENGTH({text}), ';', {text})",
            ColumnKind.Uuid => $"UPPER(REPLACE(CAST({name} AS CHAR), '-', ''))",
            ColumnKind.Binary => $"HEX({name})",
            ColumnKind.Date => given.Kind == ColumnKind.Timestamp ? $"CONCAT({name}, ' 00:00:00')" : name,
            ColumnKind.Timestamp when given.Kind == ColumnKind.Date => $"DATE_FORMAT({name}, '%Y-%m-%d')",
            _ => column.Type.Precision > 0 ? WithoutZeros(name) : name,
        };
    }

    protected override string ColumnText(ColumnDefinition column, bool isSoleKey) =>
        base.ColumnText(column, isSoleKey) + (column.Comment is { Length: > 0 } comment ? $" COMMENT '{Escape(comment)}'" : "");

    protected override bool CanNumber(ColumnType type) => type.Kind is > ColumnKind.Boolean and < ColumnKind.Decimal;

    protected override string IdentityText(ColumnDefinition column) => "AUTO_INCREMENT";

    /// <summary>Compared by code point, so that what differs at the source differs here. Blanks at the end do not count in keys, which the server then refuses.</summary>
    protected override string TableSuffix(TableDefinition table) =>
        $" ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin{(table.Comment is { Length: > 0 } comment ? $" COMMENT = '{Escape(comment)}'" : "")}";

    internal static string TextLiteral(ReadOnlySpan<byte> utf8) => utf8.Length == 0 ? "''" : $"_utf8mb4 0x{Convert.ToHexString(utf8)}";

    /// <summary>DDL takes no hexadecimal texts. Sessions here have backslashes as escapes, which is the servers' default.</summary>
    static string Escape(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal);

    static int Digits(ColumnType type) => Math.Min(type.Precision, 6);

    static bool IsThreeBytes(string? characterSet) => characterSet is "utf8" or "utf8mb3" or "ucs2";

    /// <summary>
    /// Mantissa and exponent by arithmetic, for the server does not give a double's bits. Scaling by powers of two is exact; in two steps, for one could
    /// overflow. The logarithm may be one off, which an odd mantissa and the length of its binary text do not show.
    /// </summary>
    static string Float(string value, FloatText floats) => floats == FloatText.Decimal
        ? $"CASE WHEN ABS({value}) >= 1e-4 AND ABS({value}) < 1e14 THEN CONCAT({value}) ELSE {Parts(value)} END"
        : Parts(value);

    static string WithoutZeros(string value) => $"TRIM(TRAILING '.' FROM TRIM(TRAILING '0' FROM {value}))";

    static string Parts(string value)
    {
        string power = $"CAST(54 - FLOOR(LOG2(ABS({value}))) AS SIGNED)";
        string whole = $"CAST(ABS({value}) * POW(2, {power} DIV 2) * POW(2, {power} - {power} DIV 2) AS UNSIGNED)";
        return $"CASE WHEN {value} = 0 THEN '0' ELSE CONCAT(IF({value} < 0, '-', ''), {whole} DIV ({whole} & (~{whole} + 1)), 'p', CAST(LENGTH(BIN({whole})) - 1 - {power} AS CHAR)) END";
    }

    public override IDatabase Open(string connectionString, TimeSpan connectTimeout) => new MySqlDatabase(this, connectionString, connectTimeout);
}
