using System.Globalization;
using System.Text;
using Orrery.Sql.Compilation;
using Orrery.Sql.Types;

namespace Orrery.Sql.Functions.Times;

/// <summary>
/// A pattern of dates and times as Java has them: y u year, M L month (three letters its short name, four its name), d day, D day of the year, E day of the week, H hour, h k K hours of other
/// counts, m minute, s second, S fraction, a AM or PM, text between quotes. Names are English.
/// </summary>
internal sealed class DateFormat
{
    /// <summary>Letters of a pattern, at most.</summary>
    private const int LengthMax = 200;

    /// <summary>Bytes of a name or a number, at most.</summary>
    private const int NameBytesMax = 10;

    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    private readonly List<(char Letter, int Count, string Text)> _parts = [];
    private readonly string _pattern;

    /// <exception cref="SqlValueException">It has a letter that means nothing.</exception>
    public DateFormat(string pattern)
    {
        _pattern = pattern;
        if (pattern.Length > LengthMax) throw new SqlValueException($"A format of {pattern.Length} characters is longer than the {LengthMax} that it may have.");
        for (int index = 0; index < pattern.Length;)
        {
            char letter = pattern[index];
            if (letter == '\'')
            {
                index = Quoted(index + 1);
            }
            else if (char.IsAsciiLetter(letter))
            {
                int count = 1;
                while (index + count < pattern.Length && pattern[index + count] == letter) count++;
                if (!"yuMLdDEHhkKmsSa".Contains(letter)) throw new SqlValueException($"The format '{pattern}' has the letter {letter}, which means nothing here; text stands between quotes.");
                if (letter == 'S' && count > 9) throw new SqlValueException($"The format '{pattern}' has more than nine digits of a fraction.");
                _parts.Add((letter, count, ""));
                index += count;
            }
            else
            {
                _parts.Add(('\'', 0, letter.ToString()));
                index++;
            }
        }

        BytesMax = _parts.Sum(part => part.Letter == '\'' ? Encoding.UTF8.GetByteCount(part.Text) : Math.Max(part.Count, NameBytesMax));
    }

    /// <summary>Bytes of a text that is made, at most.</summary>
    public int BytesMax { get; }

    /// <returns>How many bytes were written.</returns>
    public int Format(long microseconds, Span<byte> target)
    {
        long days = TimeArithmetic.FloorDivide(microseconds, TimeArithmetic.MicrosecondsPerDay);
        var date = TimeArithmetic.DateOf(days);
        long time = microseconds - days * TimeArithmetic.MicrosecondsPerDay;
        int hour = (int)(time / 3_600_000_000), length = 0;
        foreach (var (letter, count, literal) in _parts)
        {
            var rest = target[length..];
            length += letter switch
            {
                '\'' => Encoding.UTF8.GetBytes(literal, rest),
                'y' or 'u' => count == 2 ? Number(rest, date.Year % 100, 2) : Number(rest, date.Year, count),
                'M' or 'L' => count switch { >= 4 => Word(rest, Culture.DateTimeFormat.GetMonthName(date.Month)), 3 => Word(rest, Culture.DateTimeFormat.GetAbbreviatedMonthName(date.Month)), _ => Number(rest, date.Month, count) },
                'd' => Number(rest, date.Day, count),
                'D' => Number(rest, date.DayOfYear, count),
                'E' => Word(rest, count >= 4 ? Culture.DateTimeFormat.GetDayName(date.DayOfWeek) : Culture.DateTimeFormat.GetAbbreviatedDayName(date.DayOfWeek)),
                'H' => Number(rest, hour, count),
                'h' => Number(rest, (hour + 11) % 12 + 1, count),
                'K' => Number(rest, hour % 12, count),
                'k' => Number(rest, hour == 0 ? 24 : hour, count),
                'm' => Number(rest, (int)(time / 60_000_000 % 60), count),
                's' => Number(rest, (int)(time / 1_000_000 % 60), count),
                'S' => Fraction(rest, (int)(time % 1_000_000), count),
                _ => Word(rest, hour < 12 ? "AM" : "PM"),
            };
        }

        return length;
    }

