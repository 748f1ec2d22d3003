using System.Text;

namespace Orrery.Jobs.DataX;

/// <summary>Lines of values apart at a delimiter; values in double quotes may hold delimiters, line ends, and quotes twice.</summary>
sealed class TextLines(TextReader reader, char delimiter, bool hasQuotes)
{
    /// <summary>Characters of a line at most.</summary>
    const int LineCharactersMax = 1 << 30;

    readonly StringBuilder value = new();
    readonly List<string> values = [];

    /// <summary>Which line was read last, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>The next line's values, the same list each time; null at the end.</summary>
    /// <exception cref="FormatException">Quotes do not end, or the line is too long.</exception>
    public IReadOnlyList<string>? Next()
    {
        values.Clear();
        value.Clear();
        if (reader.Peek() < 0) return null;
        Line++;
        bool isQuoted = false, wasQuoted = false;
        int length = 0;
        while (true)
        {
            int read = reader.Read();
            if (++length > LineCharactersMax) throw new FormatException($"line {Line} is longer than {LineCharactersMax} characters");
            if (isQuoted)
            {
                if (read < 0) throw new FormatException($"line {Line} begins a quoted value that does not end");
                if (read != '"') value.Append((char)read);
                else if (reader.Peek() == '"') value.Append((char)reader.Read());
                else isQuoted = false;
                continue;
            }

            switch (read)
            {
                case '"' when hasQuotes && value.Length == 0 && !wasQuoted:
                    isQuoted = wasQuoted = true;
                    break;
                case '\r' when reader.Peek() == '\n':
                    break;
                case -1 or '\n' or '\r' when read != delimiter:
                    values.Add(value.ToString());
                    return values;
                default:
                    if (read != delimiter)
                    {
                        value.Append((char)read);
                        break;
                    }

                    values.Add(value.ToString());
                    value.Clear();
                    wasQuoted = false;
                    break;
            }
        }
    }
}
