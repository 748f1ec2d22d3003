namespace Orrery.Sql.Types;

/// <summary>
/// A type of the dialect. One value has one form in a row and one in a compiled expression, so that equal values are equal bytes:
/// <list type="table">
/// <item><term>BOOLEAN</term><description>row 1 byte; <see cref="bool"/></description></item>
/// <item><term>TINYINT, SMALLINT, INT, BIGINT</term><description>row 1, 2, 4, 8 bytes; <see cref="long"/></description></item>
/// <item><term>DECIMAL(p, s)</term><description>the unscaled number: row 8 bytes up to p = 18, else 16; <see cref="Int128"/>; p at most 38</description></item>
/// <item><term>FLOAT, DOUBLE</term><description>row 4, 8 bytes; <see cref="double"/>; one NaN, no negative zero; NaN equals itself and is above all others</description></item>
/// <item><term>CHAR, VARCHAR, STRING</term><description>UTF-8, ordered by its bytes; <see cref="Rows.Bytes"/>; <see cref="Precision"/> is the longest length in characters, 0: any. CHAR pads on cast</description></item>
/// <item><term>BINARY, VARBINARY, BYTES</term><description>as strings, without an encoding</description></item>
/// <item><term>DATE</term><description>days since 1970-01-01: row 4 bytes; <see cref="long"/></description></item>
/// <item><term>TIME</term><description>microseconds since midnight: row 8 bytes; <see cref="long"/></description></item>
/// <item><term>TIMESTAMP(p), TIMESTAMP_LTZ(p)</term><description>microseconds since 1970-01-01T00:00, without zone or in UTC: row 8 bytes; <see cref="long"/>; p 0 to 6 (7 to 9 are accepted and held as 6)</description></item>
/// <item><term>INTERVAL YEAR TO MONTH</term><description>months: row 4 bytes; <see cref="long"/></description></item>
/// <item><term>INTERVAL DAY TO SECOND</term><description>microseconds: row 8 bytes; <see cref="long"/></description></item>
/// <item><term>ARRAY&lt;t&gt;</term><description>as <see cref="Rows.RowArray"/> says: a count, then laid out as a row of so many columns of t; <see cref="Rows.Bytes"/></description></item>
/// </list>
/// </summary>
/// <param name="Kind">What it is.</param>
/// <param name="IsNullable">Whether NULL is among its values.</param>
/// <param name="Precision">Digits of a decimal (1 to 38), fraction digits of a time (0 to 6), characters or bytes of a string (0: any).</param>
/// <param name="Scale">Of a decimal, 0 to its precision.</param>
/// <param name="Element">Of an array.</param>
public sealed record SqlType(SqlTypeKind Kind, bool IsNullable = true, int Precision = 0, int Scale = 0, SqlType? Element = null)
{
    /// <summary>Digits of a decimal, at most.</summary>
    public const int PrecisionMax = 38;

    public static SqlType Null { get; } = new(SqlTypeKind.Null);

    public static SqlType Boolean { get; } = new(SqlTypeKind.Boolean);

    public static SqlType Integer { get; } = new(SqlTypeKind.Integer);

    public static SqlType BigInt { get; } = new(SqlTypeKind.BigInt);

    public static SqlType Double { get; } = new(SqlTypeKind.Double);

    public static SqlType String { get; } = new(SqlTypeKind.String);

    public static SqlType Binary { get; } = new(SqlTypeKind.Binary);

    public static SqlType Date { get; } = new(SqlTypeKind.Date);

    public static SqlType Time { get; } = new(SqlTypeKind.Time, Precision: 6);

    public static SqlType Timestamp { get; } = new(SqlTypeKind.Timestamp, Precision: 6);

    public static SqlType TimestampLtz { get; } = new(SqlTypeKind.TimestampLtz, Precision: 6);

    public static SqlType IntervalMonths { get; } = new(SqlTypeKind.IntervalMonths);

    public static SqlType IntervalMicroseconds { get; } = new(SqlTypeKind.IntervalMicroseconds);

    public bool IsInteger => Kind is SqlTypeKind.TinyInt or SqlTypeKind.SmallInt or SqlTypeKind.Integer or SqlTypeKind.BigInt;

    public bool IsExact => IsInteger || Kind == SqlTypeKind.Decimal;

    public bool IsApproximate => Kind is SqlTypeKind.Float or SqlTypeKind.Double;

    public bool IsNumeric => IsExact || IsApproximate;

    public bool IsInterval => Kind is SqlTypeKind.IntervalMonths or SqlTypeKind.IntervalMicroseconds;

    public bool IsTimestamp => Kind is SqlTypeKind.Timestamp or SqlTypeKind.TimestampLtz;

    /// <summary>Whether its bytes lie behind the row's slots.</summary>
    public bool IsVariable => Kind is SqlTypeKind.String or SqlTypeKind.Binary or SqlTypeKind.Array;

    /// <summary>Bytes of its slot in a row: the value itself, or where its bytes are and how many.</summary>
    public int SlotBytes => Kind switch
    {
        SqlTypeKind.Null => 0,
        SqlTypeKind.Boolean or SqlTypeKind.TinyInt => 1,
        SqlTypeKind.SmallInt => 2,
        SqlTypeKind.Integer or SqlTypeKind.Date or SqlTypeKind.Float or SqlTypeKind.IntervalMonths => 4,
        SqlTypeKind.Decimal => Precision > 18 ? 16 : 8,
        _ => 8,
    };

    public static SqlType Decimal(int precision, int scale) => new(SqlTypeKind.Decimal, Precision: precision, Scale: scale);

    public static SqlType ArrayOf(SqlType element) => new(SqlTypeKind.Array, Element: element);

    public SqlType Nullable(bool isNullable = true) => IsNullable == isNullable ? this : this with { IsNullable = isNullable };

    /// <summary>As the dialect writes it, for example <c>DECIMAL(18, 2) NOT NULL</c>.</summary>
    public override string ToString()
    {
        string name = Kind switch
        {
            SqlTypeKind.Integer => "INT",
            SqlTypeKind.Decimal => $"DECIMAL({Precision}, {Scale})",
            SqlTypeKind.String => Precision > 0 ? $"VARCHAR({Precision})" : "STRING",
            SqlTypeKind.Binary => Precision > 0 ? $"VARBINARY({Precision})" : "BYTES",
            SqlTypeKind.Time => $"TIME({Precision})",
            SqlTypeKind.Timestamp => $"TIMESTAMP({Precision})",
            SqlTypeKind.TimestampLtz => $"TIMESTAMP_LTZ({Precision})",
            SqlTypeKind.IntervalMonths => "INTERVAL YEAR TO MONTH",
            SqlTypeKind.IntervalMicroseconds => "INTERVAL DAY TO SECOND",
            SqlTypeKind.Array => $"ARRAY<{Element}>",
            _ => Kind.ToString().ToUpperInvariant(),
        };
        return IsNullable ? name : name + " NOT NULL";
    }
}
