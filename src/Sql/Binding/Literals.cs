using System.Collections.Immutable;
using System.Globalization;
using Orrery.Sql.Expressions;
using Orrery.Sql.Syntax;
using Orrery.Sql.Types;

namespace Orrery.Sql.Binding;

/// <summary>Literals become constants, in the narrowest type that holds them; none is nullable but NULL.</summary>
internal static class Literals
{
    private const long MicrosecondsADay = 86_400_000_000;

    public static ConstantExpression Number(NumberLiteralSyntax syntax, bool isNegative)
    {
        string digits = (isNegative ? "-" : "") + syntax.Text;
        switch (syntax.Kind)
        {
            case NumberKind.Approximate:
                double number = double.Parse(digits, NumberStyles.Float, CultureInfo.InvariantCulture);
                if (!double.IsFinite(number)) throw new SqlBindingException($"The number {digits} is beyond what DOUBLE holds.", syntax.Span);
                return Constant(number, SqlType.Double);
            case NumberKind.Integer when long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long integer):
                return Constant(integer, integer is >= int.MinValue and <= int.MaxValue ? SqlType.Integer : SqlType.BigInt);
            default:
                return Decimal(syntax, digits);
        }
    }

    public static ConstantExpression Text(string value) => Constant(value, SqlType.String);

    public static ConstantExpression Boolean(bool value) => Constant(value, SqlType.Boolean);

    public static ConstantExpression BigInt(long value) => Constant(value, SqlType.BigInt);

    public static ConstantExpression Binary(BinaryLiteralSyntax syntax) => Constant(ImmutableArray.Create(Convert.FromHexString(syntax.Hex)), SqlType.Binary);

    public static ConstantExpression Time(TimeLiteralSyntax syntax)
    {
        string text = syntax.Text.Trim();
        switch (syntax.Kind)
        {
            case TimeLiteralKind.Date when DateOnly.TryParseExact(text, ["yyyy-M-d"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var date):
                return Constant((long)(date.DayNumber - 719_162), SqlType.Date);
            case TimeLiteralKind.Time when TimeOfDay(text, out long time):
                return Constant(time, SqlType.Time);
            case TimeLiteralKind.Timestamp when Timestamp(text, out long instant, out _):
                return Constant(instant, SqlType.Timestamp);
            case TimeLiteralKind.TimestampWithLocalTimeZone when Timestamp(text, out long local, out _):
                return Constant(local, SqlType.TimestampLtz);
            default:
                string form = syntax.Kind switch { TimeLiteralKind.Date => "2026-01-31", TimeLiteralKind.Time => "23:59:59.123", _ => "2026-01-31 23:59:59.123" };
                throw new SqlBindingException($"'{syntax.Text}' is no {Name(syntax.Kind)}; it is written like '{form}'.", syntax.Span);
        }
    }

    /// <summary>Months or microseconds, by the qualifier.</summary>
    public static ConstantExpression Interval(IntervalLiteralSyntax syntax)
    {
        var qualifier = syntax.Qualifier;
        string text = syntax.Text.Trim();
        bool isNegative = syntax.Negative;
        if (text.StartsWith('-') || text.StartsWith('+'))
        {
            isNegative ^= text[0] == '-';
            text = text[1..].TrimStart();
        }

        var type = TypeBinder.IsMonths(qualifier.From) ? SqlType.IntervalMonths : SqlType.IntervalMicroseconds;
        try
        {
            decimal value = type.Kind == SqlTypeKind.IntervalMonths ? Months(text, qualifier) : Microseconds(text, qualifier);
            long amount = checked((long)(isNegative ? -value : value));
            if (type.Kind == SqlTypeKind.IntervalMonths) _ = checked((int)amount);
            return Constant(amount, type);
        }
        catch (Exception fault) when (fault is FormatException or OverflowException)
        {
            string units = qualifier.To is { } to ? $"{Units.Name(qualifier.From)} TO {Units.Name(to)}" : Units.Name(qualifier.From);
            throw new SqlBindingException($"'{syntax.Text}' is no interval of {units}; it is written like {(qualifier.To is null ? "'5'" : type.Kind == SqlTypeKind.IntervalMonths ? "'1-6'" : "'1 10:30:00.5'")}.", syntax.Span);
        }
    }

    private static ConstantExpression Decimal(NumberLiteralSyntax syntax, string digits)
    {
        int point = digits.IndexOf('.', StringComparison.Ordinal);
        int scale = point < 0 ? 0 : digits.Length - point - 1;
        var unscaled = Int128.Parse(digits.Replace(".", "", StringComparison.Ordinal), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        int precision = Math.Max(Int128.Abs(unscaled).ToString(CultureInfo.InvariantCulture).Length, scale);
        if (precision > SqlType.PrecisionMax) throw new SqlBindingException($"The number {syntax.Text} has {precision} digits; {SqlType.PrecisionMax} at most.", syntax.Span);
        return Constant(unscaled, SqlType.Decimal(Math.Max(1, precision), scale));
    }

    private static decimal Months(string text, IntervalQualifierSyntax qualifier)
    {
        if (qualifier.To is not null)
        {
            string[] parts = text.Split('-');
            if (parts.Length != 2) throw new FormatException();
            return Whole(parts[0]) * 12 + Whole(parts[1]);
        }

        return Whole(text) * qualifier.From switch { TimeUnit.Year => 12, TimeUnit.Quarter => 3, _ => 1 };
    }

    private static decimal Microseconds(string text, IntervalQualifierSyntax qualifier)
    {
        if (qualifier.To is null) return Number(text, qualifier.From) * Unit(qualifier.From);
        string[] parts = text.Split([' ', ':'], StringSplitOptions.RemoveEmptyEntries);
        TimeUnit[] all = [TimeUnit.Day, TimeUnit.Hour, TimeUnit.Minute, TimeUnit.Second];
        int first = Array.IndexOf(all, qualifier.From);
        int last = Array.IndexOf(all, qualifier.To.Value);
        if (first < 0 || last <= first || parts.Length != last - first + 1) throw new FormatException();
        decimal sum = 0;
        for (int i = 0; i < parts.Length; i++) sum += Number(parts[i], all[first + i]) * Unit(all[first + i]);
        return sum;
    }

    private static decimal Unit(TimeUnit unit) => unit switch
    {
        TimeUnit.Microsecond => 1,
        TimeUnit.Millisecond => 1_000,
        TimeUnit.Second => 1_000_000,
        TimeUnit.Minute => 60_000_000,
        TimeUnit.Hour => 3_600_000_000,
        TimeUnit.Day => MicrosecondsADay,
        TimeUnit.Week => 7 * MicrosecondsADay,
        _ => throw new FormatException(),
    };

    private static decimal Number(string text, TimeUnit unit) => unit == TimeUnit.Second ? decimal.Parse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture) : Whole(text);

    private static decimal Whole(string text) => decimal.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    internal static bool Timestamp(string text, out long microseconds, out bool hasZone)
    {
        microseconds = 0;
        hasZone = false;
        int split = text.IndexOfAny([' ', 'T']);
        string date = split < 0 ? text : text[..split];
        if (!DateOnly.TryParseExact(date, ["yyyy-M-d"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) return false;
        long time = 0;
        string rest = split < 0 ? "" : text[(split + 1)..].TrimEnd();
        if (rest.EndsWith('Z'))
        {
            hasZone = true;
            rest = rest[..^1];
        }

        if (split >= 0 && !TimeOfDay(rest, out time)) return false;
        microseconds = (day.DayNumber - 719_162) * MicrosecondsADay + time;
        return true;
    }

    private static bool TimeOfDay(string text, out long microseconds)
    {
        microseconds = 0;
        string[] parts = text.Trim().Split(':');
        if (parts.Length is < 2 or > 3) return false;
        if (!int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int hour) || hour > 23) return false;
        if (!int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int minute) || minute > 59) return false;
        decimal second = 0;
        if (parts.Length == 3 && (!decimal.TryParse(parts[2], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out second) || second >= 60)) return false;
        microseconds = (hour * 60L + minute) * 60_000_000 + (long)(second * 1_000_000);
        return true;
    }

    private static string Name(TimeLiteralKind kind) => kind switch { TimeLiteralKind.Date => "date", TimeLiteralKind.Time => "time of day", _ => "timestamp" };

    private static ConstantExpression Constant(object value, SqlType type) => new(value, type.Nullable(false));
}
