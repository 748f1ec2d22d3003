using System.Globalization;

namespace Orrery.Jobs.Integration;

/// <summary>The greatest value of a column that never falls: a moment, a number, or a row version's bytes. As text it says which.</summary>
static class Watermark
{
    public static string Text(object value) => value switch
    {
        DateTime time => $"time {time.ToString("O", CultureInfo.InvariantCulture)}",
        DateTimeOffset time => $"instant {time.ToString("O", CultureInfo.InvariantCulture)}",
        byte[] bytes => $"bytes {Convert.ToHexString(bytes)}",
        string text => $"text {text}",
        decimal or double or float => $"decimal {Convert.ToDecimal(value, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture)}",
        _ => $"number {Convert.ToInt64(value, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture)}",
    };

    /// <exception cref="IOException">It is none.</exception>
    public static object Parse(string text)
    {
        int blank = text.IndexOf(' ', StringComparison.Ordinal);
        string value = text[(blank + 1)..];
        return (blank < 0 ? "" : text[..blank]) switch
        {
            "time" when DateTime.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out DateTime time) => time,
            "instant" when DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, out DateTimeOffset instant) => instant,
            "bytes" => Convert.FromHexString(value),
            "text" => value,
            "decimal" when decimal.TryParse(value, CultureInfo.InvariantCulture, out decimal number) => number,
            "number" when long.TryParse(value, CultureInfo.InvariantCulture, out long number) => number,
            _ => throw new IOException($"'{text}' in the state is no position: delete the state to have all rows read once."),
        };
    }

    public static int Compare(object left, object right) => (left, right) switch
    {
        (DateTime one, DateTime other) => one.CompareTo(other),
        (DateTimeOffset one, DateTimeOffset other) => one.CompareTo(other),
        (byte[] one, byte[] other) => one.AsSpan().SequenceCompareTo(other),
        (string one, string other) => string.CompareOrdinal(one, other),
        _ => Convert.ToDecimal(left, CultureInfo.InvariantCulture).CompareTo(Convert.ToDecimal(right, CultureInfo.InvariantCulture)),
    };
}
