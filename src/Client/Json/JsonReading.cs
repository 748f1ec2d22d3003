using System.Globalization;
using System.Text;

namespace Orrery.Client.Json;

/// <summary>
/// Reads JSON: objects as dictionaries, arrays as lists, text, double, bool, null. Only what answers of the cloud need, so that the client needs no package.
/// </summary>
internal sealed class JsonReading
{
    const int DepthMax = 32;

    readonly string text;
    int at;
    int depth;

    JsonReading(string text) => this.text = text;

    /// <exception cref="FormatException">It is no JSON.</exception>
    public static object? Read(string text)
    {
        var reading = new JsonReading(text);
        object? value = reading.Value();
        reading.Blanks();
        return reading.at == text.Length ? value : throw reading.Wrong();
    }

    object? Value()
    {
        if (++depth > DepthMax)
            throw Wrong();
        Blanks();
        object? value = Peek() switch
        {
            '{' => Object(),
            '[' => Array(),
            '"' => String(),
            't' => Word("true", true),
            'f' => Word("false", false),
            'n' => Word("null", null),
            _ => Number(),
        };
        depth--;
        return value;
    }

    Dictionary<string, object?> Object()
    {
        var members = new Dictionary<string, object?>();
        at++;
        Blanks();
        if (Took('}'))
            return members;
        do
        {
            Blanks();
            if (Peek() != '"')
                throw Wrong();
            string name = String();
            Blanks();
            if (!Took(':'))
                throw Wrong();
            members[name] = Value();
            Blanks();
        }
        while (Took(','));
        return Took('}') ? members : throw Wrong();
    }

    List<object?> Array()
    {
        var items = new List<object?>();
        at++;
        Blanks();
        if (Took(']'))
            return items;
        do
        {
            items.Add(Value());
            Blanks();
        }
        while (Took(','));
        return Took(']') ? items : throw Wrong();
    }

    string String()
    {
        var read = new StringBuilder();
        for (at++; Peek() is var c && c != '"'; at++)
        {
            if (c == '\0' && at >= text.Length)
                throw Wrong();
            if (c != '\\')
            {
                read.Append(c);
                continue;
            }

            at++;
            char escaped = Peek();
            if (escaped == 'u')
            {
                if (at + 5 > text.Length || !ushort.TryParse(text.Substring(at + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort code))
                    throw Wrong();
                read.Append((char)code);
                at += 4;
                continue;
            }

            read.Append(escaped switch { 'n' => '\n', 'r' => '\r', 't' => '\t', 'b' => '\b', 'f' => '\f', '"' or '\\' or '/' => escaped, _ => throw Wrong() });
        }

        at++;
        return read.ToString();
    }

    object? Word(string word, object? value)
    {
        if (string.CompareOrdinal(text, at, word, 0, word.Length) != 0)
            throw Wrong();
        at += word.Length;
        return value;
    }

    object Number()
    {
        int from = at;
        while (Peek() is (>= '0' and <= '9') or '-' or '+' or '.' or 'e' or 'E')
            at++;
        return double.TryParse(text.Substring(from, at - from), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : throw Wrong();
    }

    char Peek() => at < text.Length ? text[at] : '\0';

    bool Took(char c)
    {
        if (Peek() != c || at >= text.Length)
            return false;
        at++;
        return true;
    }

    void Blanks()
    {
        while (Peek() is ' ' or '\n' or '\r' or '\t')
            at++;
    }

    FormatException Wrong() => new($"The answer is no JSON at character {at}.");
}
