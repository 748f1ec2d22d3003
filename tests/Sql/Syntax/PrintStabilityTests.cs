using Orrery.Sql.Syntax;

namespace Orrery.Sql.Tests.Syntax;

/// <summary>What is printed reads as a tree equal to the one that was printed, for trees of every shape. ORRERY_FUZZ_INPUTS says how many are tried.</summary>
public sealed class PrintStabilityTests
{
    [Fact]
    public void Random_expressions_read_back_as_they_were_printed() => Check(random => new RandomSyntax(random).Expression(), SqlParser.ParseExpression);

    [Fact]
    public void Random_types_read_back_as_they_were_printed() => Check(random => new RandomSyntax(random).Type(), SqlParser.ParseType);

    [Fact]
    public void Random_queries_read_back_as_they_were_printed() => Check(random => new RandomSyntax(random).Query(), SqlParser.ParseQuery);

    [Fact]
    public void Random_statements_read_back_as_they_were_printed() => Check(random => new RandomSyntax(random).Statement(), SqlParser.ParseStatement);

    static void Check<T>(Func<Random, T> make, Func<string, T> parse)
        where T : SyntaxNode
    {
        for (int input = 0; input < Fuzz.Inputs(1_500); input++)
        {
            int seed = Fuzz.Seed + input;
            T node = make(new Random(seed));
            string text = SqlPrinter.Print(node);
            T again;
            try
            {
                again = parse(text);
            }
            catch (SqlSyntaxException error)
            {
                throw new InvalidOperationException($"Seed {seed}: {error.Message} in\n{text}", error);
            }

            if (again.Equals(node) && again.GetHashCode() == node.GetHashCode() && SqlPrinter.Print(again) == text)
                continue;
            throw new InvalidOperationException($"Seed {seed}: {text}\nreads as another tree, which prints\n{SqlPrinter.Print(again)}");
        }
    }
}
