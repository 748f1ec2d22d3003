using Orrery.Sql.Plans;
using Shouldly;
using Xunit;

namespace Orrery.Sql.Tests.Binding;

public sealed class PlanFactTests
{
    private const string Schema = """
        CREATE TABLE o (id BIGINT NOT NULL, c BIGINT, v INT, t TIMESTAMP(3), PRIMARY KEY (id) NOT ENFORCED);
        CREATE TABLE c (id BIGINT NOT NULL, name STRING, PRIMARY KEY (id) NOT ENFORCED);
        CREATE TABLE e (k INT, t TIMESTAMP(3)) WITH ('format' = 'json');
        """;

    [Theory]
    [InlineData("SELECT * FROM o", "0")]
    [InlineData("SELECT v, id FROM o", "1")]
    [InlineData("SELECT v FROM o", null)]
    [InlineData("SELECT o.id, c.name FROM o JOIN c ON o.c = c.id", "0")]
    [InlineData("SELECT o.id, c.id AS d FROM o JOIN c ON o.v = c.id + 1", "0,1")]
    [InlineData("SELECT o.id FROM o LEFT JOIN c ON o.c = c.id", "0")]
    [InlineData("SELECT o.id FROM o FULL JOIN c ON o.c = c.id", null)]
    [InlineData("SELECT v, COUNT(*) FROM o GROUP BY v", "0")]
    [InlineData("SELECT COUNT(*) FROM o", "")]
    [InlineData("SELECT name FROM c WHERE id = 3", "")]
    [InlineData("SELECT DISTINCT v, t FROM o", "0,1")]
    [InlineData("SELECT id FROM o UNION ALL SELECT id FROM c", null)]
    [InlineData("SELECT id FROM o UNION SELECT id FROM c", "0")]
    [InlineData("SELECT id, c, n FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY c ORDER BY v) AS n FROM o) WHERE n <= 3", "0")]
    [InlineData("SELECT v, n FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY v ORDER BY t) AS n FROM o) WHERE n <= 3", "0,1")]
    [InlineData("SELECT k FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY k ORDER BY t) AS n FROM e) WHERE n = 1", "0")]
    [InlineData("SELECT k FROM (SELECT *, RANK() OVER (PARTITION BY k ORDER BY t) AS n FROM e) WHERE n = 1", null)]
    [InlineData("SELECT id, window_start FROM TABLE(HOP(TABLE o, DESCRIPTOR(t), INTERVAL '1' HOUR, INTERVAL '2' HOUR))", "0,1")]
    [InlineData("SELECT id FROM o WHERE EXISTS (SELECT 1 FROM c WHERE c.id = o.c)", "0")]
    [InlineData("SELECT id FROM o EXCEPT SELECT id FROM c", "0")]
    public void The_key_of_a_query_is_found(string query, string? key)
    {
        var found = PlanFacts.PrimaryKey(new TestCatalog(Schema).View(query));
        (found is null ? null : string.Join(',', found)).ShouldBe(key);
    }

    [Theory]
    [InlineData("SELECT k FROM e WHERE k > 1", true)]
    [InlineData("SELECT x.k FROM e x JOIN e y ON x.k = y.k", true)]
    [InlineData("SELECT x.k FROM e x LEFT JOIN e y ON x.k = y.k", false)]
    [InlineData("SELECT DISTINCT k FROM e", true)]
    [InlineData("SELECT k, COUNT(*) FROM e GROUP BY k", false)]
    [InlineData("SELECT id FROM o", false)]
    [InlineData("SELECT k, window_end FROM TABLE(TUMBLE(TABLE e, DESCRIPTOR(t), INTERVAL '1' HOUR))", true)]
    [InlineData("SELECT k FROM e WHERE t < NOW()", true)]
    [InlineData("SELECT k FROM e WHERE t > NOW()", false)]
    public void Whether_rows_are_only_added_is_found(string query, bool isAppendOnly) => PlanFacts.IsAppendOnly(new TestCatalog(Schema).View(query)).ShouldBe(isAppendOnly);

    [Fact]
    public void Plans_that_differ_in_aliases_alone_have_one_fingerprint()
    {
        var catalog = new TestCatalog(Schema);
        string one = PlanPrinter.Print(catalog.View("SELECT a.id AS x, b.name AS y FROM o AS a JOIN c AS b ON a.c = b.id WHERE a.v > 1"));
        string other = PlanPrinter.Print(catalog.View("SELECT o.id, name FROM o, c WHERE c.id = o.c AND o.v > 1"));
        one.ShouldBe(other);
        PlanPrinter.Print(catalog.View("SELECT id FROM o WHERE v > 1")).ShouldNotBe(PlanPrinter.Print(catalog.View("SELECT id FROM o WHERE v > CAST(1 AS BIGINT)")));
    }

    [Fact]
    public void A_plan_is_a_tree_for_drawing()
    {
        var tree = PlanTree.Of(new TestCatalog(Schema).View("SELECT o.id, name FROM o JOIN c ON o.c = c.id"));
        tree.Id.ShouldBe("0");
        tree.Inputs[0].Title.ShouldBe("InnerJoin");
        tree.Inputs[0].Inputs[1].Id.ShouldBe("0.0.1");
        tree.Inputs[0].Inputs[1].Columns.ShouldBe(["id BIGINT NOT NULL", "name STRING"]);
    }
}
