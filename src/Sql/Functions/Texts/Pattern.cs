using System.Text;
using System.Text.RegularExpressions;
using Orrery.Sql.Compilation;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Sql.Functions.Texts;

/// <summary>
/// What functions of regular expressions compute. They are matched without going back, in time in proportion to the text; look-around and references to groups within a pattern are therefore
/// refused.
/// </summary>
internal static class Pattern
{
    /// <summary>Characters of a pattern, at most.</summary>
    private const int LengthMax = 10_000;

    /// <summary>Matches of one text, at most.</summary>
    private const int MatchesMax = 1_000_000;

    /// <exception cref="SqlValueException">It is no regular expression, or one that cannot be matched in linear time.</exception>
    public static Regex Make(string pattern)
    {
        if (pattern.Length > LengthMax) throw new SqlValueException($"A regular expression of {pattern.Length} characters is longer than the {LengthMax} that it may have.");
        try
        {
            return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception fault) when (fault is ArgumentException or NotSupportedException)
        {
            throw new SqlValueException($"'{pattern}' is no regular expression that can be used here: {fault.Message}", fault);
        }
    }

    /// <summary>A pattern of SIMILAR TO as a regular expression of the whole text.</summary>
    public static Regex Similar(string pattern, string escape)
    {
        var expression = new StringBuilder("^(?:");
        for (int index = 0; index < pattern.Length; index++)
        {
            char character = pattern[index];
            if (escape.Length > 0 && pattern.AsSpan(index).StartsWith(escape, StringComparison.Ordinal))
            {
                index += escape.Length;
                if (index >= pattern.Length) throw new SqlValueException($"SIMILAR TO '{pattern}' ends with its escape.");
                expression.Append(Regex.Escape(pattern[index].ToString()));
            }
            else if (character == '%')
            {
                expression.Append(@"[\s\S]*");
            }
            else if (character == '_')
            {
                // One character is two units where it is beyond the first plane.
                expression.Append(@"(?:[\uD800-\uDBFF][\uDC00-\uDFFF]|[\s\S])");
            }
            else if (character is '.' or '\\' or '^' or '$' && !IsInBrackets(pattern, index))
            {
                expression.Append('\\').Append(character);
            }
            else
            {
                expression.Append(character);
            }
        }

        return Make(expression.Append(")\\z").ToString());
    }

    public static bool IsMatch(EvaluationContext context, Bytes text, Regex regex) => regex.IsMatch(TextMaker.Characters(context, text));

    public static bool IsSimilar(EvaluationContext context, Bytes text, Bytes pattern, Bytes escape) => IsMatch(context, text, Similar(pattern.ToString(), escape.ToString()));

    public static bool Matches(EvaluationContext context, Bytes text, Bytes pattern) => IsMatch(context, text, context.State.Regex(pattern));

    public static Bytes Extract(EvaluationContext context, Bytes text, Bytes pattern, out bool isNull)
    {
        var characters = TextMaker.Characters(context, text);
        foreach (var match in context.State.Regex(pattern).EnumerateMatches(characters))
        {
            isNull = false;
            return TextMaker.Make(context, characters.Slice(match.Index, match.Length));
        }

        isNull = true;
        return default;
    }

    public static Bytes ExtractGroup(EvaluationContext context, Bytes text, Bytes pattern, long group, out bool isNull)
    {
        var match = context.State.Regex(pattern).Match(text.ToString());
        isNull = !match.Success || group < 0 || group >= match.Groups.Count || !match.Groups[(int)group].Success;
        return isNull ? default : TextMaker.Make(context, match.Groups[(int)group].ValueSpan);
    }

    public static Bytes ExtractAll(EvaluationContext context, Bytes text, Bytes pattern, long group, out bool isNull)
    {
        var regex = context.State.Regex(pattern);
        isNull = group < 0 || group >= regex.GetGroupNumbers().Length;
        if (isNull) return default;
        var found = new List<object?>();
        for (var match = regex.Match(text.ToString()); match.Success; match = match.NextMatch())
        {
            if (found.Count >= MatchesMax) throw new SqlValueException($"A text has more than {MatchesMax:N0} matches.");
            found.Add(match.Groups[(int)group].Value);
        }

        return RowValues.ToArray(found, SqlType.String, context.Scratch);
    }

    public static Bytes Replace(EvaluationContext context, Bytes text, Bytes pattern, Bytes replacement) =>
        TextMaker.Make(context, context.State.Regex(pattern).Replace(text.ToString(), replacement.ToString()));

    public static long Count(EvaluationContext context, Bytes text, Bytes pattern) => context.State.Regex(pattern).Count(TextMaker.Characters(context, text));

    public static long Place(EvaluationContext context, Bytes text, Bytes pattern)
    {
        var characters = TextMaker.Characters(context, text);
        foreach (var match in context.State.Regex(pattern).EnumerateMatches(characters))
        {
            int surrogates = 0;
            foreach (char unit in characters[..match.Index])
                if (char.IsLowSurrogate(unit)) surrogates++;
            return match.Index - surrogates + 1;
        }

        return 0;
    }

    private static bool IsInBrackets(string pattern, int index) => pattern.LastIndexOf('[', index) > pattern.LastIndexOf(']', index);
}
