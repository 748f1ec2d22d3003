using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Orrery.Jobs.Yaml;

/// <summary>Texts as YAML takes them: plain where nothing else could be read, else in double quotes.</summary>
static partial class YamlText
{
    static readonly HashSet<string> Words = new(StringComparer.OrdinalIgnoreCase) { "null", "true", "false", "yes", "no", "on", "off", "now", "today", "y", "n", "~" };

    /// <summary>A text.</summary>
    public static string Of(string text) => Plain().IsMatch(text) && !Words.Contains(text) && !text.EndsWith(' ') ? text : Quoted(text);

    /// <summary>A text in double quotes.</summary>
    public static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (Rune rune in text.EnumerateRunes())
            quoted.Append(rune.Value switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                < 0x20 or 0x7F or (>= 0x80 and < 0xA0) or 0x2028 or 0x2029 or 0xFEFF => $"\\u{rune.Value.ToString("x4", CultureInfo.InvariantCulture)}",
                _ => rune.ToString(),
            });
        return quoted.Append('"').ToString();
    }

    /// <summary>Letters of any script first; nothing that ends a plain text in a list or a mapping.</summary>
    [GeneratedRegex(@"^[\p{L}_][\p{L}\p{Nd}_ .\-/()（）、，。+*=<>]*$", RegexOptions.CultureInvariant)]
    private static partial Regex Plain();
}
