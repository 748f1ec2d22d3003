using Orrery.Sql.Syntax;
using Orrery.Sql.Types;

namespace Orrery.Sql.Binding;

/// <summary>Types as they are written become types of values.</summary>
internal static class TypeBinder
{
    public static SqlType Bind(TypeSyntax syntax) => Kind(syntax).Nullable(!syntax.NotNull);

    private static SqlType Kind(TypeSyntax syntax)
    {
        switch (syntax)
        {
            case ScalarTypeSyntax scalar:
                return Scalar(scalar);
            case IntervalTypeSyntax interval:
                return IsMonths(interval.Qualifier.From) ? SqlType.IntervalMonths : SqlType.IntervalMicroseconds;
            case ArrayTypeSyntax array:
                return SqlType.ArrayOf(Bind(array.Element));
            case MultisetTypeSyntax:
                throw new SqlBindingException("MULTISET is not a type of columns here; use ARRAY.", syntax.Span);
            case MapTypeSyntax:
                throw new SqlBindingException("MAP is not a type of columns here; keep it as a STRING with JSON and read it by JSON_VALUE.", syntax.Span);
            default:
                throw new SqlBindingException("ROW is not a type of columns here; declare its fields as columns, or keep it as a STRING with JSON and read it by JSON_VALUE.", syntax.Span);
        }
    }

    public static bool IsMonths(TimeUnit unit) => unit is TimeUnit.Year or TimeUnit.Month or TimeUnit.Quarter;

    private static SqlType Scalar(ScalarTypeSyntax syntax) => syntax.Name switch
    {
        ScalarTypeName.Boolean => SqlType.Boolean,
        ScalarTypeName.TinyInt => new SqlType(SqlTypeKind.TinyInt),
        ScalarTypeName.SmallInt => new SqlType(SqlTypeKind.SmallInt),
        ScalarTypeName.Int => SqlType.Integer,
        ScalarTypeName.BigInt => SqlType.BigInt,
        ScalarTypeName.Decimal => Decimal(syntax),
        ScalarTypeName.Float => new SqlType(SqlTypeKind.Float),
        ScalarTypeName.Double => SqlType.Double,
        ScalarTypeName.Char => SqlType.String with { Precision = Length(syntax, 1) },
        ScalarTypeName.VarChar => SqlType.String with { Precision = Length(syntax, 1) },
        ScalarTypeName.String => SqlType.String,
        ScalarTypeName.Binary or ScalarTypeName.VarBinary => SqlType.Binary with { Precision = Length(syntax, 1) },
        ScalarTypeName.Bytes => SqlType.Binary,
        ScalarTypeName.Date => SqlType.Date,
        ScalarTypeName.Time => SqlType.Time with { Precision = Fraction(syntax, 0) },
        ScalarTypeName.Timestamp => SqlType.Timestamp with { Precision = Fraction(syntax, 6) },
        ScalarTypeName.TimestampWithLocalTimeZone => SqlType.TimestampLtz with { Precision = Fraction(syntax, 6) },
        _ => SqlType.Null,
    };

    private static SqlType Decimal(ScalarTypeSyntax syntax)
    {
        int precision = syntax.Precision ?? 10;
        int scale = syntax.Scale ?? 0;
        if (precision is < 1 or > SqlType.PrecisionMax)
            throw new SqlBindingException($"DECIMAL({precision}, {scale}) has {precision} digits; 1 to {SqlType.PrecisionMax} are possible.", syntax.Span);
        if (scale < 0 || scale > precision) throw new SqlBindingException($"DECIMAL({precision}, {scale}) has {scale} digits behind the point; 0 to {precision} are possible.", syntax.Span);
        return SqlType.Decimal(precision, scale);
    }

    private static int Length(ScalarTypeSyntax syntax, int otherwise)
    {
        int length = syntax.Precision ?? otherwise;
        if (length < 1) throw new SqlBindingException($"A length of {length} is no length; 1 at least.", syntax.Span);
        return length == int.MaxValue ? 0 : length;
    }

    private static int Fraction(ScalarTypeSyntax syntax, int otherwise)
    {
        int digits = syntax.Precision ?? otherwise;
        if (digits is < 0 or > 9) throw new SqlBindingException($"A second has 0 to 9 digits of a fraction, not {digits}.", syntax.Span);
        return Math.Min(digits, 6);
    }
}
