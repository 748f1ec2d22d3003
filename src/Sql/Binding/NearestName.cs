namespace Orrery.Sql.Binding;

/// <summary>Finds the name that a misspelt one was meant to be.</summary>
internal static class NearestName
{
    /// <summary>Names compared, at most.</summary>
    private const int CandidatesMax = 10_000;

    private const int NameLengthMax = 128;

    /// <summary>The candidate of the fewest typing errors, at most a third of the name's length, of which the case is none; null where none is as near.</summary>
    public static string? Find(string name, IEnumerable<string> candidates)
    {
        if (name.Length > NameLengthMax) return null;
        string? best = null;
        int bestDistance = (name.Length < 3 ? 0 : Math.Max(1, name.Length / 3)) + 1;
        foreach (string candidate in candidates.Take(CandidatesMax))
        {
            if (Math.Abs(candidate.Length - name.Length) >= bestDistance) continue;
            int distance = Distance(name.ToUpperInvariant(), candidate.ToUpperInvariant());
            if (distance < bestDistance) (best, bestDistance) = (candidate, distance);
        }

        return best;
    }

    private static int Distance(string left, string right)
    {
        var previous = new int[right.Length + 1];
        var current = new int[right.Length + 1];
        for (int j = 0; j <= right.Length; j++) previous[j] = j;
        for (int i = 1; i <= left.Length; i++)
        {
            current[0] = i;
            for (int j = 1; j <= right.Length; j++)
            {
                int replaced = previous[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
                current[j] = Math.Min(replaced, Math.Min(previous[j], current[j - 1]) + 1);
            }

            (previous, current) = (current, previous);
        }

        return previous[right.Length];
    }
}
