using System.Diagnostics.CodeAnalysis;
using System.Text;
using Orrery.Connectors.Dialects;

namespace Orrery.Jobs.Schemas;

/// <summary>
/// Says a condition or an expression over one row in another engine's SQL, where its words mean the same in both: columns, literals, comparisons, AND, OR, NOT, IN, BETWEEN, IS NULL, CASE, sums and
/// products, a few functions. Division, concatenation, LIKE and most functions differ between engines and are refused: then it is told to a person.
/// </summary>
sealed class ExpressionText(IDialect from, IDialect to, TableDefinition table, Func<string, string> targetColumn)
{
    static readonly HashSet<string> Keywords = new(StringComparer.OrdinalIgnoreCase) { "AND", "OR", "NOT", "IN", "BETWEEN", "IS", "NULL", "CASE", "WHEN", "THEN", "ELSE", "END" };

    static readonly HashSet<string> Functions = new(StringComparer.OrdinalIgnoreCase) { "COALESCE", "NULLIF", "ABS" };

    static readonly HashSet<string> Signs = new(StringComparer.Ordinal) { "(", ")", ",", "+", "-", "*", "=", "<>", "!=", "<", ">", "<=", ">=" };

    /// <summary>PostgreSQL writes casts that its own rules made; these change nothing that is compared or summed up.</summary>
    static readonly HashSet<string> HarmlessCasts = new(StringComparer.OrdinalIgnoreCase) { "text", "character", "varying", "varchar", "bpchar", "numeric", "bigint", "double", "precision" };

    readonly string target = to.Engines[0], source = from.Engines[0];
    readonly StringBuilder said = new();

    /// <summary>The expression there.</summary>
    /// <param name="expression">As the source has it.</param>
    /// <param name="translated">As the target takes it.</param>
    /// <param name="reason">What stands in the way.</param>
    public bool TrySay(string expression, [NotNullWhen(true)] out string? translated, out string reason)
    {
        translated = null;
        said.Clear();
        List<SqlWord> words;
        try
        {
            words = SqlWord.Split(expression, escapes: source == "mysql", brackets: source is "sqlserver" or "sqlite");
        }
        catch (FormatException error)
        {
            reason = error.Message;
            return false;
        }

        for (int at = 0; at < words.Count; at++)
            if (Say(words, ref at) is { } refused)
            {
                reason = $"'{refused}' may mean something else in {to.Name}";
                return false;
            }

        translated = said.ToString().Trim();
        reason = "";
        return translated.Length > 0;
    }

    /// <summary>Says the word at a place; answers the word that cannot be said.</summary>
    string? Say(List<SqlWord> words, ref int at)
    {
        SqlWord word = words[at];
        switch (word.Kind)
        {
            case SqlWordKind.Number: return Put(word.Text);
            case SqlWordKind.Text: return word.Text.Contains('\0', StringComparison.Ordinal) ? "\\0" : Put(TextOf(word.Text));
            case SqlWordKind.Name: return Column(word.Text);
            case SqlWordKind.Sign when word.Text == "::": return Cast(words, ref at);
            case SqlWordKind.Sign when word.Text == "=" && at + 1 < words.Count && words[at + 1].Is("ANY"): return AnyOf(words, ref at);
            case SqlWordKind.Sign: return Signs.Contains(word.Text) ? Put(word.Text) : word.Text;
        }

        if (Keywords.Contains(word.Text)) return Put(word.Text.ToUpperInvariant());
        if (word.Text.StartsWith("_utf8", StringComparison.OrdinalIgnoreCase) && at + 1 < words.Count && words[at + 1].Kind == SqlWordKind.Text) return null;
        if (word.Is("TRUE") || word.Is("FALSE")) return Put(target is "postgresql" ? word.Text.ToLowerInvariant() : word.Is("TRUE") ? "1" : "0");
        if (at + 1 < words.Count && words[at + 1].Is("(")) return Functions.Contains(word.Text) ? Put(word.Text.ToUpperInvariant()) : word.Text;
        return Column(word.Text);
    }

    string? Column(string name)
    {
        ColumnDefinition? column = table.Columns.FirstOrDefault(each => each.Name == name) ?? table.Columns.FirstOrDefault(each => each.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (column is null) return name;
        // A boolean stands for itself in one engine and is a number in another.
        if (column.Type.Kind == Connectors.Rows.ColumnKind.Boolean && target != source && (target is "postgresql" or "sqlserver" || source == "postgresql")) return name;
        return Put(to.Quote(targetColumn(column.Name)));
    }

    /// <summary><c>::numeric(10,2)</c>, <c>::text[]</c>: left out where harmless. One of a date's text is harmless too: the other engines turn the text by the column.</summary>
    string? Cast(List<SqlWord> words, ref int at)
    {
        bool isOfText = at > 0 && words[at - 1].Kind == SqlWordKind.Text, isOfNumber = at > 0 && words[at - 1].Kind == SqlWordKind.Number || (at > 2 && words[at - 1].Is(")") && words[at - 2].Kind == SqlWordKind.Number);
        while (at + 1 < words.Count && words[at + 1].Kind is SqlWordKind.Bare or SqlWordKind.Name && !Keywords.Contains(words[at + 1].Text))
        {
            at++;
            if (!isOfText && !isOfNumber && !HarmlessCasts.Contains(words[at].Text)) return "::" + words[at].Text;
        }

        if (at + 1 < words.Count && words[at + 1].Is("("))
            while (!words[at].Is(")")) at++;
        while (at + 2 < words.Count && words[at + 1].Is("[") && words[at + 2].Is("]")) at += 2;
        return null;
    }

    /// <summary>PostgreSQL's form of IN: <c>= ANY (ARRAY['a', 'b'])</c>, with casts wherever.</summary>
    string? AnyOf(List<SqlWord> words, ref int at)
    {
        int depth = 0;
        at++;
        while (at + 1 < words.Count && !words[at + 1].Is("["))
        {
            at++;
            if (words[at].Is("(")) depth++;
            else if (!words[at].Is("ARRAY")) return "ANY";
        }

        Put("IN (");
        for (at += 2; at < words.Count && !words[at].Is("]"); at++)
            if (Say(words, ref at) is { } refused)
                return refused;
        while (depth > 0 && at + 1 < words.Count)
        {
            at++;
            if (words[at].Is(")")) depth--;
            else if (words[at].Is("::"))
            {
                if (Cast(words, ref at) is { } refused) return refused;
            }
            else
            {
                return words[at].Text;
            }
        }

        return Put(")");
    }

    string? Put(string text)
    {
        said.Append(text).Append(' ');
        return null;
    }

    string TextOf(string text) => target == "mysql"
        ? $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)}'"
        : $"{(target == "sqlserver" ? "N" : "")}'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
