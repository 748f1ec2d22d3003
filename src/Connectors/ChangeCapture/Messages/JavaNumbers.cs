using System.Globalization;

namespace Orrery.Connectors.ChangeCapture.Messages;

/// <summary>Floating-point numbers as Java's <c>Float.toString</c> and <c>Double.toString</c> write them: at least one digit behind the point, <c>1.0E10</c> from ten million on and below a thousandth.</summary>
static class JavaNumbers
{
    public static string Format(float value) => Format(value.ToString("E8", CultureInfo.InvariantCulture), value.ToString("R", CultureInfo.InvariantCulture), value);

    public static string Format(double value) => Format(value.ToString("E16", CultureInfo.InvariantCulture), value.ToString("R", CultureInfo.InvariantCulture), value);

    static string Format(string scientific, string shortest, double value)
    {
        if (double.IsNaN(value)) return "NaN";
        if (double.IsInfinity(value)) return value > 0 ? "Infinity" : "-Infinity";
        string sign = double.IsNegative(value) ? "-" : "";
        if (value == 0) return sign + "0.0";
        int exponent = int.Parse(scientific.AsSpan(scientific.IndexOf('E', StringComparison.Ordinal) + 1), CultureInfo.InvariantCulture);
        int mark = shortest.IndexOf('E', StringComparison.Ordinal);
        string digits = (mark < 0 ? shortest : shortest[..mark]).TrimStart('-').Replace(".", "", StringComparison.Ordinal).TrimStart('0').TrimEnd('0');
        if (exponent is >= -3 and < 7)
        {
            if (exponent < 0) return $"{sign}0.{new string('0', -exponent - 1)}{digits}";
            digits = digits.PadRight(exponent + 1, '0');
            string behind = digits[(exponent + 1)..];
            return $"{sign}{digits[..(exponent + 1)]}.{(behind.Length == 0 ? "0" : behind)}";
        }

        return string.Create(CultureInfo.InvariantCulture, $"{sign}{digits[0]}.{(digits.Length == 1 ? "0" : digits[1..])}E{exponent}");
    }
}
