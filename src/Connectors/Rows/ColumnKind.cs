namespace Orrery.Connectors.Rows;

/// <summary>The strict types that values have between databases, files and topics. Numbers are stored with schemas: never renumber.</summary>
public enum ColumnKind : byte
{
    Boolean = 1,
    Int8 = 2,
    Int16 = 3,
    Int32 = 4,
    Int64 = 5,
    UInt8 = 6,
    UInt16 = 7,
    UInt32 = 8,
    UInt64 = 9,

    /// <summary>Exact, up to 38 digits; precision and scale belong to the type.</summary>
    Decimal = 10,
    Float32 = 11,
    Float64 = 12,
    Text = 13,
    Binary = 14,

    /// <summary>A day of the proleptic Gregorian calendar, years 0 to 9999, zero parts included (<see cref="ZeroDates"/>).</summary>
    Date = 15,

    /// <summary>A signed span in ticks of 100 ns: a time of day, and MySQL's -838:59:59 to 838:59:59.</summary>
    Time = 16,

    /// <summary>A wall clock's date and time without zone, in ticks of 100 ns.</summary>
    Timestamp = 17,

    /// <summary>An instant in ticks of 100 ns, and the offset that it was written with.</summary>
    TimestampWithZone = 18,
    Uuid = 19,

    /// <summary>JSON as text, as the source writes it.</summary>
    Json = 20,
}
