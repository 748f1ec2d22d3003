using System.Text;
using Orrery.Sql.Rows;

namespace Orrery.Sql.Functions.Texts;

/// <summary>Characters (Unicode code points) in UTF-8.</summary>
internal static class CodePoints
{
    public static int Count(ReadOnlySpan<byte> text)
    {
        if (Ascii.IsValid(text)) return text.Length;
        int count = 0;
        foreach (byte unit in text)
            if ((unit & 0xC0) != 0x80) count++;
        return count;
    }

    /// <summary>The byte where the character with so many before it begins; the text's length where it has not as many.</summary>
    public static int Offset(ReadOnlySpan<byte> text, long characters)
    {
        if (characters <= 0) return 0;
        long left = characters;
        for (int index = 0; index < text.Length; index++)
            if ((text[index] & 0xC0) != 0x80 && left-- == 0) return index;
        return text.Length;
    }

    /// <summary>Bytes of the character that begins with this byte.</summary>
    public static int Width(byte first) => first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;

    public static Bytes Slice(Bytes text, int from, int to) => new(text.Address + from, to - from);
}
