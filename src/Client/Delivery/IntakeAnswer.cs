using System.Text;

namespace Orrery.Client.Delivery;

/// <summary>The counts of <c>{"accepted","duplicate","dropped":[{"reason","count","example"}]}</c>.</summary>
/// <remarks>Quotes inside JSON strings are always escaped, so a quoted name followed by a colon can only be a name: no parser is needed for three counts.</remarks>
internal readonly record struct IntakeAnswer(long Accepted, long Duplicate, long Refused, string? Reason)
{
    public static IntakeAnswer Read(byte[] body, int length)
    {
        string text = Encoding.UTF8.GetString(body, 0, length);
        long refused = 0;
        for (int at = 0; (at = Find(text, "count", at)) >= 0;)
            refused += Digits(text, at);
        int accepted = Find(text, "accepted", 0), duplicate = Find(text, "duplicate", 0);
        return new IntakeAnswer(accepted < 0 ? 0 : Digits(text, accepted), duplicate < 0 ? 0 : Digits(text, duplicate), refused, Word(text, Find(text, "reason", 0)));
    }

    static int Find(string text, string name, int from)
    {
        string quoted = "\"" + name + "\"";
        int at = text.IndexOf(quoted, from, StringComparison.Ordinal);
        if (at < 0)
            return -1;
        at += quoted.Length;
        while (at < text.Length && text[at] is ' ' or ':' or '\n' or '\r' or '\t')
            at++;
        return at;
    }

    static long Digits(string text, int at)
    {
        long value = 0;
        for (; at < text.Length && text[at] is >= '0' and <= '9' && value < long.MaxValue / 100; at++)
            value = value * 10 + (text[at] - '0');
        return value;
    }

    static string? Word(string text, int at)
    {
        if (at < 0 || at >= text.Length || text[at] != '"')
            return null;
        int end = text.IndexOf('"', at + 1);
        return end < 0 ? null : text.Substring(at + 1, Math.Min(64, end - at - 1));
    }
}
