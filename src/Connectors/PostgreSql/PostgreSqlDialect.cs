using System.Globalization;
using System.Text;
using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.PostgreSql;

/// <summary>PostgreSQL 13 or later (<c>trim_scale</c>), and warehouses that speak its SQL.</summary>
public sealed class PostgreSqlDialect : SqlDialect
{
    const int IdentifierBytesMax = 63, TextLengthMax = 10_485_760;

    /// <summary>Whether the database keeps texts in UTF-8.</summary>
    internal bool IsUtf8 { get; init; } = true;

    static readonly long TicksMin = ZeroDates.Ticks(ZeroDates.Days(1, 1, 1), 0);

    public override string Name => "PostgreSQL";

    public override IReadOnlyList<string> Engines { get; } = ["postgresql", "postgres"];

    protected override bool ComparesRows => true;

    /// <summary>PostgreSQL cuts longer names off with a notice only.</summary>
    public override string Quote(string identifier)
    {
        CheckIdentifier(Name, identifier, Encoding.UTF8.GetByteCount(identifier), IdentifierBytesMax, "bytes");
        return $"\"{identifier.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    public override ColumnType TypeOf(string nativeType) => PostgreSqlTypes.TypeOf(nativeType);

    public override string NativeTypeOf(ColumnType type, bool isKey = false) => type.Kind switch
    {
        ColumnKind.Boolean => "boolean",
        ColumnKind.Int8 or ColumnKind.UInt8 or ColumnKind.Int16 => "smallint",
        ColumnKind.UInt16 or ColumnKind.Int32 => "integer",
        ColumnKind.UInt32 or ColumnKind.Int64 => "bigint",
        ColumnKind.UInt64 => "numeric(20,0)",
        ColumnKind.Decimal => $"numeric({Number(type.Precision)},{Number(type.Scale)})",
        ColumnKind.Float32 => "real",
        ColumnKind.Float64 => "double precision",
        ColumnKind.Text => type.Length is > 0 and <= TextLengthMax ? $"character varying({Number(type.Length)})" : "text",
        ColumnKind.Binary => "bytea",
        ColumnKind.Date => "date",
        ColumnKind.Time => $"time({Number(Digits(type))}) without time zone",
        ColumnKind.Timestamp => $"timestamp({Number(Digits(type))}) without time zone",
        ColumnKind.TimestampWithZone => $"timestamp({Number(Digits(type))}) with time zone",
        ColumnKind.Uuid => "uuid",
        // Not jsonb: that one keeps the value and not the text.
        ColumnKind.Json => "json",
        _ => throw new NativeTypeException($"{Name} has no type for {type}."),
    };

    public override ColumnBound BoundOf(ColumnDefinition column)
    {
        NativeType native = NativeType.Parse(column.NativeType);
        var bound = new ColumnBound(column.Type, column.NativeType) { RefusesNul = true };
        return column.Type.Kind switch
        {
            ColumnKind.Text => bound with { RefusesTrailingSpaces = native.Name is "character" or "char" or "bpchar" && !native.IsArray },
            ColumnKind.Time => bound with { TicksMin = 0, TicksMax = TimeSpan.TicksPerDay },
            ColumnKind.Date or ColumnKind.Timestamp or ColumnKind.TimestampWithZone => bound with { TicksMin = TicksMin },
            ColumnKind.Decimal when native.Name == "money" => bound with { NativeType = "money" },
            _ => bound,
        };
    }

    public override string Literal(in RowReader reader, ColumnDefinition column)
    {
        object value = RowValues.Get(reader) ?? throw new ArgumentException("A null has no literal.", nameof(reader));
        string text = value switch
        {
            bool flag => flag ? "true" : "false",
            byte[] bytes => "\\x" + Convert.ToHexString(bytes),
            DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            TimeSpan time => FormatTime(time),
            DateTime time => time.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture),
            DateTimeOffset instant => instant.ToString("yyyy-MM-dd HH:mm:ss.ffffffzzz", CultureInfo.InvariantCulture),
            float number => number.ToString("R", CultureInfo.InvariantCulture),
            double number => number.ToString("R", CultureInfo.InvariantCulture),
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString()!,
        };
        if (text.Contains('\0', StringComparison.Ordinal)) throw new ValueRangeException($"Column '{column.Name}': {Name} takes no text with the character 0.");
        string quoted = text.Replace("'", "''", StringComparison.Ordinal);
        // A backslash means itself only in the plain form, and only as the server is set by default; the E form does not depend on it.
        return text.Contains('\\', StringComparison.Ordinal) ? $"E'{quoted.Replace("\\", "\\\\", StringComparison.Ordinal)}'::{column.NativeType}" : $"'{quoted}'::{column.NativeType}";
    }

