using System.Globalization;
using System.Text;

namespace Orrery.Connectors.Rows;

/// <summary>A decimal of up to 38 digits: <c>Unscaled * 10^-Scale</c>. Equality is of both parts: 1.0 and 1.00 differ, as columns of different scale do.</summary>
public readonly record struct ExactDecimal(Int128 Unscaled, int Scale)
{
    /// <summary>Longest text: a sign, 38 digits, a point, a leading zero.</summary>
    public const int TextLengthMax = 42;

    static readonly Int128[] Powers = MakePowers();

    /// <summary>10 to a power of 0 to 38.</summary>
    public static Int128 PowerOfTen(int power) => Powers[power];

    /// <summary>How many digits the unscaled number has; 1 for zero.</summary>
    public static int Digits(Int128 unscaled)
    {
        Int128 positive = Int128.IsNegative(unscaled) ? -unscaled : unscaled;
        int digits = 1;
        while (digits < 38 && positive >= Powers[digits]) digits++;
        return digits == 38 && positive >= Powers[38] ? 39 : digits;
    }

    /// <summary>Reads plain or exponent notation, such as <c>-12.50</c> or <c>1e3</c>, to exactly a scale. False where it is no number, needs more digits behind the point than the scale has (zeros aside), or has more than 38 digits.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, int scale, out Int128 unscaled)
    {
        unscaled = 0;
        int position = 0, behind = -1, exponent = 0;
        bool negative = false, any = false;
        if (position < text.Length && text[position] is (byte)'-' or (byte)'+') negative = text[position++] == '-';
        int dropped = 0; // digits behind the scale, which must be zeros
        for (; position < text.Length; position++)
        {
            byte part = text[position];
            if (part == '.' && behind < 0)
            {
                behind = 0;
                continue;
            }

            if (part is (byte)'e' or (byte)'E')
            {
                if (!int.TryParse(text[(position + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent) || Math.Abs(exponent) > 1000) return false;
                break;
            }

            int digit = part - '0';
            if ((uint)digit > 9) return false;
            any = true;
            if (behind >= 0) behind++;
            if (dropped > 0 || unscaled >= Powers[38] / 10)
            {
                // No room: only zeros behind the point may be let go, and the exponent below puts them right.
                if (unscaled != 0 && (digit != 0 || behind <= 0)) return false;
                if (unscaled != 0)
                {
                    behind--;
                    continue;
                }
            }

            unscaled = unscaled * 10 + digit;
        }

        if (!any) return false;
        int shift = scale - Math.Max(behind, 0) + exponent;
        while (shift < 0 && unscaled != 0)
        {
            (Int128 quotient, Int128 rest) = Int128.DivRem(unscaled, 10);
            if (rest != 0) return false;
            unscaled = quotient;
            shift++;
        }

        if (unscaled != 0)
        {
            if (shift > 38 || unscaled >= Powers[38 - shift]) return false;
            unscaled *= Powers[shift];
        }

        if (negative) unscaled = -unscaled;
        return true;
    }

    /// <summary>Reads a text at the scale that it is written with.</summary>
    /// <exception cref="FormatException">It is no decimal of up to 38 digits.</exception>
    public static ExactDecimal Parse(string text)
    {
        int point = text.IndexOf('.', StringComparison.Ordinal);
        int scale = point < 0 ? 0 : text.Length - point - 1;
        if (scale > 38 || !TryParse(Encoding.UTF8.GetBytes(text), scale, out Int128 unscaled)) throw new FormatException($"'{text}' is no decimal of up to 38 digits.");
        return new ExactDecimal(unscaled, scale);
    }

    /// <summary>Writes plain notation with exactly the scale's digits. Answers the length.</summary>
    public static int Format(Int128 unscaled, int scale, Span<byte> destination)
    {
        bool negative = Int128.IsNegative(unscaled);
        UInt128 left = negative ? (UInt128)(-unscaled) : (UInt128)unscaled;
        Span<byte> digits = stackalloc byte[TextLengthMax + 40];
        int at = digits.Length, written = 0;
        do
        {
            if (written == scale && scale > 0) digits[--at] = (byte)'.';
            if (left <= ulong.MaxValue)
            {
                ulong small = (ulong)left;
                digits[--at] = (byte)('0' + small % 10);
                left = small / 10;
            }
            else
            {
                (UInt128 quotient, UInt128 rest) = UInt128.DivRem(left, 10);
                digits[--at] = (byte)('0' + (int)rest);
                left = quotient;
            }

            written++;
        }
        while (left != 0 || written <= scale);
        if (negative) digits[--at] = (byte)'-';
        digits[at..].CopyTo(destination);
        return digits.Length - at;
    }

    public override string ToString()
    {
        Span<byte> text = stackalloc byte[TextLengthMax + 40];
        return Encoding.ASCII.GetString(text[..Format(Unscaled, Scale, text)]);
    }

    static Int128[] MakePowers()
    {
        var powers = new Int128[39];
        powers[0] = 1;
        for (int power = 1; power < powers.Length; power++) powers[power] = powers[power - 1] * 10;
        return powers;
    }
}
