using System.Data.SqlTypes;
using System.Globalization;
using System.Text;
using MySql.Data.Types;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Grains.Checks.Comparing;

/// <summary>
/// Values as texts that are equal where the values are, whichever engine they come from: numbers without zeros that say nothing, floating ones to 12 digits, since sums of them depend on their order; times without
/// fractions of zero; binaries in hexadecimal digits.
/// </summary>
static class ComparedText
{
    /// <summary>Of a value of a view.</summary>
    /// <param name="value">As <see cref="RowValues"/> has it.</param>
    public static string? OfView(object? value, SqlType type) => value switch
    {
        null => null,
        bool truth => Truth(truth),
        double number => Real(number),
        System.Collections.Immutable.ImmutableArray<byte> bytes => Convert.ToHexString(bytes.AsSpan()),
        string text => text,
        _ when type.IsInteger || type.Kind == SqlTypeKind.Decimal => Number(RowValues.Text(value, type)),
        _ when type.Kind is SqlTypeKind.Time or SqlTypeKind.Timestamp or SqlTypeKind.TimestampLtz => Time(RowValues.Text(value, type)),
        _ => RowValues.Text(value, type),
    };

    /// <summary>Of a value of a database.</summary>
    /// <param name="value">As its driver has it.</param>
    /// <param name="type">That the view's column has.</param>
    public static string? OfDatabase(object value, SqlType type)
    {
        if (value is DBNull or INullable { IsNull: true })
            return null;
        if (type.IsInteger || type.Kind == SqlTypeKind.Decimal)
            return value is bool truth ? (truth ? "1" : "0") : Number(Plain(value));
        return type.Kind switch
        {
            SqlTypeKind.Boolean => value is bool truth ? Truth(truth) : Truth(Number(Plain(value)) != "0"),
            SqlTypeKind.Float or SqlTypeKind.Double => double.TryParse(Plain(value), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? Real(number) : Plain(value),
            SqlTypeKind.Date when value is DateTime time => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            SqlTypeKind.Time or SqlTypeKind.Timestamp or SqlTypeKind.TimestampLtz => Time(Plain(value)),
            SqlTypeKind.Binary => Convert.ToHexString(value as byte[] ?? Encoding.UTF8.GetBytes(Plain(value))),
            _ => Plain(value),
        };
    }

    static string Plain(object value) => value switch
    {
        string text => text,
        byte[] bytes => Encoding.UTF8.GetString(bytes),
        DateTime time => time.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture),
        DateTimeOffset time => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture),
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        TimeSpan time => time.ToString(@"hh\:mm\:ss\.ffffff", CultureInfo.InvariantCulture),
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        float number => number.ToString("R", CultureInfo.InvariantCulture),
        MySqlDecimal number => number.ToString(),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    static string Truth(bool truth) => truth ? "true" : "false";

    static string Real(double number) => number == 0 ? "0" : number.ToString("G12", CultureInfo.InvariantCulture);

    /// <summary>A number's digits without zeros that say nothing.</summary>
    internal static string Number(string text)
    {
        if (text.Contains('E', StringComparison.OrdinalIgnoreCase) && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal parsed))
            text = parsed.ToString(CultureInfo.InvariantCulture);
        bool isNegative = text.StartsWith('-');
        string digits = text.TrimStart('-', '+').TrimStart('0');
        if (digits.Contains('.', StringComparison.Ordinal))
            digits = digits.TrimEnd('0').TrimEnd('.');
        if (digits.Length == 0 || digits[0] == '.')
            digits = "0" + digits;
        return isNegative && digits != "0" ? "-" + digits : digits;
    }

    static string Time(string text)
    {
        string plain = text.Replace('T', ' ').TrimEnd('Z');
        return plain.Contains('.', StringComparison.Ordinal) ? plain.TrimEnd('0').TrimEnd('.') : plain;
    }
}
