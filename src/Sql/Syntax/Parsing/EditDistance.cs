namespace Orrery.Sql.Syntax;

/// <summary>Which word a misspelt one was meant to be.</summary>
static class EditDistance
{
    /// <summary>Longer words than any keyword are not compared.</summary>
    const int WordLength = 32;

    /// <summary>The candidate that is fewest edits away, or null when none is near. Two letters may be swapped; from four letters on, one edit, from six on, two.</summary>
    public static string? Nearest(string word, IEnumerable<string> candidates)
    {
        string? nearest = null;
        int least = int.MaxValue;
        if (word.Length is < 2 or > WordLength)
            return null;
        foreach (string candidate in candidates.Order(StringComparer.Ordinal))
        {
            int edits = Between(word, candidate);
            int allowed = Math.Min(word.Length, candidate.Length) switch { <= 2 => Swapped(word, candidate) ? 1 : 0, <= 5 => 1, _ => 2 };
            if (edits > 0 && edits <= allowed && edits < least)
                (nearest, least) = (candidate, edits);
        }

        return nearest;
    }

    static bool Swapped(string word, string candidate) => word.Length == candidate.Length && word.Order().SequenceEqual(candidate.Order());

    /// <summary>Insertions, deletions, replacements, and swaps of neighbours.</summary>
    static int Between(string word, string candidate)
    {
        if (Math.Abs(word.Length - candidate.Length) > 2 || candidate.Length > WordLength)
            return int.MaxValue;
        int[,] edits = new int[word.Length + 1, candidate.Length + 1];
        for (int row = 0; row <= word.Length; row++)
        {
            for (int column = 0; column <= candidate.Length; column++)
            {
                if (row == 0 || column == 0)
                {
                    edits[row, column] = row + column;
                    continue;
                }

                int least = Math.Min(edits[row - 1, column], edits[row, column - 1]) + 1;
                least = Math.Min(least, edits[row - 1, column - 1] + (word[row - 1] == candidate[column - 1] ? 0 : 1));
                if (row > 1 && column > 1 && word[row - 1] == candidate[column - 2] && word[row - 2] == candidate[column - 1])
                    least = Math.Min(least, edits[row - 2, column - 2] + 1);
                edits[row, column] = least;
            }
        }

        return edits[word.Length, candidate.Length];
    }
}
