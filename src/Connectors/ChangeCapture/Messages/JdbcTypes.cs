using Orrery.Connectors.Rows;

namespace Orrery.Connectors.ChangeCapture.Messages;

/// <summary>The codes of <c>java.sql.Types</c> in canal's <c>sqlType</c>. canal raises an integer's code where an unsigned value needs it, so a code says less than the type's text.</summary>
static class JdbcTypes
{
    public const int Bit = -7, TinyInt = -6, BigInt = -5, LongVarBinary = -4, VarBinary = -3, Binary = -2, Char = 1, Decimal = 3, Integer = 4, SmallInt = 5,
        Real = 7, Double = 8, VarChar = 12, Date = 91, Time = 92, Timestamp = 93, Other = 1111, Blob = 2004, Clob = 2005;

    /// <summary>
    /// What a code alone says. Integers below 64 bits are carried as 64 bits, since the code changes with the value. A decimal's scale is not said: it stays text.
    /// -3 and -4 stand for binary and, with older producers, for text too: they stay text.
    /// </summary>
    public static ColumnType TypeOf(int code) => new(code switch
    {
        TinyInt or SmallInt or Integer or BigInt => ColumnKind.Int64,
        Bit => ColumnKind.UInt64,
        Real => ColumnKind.Float32,
        6 or Double => ColumnKind.Float64,
        Date => ColumnKind.Date,
        Time => ColumnKind.Time,
        Timestamp => ColumnKind.Timestamp,
        Blob or Binary => ColumnKind.Binary,
        _ => ColumnKind.Text,
    });
}
