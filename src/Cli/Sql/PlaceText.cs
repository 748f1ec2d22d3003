using Orrery.Cli.Management;

namespace Orrery.Cli.Sql;

/// <summary>What is wrong with a text, with its line and a caret under the place.</summary>
static class PlaceText
{
    /// <param name="text">The whole text that the person wrote.</param>
    /// <param name="place">Within it.</param>
    /// <param name="name">Of the file that the text is from; null: none.</param>
    public static IEnumerable<string> Lines(string message, string text, TextPlace place, string? name = null)
    {
        int offset = Math.Clamp(place.Offset, 0, text.Length);
        int begin = offset == 0 ? 0 : text.LastIndexOf('\n', offset - 1) + 1;
        int end = text.IndexOf('\n', offset);
        string line = text[begin..(end < 0 ? text.Length : end)].TrimEnd('\r');
        int number = text.AsSpan(0, begin).Count('\n') + 1;
        int within = Math.Min(offset - begin, line.Length);
        yield return $"orrery: {(name is null ? "" : $"{name}, ")}line {number}, column {within + 1}: {message}";
        yield return $"  {Plain(line)}";
        string marked = line.Substring(within, Math.Clamp(place.Length, 0, line.Length - within));
        yield return $"  {new string(' ', TextWidth.Of(Plain(line[..within])))}{new string('^', Math.Max(1, TextWidth.Of(Plain(marked))))}";
    }

    static string Plain(string text) => string.Concat(text.Select(static sign => char.IsControl(sign) ? ' ' : sign));
}
