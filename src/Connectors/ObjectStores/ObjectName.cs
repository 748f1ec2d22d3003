using System.Text;

namespace Orrery.Connectors.ObjectStores;

/// <summary>
/// Names that every store can hold: parts joined by '/', none of them empty, '.' or '..', without control characters and '\', at most
/// 900 bytes of UTF-8 in all and 200 a part.
/// </summary>
public static class ObjectName
{
    /// <summary>Longest name in bytes of UTF-8.</summary>
    public const int BytesMax = 900;

    /// <summary>Longest part in bytes of UTF-8.</summary>
    public const int PartBytesMax = 200;

    /// <summary>Checks a name.</summary>
    /// <exception cref="ArgumentException">It is not one that every store can hold.</exception>
    public static string Check(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length == 0 || name.Length > BytesMax || Encoding.UTF8.GetByteCount(name) > BytesMax)
            throw new ArgumentException($"An object's name has {name.Length} characters; it must have 1 to {BytesMax} bytes.");
        foreach (string part in name.Split('/'))
            if (part is "" or "." or ".." || part.AsSpan().ContainsAnyInRange('\0', '\x1f') || part.Contains('\\') || Encoding.UTF8.GetByteCount(part) > PartBytesMax)
                throw new ArgumentException($"'{name}' is not an object's name: parts between '/' must not be empty, '.' or '..', hold no control characters and no '\\', and have at most {PartBytesMax} bytes.");
        return name;
    }

    /// <summary>Makes one part of a name out of any text: letters, digits, '-', '_', '.' and '=' stay, every other byte of its UTF-8 becomes %XX.</summary>
    public static string Part(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        var part = new StringBuilder(text.Length);
        foreach (byte value in Encoding.UTF8.GetBytes(text))
        {
            char letter = (char)value;
            if (char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '=' || (letter == '.' && part.Length > 0))
                part.Append(letter);
            else
                part.Append('%').Append(value.ToString("X2"));
        }

        return part.Length <= PartBytesMax ? part.ToString() : throw new ArgumentException($"'{text[..Math.Min(40, text.Length)]}...' gives a name of {part.Length} bytes, at most {PartBytesMax} can be.");
    }
}
