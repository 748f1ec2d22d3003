namespace Orrery.Sql.Types;

/// <summary>Precision and scale of what arithmetic on decimals gives, by Flink's rules (SQL Server's, capped at 38 digits).</summary>
public static class DecimalTypes
{
    /// <summary>Fraction digits that stay when a result is too wide.</summary>
    private const int ScaleKept = 6;

    /// <summary>The decimal that holds every value of an exact type; null for other types.</summary>
    public static SqlType? Of(SqlType type) => type.Kind switch
    {
        SqlTypeKind.TinyInt => SqlType.Decimal(3, 0).Nullable(type.IsNullable),
        SqlTypeKind.SmallInt => SqlType.Decimal(5, 0).Nullable(type.IsNullable),
        SqlTypeKind.Integer => SqlType.Decimal(10, 0).Nullable(type.IsNullable),
        SqlTypeKind.BigInt => SqlType.Decimal(19, 0).Nullable(type.IsNullable),
        SqlTypeKind.Decimal => type,
        _ => null,
    };

    public static SqlType Add(SqlType left, SqlType right)
    {
        int scale = Math.Max(left.Scale, right.Scale);
        return Fit(Math.Max(left.Precision - left.Scale, right.Precision - right.Scale) + scale + 1, scale);
    }

    public static SqlType Multiply(SqlType left, SqlType right) => Fit(left.Precision + right.Precision + 1, left.Scale + right.Scale);

    public static SqlType Divide(SqlType left, SqlType right)
    {
        int scale = Math.Max(ScaleKept, left.Scale + right.Precision + 1);
        return Fit(left.Precision - left.Scale + right.Scale + scale, scale);
    }

    public static SqlType Modulo(SqlType left, SqlType right)
    {
        int scale = Math.Max(left.Scale, right.Scale);
        return Fit(Math.Min(left.Precision - left.Scale, right.Precision - right.Scale) + scale, scale);
    }

    /// <summary>The decimal that holds values of both, as far as 38 digits allow.</summary>
    public static SqlType Common(SqlType left, SqlType right)
    {
        int scale = Math.Max(left.Scale, right.Scale);
        return Fit(Math.Max(left.Precision - left.Scale, right.Precision - right.Scale) + scale, scale);
    }

    /// <summary>Digits before the point are worth more than those behind it, of which six stay at least.</summary>
    private static SqlType Fit(int precision, int scale)
    {
        if (precision <= SqlType.PrecisionMax) return SqlType.Decimal(Math.Max(1, precision), scale);
        int whole = precision - scale;
        return SqlType.Decimal(SqlType.PrecisionMax, Math.Max(SqlType.PrecisionMax - whole, Math.Min(scale, ScaleKept)));
    }
}
