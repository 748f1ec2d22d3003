using System.Text;

namespace Orrery.Jobs.Schemas;

/// <summary>Finds in SQLite's stored text of CREATE TABLE what no pragma tells: conditions and expressions of computed columns.</summary>
sealed class SqliteCreateText(string text)
{
    readonly List<SqlWord> words = SqlWord.Split(text, escapes: false, brackets: true);

    /// <summary>Conditions of CHECK, without its parentheses.</summary>
    public IEnumerable<string> Checks()
    {
        for (int at = 0; at + 1 < words.Count; at++)
            if (words[at].Is("CHECK") && words[at + 1].Is("("))
                yield return Inside(at + 1);
    }

    /// <summary>Columns with their expressions.</summary>
    public IEnumerable<(string Column, string Expression)> Generations()
    {
        int depth = 0;
        string? column = null;
        for (int at = 0; at < words.Count; at++)
        {
            SqlWord word = words[at];
            bool begins = (depth == 1 && at > 0 && words[at - 1].Is(",")) || (depth == 1 && column is null);
            if (word.Is("(")) depth++;
            else if (word.Is(")")) depth--;
            else if (begins && word.Kind is SqlWordKind.Bare or SqlWordKind.Name) column = depth == 1 && begins ? word.Text : column;
            if (depth == 1 && column is not null && word.Is("AS") && at + 1 < words.Count && words[at + 1].Is("(")) yield return (column, Inside(at + 1));
        }
    }

    string Inside(int open)
    {
        var inner = new StringBuilder();
        int depth = 0;
        for (int at = open; at < words.Count; at++)
        {
            SqlWord word = words[at];
            if (word.Is("(")) depth++;
            if (word.Is(")") && --depth == 0) break;
            if (at > open) inner.Append(Spell(word)).Append(' ');
        }

        return inner.ToString().TrimEnd();
    }

    static string Spell(SqlWord word) => word.Kind switch
    {
        SqlWordKind.Name => $"\"{word.Text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"",
        SqlWordKind.Text => $"'{word.Text.Replace("'", "''", StringComparison.Ordinal)}'",
        _ => word.Text,
    };
}
