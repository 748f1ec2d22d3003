namespace Orrery.Sql.Types;

/// <summary>What a value is. How each is held in a row and in a compiled expression is said at <see cref="SqlType"/>.</summary>
public enum SqlTypeKind : byte
{
    /// <summary>The type of a bare NULL; fits every other type.</summary>
    Null,
    Boolean,
    TinyInt,
    SmallInt,
    Integer,
    BigInt,
    Decimal,
    Float,
    Double,
    String,
    Binary,
    Date,
    Time,
    Timestamp,
    TimestampLtz,
    IntervalMonths,
    IntervalMicroseconds,
    Array,
}
