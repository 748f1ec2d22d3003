using System.Text;
using System.Text.RegularExpressions;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Health;

namespace Orrery.Grains.Health.Series.Queries;

/// <summary>Decides by its labels whether a series is asked for. Regular expressions see whole values and run in linear time where .NET can, else against a clock.</summary>
sealed class SeriesSelector
{
    public const int MatchersLimit = 32, PatternCharactersLimit = 1000;

    static readonly TimeSpan RegexTimeout = TimeSpan.FromMilliseconds(100);

    readonly Test[] tests;

    /// <exception cref="InvalidInputException">A matcher cannot be used.</exception>
    public SeriesSelector(IReadOnlyList<LabelMatcher> matchers)
    {
        if (matchers.Count > MatchersLimit) throw new InvalidInputException("matchers", $"{matchers.Count} matchers were given; at most {MatchersLimit} are allowed.");
        tests = [.. matchers.Select(matcher => new Test(matcher))];
    }

    public bool Matches(ReadOnlySpan<byte> key)
    {
        foreach (var test in tests)
        {
            if (!test.Matches(Find(key, test.Label))) return false;
        }

        return true;
    }

    static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> key, ReadOnlySpan<byte> name)
    {
        foreach (var label in SeriesKey.Labels(key))
        {
            if (label.Name.SequenceEqual(name)) return label.Value;
        }

        return default;
    }

    sealed class Test
    {
        readonly MatchKind kind;
        readonly byte[] label, value;
        readonly Regex? regex;
        readonly Dictionary<string, bool>? seen;

        public Test(LabelMatcher matcher)
        {
            kind = matcher.Kind;
            label = Encoding.UTF8.GetBytes(matcher.Label);
            value = Encoding.UTF8.GetBytes(matcher.Value);
            if (kind is MatchKind.Equal or MatchKind.NotEqual) return;
            if (matcher.Value.Length > PatternCharactersLimit) throw new InvalidInputException("matchers", $"The pattern for label '{matcher.Label}' has {matcher.Value.Length} characters; at most {PatternCharactersLimit} are allowed.");
            seen = new Dictionary<string, bool>(StringComparer.Ordinal);
            regex = Compile(matcher);
        }

        public ReadOnlySpan<byte> Label => label;

        public bool Matches(ReadOnlySpan<byte> actual) => kind switch
        {
            MatchKind.Equal => actual.SequenceEqual(value),
            MatchKind.NotEqual => !actual.SequenceEqual(value),
            _ => IsMatch(Encoding.UTF8.GetString(actual)) == (kind == MatchKind.Matches),
        };

        // Most labels have few values over many series: each value is tried once.
        bool IsMatch(string actual)
        {
            if (seen!.TryGetValue(actual, out bool known)) return known;
            try
            {
                return seen[actual] = regex!.IsMatch(actual);
            }
            catch (RegexMatchTimeoutException)
            {
                throw new InvalidInputException("matchers", $"The pattern '{regex}' took longer than {RegexTimeout.TotalMilliseconds} ms on one value of label '{Encoding.UTF8.GetString(label)}': simplify it.");
            }
        }

        static Regex Compile(LabelMatcher matcher)
        {
            string pattern = $"\\A(?:{matcher.Value})\\z";
            const RegexOptions options = RegexOptions.CultureInvariant | RegexOptions.Singleline | RegexOptions.ExplicitCapture;
            try
            {
                try
                {
                    // Linear in the value's length, so it needs no clock: one would blame the pattern for a busy machine.
                    return new Regex(pattern, options | RegexOptions.NonBacktracking);
                }
                catch (NotSupportedException)
                {
                    return new Regex(pattern, options, RegexTimeout);
                }
            }
            catch (ArgumentException error)
            {
                throw new InvalidInputException("matchers", $"The pattern '{matcher.Value}' for label '{matcher.Label}' is no regular expression: {error.Message}");
            }
        }
    }
}
