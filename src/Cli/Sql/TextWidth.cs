using System.Globalization;
using System.Text;

namespace Orrery.Cli.Sql;

/// <summary>How wide texts are on a terminal: Chinese signs take two places, accents none.</summary>
static class TextWidth
{
    public static int Of(string text) => text.EnumerateRunes().Sum(Of);

    public static int Of(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format => 0,
        _ => IsWide(rune.Value) ? 2 : 1,
    };

    /// <summary>The text with spaces behind it, or before it where it is a number.</summary>
    public static string Pad(string text, int width, bool toTheRight = false)
    {
        string spaces = new(' ', Math.Max(0, width - Of(text)));
        return toTheRight ? spaces + text : text + spaces;
    }

    /// <summary>As much as fits, with a mark where something is left out.</summary>
    public static string Cut(string text, int width)
    {
        if (Of(text) <= width)
            return text;
        var kept = new StringBuilder();
        int used = 1;
        foreach (Rune rune in text.EnumerateRunes())
        {
            used += Of(rune);
            if (used > width)
                break;
            kept.Append(rune);
        }

        return kept.Append('…').ToString();
    }

    /// <summary>On one line, and without signs that a terminal would take for orders.</summary>
    public static string OneLine(string text) => text.Any(char.IsControl)
        ? string.Concat(text.Select(static sign => sign switch { '\n' => "\\n", '\r' => "\\r", '\t' => "\\t", _ when char.IsControl(sign) => "\uFFFD", _ => sign.ToString() }))
        : text;

    static bool IsWide(int value) => value is (>= 0x1100 and <= 0x115F) or (>= 0x2E80 and <= 0xA4CF) or (>= 0xAC00 and <= 0xD7A3) or (>= 0xF900 and <= 0xFAFF)
        or (>= 0xFE30 and <= 0xFE6F) or (>= 0xFF00 and <= 0xFF60) or (>= 0xFFE0 and <= 0xFFE6) or (>= 0x1F300 and <= 0x1FAFF) or (>= 0x20000 and <= 0x3FFFD);
}
