using Orrery.Sql.Types;

namespace Orrery.Sql.Functions;

/// <summary>What a function takes in one place.</summary>
/// <param name="Name">As a signature writes it.</param>
/// <param name="Match">The type that an argument is cast to and what that costs (0: nothing is cast); null: it cannot be given.</param>
internal sealed record Parameter(string Name, Func<SqlType, (SqlType Type, int Cost)?> Match)
{
    /// <summary>A text; its longest length does not matter.</summary>
    public static Parameter Text { get; } = new("text", type => Of(type, SqlType.String));

    /// <summary>A text that is the same for all rows: a unit, a side. The function checks that it is constant.</summary>
    public static Parameter Word { get; } = new("word", type => Of(type, SqlType.String));

    public static Parameter Binary { get; } = new("bytes", type => Of(type, SqlType.Binary));

    public static Parameter Boolean { get; } = new("truth", type => Of(type, SqlType.Boolean));

    /// <summary>Any integer type: they have one form in code.</summary>
    public static Parameter Integer { get; } = new("integer", type => type.IsInteger ? (type, 0) : Null(type, SqlType.Integer));

    public static Parameter Exact { get; } = new("decimal", type => type.Kind == SqlTypeKind.Decimal ? (type, 0) : type.IsInteger ? (DecimalTypes.Of(type)!, 2) : null);

    /// <summary>FLOAT or DOUBLE, or an exact number as DOUBLE.</summary>
    public static Parameter Real { get; } = new("number", type =>
        type.IsApproximate ? (type, 0) : type.IsExact ? (SqlType.Double.Nullable(type.IsNullable), 3) : Null(type, SqlType.Double));

    public static Parameter Date { get; } = new("date", type => Of(type, SqlType.Date));

    public static Parameter Time { get; } = new("time", type => Of(type, SqlType.Time));

    /// <summary>TIMESTAMP or TIMESTAMP_LTZ (which have one form in code), or a date as its midnight.</summary>
    public static Parameter Timestamp { get; } = new("timestamp", type =>
        type.IsTimestamp ? (type, 0) : type.Kind == SqlTypeKind.Date ? (SqlType.Timestamp.Nullable(type.IsNullable), 1) : Null(type, SqlType.Timestamp));

    /// <summary>As <see cref="Timestamp"/>, or a text that reads as one.</summary>
    public static Parameter TimestampOrText { get; } = new("timestamp", type =>
        type.Kind == SqlTypeKind.String ? (SqlType.Timestamp.Nullable(type.IsNullable), 4) : Timestamp.Match(type));

    public static Parameter Interval { get; } = new("interval", type => type.IsInterval ? (type, 0) : null);

    public static Parameter Array { get; } = new("array", type => type.Kind == SqlTypeKind.Array ? (type, 0) : null);

    public static Parameter Any { get; } = new("value", type => (type, 0));

    private static (SqlType Type, int Cost)? Of(SqlType type, SqlType wanted) => type.Kind == wanted.Kind ? (type, 0) : Null(type, wanted);

    private static (SqlType Type, int Cost)? Null(SqlType type, SqlType wanted) => type.Kind == SqlTypeKind.Null ? (wanted.Nullable(), 1) : null;
}
