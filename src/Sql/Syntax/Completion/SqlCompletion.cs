namespace Orrery.Sql.Syntax;

/// <summary>What may stand at a place of a text that is being written. Names of tables, columns and functions are the caller's to know; this says which are asked for.</summary>
/// <param name="Start">Where the word begins that is being written, and that a choice replaces up to the place; the place itself when none is.</param>
/// <param name="Keywords">Keywords in upper case, in alphabetical order; all that the grammar takes, not only those that begin with the word.</param>
/// <param name="Expected">The kinds of names that may stand there.</param>
/// <param name="Qualifier">The name before the dot behind which the place is, without quotes: an alias or a table when a column is expected; null without a dot.</param>
/// <param name="Tables">What the query around the place reads, the innermost query first: their columns may be named. From the whole statement, also behind the place.</param>
/// <param name="CommonTables">The tables of WITH that may be named there, beside all other tables.</param>
public sealed record SqlCompletion(
    int Start, IReadOnlyList<string> Keywords, SqlExpectations Expected, string? Qualifier, IReadOnlyList<SqlTableInScope> Tables, IReadOnlyList<string> CommonTables)
{
    /// <summary>Looks at a place of a text, which may be wrong or unfinished. Inside a literal or a comment, and behind an error, nothing is proposed.</summary>
    /// <param name="text">A script.</param>
    /// <param name="offset">Characters before the place, from 0 to the length of the text.</param>
    /// <exception cref="ArgumentOutOfRangeException">The offset is not in the text.</exception>
    public static SqlCompletion At(string text, int offset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, text.Length);
        int start = offset;
        while (start > 0 && (char.IsLetterOrDigit(text[start - 1]) || text[start - 1] is '_' or '$'))
            start--;
        return new CompletionReader(text, start).Read();
    }
}

/// <summary>The kinds of names that may stand at a place.</summary>
[Flags]
public enum SqlExpectations
{
    None = 0,

    /// <summary>A table or a view to read, also a common table.</summary>
    Table = 1,

    /// <summary>A view.</summary>
    View = 2,

    /// <summary>A column of the tables in scope.</summary>
    Column = 4,

    /// <summary>A function, of the kind that the place asks for.</summary>
    Function = 8,

    /// <summary>A type; the known ones are among the keywords.</summary>
    Type = 16,

    /// <summary>A name that is made up here, for instance an alias.</summary>
    NewName = 32,

    /// <summary>The key of an option or of a setting, in single quotes.</summary>
    Option = 64,
}

/// <summary>A table whose columns may be named.</summary>
/// <param name="Alias">What its columns are qualified with; empty when they are not.</param>
/// <param name="Table">The table's name without quotes; null for a query in parentheses and for a table function that reads none.</param>
public sealed record SqlTableInScope(string Alias, string? Table);
