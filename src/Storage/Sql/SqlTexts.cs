using System.Globalization;
using System.Text;

namespace Orrery.Storage.Sql;

/// <summary>
/// Writes any .NET string as text that every database keeps: NUL (which PostgreSQL refuses) and halves of surrogate pairs (which are no UTF-8) become
/// <c>\uXXXX</c>, and a backslash becomes two. All other texts stay as they are.
/// </summary>
static class SqlTexts
{
    public static string Encode(string text)
    {
        var isPlain = true;
        for (var index = 0; index < text.Length && isPlain; index++) isPlain = text[index] is not ('\0' or '\\') && !char.IsSurrogate(text[index]);
        if (isPlain) return text;
        var builder = new StringBuilder(text.Length + 16);
        for (var index = 0; index < text.Length; index++)
        {
            var character = text[index];
            if (character == '\\') builder.Append(@"\\");
            else if (char.IsHighSurrogate(character) && index + 1 < text.Length && char.IsLowSurrogate(text[index + 1])) builder.Append(character).Append(text[++index]);
            else if (character == '\0' || char.IsSurrogate(character)) builder.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}");
            else builder.Append(character);
        }

        return builder.ToString();
    }

    /// <exception cref="FormatException">A backslash is followed by what <see cref="Encode"/> does not write.</exception>
    public static string Decode(string text)
    {
        if (!text.Contains('\\')) return text;
        var builder = new StringBuilder(text.Length);
        for (var index = 0; index < text.Length; index++)
        {
            if (text[index] != '\\') builder.Append(text[index]);
            else if (index + 1 < text.Length && text[index + 1] == '\\') builder.Append(text[++index]);
            else if (index + 5 < text.Length && text[index + 1] == 'u' && ushort.TryParse(text.AsSpan(index + 2, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var code))
            {
                builder.Append((char)code);
                index += 5;
            }
            else throw new FormatException($"A stored text has a backslash at {index} that starts no \\\\ and no \\uXXXX.");
        }

        return builder.ToString();
    }
}
