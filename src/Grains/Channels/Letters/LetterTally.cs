using Orrery.Interfaces.Channels;

namespace Orrery.Grains.Channels.Letters;

/// <summary>Counts letters by reason and format. Reasons beyond the first thousand are counted together.</summary>
sealed class LetterTally
{
    const int KindsMax = 1_000, ShownMax = 50, SamplesMax = 3, SampleLengthMax = 300;

    readonly Dictionary<(string Reason, string Format), Kind> kinds = [];

    public long Letters { get; private set; }

    public void Add(string reason, string format, long milliseconds, string text)
    {
        Letters++;
        var name = (StoredLetter.KindOf(reason), format);
        if (!kinds.TryGetValue(name, out Kind? kind))
        {
            name = kinds.Count < KindsMax ? name : ("other reasons", "");
            if (!kinds.TryGetValue(name, out kind))
                kinds[name] = kind = new Kind { First = milliseconds, Last = milliseconds };
        }

        kind.Letters++;
        (kind.First, kind.Last) = (Math.Min(kind.First, milliseconds), Math.Max(kind.Last, milliseconds));
        if (kind.Samples.Count < SamplesMax)
            kind.Samples.Add(Cut(text, SampleLengthMax));
    }

    public IReadOnlyList<LetterReason> Reasons() =>
    [
        .. kinds.OrderByDescending(static kind => kind.Value.Letters).ThenBy(static kind => kind.Key.Reason, StringComparer.Ordinal).Take(ShownMax).Select(static kind => new LetterReason(
            kind.Key.Reason, kind.Key.Format, kind.Value.Letters, DateTimeOffset.FromUnixTimeMilliseconds(kind.Value.First), DateTimeOffset.FromUnixTimeMilliseconds(kind.Value.Last), kind.Value.Samples)),
    ];

    public static string Cut(string text, int length) => text.Length <= length ? text : string.Concat(text.AsSpan(0, length), "…");

    sealed class Kind
    {
        public long Letters { get; set; }

        public long First { get; set; }

        public long Last { get; set; }

        public List<string> Samples { get; } = [];
    }
}
