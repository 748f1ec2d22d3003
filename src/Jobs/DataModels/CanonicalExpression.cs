using System.Globalization;
using Orrery.Connectors.Dialects;
using Orrery.Jobs.Schemas;

namespace Orrery.Jobs.DataModels;

/// <summary>
/// One form for expressions that differ in parentheses, letters and spaces alone: engines store conditions in words of their own. Every operation gets its parentheses by the usual powers
/// (OR, AND, NOT, comparisons, sums, products). What this small grammar does not know is compared word by word.
/// </summary>
sealed class CanonicalExpression
{
    /// <summary>Levels of parentheses.</summary>
    const int DepthMax = 200;

    readonly List<SqlWord> words;
    int at, depth;

    CanonicalExpression(List<SqlWord> words) => this.words = words;

    /// <summary>The form of a text.</summary>
    /// <param name="text">In the dialect's SQL.</param>
    /// <param name="from">Whose SQL it is.</param>
    /// <param name="table">Whose columns it names.</param>
    /// <param name="columnName">What a column is called in the form.</param>
    public static string Of(string text, IDialect from, TableDefinition table, Func<string, string> columnName)
    {
        if (new ExpressionText(from, ModelDialect.Instance, table, columnName).TrySay(text, out string? said, out _)) text = said;
        else from = from.Engines[0] == "model" ? ModelDialect.Instance : from;
        string engine = said is null ? from.Engines[0] : "model";
        List<SqlWord> words;
        try
        {
            words = SqlWord.Split(text, escapes: engine == "mysql", brackets: engine is "sqlserver" or "sqlite");
        }
        catch (FormatException)
        {
            return text;
        }

        var parsed = new CanonicalExpression(words);
        try
        {
            string form = parsed.Or();
            if (parsed.at == words.Count) return form;
        }
        catch (FormatException)
        {
            // Not of the grammar: by its words.
        }

        return string.Join(' ', words.Select(Spell));
    }

    static string Spell(SqlWord word) => word.Kind switch
    {
        SqlWordKind.Text => $"'{word.Text}'",
        SqlWordKind.Number => Number(word.Text),
        _ => word.Text.ToLowerInvariant(),
    };

    /// <summary>A number without zeros that say nothing.</summary>
    public static string Number(string text) => decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number) ? (number / 1.0000000000000000000000000000m).ToString(CultureInfo.InvariantCulture) : text;

    string Or() => Chain("or", And);

    string And() => Chain("and", Not);

    string Not() => Take("not") ? $"(not {Nested(Not)})" : Comparison();

    string Comparison()
    {
        string left = Sum();
        while (at < words.Count)
        {
            if (Take("is")) left = Take("not") ? Of(left, "is not", Sum()) : Of(left, "is", Sum());
            else if (Is("not") && at + 1 < words.Count && (words[at + 1].Is("in") || words[at + 1].Is("between")))
            {
                at++;
                left = $"(not {Ranged(left)})";
            }
            else if (Is("in") || Is("between")) left = Ranged(left);
            else if (words[at] is { Kind: SqlWordKind.Sign, Text: "=" or "<>" or "!=" or "<" or ">" or "<=" or ">=" } sign)
            {
                at++;
                left = Of(left, sign.Text == "!=" ? "<>" : sign.Text, Sum());
            }
            else
            {
                break;
            }
        }

        return left;
    }

    string Ranged(string left)
    {
        if (Take("between"))
        {
            string low = Sum();
            Expect("and");
            string high = Sum();
            // PostgreSQL says a range as two comparisons.
            return $"(({left} >= {low}) and ({left} <= {high}))";
        }

        Expect("in");
        return $"({left} in {List()})";
    }

    string List()
    {
        Expect("(");
        var items = new List<string> { Nested(Or) };
        while (Take(",")) items.Add(Nested(Or));
        Expect(")");
        return $"({string.Join(", ", items)})";
    }

    string Sum() => Chain(["+", "-"], Product);

    string Product() => Chain(["*", "/", "%"], Primary);

    string Primary()
    {
        if (at >= words.Count) throw new FormatException();
        SqlWord word = words[at++];
        if (word.Is("("))
        {
            string inner = Nested(Or);
            Expect(")");
            return inner;
        }

        if (word.Is("-")) return at < words.Count && words[at].Kind == SqlWordKind.Number ? Number("-" + words[at++].Text) : $"(- {Nested(Primary)})";
        if (word.Is("case")) return Case();
        if (word.Kind == SqlWordKind.Bare && at < words.Count && words[at].Is("(")) return word.Text.ToLowerInvariant() + List();
        if (word.Kind is SqlWordKind.Sign) throw new FormatException();
        if (word.Kind == SqlWordKind.Bare && word.Text.ToUpperInvariant() is "AND" or "OR" or "WHEN" or "THEN" or "ELSE" or "END") throw new FormatException();
        return Spell(word);
    }

    string Case()
    {
        var parts = new List<string> { "case" };
        if (!Is("when")) parts.Add(Nested(Or));
        while (Take("when"))
        {
            string when = Nested(Or);
            Expect("then");
            parts.Add($"when {when} then {Nested(Or)}");
        }

        if (Take("else")) parts.Add($"else {Nested(Or)}");
        Expect("end");
        return $"({string.Join(' ', parts)} end)";
    }

    string Chain(string word, Func<string> next)
    {
        string left = next();
        while (Take(word)) left = Of(left, word, next());
        return left;
    }

    string Chain(string[] signs, Func<string> next)
    {
        string left = next();
        while (at < words.Count && words[at].Kind == SqlWordKind.Sign && signs.Contains(words[at].Text)) left = Of(left, words[at++].Text, next());
        return left;
    }

    string Nested(Func<string> read)
    {
        if (++depth > DepthMax) throw new FormatException();
        string text = read();
        depth--;
        return text;
    }

    bool Is(string text) => at < words.Count && words[at].Is(text);

    bool Take(string text)
    {
        if (!Is(text)) return false;
        at++;
        return true;
    }

    void Expect(string text)
    {
        if (!Take(text)) throw new FormatException();
    }

    static string Of(string left, string sign, string right) => $"({left} {sign} {right})";
}
