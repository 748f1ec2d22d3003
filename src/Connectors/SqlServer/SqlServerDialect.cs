using System.Globalization;
using System.Text;
using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.SqlServer;

/// <summary>SQL Server 2019 or later (its digests want a UTF-8 collation). Checked as text; not run against a live server here.</summary>
public sealed class SqlServerDialect : SqlDialect
{
    const int IdentifierUnitsMax = 128, NvarcharMax = 4000, VarbinaryMax = 8000, KeyCharactersMax = 450, KeyBytesMax = 900, DecimalPrecisionMax = 38;
    const string Utf8 = "COLLATE Latin1_General_100_BIN2_UTF8";

    static readonly long DateTimeMin = ZeroDates.Ticks(ZeroDates.Days(1753, 1, 1), 0), SmallMin = ZeroDates.Ticks(ZeroDates.Days(1900, 1, 1), 0),
        SmallMax = ZeroDates.Ticks(ZeroDates.Days(2079, 6, 6), TimeSpan.TicksPerDay - TimeSpan.TicksPerMinute), FirstDay = ZeroDates.Ticks(ZeroDates.Days(1, 1, 1), 0);

    public override string Name => "SQL Server";

    public override IReadOnlyList<string> Engines { get; } = ["sqlserver", "mssql"];

    protected override bool IndexesAreOfSchema => false;

