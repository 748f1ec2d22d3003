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

    [Fact]
    public void A_statement_is_written_on_lines_for_people() => SqlPrinter.PrintLines(SqlParser.ParseStatement("""
        create materialized view wide with ('on.error' = 'null') as with paid as (select order_id, sum(amount) as amount from payments group by order_id)
        select o.id, o.customer_id, c.name as customer, o.created_at, coalesce(p.amount, 0) as paid, (select count(*) from lines l where l.order_id = o.id) as lines from orders o
        join customers c on c.id = o.customer_id left join paid p on p.order_id = o.id where o.created_at > now() - interval '30' day and (o.state = 'open' or o.state = 'held') and c.region = 'north'
        """)).ShouldBe("""
        CREATE MATERIALIZED VIEW wide
        WITH (
          'on.error' = 'null'
        ) AS
        WITH paid AS (SELECT order_id, sum(amount) AS amount FROM payments GROUP BY order_id)
        SELECT
          o.id,
          o.customer_id,
          c.name AS customer,
          o.created_at,
          coalesce(p.amount, 0) AS paid,
          (SELECT count(*) FROM lines AS l WHERE l.order_id = o.id) AS lines
        FROM orders AS o
        JOIN customers AS c ON c.id = o.customer_id
        LEFT JOIN paid AS p ON p.order_id = o.id
        WHERE o.created_at > now() - INTERVAL '30' DAY
          AND (o.state = 'open' OR o.state = 'held')
          AND c.region = 'north'
        """);

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

            if (input % 10 == 0 && !parse(SqlPrinter.PrintLines(node)).Equals(node))
                throw new InvalidOperationException($"Seed {seed}: on lines it reads as another tree:\n{SqlPrinter.PrintLines(node)}");
            if (again.Equals(node) && again.GetHashCode() == node.GetHashCode() && SqlPrinter.Print(again) == text)
                continue;
            throw new InvalidOperationException($"Seed {seed}: {text}\nreads as another tree, which prints\n{SqlPrinter.Print(again)}");
        }
    }
}
