using System.Globalization;
using Orrery.Interfaces.Tags;

namespace Orrery.Grains.Tags;

/// <summary>What the index knows beyond membership: how values are spread, and which objects are alike.</summary>
sealed partial class TagIndex
{
    const int WordBinsMax = 50, NumberBins = 20, ValuesRead = 200_000, PeersConsidered = 100_000;

    /// <summary>Of a tag with very many values the first ones are read, and the others counted.</summary>
    public TagSpread Spread(string id)
    {
        TagMembers tag = TagOf(id);
        if (KindOf(id) == TagKind.Boolean)
            return new TagSpread([], tag.Members.Count);
        string[] values = [.. tag.Values.Values.Take(ValuesRead)];
        IReadOnlyList<SpreadBin> bins = KindOf(id) switch
        {
            TagKind.Numeric => Binned(values, static value => double.TryParse(value, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) ? number : null, static number => number.ToString("0.####", CultureInfo.InvariantCulture)),
            TagKind.Dated => Binned(
                values, static value => DateTime.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out DateTime at) ? at.Ticks : null,
                static ticks => new DateTime((long)Math.Clamp(ticks, 0, DateTime.MaxValue.Ticks)).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)),
            _ => [.. values.GroupBy(static value => value, StringComparer.Ordinal).OrderByDescending(static group => group.Count()).ThenBy(static group => group.Key, StringComparer.Ordinal).Take(WordBinsMax).Select(static group => new SpreadBin(group.Key, null, group.Count()))],
        };
        return new TagSpread(bins, tag.Members.Count - bins.Sum(static bin => bin.Objects));
    }

    /// <summary>Objects with most in common. Those with the rarest of its tags are compared first: they say most.</summary>
    public TagPeers Peers(string name, int limit)
    {
        if (!ordinals.TryGetValue(name, out int self) || held[self] is not { } own)
            return new TagPeers([], 0);
        var considered = new HashSet<int>();
        foreach (int number in own.Select(Number).Where(byNumber.ContainsKey).OrderBy(number => tags[number].Members.Count))
        {
            foreach (int other in tags[number].Members.From())
                if (other != self && everything.Contains(other) && considered.Count < PeersConsidered)
                    considered.Add(other);
            if (considered.Count >= PeersConsidered)
                break;
        }

        IEnumerable<(int Other, double Likeness)> nearest = considered.Select(other => (other, Likeness(self, other))).Where(static pair => pair.Item2 > 0)
            .OrderByDescending(static pair => pair.Item2).ThenBy(static pair => pair.other).Take(limit);
        return new TagPeers([.. nearest.Select(pair => new TagPeer(objects[pair.Other]!, pair.Likeness, [.. Shared(self, pair.Other).Select(number => byNumber[number].Id)]))], considered.Count);
    }

    double Likeness(int self, int other)
    {
        int shared = Shared(self, other).Count(), either = Known(self) + Known(other) - shared;
        return either == 0 ? 0 : (double)shared / either;
    }

    int Known(int ordinal) => held[ordinal]?.Count(entry => byNumber.ContainsKey(Number(entry))) ?? 0;

    /// <summary>Numbers of the tags that both have; of one that is a word, with the same word.</summary>
    IEnumerable<int> Shared(int self, int other)
    {
        ulong[] left = held[self] ?? [], right = held[other] ?? [];
        for (int a = 0, b = 0; a < left.Length && b < right.Length;)
        {
            int number = Number(left[a]), than = Number(right[b]);
            if (number == than && byNumber.TryGetValue(number, out IndexedTag? tag)
                && (tag.Kind != TagKind.Enumerated || tags[number].Values.GetValueOrDefault(self) == tags[number].Values.GetValueOrDefault(other)))
                yield return number;
            a += number <= than ? 1 : 0;
            b += than <= number ? 1 : 0;
        }
    }

    /// <summary>The tag of a set's bit; null: none now.</summary>
    public IndexedTag? OfBit(int part, int bit) => part < places.Length && bit < places[part].Length && places[part][bit] is > 0 and var number ? ById(number) : null;

    public IndexedTag? OfNumber(int number) => ById(number);

    static IReadOnlyList<SpreadBin> Binned(string[] values, Func<string, double?> read, Func<double, string> write)
    {
        double[] numbers = [.. values.Select(read).OfType<double>()];
        if (numbers.Length == 0)
            return [];
        double least = numbers.Min(), most = numbers.Max(), width = (most - least) / NumberBins;
        if (width == 0)
            return [new SpreadBin(write(least), write(most), numbers.Length)];
        long[] counts = new long[NumberBins];
        foreach (double number in numbers)
            counts[Math.Min(NumberBins - 1, (int)((number - least) / width))]++;
        return [.. counts.Select((count, place) => new SpreadBin(write(least + place * width), write(least + (place + 1) * width), count))];
    }
}
