using System.Globalization;
using Orrery.Sql.Binding;
using Orrery.Sql.Lineage;
using Orrery.Sql.Plans;
using Orrery.Sql.Syntax;
using Shouldly;
using Xunit;

namespace Orrery.Sql.Tests.Binding;

/// <summary>Texts made of pieces of real queries, in any order: each is an error or a plan. ORRERY_FUZZ_CASES says how many, ORRERY_FUZZ_SEED from where.</summary>
public sealed class FuzzTests
{
    private const string Schema = """
        CREATE TABLE a (id BIGINT NOT NULL, k INT, v DECIMAL(10, 2), s STRING, t TIMESTAMP(3), l TIMESTAMP_LTZ(3), d DATE, x ARRAY<INT>, PRIMARY KEY (id) NOT ENFORCED);
        CREATE TABLE b (id BIGINT NOT NULL, k INT NOT NULL, v DOUBLE, s STRING, t TIMESTAMP(3), p AS PROCTIME(), PRIMARY KEY (id, k) NOT ENFORCED);
        CREATE VIEW w AS SELECT a.id, a.k, SUM(b.v) AS v FROM a JOIN b ON a.id = b.id GROUP BY a.id, a.k;
        CREATE MATERIALIZED VIEW m AS SELECT k, COUNT(*) AS n FROM w GROUP BY k;
        CREATE FUNCTION f(x BIGINT, y BIGINT) RETURNS BIGINT AS CASE WHEN x > y THEN x ELSE y END;
        """;

    private static readonly string[] Tokens =
    [
        "SELECT", "FROM", "WHERE", "GROUP BY", "HAVING", "ORDER BY", "LIMIT 3", "OFFSET 1", "DISTINCT", "UNION", "UNION ALL", "EXCEPT", "INTERSECT", "JOIN", "LEFT JOIN", "FULL JOIN", "CROSS JOIN", "ON", "USING (id)", "NATURAL JOIN",
        "a", "b", "w", "m", "a.id", "b.id", "id", "k", "v", "s", "t", "l", "d", "x", "n", "p", "*", "a.*", ",", "(", ")", "=", "<", ">", "<>", "+", "-", "*", "/", "%", "AND", "OR", "NOT", "IN", "EXISTS", "IS NULL", "IS NOT NULL", "BETWEEN",
        "1", "2", "0", "1.5", "1e3", "'a'", "NULL", "TRUE", "FALSE", "DATE '2026-01-01'", "INTERVAL '1' DAY", "NOW()", "CURRENT_DATE", "COUNT(*)", "SUM(v)", "MAX(k)", "MIN(s)", "AVG(v)", "COUNT(DISTINCT k)", "STRING_AGG(s, ',')", "f(id, k)",
        "ROW_NUMBER() OVER (PARTITION BY k ORDER BY id)", "RANK() OVER (ORDER BY v)", "SUM(v) OVER (PARTITION BY k)", "LAG(v) OVER (ORDER BY t)", "AS q", "AS r", "q", "r", "CASE WHEN", "THEN", "ELSE", "END", "CAST(", "AS STRING)", "AS INT)",
        "(SELECT id FROM b)", "(SELECT MAX(v) FROM b WHERE b.id = a.id)", "(SELECT 1 FROM b WHERE b.k = a.k)", "(SELECT k FROM a)", "ROLLUP (k, id)", "CUBE (k, s)", "GROUPING SETS ((k), ())", "GROUPING(k)", "QUALIFY", "WITH q AS (SELECT * FROM a)",
        "TABLE(TUMBLE(TABLE a, DESCRIPTOR(t), INTERVAL '1' HOUR))", "window_start", "TUMBLE(t, INTERVAL '1' HOUR)", "TUMBLE_START(t, INTERVAL '1' HOUR)", "LATERAL (SELECT s FROM b WHERE b.id = a.id)", "UNNEST(x)", "VALUES (1, 2)", "= ANY", "> ALL",
        "FOR SYSTEM_TIME AS OF t", "CREATE VIEW y AS", "INSERT INTO a", "EXPLAIN", "WHY w WHERE", "SUBSCRIBE", ";",
    ];