    /// <summary>Microseconds since 1970-01-01; what the pattern does not have is the first of its kind.</summary>
    public bool TryParse(string text, out long microseconds)
    {
        microseconds = 0;
        int year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0, fraction = 0, dayOfYear = 0;
        bool isHalf = false, isAfternoon = false;
        int at = 0;
        for (int index = 0; index < _parts.Count; index++)
        {
            var (letter, count, literal) = _parts[index];
            if (letter == '\'')
            {
                if (!text.AsSpan(at).StartsWith(literal, StringComparison.Ordinal)) return false;
                at += literal.Length;
            }
            else if (letter == 'a')
            {
                if (!TakeWord(text, ref at, ["AM", "PM"], out int half)) return false;
                isAfternoon = half == 1;
            }
            else if (letter == 'E')
            {
                if (!TakeWord(text, ref at, count >= 4 ? Culture.DateTimeFormat.DayNames : Culture.DateTimeFormat.AbbreviatedDayNames, out _)) return false;
            }
            else if (letter is 'M' or 'L' && count >= 3)
            {
                if (!TakeWord(text, ref at, count >= 4 ? Culture.DateTimeFormat.MonthNames : Culture.DateTimeFormat.AbbreviatedMonthNames, out month)) return false;
                month++;
            }
            else
            {
                // Digits of a number that another follows at once are counted, else there may be more or fewer of them.
                bool isTight = index + 1 < _parts.Count && _parts[index + 1].Letter is not ('\'' or 'a' or 'E');
                int most = letter == 'S' || isTight || (letter is 'y' or 'u' && count == 2) ? count : letter is 'y' or 'u' ? 4 : letter == 'D' ? 3 : 2;
                int start = at, number = 0;
                while (at < text.Length && at - start < most && char.IsAsciiDigit(text[at])) number = number * 10 + (text[at++] - '0');
                if (at == start || at - start < Math.Min(count, most)) return false;
                switch (letter)
                {
                    case 'y' or 'u': year = count == 2 ? 2000 + number : number; break;
                    case 'M' or 'L': month = number; break;
                    case 'd': day = number; break;
                    case 'D': dayOfYear = number; break;
                    case 'H': hour = number; break;
                    case 'k': hour = number % 24; break;
                    case 'h' or 'K': (hour, isHalf) = (number % 12, true); break;
                    case 'm': minute = number; break;
                    case 's': second = number; break;
                    default: fraction = (int)((number * Math.Pow(10, 9 - count)) / 1_000); break;
                }
            }
        }

        if (isHalf && isAfternoon) hour += 12;
        if (at != text.Length || year is < 1 or > 9999 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59) return false;
        if (dayOfYear > (DateTime.IsLeapYear(year) ? 366 : 365)) return false;
        long days = (dayOfYear > 0 ? new DateOnly(year, 1, 1).DayNumber + dayOfYear - 1 : new DateOnly(year, month, day).DayNumber) + TimeArithmetic.DaysMin;
        microseconds = days * TimeArithmetic.MicrosecondsPerDay + ((hour * 60L + minute) * 60 + second) * 1_000_000 + fraction;
        return true;
    }

    public override string ToString() => _pattern;

    private int Quoted(int index)
    {
        var literal = new StringBuilder();
        for (; index < _pattern.Length; index++)
        {
            if (_pattern[index] != '\'')
            {
                literal.Append(_pattern[index]);
            }
            else if (index + 1 < _pattern.Length && _pattern[index + 1] == '\'')
            {
                literal.Append('\'');
                index++;
            }
            else
            {
                // Two quotes with nothing between them are one.
                _parts.Add(('\'', 0, literal.Length == 0 ? "'" : literal.ToString()));
                return index + 1;
            }
        }

        throw new SqlValueException($"The format '{_pattern}' has a quote that is not closed.");
    }

    private static int Number(Span<byte> target, int value, int digits)
    {
        int width = value < 10 ? 1 : value < 100 ? 2 : value < 1000 ? 3 : 4;
        width = Math.Max(width, digits);
        for (int index = width - 1; index >= 0; index--, value /= 10) target[index] = (byte)('0' + value % 10);
        return width;
    }

    private static int Fraction(Span<byte> target, int microseconds, int digits)
    {
        for (int index = 0, unit = 100_000; index < digits; index++, unit /= 10) target[index] = unit == 0 ? (byte)'0' : (byte)('0' + microseconds / unit % 10);
        return digits;
    }

    private static int Word(Span<byte> target, string word) => Encoding.ASCII.GetBytes(word, target);

    private static bool TakeWord(string text, ref int at, string[] words, out int index)
    {
        for (index = 0; index < words.Length; index++)
        {
            if (words[index].Length == 0 || !text.AsSpan(at).StartsWith(words[index], StringComparison.OrdinalIgnoreCase)) continue;
            at += words[index].Length;
            return true;
        }

        return false;
    }
}