    public override string Quote(string identifier)
    {
        CheckIdentifier(Name, identifier, identifier.Length, IdentifierUnitsMax, "characters");
        return $"[{identifier.Replace("]", "]]", StringComparison.Ordinal)}]";
    }

    public override ColumnType TypeOf(string nativeType) => SqlServerTypes.TypeOf(nativeType);

    public override string NativeTypeOf(ColumnType type, bool isKey = false) => type.Kind switch
    {
        ColumnKind.Boolean => "bit",
        ColumnKind.UInt8 => "tinyint",
        ColumnKind.Int8 or ColumnKind.Int16 => "smallint",
        ColumnKind.UInt16 or ColumnKind.Int32 => "int",
        ColumnKind.UInt32 or ColumnKind.Int64 => "bigint",
        ColumnKind.UInt64 => "decimal(20,0)",
        ColumnKind.Decimal => $"decimal({Number(Math.Clamp(type.Precision, 1, DecimalPrecisionMax))},{Number(type.Scale)})",
        ColumnKind.Float32 => "real",
        ColumnKind.Float64 => "float(53)",
        ColumnKind.Text when isKey => $"nvarchar({Number(type.Length is > 0 and <= KeyCharactersMax ? type.Length : KeyCharactersMax)})",
        // A length here is in UTF-16 units: a character may be two.
        ColumnKind.Text => type.Length is > 0 and <= NvarcharMax / 2 ? $"nvarchar({Number(type.Length * 2)})" : "nvarchar(max)",
        ColumnKind.Binary when isKey => $"varbinary({Number(type.Length is > 0 and <= KeyBytesMax ? type.Length : KeyBytesMax)})",
        ColumnKind.Binary => type.Length is > 0 and <= VarbinaryMax ? $"varbinary({Number(type.Length)})" : "varbinary(max)",
        ColumnKind.Date => "date",
        ColumnKind.Time => $"time({Number(type.Precision)})",
        ColumnKind.Timestamp => $"datetime2({Number(type.Precision)})",
        ColumnKind.TimestampWithZone => $"datetimeoffset({Number(type.Precision)})",
        ColumnKind.Uuid => "uniqueidentifier",
        ColumnKind.Json => "nvarchar(max)",
        _ => throw new NativeTypeException($"{Name} has no type for {type}."),
    };

    public override ColumnBound BoundOf(ColumnDefinition column)
    {
        NativeType native = NativeType.Parse(column.NativeType);
        var bound = new ColumnBound(column.Type, column.NativeType) { TakesNaN = false, TakesInfinity = false, CountsUtf16 = true };
        return native.Name switch
        {
            "char" or "nchar" or "character" => bound with { RefusesTrailingSpaces = true },
            "binary" => bound with { BytesExact = native.Number(0, 1) },
            "money" => bound with { NumberMin = long.MinValue, NumberMax = long.MaxValue },
            "smallmoney" => bound with { NumberMin = int.MinValue, NumberMax = int.MaxValue },
            "time" => bound with { TicksMin = 0, TicksMax = TimeSpan.TicksPerDay - 1 },
            // Kept in three hundredths of a second: what is not a whole hundredth of one is rounded.
            "datetime" => bound with { TicksMin = DateTimeMin, TicksStep = 100_000 },
            "smalldatetime" => bound with { TicksMin = SmallMin, TicksMax = SmallMax, TicksStep = TimeSpan.TicksPerMinute },
            _ when column.Type.Kind is ColumnKind.Date or ColumnKind.Timestamp or ColumnKind.TimestampWithZone => bound with { TicksMin = FirstDay },
            _ => bound,
        };
    }

    public override string Literal(in RowReader reader, ColumnDefinition column)
    {
        Span<byte> text = stackalloc byte[TimeText.LengthMax];
        switch (reader.Kind)
        {
            case ColumnKind.Text or ColumnKind.Json:
                string value = reader.GetText();
                return $"CONVERT(nvarchar({(value.Length <= NvarcharMax ? Number(NvarcharMax) : "max")}), 0x{Convert.ToHexString(Encoding.Unicode.GetBytes(value))})";
            case ColumnKind.Binary: return $"0x{Convert.ToHexString(reader.Value)}";
            case ColumnKind.Uuid: return $"CONVERT(uniqueidentifier, '{reader.GetUuid():D}')";
            case ColumnKind.Boolean: return reader.GetBoolean() ? "1" : "0";
            case ColumnKind.Float32: return ((double)reader.GetFloat32()).ToString("E16", CultureInfo.InvariantCulture);
            case ColumnKind.Float64: return reader.GetFloat64().ToString("E16", CultureInfo.InvariantCulture);
            case ColumnKind.Date: return $"CONVERT(date, '{Encoding.ASCII.GetString(text[..TimeText.FormatDate(reader.GetDate(), text)])}', 23)";
            case ColumnKind.Time: return $"CONVERT(time(7), '{Encoding.ASCII.GetString(text[..TimeText.FormatTime(reader.GetTime(), 7, text)])}')";
            case ColumnKind.Timestamp: return $"CONVERT({column.NativeType}, '{Encoding.ASCII.GetString(text[..TimeText.FormatTimestamp(reader.GetTimestamp(), Math.Clamp(column.Type.Precision, 0, 7), text)])}', 121)";
            case ColumnKind.TimestampWithZone:
                (long ticks, short offset) = reader.GetTimestampWithZone();
                return $"CONVERT(datetimeoffset(7), '{Encoding.ASCII.GetString(text[..TimeText.FormatInstant(ticks, offset, 7, text)])}', 121)";
            default: return RowKeys.Plain(RowValues.Get(reader)!);
        }
    }

    internal override string SelectKeyAt(TableDefinition table, byte[]? after, int rows) =>
        $"SELECT {string.Join(", ", table.Key.Select(name => SelectOf(table.Column(name))))} FROM {Quote(table.Name)} WHERE {Condition(table, new KeyRange(after, null))} ORDER BY {Names(table.Key)} OFFSET {Number(rows - 1)} ROWS FETCH NEXT 1 ROWS ONLY";

    public override IReadOnlyList<string> MergeFrom(TableDefinition table, IReadOnlyList<ColumnDefinition> columns, string stage)
    {
        string on = string.Join(" AND ", table.Key.Select(name => $"s.{Quote(name)} = t.{Quote(name)}"));
        string names = Names(columns.Select(column => column.Name));
        string[] set = [.. columns.Where(column => !table.Key.Contains(column.Name) && !column.IsIdentity).Select(column => $"t.{Quote(column.Name)} = s.{Quote(column.Name)}")];
        var statements = new List<string>();
        if (set.Length > 0) statements.Add($"UPDATE t SET {string.Join(", ", set)} FROM {Quote(table.Name)} t JOIN {stage} s ON {on}");
        string insert = $"INSERT INTO {Quote(table.Name)} ({names}) SELECT {string.Join(", ", columns.Select(column => "s." + Quote(column.Name)))} FROM {stage} s WHERE NOT EXISTS (SELECT 1 FROM {Quote(table.Name)} t WITH (UPDLOCK, HOLDLOCK) WHERE {on})";
        if (columns.Any(column => column.IsIdentity)) insert = $"SET IDENTITY_INSERT {Quote(table.Name)} ON; {insert}; SET IDENTITY_INSERT {Quote(table.Name)} OFF";
        return [.. statements, insert];
    }

    public override string SelectLocked(TableDefinition table, KeyRange range) => $"SELECT COUNT_BIG(*) FROM {Quote(table.Name)} WITH (UPDLOCK, HOLDLOCK) WHERE {Condition(table, range)}";

    internal override string DeleteFrom(TableDefinition table, string stage) =>
        $"DELETE t FROM {Quote(table.Name)} t JOIN {stage} s ON {string.Join(" AND ", table.Key.Select(name => $"s.{Quote(name)} = t.{Quote(name)}"))}";

    public override string SelectDigest(TableDefinition table, IReadOnlyList<(ColumnDefinition Column, ColumnType As)> columns, KeyRange range, FloatText floats = FloatText.Decimal)
    {
        // A prefix of CONVERT(varchar(max)) keeps the joined text from being cut at 8,000 bytes; an empty part at the end serves tables of one column.
        string row = string.Join(", ';', ", columns.Select(pair => $"ISNULL({CanonicalOf(pair.Column, pair.As, floats)}, 'N')"));
        const string digits = "CAST(SUBSTRING(h, 1, 7) AS bigint) * 16 + CAST(SUBSTRING(h, 8, 1) AS int) / 16";
        return $"SELECT COUNT_BIG(*), CONVERT(varchar(40), ISNULL(SUM(CAST({digits} AS decimal(38,0))), 0)) FROM "
            + $"(SELECT HASHBYTES('SHA2_256', CONCAT(CAST('' {Utf8} AS varchar(max)), {row}, '')) AS h FROM {Quote(table.Name)} WHERE {Condition(table, range)}) r";
    }

    /// <summary>The values of a key as they stand in statements.</summary>
    internal string[] KeyLiterals(TableDefinition table, byte[] key) => Literals(table, key);

    protected override string SelectOf(ColumnDefinition column) => SqlServerTypes.IsPadded(column) ? $"RTRIM({Quote(column.Name)})" : Quote(column.Name);

    /// <summary>It gives 17 digits or 6.</summary>
    public override bool GivesShortestFloats => false;

    protected override string CanonicalOf(ColumnDefinition column, ColumnType given, FloatText floats)
    {
        string name = Quote(column.Name), native = NativeType.Parse(column.NativeType).Name;
        if (!CanonicalCasts.IsPossible(column.Type.Kind, given.Kind)) throw CanonicalCasts.Refused(Name, column, given);
        string text = $"CAST(CAST({(SqlServerTypes.IsPadded(column) ? $"RTRIM({name})" : name)} AS nvarchar(max)) {Utf8} AS varchar(max))";
        string moment = native is "datetime" or "smalldatetime" ? $"CAST({name} AS datetime2(3))" : name;
        string value = column.Type.Kind switch
        {
            ColumnKind.Decimal => Decimal(native is "money" or "smallmoney" ? $"CONVERT(decimal(19,4), {name})" : name, column.Type.Scale),
            <= ColumnKind.UInt64 => $"CONVERT(varchar(30), {name})",
            ColumnKind.Float32 or ColumnKind.Float64 => floats == FloatText.Binary ? Float(name) : throw new NativeTypeException($"Column '{column.Name}' is a float, whose shortest digits {Name} does not give: ask for its binary spelling."),
            ColumnKind.Text when given.Kind == ColumnKind.Uuid => $"UPPER(REPLACE({text}, '-', ''))",
            ColumnKind.Text or ColumnKind.Json => $"CAST(DATALENGTH({text}) AS varchar(20)) + ';' + {text}",
            ColumnKind.Binary => $"CONVERT(varchar(max), CONVERT(varbinary(max), {name}), 2)",
            ColumnKind.Uuid => $"UPPER(REPLACE(CONVERT(varchar(36), {name}), '-', ''))",
            ColumnKind.Date => $"CONVERT(varchar(10), {name}, 23){(given.Kind == ColumnKind.Timestamp ? " + ' 00:00:00'" : "")}",
            ColumnKind.Time => WithoutZeros($"CONVERT(varchar(16), CAST({name} AS time(7)), 121)", 8),
            ColumnKind.Timestamp when given.Kind == ColumnKind.Date => $"CONVERT(varchar(10), {name}, 23)",
            ColumnKind.Timestamp => WithoutZeros($"CONVERT(varchar(27), CAST({moment} AS datetime2(7)), 121)", 19),
            _ => WithoutZeros($"CONVERT(varchar(27), CAST(SWITCHOFFSET({name}, '+00:00') AS datetime2(7)), 121)", 19),
        };
        return $"({value}) {Utf8}";
    }

    protected override string IdentityText(ColumnDefinition column) => "IDENTITY(1,1)";

    protected override string GeneratedText(ColumnDefinition column, string generation) => $"AS ({generation}) PERSISTED";

    /// <summary>A text without N is one of the database's code page.</summary>
    protected override string? DefaultOf(string literal, ColumnType type) => literal.StartsWith('\'') && type.Kind is ColumnKind.Text or ColumnKind.Json ? "N" + literal : literal;

    public override string AddColumn(TableName table, ColumnDefinition column) => $"ALTER TABLE {Quote(table)} ADD {ColumnText(column, isSoleKey: false)}";

    protected override string ColumnText(ColumnDefinition column, bool isSoleKey)
    {
        string text = base.ColumnText(column, isSoleKey);
        if (column.Generation is not null) return text;
        // Compared by code point, so that what differs at the source differs here.
        return column.NativeType.StartsWith("nvarchar", StringComparison.OrdinalIgnoreCase)
            ? text.Insert(text.IndexOf(column.NativeType, Quote(column.Name).Length, StringComparison.Ordinal) + column.NativeType.Length, " COLLATE Latin1_General_100_BIN2")
            : text;
    }

    protected override IEnumerable<string> Comments(TableDefinition table)
    {
        string schema = table.Name.Schema ?? "dbo";
        if (table.Comment is { Length: > 0 } comment) yield return $"EXEC sys.sp_addextendedproperty N'MS_Description', {Text(comment)}, N'SCHEMA', {Text(schema)}, N'TABLE', {Text(table.Name.Name)}";
        foreach (ColumnDefinition column in table.Columns)
            if (column.Comment is { Length: > 0 } text)
                yield return $"EXEC sys.sp_addextendedproperty N'MS_Description', {Text(text)}, N'SCHEMA', {Text(schema)}, N'TABLE', {Text(table.Name.Name)}, N'COLUMN', {Text(column.Name)}";
    }

    internal static string Text(string value) => $"N'{value.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>Without zeros at the end: turned into blanks, trimmed, turned back.</summary>
    static string Decimal(string value, int scale)
    {
        string text = $"CONVERT(varchar(60), {value})";
        if (scale == 0) return text;
        string trimmed = $"REPLACE(RTRIM(REPLACE({text}, '0', ' ')), ' ', '0')";
        return $"CASE WHEN RIGHT({trimmed}, 1) = '.' THEN LEFT({trimmed}, LEN({trimmed}) - 1) ELSE {trimmed} END";
    }

    /// <summary>A time's text without zeros at the end of its seven digits.</summary>
    static string WithoutZeros(string text, int seconds) =>
        $"LEFT({text}, {Number(seconds)}) + CASE WHEN RIGHT({text}, 7) = '0000000' THEN '' ELSE '.' + REPLACE(RTRIM(REPLACE(RIGHT({text}, 7), '0', ' ')), ' ', '0') END";

    static string Float(string value)
    {
        string bits = $"CONVERT(bigint, CONVERT(binary(8), CONVERT(float(53), {value})))";
        string whole = $"(({bits} & 4503599627370495) | 4503599627370496)";
        string exponent = $"(({bits} & CONVERT(bigint, 0x7FF0000000000000)) / 4503599627370496 - 1023)";
        return $"CASE WHEN {value} IS NULL THEN NULL WHEN {value} = 0 THEN '0' ELSE CONCAT(CASE WHEN {value} < 0 THEN '-' ELSE '' END, {whole} / ({whole} & -{whole}), 'p', {exponent}) END";
    }

    public override IDatabase Open(string connectionString, TimeSpan connectTimeout) => new SqlServerDatabase(this, connectionString, connectTimeout);
}
