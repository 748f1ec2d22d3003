using Orrery.Connectors.Rows;

namespace Orrery.Connectors.ChangeCapture.Messages;

/// <summary>A column as canal describes it: MySQL's type text, and the code of <c>java.sql.Types</c>.</summary>
sealed class MySqlForm
{
    public MySqlForm(Column column)
    {
        Column = column;
        // A source that is not MySQL has other type texts: then the nearest type of MySQL that loses nothing.
        Text = column.NativeType.Length > 0 && MySqlTypeText.Parse(column.NativeType) == column.Type ? column.NativeType : TextOf(column.Type);
        IsUnsigned = column.Type.Kind is ColumnKind.UInt8 or ColumnKind.UInt16 or ColumnKind.UInt32 || column.Type.Kind == ColumnKind.UInt64 && !IsBit;
    }

    public Column Column { get; }

    public string Text { get; }

    public bool IsUnsigned { get; }

    bool IsBit => Text.StartsWith("bit", StringComparison.Ordinal);

    /// <summary>The code while no value is unsigned beyond the signed range.</summary>
    public int Code => Column.Type.Kind switch
    {
        ColumnKind.Boolean => JdbcTypes.Bit,
        ColumnKind.Int8 or ColumnKind.UInt8 => JdbcTypes.TinyInt,
        ColumnKind.Int16 when Text == "year" || Text.StartsWith("year", StringComparison.Ordinal) => JdbcTypes.VarChar,
        ColumnKind.Int16 or ColumnKind.UInt16 => JdbcTypes.SmallInt,
        ColumnKind.Int32 or ColumnKind.UInt32 => JdbcTypes.Integer,
        ColumnKind.UInt64 when IsBit => JdbcTypes.Bit,
        ColumnKind.Int64 or ColumnKind.UInt64 => JdbcTypes.BigInt,
        ColumnKind.Decimal => JdbcTypes.Decimal,
        ColumnKind.Float32 => JdbcTypes.Real,
        ColumnKind.Float64 => JdbcTypes.Double,
        ColumnKind.Binary => JdbcTypes.Blob,
        ColumnKind.Date => JdbcTypes.Date,
        ColumnKind.Time => JdbcTypes.Time,
        ColumnKind.Timestamp => JdbcTypes.Timestamp,
        ColumnKind.Text when Text.StartsWith("char", StringComparison.Ordinal) => JdbcTypes.Char,
        ColumnKind.Text when Text.EndsWith("text", StringComparison.Ordinal) => JdbcTypes.Clob,
        _ => JdbcTypes.VarChar,
    };

    /// <summary>The code that canal gives where an unsigned value exceeds the signed range: one level up.</summary>
    public int RaisedCode => Column.Type.Kind switch
    {
        ColumnKind.UInt8 => JdbcTypes.SmallInt,
        ColumnKind.UInt16 => JdbcTypes.Integer,
        ColumnKind.UInt32 when Text.StartsWith("mediumint", StringComparison.Ordinal) => JdbcTypes.Integer,
        ColumnKind.UInt32 => JdbcTypes.BigInt,
        _ => JdbcTypes.Decimal,
    };

    public bool IsBeyondSigned(in RowReader value) => value.Kind switch
    {
        ColumnKind.UInt8 => value.GetUInt8() > sbyte.MaxValue,
        ColumnKind.UInt16 => value.GetUInt16() > short.MaxValue,
        ColumnKind.UInt32 => value.GetUInt32() > (Text.StartsWith("mediumint", StringComparison.Ordinal) ? 0x7FFFFFu : int.MaxValue),
        ColumnKind.UInt64 => value.GetUInt64() > long.MaxValue,
        _ => false,
    };

    static string TextOf(ColumnType type) => type.Kind switch
    {
        ColumnKind.Boolean or ColumnKind.Int8 => "tinyint(4)",
        ColumnKind.UInt8 => "tinyint(3) unsigned",
        ColumnKind.Int16 => "smallint(6)",
        ColumnKind.UInt16 => "smallint(5) unsigned",
        ColumnKind.Int32 => "int(11)",
        ColumnKind.UInt32 => "int(10) unsigned",
        ColumnKind.Int64 => "bigint(20)",
        ColumnKind.UInt64 => "bigint(20) unsigned",
        ColumnKind.Decimal => $"decimal({type.Precision},{type.Scale})",
        ColumnKind.Float32 => "float",
        ColumnKind.Float64 => "double",
        ColumnKind.Binary when type.Length > 0 => $"varbinary({type.Length})",
        ColumnKind.Binary => "longblob",
        ColumnKind.Date => "date",
        ColumnKind.Time when type.Precision > 0 => $"time({Math.Min(type.Precision, 6)})",
        ColumnKind.Time => "time",
        ColumnKind.Timestamp when type.Precision > 0 => $"datetime({Math.Min(type.Precision, 6)})",
        ColumnKind.Timestamp => "datetime",
        ColumnKind.TimestampWithZone => "varchar(40)",
        ColumnKind.Uuid => "char(36)",
        ColumnKind.Json => "json",
        ColumnKind.Text when type.Length > 0 => $"varchar({type.Length})",
        _ => "longtext",
    };
}
