using System.Linq.Expressions;
using System.Reflection;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Sql.Compilation;

/// <summary>How values of each type are held in generated code, read from rows and written to them.</summary>
internal static class ValueForms
{
    /// <summary>The .NET type that a value has in code.</summary>
    public static Type Of(SqlType type) => type.Kind switch
    {
        SqlTypeKind.Null or SqlTypeKind.Boolean => typeof(bool),
        SqlTypeKind.Decimal => typeof(Int128),
        SqlTypeKind.Float or SqlTypeKind.Double => typeof(double),
        SqlTypeKind.String or SqlTypeKind.Binary or SqlTypeKind.Array => typeof(Bytes),
        _ => typeof(long),
    };

    public static Expression Read(SqlType type, Expression row, int offset) => Read(type, row, Expression.Constant(offset));

    public static Expression Read(SqlType type, Expression row, Expression offset) => Expression.Call(Reader(Suffix(type)), row, offset);

    /// <summary>For all but variable types.</summary>
    public static Expression Write(SqlType type, Expression row, int offset, Expression value) =>
        Expression.Call(Writer(Suffix(type)), row, Expression.Constant(offset), value);

    public static string Suffix(SqlType type) => type.Kind switch
    {
        SqlTypeKind.Boolean => nameof(RowReader.Boolean),
        SqlTypeKind.Decimal => type.SlotBytes == 8 ? nameof(RowReader.Decimal64) : nameof(RowReader.Decimal128),
        SqlTypeKind.Float => nameof(RowReader.Float32),
        SqlTypeKind.Double => nameof(RowReader.Float64),
        SqlTypeKind.String or SqlTypeKind.Binary or SqlTypeKind.Array => nameof(RowReader.Bytes),
        _ => type.SlotBytes switch
        {
            1 => nameof(RowReader.Int8),
            2 => nameof(RowReader.Int16),
            4 => nameof(RowReader.Int32),
            _ => nameof(RowReader.Int64),
        },
    };

    private static MethodInfo Reader(string name) => typeof(RowReader).GetMethod(name, [typeof(nint), typeof(int)])!;

    private static MethodInfo Writer(string name) =>
        typeof(RowWriter).GetMethods().First(method => method.Name == (name == nameof(RowReader.Decimal128) ? nameof(RowWriter.Int128) : name));
}