    public override IReadOnlyList<string> MergeFrom(TableDefinition table, IReadOnlyList<ColumnDefinition> columns, string stage)
    {
        string names = Names(columns.Select(column => column.Name));
        string[] set = [.. columns.Where(column => !table.Key.Contains(column.Name)).Select(column => $"{Quote(column.Name)} = excluded.{Quote(column.Name)}")];
        return [$"INSERT INTO {Quote(table.Name)} ({names}) SELECT {StagedNames(columns)} FROM {stage} ON CONFLICT ({Names(table.Key)}) DO {(set.Length == 0 ? "NOTHING" : $"UPDATE SET {string.Join(", ", set)}")}"];
    }

    /// <summary>The columns of a staged table, cast where they were staged as text.</summary>
    internal string StagedNames(IEnumerable<ColumnDefinition> columns) =>
        string.Join(", ", columns.Select(column => PostgreSqlTypes.FormOf(column) == PostgreSqlForm.Cast ? CastOf(column) : Quote(column.Name)));

    internal string StagedType(ColumnDefinition column) => PostgreSqlTypes.FormOf(column) == PostgreSqlForm.Cast ? "text" : column.NativeType;

    public override string SelectDigest(TableDefinition table, IReadOnlyList<(ColumnDefinition Column, ColumnType As)> columns, KeyRange range, FloatText floats = FloatText.Decimal)
    {
        // The row's hash stands once, for the server computes it as often as it is named.
        string row = string.Join(", ", columns.Select(pair => PieceOf(pair.Column, pair.As, floats)));
        return $"SELECT count(*), coalesce(sum(('x' || encode(substr(sha256(convert_to(concat_ws(';', {row}), 'UTF8')), 1, 8), 'hex'))::bit(60)::bigint), 0)::text FROM {Quote(table.Name)} WHERE {Condition(table, range)}";
    }

    public override string SelectLocked(TableDefinition table, KeyRange range) => $"SELECT COUNT(*) FROM (SELECT 1 FROM {Quote(table.Name)} WHERE {Condition(table, range)} FOR UPDATE) r";

    /// <summary>Rows in pages; rows move when they are written, so that this is for tables at rest and for snapshots.</summary>
    protected override string PlaceCondition(KeyRange range)
    {
        var parts = new List<string>();
        if (range.PlaceFrom is { } from) parts.Add($"ctid >= '({Number(from)},0)'::tid");
        if (range.PlaceTo is { } to) parts.Add($"ctid < '({Number(to)},0)'::tid");
        return string.Join(" AND ", parts);
    }

    protected override string SelectOf(ColumnDefinition column) => PostgreSqlTypes.FormOf(column) switch
    {
        PostgreSqlForm.Cast => column.Type.Kind == ColumnKind.Decimal ? $"{Quote(column.Name)}::numeric" : $"{Quote(column.Name)}::text",
        // Of the fixed-length text, its padding is no part of the value.
        _ when column.Type.Kind == ColumnKind.Text || column.Type.Kind == ColumnKind.Json => $"{Quote(column.Name)}::text",
        _ => Quote(column.Name),
    };

    /// <summary>What concat_ws takes of a column, which leaves nulls out: a value of any type, in its own text.</summary>
    string PieceOf(ColumnDefinition column, ColumnType given, FloatText floats)
    {
        string canonical = CanonicalOf(column, given, floats);
        if (!column.Nullable) return canonical;
        // Numbers and dates are not texts before they are joined.
        return column.Type.Kind is ColumnKind.Boolean or ColumnKind.Float32 or ColumnKind.Float64 or ColumnKind.Text or ColumnKind.Json ? $"coalesce({canonical}, 'N')" : $"coalesce(({canonical})::text, 'N')";
    }