    private static readonly string[] Queries =
    [
        "SELECT a.id, b.s FROM a JOIN b ON a.id = b.id WHERE a.k > 1 AND b.v < 3",
        "SELECT k, SUM(v) AS q FROM a GROUP BY k HAVING COUNT(*) > 1 ORDER BY q LIMIT 3",
        "SELECT * FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY v DESC) AS r FROM a) WHERE r <= 2",
        "SELECT id, (SELECT COUNT(*) FROM b WHERE b.id = a.id AND b.k > 1) AS n FROM a WHERE EXISTS (SELECT 1 FROM b WHERE b.k = a.k)",
        "SELECT id FROM a WHERE k NOT IN (SELECT k FROM b) OR s IN ('x', 'y') UNION ALL SELECT k FROM w EXCEPT SELECT n FROM m",
        "SELECT k, s, GROUPING(k), COUNT(DISTINCT id) FROM a GROUP BY CUBE (k, s)",
        "SELECT a.id, q.s FROM a LEFT JOIN LATERAL (SELECT s FROM b WHERE b.id = a.id ORDER BY v LIMIT 1) q ON TRUE",
        "SELECT k, TUMBLE_START(t, INTERVAL '1' HOUR), MAX(v) FROM a GROUP BY k, TUMBLE(t, INTERVAL '1' HOUR)",
        "SELECT id FROM a WHERE l > NOW() - INTERVAL '1' DAY AND d <= CURRENT_DATE",
        "WITH q AS (SELECT k, AVG(v) AS r FROM a GROUP BY k) SELECT a.id, q.r FROM a FULL JOIN q ON a.k = q.k",
    ];

    [Fact]
    public void Any_text_is_an_error_or_a_plan()
    {
        int cases = Setting("ORRERY_FUZZ_CASES", 3_000);
        int seed = Setting("ORRERY_FUZZ_SEED", 20_261_121);
        var catalog = new TestCatalog(Schema);
        int plans = 0;
        for (int i = 0; i < cases; i++)
        {
            var random = new Random(seed + i);
            string text = random.Next(3) == 0 ? Made(random) : Mutated(random);
            try
            {
                if (Read(catalog, text)) plans++;
            }
            catch (Exception fault) when (fault is SqlBindingException or SqlSyntaxException)
            {
                fault.Message.ShouldNotBeEmpty();
            }
            catch (Exception fault)
            {
                throw new InvalidOperationException($"Seed {seed + i}: {text}", fault);
            }
        }

        plans.ShouldBeGreaterThan(cases / 50);
    }

    /// <summary>Binds the text and looks at the plan from all sides.</summary>
    private static bool Read(TestCatalog catalog, string text)
    {
        var plan = catalog.Bind(text) switch
        {
            BoundSelect select => select.Plan,
            BoundCreateView view => view.Plan,
            BoundInsert insert => insert.Plan,
            BoundExplain explain => explain.Plan,
            BoundSubscribe subscribe => subscribe.Plan,
            _ => null,
        };
        if (plan is null) return false;
        PlanChecks.Check(plan);
        PlanPrinter.Print(plan).ShouldBe(PlanPrinter.Print(catalog.Bind(text) switch
        {
            BoundSelect select => select.Plan,
            BoundCreateView view => view.Plan,
            BoundInsert insert => insert.Plan,
            BoundExplain explain => explain.Plan,
            BoundSubscribe subscribe => subscribe.Plan,
            _ => plan,
        }));
        PlanPrinter.Explain(plan).ShouldNotBeEmpty();
        PlanFacts.UniqueKeys(plan);
        LineageReader.Read(plan, _ => null).Count.ShouldBe(plan.Schema.Count);
        return true;
    }

    private static string Made(Random random) => string.Join(' ', Enumerable.Range(0, random.Next(3, 25)).Select(_ => Tokens[random.Next(Tokens.Length)]).Prepend("SELECT"));

    private static string Mutated(Random random)
    {
        var words = Queries[random.Next(Queries.Length)].Split(' ').ToList();
        for (int changes = random.Next(0, 4); changes > 0; changes--)
        {
            int place = random.Next(words.Count);
            switch (random.Next(4))
            {
                case 0:
                    words[place] = Tokens[random.Next(Tokens.Length)];
                    break;
                case 1:
                    words.Insert(place, Tokens[random.Next(Tokens.Length)]);
                    break;
                case 2 when words.Count > 2:
                    words.RemoveAt(place);
                    break;
                default:
                    words[place] = words[random.Next(words.Count)];
                    break;
            }
        }

        string text = string.Join(' ', words);
        return random.Next(4) switch { 0 => "CREATE VIEW y AS " + text, 1 => $"SELECT * FROM ({text}) AS z, (SELECT MAX(k) AS top FROM a) AS y", _ => text };
    }

    private static int Setting(string name, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : otherwise;
}
