using System.Globalization;
using System.Text;

namespace Orrery.Jobs.Certificates;

/// <summary>What two databases hold, table by table, counted and summed up inside of each.</summary>
/// <param name="From">The one, without its password.</param>
/// <param name="To">The other.</param>
/// <param name="StartedAt">When the comparison began.</param>
/// <param name="EndedAt">When it ended.</param>
/// <param name="FromPosition">The moment of the one, in the engine's own words; each side is read in one transaction that sees one moment.</param>
/// <param name="ToPosition">Of the other.</param>
/// <param name="Tables">Each pair of tables.</param>
/// <param name="OnlyInFrom">Tables that the other side has not.</param>
/// <param name="OnlyInTo">Likewise.</param>
public sealed record Certificate(string From, string To, DateTimeOffset StartedAt, DateTimeOffset EndedAt, string FromPosition, string ToPosition, IReadOnlyList<TableCertificate> Tables, IReadOnlyList<string> OnlyInFrom, IReadOnlyList<string> OnlyInTo)
{
    /// <summary>The form of this record.</summary>
    public int Version { get; init; } = 1;

    /// <summary>The migration's job; null for a comparison alone.</summary>
    public string? Job { get; init; }

    /// <summary>Rows that the migration put aside.</summary>
    public long Rejects { get; init; }

    /// <summary>Whether all tables that both have are equal, and the target lacks none. Where nothing was compared, nothing is vouched for.</summary>
    public bool IsEqual => Tables.Count > 0 && OnlyInFrom.Count == 0 && Tables.All(table => table.IsEqual);
}

/// <summary>One table on both sides.</summary>
/// <param name="From">Its name.</param>
/// <param name="To">Its name on the other side.</param>
/// <param name="FromRows">Rows; -1 where they could not be counted.</param>
/// <param name="ToRows">Likewise.</param>
/// <param name="FromDigest">Sum over the rows' hashes, hexadecimal; equal for equal rows whatever the engine.</param>
/// <param name="ToDigest">Likewise.</param>
/// <param name="Columns">Columns that are compared.</param>
public sealed record TableCertificate(string From, string To, long FromRows, long ToRows, string FromDigest, string ToDigest, IReadOnlyList<string> Columns)
{
    /// <summary>Columns that are not compared, and why.</summary>
    public IReadOnlyList<string> LeftOut { get; init; } = [];

    /// <summary>Why the table could not be compared.</summary>
    public string? Failure { get; init; }

    /// <summary>Rows that only the first side has: how many.</summary>
    public long OnlyInFrom { get; init; }

    public long OnlyInTo { get; init; }

    /// <summary>Rows of one key whose values differ.</summary>
    public long Differing { get; init; }

    /// <summary>The rows, as far as they are listed.</summary>
    public IReadOnlyList<RowDifference> Differences { get; init; } = [];

    public bool IsEqual => Failure is null && FromRows == ToRows && FromDigest == ToDigest;
}

/// <summary>A row that is not the same on both sides.</summary>
/// <param name="Kind">"only in from", "only in to", "differs".</param>
/// <param name="Key">Its key; the whole row where the table has none.</param>
/// <param name="Columns">What differs.</param>
public sealed record RowDifference(string Kind, string Key, IReadOnlyList<ValueDifference> Columns);

/// <summary>A value on both sides.</summary>
public sealed record ValueDifference(string Column, string? From, string? To)
{
    /// <summary>Both as a person can tell them apart: what is invisible is spelled out, and of long values the place is shown where they part.</summary>
    /// <param name="charactersMax">Of each; at least 20.</param>
    public (string From, string To) Shown(int charactersMax)
    {
        int same = From is null || To is null ? 0 : Enumerable.Range(0, Math.Min(From.Length, To.Length)).TakeWhile(at => From[at] == To[at]).Count();
        int start = Math.Max(From?.Length ?? 0, To?.Length ?? 0) <= charactersMax || same < charactersMax / 2 ? 0 : same - charactersMax / 4;
        if (start > 0 && char.IsLowSurrogate((From ?? To)![start])) start--;
        return (Part(From, start, charactersMax), Part(To, start, charactersMax));
    }

    static string Part(string? text, int start, int charactersMax)
    {
        if (text is null) return "NULL";
        int end = Math.Min(text.Length, start + charactersMax);
        var shown = new StringBuilder(start > 0 ? "…" : "");
        for (int at = Math.Min(start, end); at < end; at++)
        {
            bool isEdge = at == 0 || at == text.Length - 1;
            if (char.IsControl(text[at]) || (char.IsWhiteSpace(text[at]) && (text[at] != ' ' || isEdge)) || text[at] is '\u200b' or '\ufeff') shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[at]:x4}");
            else shown.Append(text[at]);
        }

        if (end < text.Length) shown.Append(CultureInfo.InvariantCulture, $"… ({text.Length:N0} characters)");
        return shown.ToString();
    }
}
