using System.Text;

namespace Orrery.Grains.Reviews.Sentiment;

/// <summary>Cuts texts into runs: words of letters and digits in lower case, and stretches of Chinese characters. Everything that reads reviews begins here: search, sentiment, keywords.</summary>
static class TextRuns
{
    public static IEnumerable<(string Run, bool IsHan)> Of(string text)
    {
        string plain = text.Normalize(NormalizationForm.FormKC).ToLowerInvariant();
        int start = 0;
        while (start < plain.Length)
        {
            if (!IsHan(plain[start]) && !char.IsLetterOrDigit(plain[start]))
            {
                start++;
                continue;
            }

            bool isHan = IsHan(plain[start]);
            int end = start + 1;
            while (end < plain.Length && IsHan(plain[end]) == isHan && (isHan || char.IsLetterOrDigit(plain[end]) || (plain[end] is '\'' or '’' && end + 1 < plain.Length && char.IsLetter(plain[end + 1]))))
                end++;
            yield return (plain[start..end].Replace("'", "", StringComparison.Ordinal).Replace("’", "", StringComparison.Ordinal), isHan);
            start = end;
        }
    }

    /// <summary>What search looks for: words, single Chinese characters and pairs of them.</summary>
    public static IEnumerable<string> Terms(string text) => Of(text).SelectMany(static run => !run.IsHan ? [run.Run] : Singles(run.Run).Concat(Pairs(run.Run)));

    /// <summary>What a question must match: words, pairs of Chinese characters, and single ones that stand alone.</summary>
    public static IEnumerable<string> QueryTerms(string text) => Of(text).SelectMany(static run => !run.IsHan || run.Run.Length == 1 ? [run.Run] : Pairs(run.Run));

    public static bool IsHan(char c) => c is (>= '\u4e00' and <= '\u9fff') or (>= '\u3400' and <= '\u4dbf');

    static IEnumerable<string> Singles(string run) => run.Select(static c => c.ToString());

    static IEnumerable<string> Pairs(string run) => Enumerable.Range(0, Math.Max(0, run.Length - 1)).Select(at => run.Substring(at, 2));
}
