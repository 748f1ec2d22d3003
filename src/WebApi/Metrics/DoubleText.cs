using System.Buffers.Text;

namespace Orrery.WebApi.Metrics;

/// <summary>Writes doubles as the shortest JSON number that reads back equal.</summary>
/// <remarks>
/// Measured values mostly have few decimals. When <c>v</c> times 10^6 lies within rounding of an integer n of at most 15 digits and n / 10^6 equals <c>v</c>,
/// then n's digits are the answer: both sides of the division are exact, so it rounds as a parser does; and of the decimals of at most 15 digits
/// only one reads as <c>v</c>, so none is shorter. That costs a fifth of the general conversion.
/// </remarks>
internal static class DoubleText
{
    /// <summary>Room that any value fits into, in bytes.</summary>
    public const int BytesMax = 32;

    const double Scale = 1e6;
    const double ScaledMax = 1e15;

    /// <summary>Writes the value, or <c>null</c> where it is not finite. <paramref name="target"/> has at least <see cref="BytesMax"/> bytes.</summary>
    /// <returns>The bytes written.</returns>
    public static int Write(double value, Span<byte> target)
    {
        double size = Math.Abs(value);
        double scaled = size * Scale;
        if (scaled < ScaledMax)
        {
            // Rounds half away from zero; which way does not matter, since the division decides.
            long digits = (long)(scaled + 0.5);
            if (digits / Scale == size)
                return WriteDecimal(value < 0, (ulong)digits, target);
        }
        else if (!double.IsFinite(value))
        {
            "null"u8.CopyTo(target);
            return 4;
        }
        Utf8Formatter.TryFormat(value, target, out int written);
        return written;
    }

    static int WriteDecimal(bool negative, ulong digits, Span<byte> target)
    {
        int at = 0;
        if (negative)
            target[at++] = (byte)'-';
        (ulong whole, ulong fraction) = Math.DivRem(digits, 1_000_000UL);
        if (whole < 10)
            target[at++] = (byte)('0' + whole);
        else
        {
            Utf8Formatter.TryFormat(whole, target[at..], out int written);
            at += written;
        }
        if (fraction == 0)
            return at;
        target[at] = (byte)'.';
        uint rest = (uint)fraction;
        for (int i = 6; i > 0; i--)
        {
            (rest, uint digit) = Math.DivRem(rest, 10);
            target[at + i] = (byte)('0' + digit);
        }
        at += 6;
        while (target[at] == '0')
            at--;
        return at + 1;
    }
}
