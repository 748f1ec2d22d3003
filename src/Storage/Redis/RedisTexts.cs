using System.Globalization;
using System.Text;

namespace Orrery.Storage.Redis;

/// <summary>
/// Writes the parts of a key as one text that a person can read: parts stand between <c>|</c>; a <c>%</c>, a <c>|</c>, control characters and halves of surrogate
/// pairs inside of a part become <c>%XXXX</c>.
/// </summary>
static class RedisTexts
{
    public static string Join(string first, string second) => $"{Encode(first)}|{Encode(second)}";

    public static string Join(string first, string second, string third) => $"{Encode(first)}|{Encode(second)}|{Encode(third)}";

    public static string[] Split(string text)
    {
        var parts = text.Split('|');
        for (var index = 0; index < parts.Length; index++) parts[index] = Decode(parts[index]);
        return parts;
    }

    public static string Encode(string text)
    {
        var isPlain = true;
        for (var index = 0; index < text.Length && isPlain; index++) isPlain = IsPlain(text[index]);
        if (isPlain) return text;
        var builder = new StringBuilder(text.Length + 16);
        for (var index = 0; index < text.Length; index++)
        {
            var character = text[index];
            if (char.IsHighSurrogate(character) && index + 1 < text.Length && char.IsLowSurrogate(text[index + 1])) builder.Append(character).Append(text[++index]);
            else if (IsPlain(character)) builder.Append(character);
            else builder.Append(CultureInfo.InvariantCulture, $"%{(int)character:x4}");
        }

        return builder.ToString();
    }

    static bool IsPlain(char character) => character is not ('%' or '|') && !char.IsControl(character) && !char.IsSurrogate(character);

    static string Decode(string text)
    {
        if (!text.Contains('%')) return text;
        var builder = new StringBuilder(text.Length);
        for (var index = 0; index < text.Length; index++)
        {
            if (text[index] != '%')
            {
                builder.Append(text[index]);
                continue;
            }

            builder.Append((char)ushort.Parse(text.AsSpan(index + 1, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
            index += 4;
        }

        return builder.ToString();
    }
}
