using System.Reflection;
using System.Text;
using Orrery.Sql.Syntax;

namespace Orrery.Sql.Tests.Syntax;

/// <summary>Texts and how they are printed, in the files of Golden: a line of ">" begins a text, "=" tells its print where that differs.</summary>
public sealed class GoldenTests
{
    [Fact]
    public void Expressions_print_as_written_down() => Check("expressions", SqlParser.ParseExpression);

    [Fact]
    public void Queries_print_as_written_down() => Check("queries", SqlParser.ParseQuery);

    [Fact]
    public void Statements_print_as_written_down() => Check("statements", SqlParser.ParseStatement);

    [Fact]
    public void The_queries_of_Nexmark_print_as_written_down() => Check("nexmark", SqlParser.ParseStatement);

    static void Check(string file, Func<string, SyntaxNode> parse)
    {
        var offenders = new StringBuilder();
        int count = 0;
        foreach ((string text, string expected) in Read(file))
        {
            count++;
            try
            {
                SyntaxNode node = parse(text);
                string printed = SqlPrinter.Print(node);
                if (printed != expected)
                    offenders.AppendLine($"{text}\n  expected {expected}\n  printed  {printed}");
                SyntaxNode again = parse(printed);
                if (!again.Equals(node))
                    offenders.AppendLine($"{text}\n  its print reads as another tree: {printed}");
                if (SqlPrinter.Print(again) != printed)
                    offenders.AppendLine($"{text}\n  its print prints otherwise: {SqlPrinter.Print(again)}");
            }
            catch (SqlSyntaxException error)
            {
                offenders.AppendLine($"{text}\n  {error.Message}");
            }
        }

        offenders.ToString().ShouldBeEmpty();
        count.ShouldBeGreaterThan(20);
    }

    public static IEnumerable<(string Text, string Expected)> Read(string file)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"{file}.sql") ?? throw new InvalidOperationException($"There is no {file}.sql in the assembly.");
        using var reader = new StreamReader(stream);
        string? text = null, expected = null;
        foreach (string line in reader.ReadToEnd().Split('\n').Append("> "))
        {
            if (line.StartsWith("> ", StringComparison.Ordinal))
            {
                if (text is not null)
                    yield return (text, expected ?? text);
                (text, expected) = (line[2..], null);
            }
            else if (line.StartsWith("= ", StringComparison.Ordinal))
            {
                expected = line[2..];
            }
            else if (line.Length > 0 && !line.StartsWith("-- ", StringComparison.Ordinal))
            {
                text += "\n" + line;
            }
        }
    }
}
