using System.Text;
using Orrery.Sql.Binding;
using Orrery.Sql.Plans;
using Orrery.Sql.Syntax;
using Shouldly;
using Xunit;

namespace Orrery.Sql.Tests.Binding;

public sealed class LimitTests
{
    private const string Schema = "CREATE TABLE t (id BIGINT NOT NULL, k INT, s STRING, PRIMARY KEY (id) NOT ENFORCED)";

    [Fact]
    public void Common_tables_that_double_are_refused_by_the_number_of_operators()
    {
        var text = new StringBuilder("WITH c0 AS (SELECT id FROM t)");
        for (int i = 1; i <= 40; i++) text.Append($", c{i} AS (SELECT x.id FROM c{i - 1} x JOIN c{i - 1} y ON x.id = y.id)");
        Refused(text.Append(" SELECT * FROM c40").ToString()).ShouldContain($"more than {BindingLimits.PlanNodesMax} operators");
    }

    [Fact]
    public void Views_over_views_are_refused_beyond_their_depth()
    {
        var catalog = new TestCatalog(Schema);
        catalog.Run("CREATE VIEW v0 AS SELECT id FROM t");
        for (int i = 1; i < BindingLimits.ViewDepthMax; i++) catalog.Run($"CREATE VIEW v{i} AS SELECT id FROM v{i - 1}");
        Should.Throw<SqlBindingException>(() => catalog.Run($"CREATE VIEW last AS SELECT id FROM v{BindingLimits.ViewDepthMax - 1}")).Message.ShouldContain("nested more than");
    }

    [Fact]
    public void Functions_that_double_their_argument_are_refused_by_the_parts_of_the_expression()
    {
        var catalog = new TestCatalog(Schema + "; CREATE FUNCTION f(x BIGINT) RETURNS BIGINT AS x % 7 + x");
        string call = "id";
        for (int i = 0; i < 30; i++) call = $"f({call})";
        Should.Throw<SqlBindingException>(() => catalog.Query($"SELECT {call} FROM t")).Message.ShouldContain("parts");
    }

    [Fact]
    public void A_function_cannot_call_itself()
    {
        var catalog = new TestCatalog(Schema + "; CREATE FUNCTION f(x BIGINT) RETURNS BIGINT AS x");
        catalog.Run("CREATE OR REPLACE FUNCTION g(x BIGINT) RETURNS BIGINT AS f(x)");
        catalog.Run("CREATE OR REPLACE FUNCTION f(x BIGINT) RETURNS BIGINT AS x + 1");
        PlanPrinter.Explain(catalog.Query("SELECT g(id) AS y FROM t")).ShouldStartWith("Project [(id + 1) AS y]");
        Should.Throw<SqlBindingException>(() => catalog.Run("CREATE OR REPLACE FUNCTION f(x BIGINT) RETURNS BIGINT AS g(x)")).Message.ShouldContain("calls itself");
    }

    [Fact]
    public void A_cycle_of_views_is_refused_by_name()
    {
        var catalog = new TestCatalog(Schema + "; CREATE VIEW a AS SELECT id FROM t; CREATE VIEW b AS SELECT id FROM a; CREATE MATERIALIZED VIEW c AS SELECT id FROM b");
        Should.Throw<SqlBindingException>(() => catalog.Run("CREATE OR REPLACE VIEW a AS SELECT id FROM c")).Message.ShouldContain("a reads c reads b reads a");
    }

    [Theory]
    [InlineData(150)]
    public void Many_joins_one_after_the_other_have_a_plan(int count)
    {
        var text = new StringBuilder("SELECT t0.id FROM t t0");
        for (int i = 1; i <= count; i++) text.Append($" JOIN t t{i} ON t{i}.id = t{i - 1}.id");
        PlanTraversal.Nodes(new TestCatalog(Schema).View(text.ToString())).OfType<JoinPlan>().Count().ShouldBe(count);
    }

    [Fact]
    public void Long_lists_have_a_plan()
    {
        var catalog = new TestCatalog(Schema);
        catalog.View($"SELECT id FROM t WHERE k IN ({string.Join(", ", Enumerable.Range(0, 20_000))})").ShouldBeOfType<ProjectPlan>();
        catalog.View($"SELECT id FROM t WHERE {string.Join(" OR ", Enumerable.Range(0, 3_000).Select(number => $"k = {number}"))}").ShouldBeOfType<ProjectPlan>();
        catalog.View(string.Join(" UNION ALL ", Enumerable.Repeat("SELECT id FROM t", 200))).ShouldBeOfType<UnionPlan>().Parts.Count.ShouldBe(200);
    }

    [Theory]
    [InlineData("SELECT ", "(", "1", ")", "")]
    [InlineData("SELECT ", "- ", "1", "", "")]
    [InlineData("SELECT 1 FROM ", "(SELECT * FROM ", "t", ") AS x", "")]
    [InlineData("SELECT 1 FROM t WHERE ", "NOT (", "k = 1", ")", "")]
    [InlineData("SELECT 1 FROM t WHERE id IN ", "(SELECT id FROM t WHERE id IN ", "(1)", ")", "")]
    [InlineData("SELECT ", "CASE WHEN k = 1 THEN ", "1", " END", " FROM t")]
    [InlineData("SELECT ", "1 + ", "k", "", " FROM t")]
    public void Deep_nesting_is_a_plan_or_an_error(string start, string open, string middle, string close, string end)
    {
        foreach (int depth in new[] { 10, 100, 450, 5_000, 100_000 })
        {
            string text = start + string.Concat(Enumerable.Repeat(open, depth)) + middle + string.Concat(Enumerable.Repeat(close, depth)) + end;
            try
            {
                PlanChecks.Check(new TestCatalog(Schema).Query(text));
            }
            catch (Exception fault) when (fault is SqlBindingException or SqlSyntaxException)
            {
                fault.Message.ShouldNotBeEmpty();
            }
        }
    }

    private static string Refused(string query) => Should.Throw<SqlBindingException>(() => new TestCatalog(Schema).View(query)).Message;
}
