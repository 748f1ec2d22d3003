using System.Globalization;
using System.Text;

namespace Orrery.Connectors.Dialects;

/// <summary>
/// A database's own type text, taken apart: <c>timestamp(3) with time zone</c> is the name "timestamp with time zone" and the argument 3;
/// <c>DECIMAL(8, 4) UNSIGNED ZEROFILL</c> is "decimal" with two arguments and two flags. What belongs to the column rather than the type (character set,
/// collation) is left out.
/// </summary>
public sealed class NativeType
{
    /// <summary>Characters of a type text; an enum's values are long.</summary>
    public const int TextLengthMax = 1 << 20;

    static readonly HashSet<string> ColumnWords = new(StringComparer.Ordinal) { "character", "charset", "collate" };

    NativeType(string text, string name, IReadOnlyList<string> arguments, bool isUnsigned, bool isZerofill, bool isArray)
    {
        (Text, Name, Arguments, IsUnsigned, IsZerofill, IsArray) = (text, name, arguments, isUnsigned, isZerofill, isArray);
    }

    /// <summary>As it was given.</summary>
    public string Text { get; }

    /// <summary>Lower-case words with one space between them, without arguments and flags. A name in quotes keeps its letters and quotes.</summary>
    public string Name { get; }

    /// <summary>What stands in the first parentheses, apart at its commas; texts without their quotes.</summary>
    public IReadOnlyList<string> Arguments { get; }

    /// <summary>MySQL: UNSIGNED, or ZEROFILL, which implies it.</summary>
    public bool IsUnsigned { get; }

    public bool IsZerofill { get; }

    /// <summary>PostgreSQL: <c>integer[]</c>.</summary>
    public bool IsArray { get; }

    /// <exception cref="NativeTypeException">The text cannot be read.</exception>
    public static NativeType Parse(string text)
    {
        if (text.Length > TextLengthMax) throw new NativeTypeException($"A type text of {text.Length} characters is longer than {TextLengthMax}.");
        var words = new List<string>();
        List<string>? arguments = null;
        bool isArray = false;
        for (int at = 0; at < text.Length;)
        {
            char here = text[at];
            if (here == '(')
            {
                List<string> found = ReadArguments(text, ref at);
                arguments ??= found;
            }
            else if (here == '[')
            {
                isArray = true;
                int end = text.IndexOf(']', at);
                at = end < 0 ? throw Unreadable(text) : end + 1;
            }
            else if (here == '"')
            {
                int end = text.IndexOf('"', at + 1);
                if (end < 0) throw Unreadable(text);
                words.Add(text[at..(end + 1)]);
                at = end + 1;
            }
            else if (char.IsWhiteSpace(here) || here == ',')
            {
                at++;
            }
            else
            {
                int from = at;
                while (at < text.Length && !char.IsWhiteSpace(text[at]) && text[at] is not ('(' or '[' or '"' or ',' or ')')) at++;
                if (at == from) throw Unreadable(text);
                words.Add(text[from..at].ToLower(CultureInfo.InvariantCulture));
            }
        }

        return Make(text, words, arguments ?? [], isArray);
    }

    /// <summary>An argument as a number, or what stands for its absence.</summary>
    /// <exception cref="NativeTypeException">It is no number.</exception>
    public int Number(int index, int otherwise)
    {
        if (index >= Arguments.Count) return otherwise;
        string argument = Arguments[index];
        int space = argument.IndexOf(' ', StringComparison.Ordinal); // Oracle: VARCHAR2(10 CHAR)
        if (space > 0) argument = argument[..space];
        return int.TryParse(argument, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) ? number : throw Unreadable(Text);
    }

    public override string ToString() => Text;

    static NativeType Make(string text, List<string> words, IReadOnlyList<string> arguments, bool isArray)
    {
        bool isUnsigned = false, isZerofill = false;
        var name = new StringBuilder();
        for (int index = 0; index < words.Count; index++)
        {
            string word = words[index];
            if (word == "unsigned") isUnsigned = true;
            else if (word == "signed") continue;
            else if (word == "zerofill") isUnsigned = isZerofill = true;
            else if (index > 0 && ColumnWords.Contains(word)) index += word == "character" ? 2 : 1;
            else name.Append(name.Length > 0 ? " " : "").Append(word);
        }

        if (name.Length == 0) throw Unreadable(text);
        return new NativeType(text, name.ToString(), arguments, isUnsigned, isZerofill, isArray);
    }

    static List<string> ReadArguments(string text, ref int at)
    {
        var arguments = new List<string>();
        var argument = new StringBuilder();
        bool quoted = false;
        for (at++; at < text.Length; at++)
        {
            char here = text[at];
            if (quoted)
            {
                if (here != '\'') argument.Append(here);
                else if (at + 1 < text.Length && text[at + 1] == '\'') argument.Append(text[at++]);
                else quoted = false;
            }
            else if (here == '\'')
            {
                quoted = true;
            }
            else if (here is ',' or ')')
            {
                arguments.Add(argument.ToString().Trim());
                argument.Clear();
                if (here == ')')
                {
                    at++;
                    return arguments;
                }
            }
            else
            {
                argument.Append(here);
            }
        }

        throw Unreadable(text);
    }

    static NativeTypeException Unreadable(string text) => new($"The type '{(text.Length > 200 ? text[..200] + "…" : text)}' cannot be read.");
}
