using System.Text;
using Orrery.Sql.Syntax;

namespace Orrery.Sql.Tests.Syntax;

/// <summary>
/// Any text is a tree or an error with a place in the text; a tree prints as a text that reads as an equal tree. ORRERY_FUZZ_INPUTS says how many texts are
/// tried (1,000,000 for a full run).
/// </summary>
public sealed class ParserFuzzTests
{
    static readonly string[] Corpus =
    [
        .. GoldenTests.Read("expressions").Select(text => "SELECT " + text.Text), .. new[] { "queries", "statements", "nexmark" }.SelectMany(GoldenTests.Read).Select(text => text.Text),
    ];

    static readonly string[] Pieces =
    [
        .. Corpus.SelectMany(text => text.Split(' ')).Distinct(), "(", ")", "((", "))", "[", "]", ",", ";", ".", "..", "'", "''", "`", "--", "/*", "*/", "/*+", "\n", "\0", "\uD800", "\uFEFF", "\"", "1e", "1e999", "0x1", "::",
        "=>", "||", "<>", "!", "?", "@", "#", "$", "{", "}", "U&'", "X'", "99999999999999999999999999999999999999999", "😀", "\u202E",
    ];

    [Fact]
    public void Changed_texts_are_trees_or_errors()
    {
        for (int input = 0; input < Fuzz.Inputs(6_000); input++)
        {
            var random = new Random(Fuzz.Seed + input);
            Try(Fuzz.Seed + input, Mutate(random));
        }
    }

    [Fact]
    public void Random_words_are_trees_or_errors()
    {
        for (int input = 0; input < Fuzz.Inputs(6_000); input++)
        {
            var random = new Random(Fuzz.Seed + input);
            Try(Fuzz.Seed + input, string.Join(random.Next(4) == 0 ? "" : " ", Enumerable.Range(0, random.Next(1, 40)).Select(_ => Pieces[random.Next(Pieces.Length)])));
        }
    }

    /// <summary>A text of the corpus with a few changes.</summary>
    public static string Mutate(Random random)
    {
        var text = new StringBuilder(Corpus[random.Next(Corpus.Length)]);
        for (int change = random.Next(1, 5); change > 0; change--)
        {
            int at = random.Next(text.Length + 1), length = Math.Min(random.Next(1, 12), text.Length - at);
            switch (random.Next(7))
            {
                case 0: text.Remove(at, length); break;
                case 1: text.Insert(at, Pieces[random.Next(Pieces.Length)]); break;
                case 2: text.Insert(at, ' ' + Pieces[random.Next(Pieces.Length)] + ' '); break;
                case 3: text.Insert(at, text.ToString(at, length)); break;
                case 4: text.Insert(at, (char)random.Next(random.Next(2) == 0 ? 128 : char.MaxValue + 1)); break;
                case 5: text.Length = at; break;
                default:
                    string other = Corpus[random.Next(Corpus.Length)];
                    text.Insert(at, other.AsSpan(random.Next(other.Length)));
                    break;
            }
        }

        return text.ToString();
    }

    static void Try(int seed, string text)
    {
        IReadOnlyList<StatementSyntax> script;
        try
        {
            script = SqlParser.ParseScript(text);
        }
        catch (SqlSyntaxException error)
        {
            if (error.Offset < 0 || error.Span.End > text.Length || error.Line != text.AsSpan(0, error.Offset).Count('\n') + 1)
                throw new InvalidOperationException($"Seed {seed}: the place {error.Span} is not in the text\n{text}", error);
            return;
        }
        catch (Exception error)
        {
            throw new InvalidOperationException($"Seed {seed}: {error.Message} for\n{text}", error);
        }

        string printed = SqlPrinter.Print(script);
        try
        {
            SqlParser.ParseScript(printed).ShouldBe(script);
        }
        catch (Exception error)
        {
            throw new InvalidOperationException($"Seed {seed}: {error.Message}\n{text}\nprints\n{printed}", error);
        }
    }
}