    protected override string CanonicalOf(ColumnDefinition column, ColumnType given, FloatText floats)
    {
        string name = Quote(column.Name), text = $"{name}::text";
        ColumnKind kind = column.Type.Kind;
        if (!CanonicalCasts.IsPossible(kind, given.Kind)) throw CanonicalCasts.Refused(Name, column, given);
        return kind switch
        {
            ColumnKind.Boolean => $"CASE {name} WHEN true THEN '1' WHEN false THEN '0' END",
            ColumnKind.Decimal => $"trim_scale({name}::numeric)",
            <= ColumnKind.UInt64 => name,
            ColumnKind.Float32 or ColumnKind.Float64 => Float($"{name}::double precision", floats),
            ColumnKind.Text when given.Kind == ColumnKind.Uuid => $"upper(replace({text}, '-', ''))",
            ColumnKind.Text or ColumnKind.Json => $"({(IsUtf8 ? $"octet_length({text})" : $"octet_length(convert_to({text}, 'UTF8'))")} || ';' || {text})",
            ColumnKind.Binary => $"upper(encode({name}, 'hex'))",
            ColumnKind.Uuid => $"upper(replace({text}, '-', ''))",
            ColumnKind.Date => given.Kind == ColumnKind.Timestamp ? $"{text} || ' 00:00:00'" : name,
            ColumnKind.Time => name,
            ColumnKind.Timestamp => given.Kind == ColumnKind.Date ? $"to_char({name}, 'YYYY-MM-DD')" : name,
            _ => $"({name} AT TIME ZONE 'UTC')",
        };
    }

    protected override bool CanNumber(ColumnType type) => type.Kind is ColumnKind.Int16 or ColumnKind.Int32 or ColumnKind.Int64;

    protected override string IdentityText(ColumnDefinition column) => "GENERATED BY DEFAULT AS IDENTITY";

    protected override IEnumerable<string> Comments(TableDefinition table)
    {
        if (table.Comment is { Length: > 0 } comment) yield return $"COMMENT ON TABLE {Quote(table.Name)} IS {TextLiteral(comment)}";
        foreach (ColumnDefinition column in table.Columns)
            if (column.Comment is { Length: > 0 } text)
                yield return $"COMMENT ON COLUMN {Quote(table.Name)}.{Quote(column.Name)} IS {TextLiteral(text)}";
    }

    protected override string? DefaultOf(string literal, ColumnType type) => type.Kind == ColumnKind.Boolean ? literal is "0" or "'0'" ? "false" : "true" : literal;

    internal static string TextLiteral(string text) => $"E'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)}'";

    static int Digits(ColumnType type) => Math.Min(type.Precision, 6);

    string CastOf(ColumnDefinition column) => $"{Quote(column.Name)}::{(column.Type.Kind == ColumnKind.Decimal ? "numeric::" : "")}{column.NativeType}";

    static string FormatTime(TimeSpan time)
    {
        Span<byte> text = stackalloc byte[TimeText.LengthMax];
        return Encoding.ASCII.GetString(text[..TimeText.FormatTime(time.Ticks, 6, text)]);
    }

    /// <summary>The shortest digits as the server itself writes them; else mantissa and exponent from the number's bits.</summary>
    static string Float(string value, FloatText floats) => floats == FloatText.Decimal
        ? $"CASE WHEN abs({value}) >= 1e-4 AND abs({value}) < 1e14 THEN {value}::text ELSE {Bits(value)} END"
        : Bits(value);

    static string Bits(string value)
    {
        string bits = $"('x' || encode(float8send({value}), 'hex'))::bit(64)";
        string exponent = $"(({bits}::bigint >> 52) & 2047)", fraction = $"({bits}::bigint & 4503599627370495)";
        string whole = $"({fraction} | CASE {exponent} WHEN 0 THEN 0 ELSE 4503599627370496 END)";
        string power = $"CASE {exponent} WHEN 0 THEN length(ltrim({fraction}::bit(53)::text, '0')) - 1075 ELSE {exponent} - 1023 END";
        return $"CASE WHEN {value} IN ('NaN', 'Infinity', '-Infinity') THEN {value}::text WHEN {value} = 0 THEN '0' ELSE CASE WHEN {value} < 0 THEN '-' ELSE '' END || ({whole} / ({whole} & -{whole}))::text || 'p' || ({power})::text END";
    }

    public override IDatabase Open(string connectionString, TimeSpan connectTimeout) => new PostgreSqlDatabase(this, connectionString, connectTimeout);
}
