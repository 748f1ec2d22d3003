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
    }

    public string Format(long microseconds)
    {
        long days = TimeArithmetic.FloorDivide(microseconds, TimeArithmetic.MicrosecondsPerDay);
        var date = TimeArithmetic.DateOf(days);
        long time = microseconds - days * TimeArithmetic.MicrosecondsPerDay;
        int hour = (int)(time / 3_600_000_000);
        var text = new StringBuilder();
        foreach (var (letter, count, literal) in _parts)
        {
            _ = letter switch
            {
                '\'' => text.Append(literal),
                'y' or 'u' => count == 2 ? Number(text, date.Year % 100, 2) : Number(text, date.Year, count),
                'M' or 'L' => count switch { >= 4 => text.Append(Culture.DateTimeFormat.GetMonthName(date.Month)), 3 => text.Append(Culture.DateTimeFormat.GetAbbreviatedMonthName(date.Month)), _ => Number(text, date.Month, count) },
                'd' => Number(text, date.Day, count),
                'D' => Number(text, date.DayOfYear, count),
                'E' => text.Append(count >= 4 ? Culture.DateTimeFormat.GetDayName(date.DayOfWeek) : Culture.DateTimeFormat.GetAbbreviatedDayName(date.DayOfWeek)),
                'H' => Number(text, hour, count),
                'h' => Number(text, (hour + 11) % 12 + 1, count),
                'K' => Number(text, hour % 12, count),
                'k' => Number(text, hour == 0 ? 24 : hour, count),
                'm' => Number(text, (int)(time / 60_000_000 % 60), count),
                's' => Number(text, (int)(time / 1_000_000 % 60), count),
                'S' => text.Append((time % 1_000_000 * 1_000).ToString("D9", Culture).AsSpan(0, count)),
                _ => text.Append(hour < 12 ? "AM" : "PM"),
            };
        }

        return text.ToString();
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

    private static StringBuilder Number(StringBuilder text, int value, int digits) => text.Append(value.ToString("D" + digits, Culture));

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
