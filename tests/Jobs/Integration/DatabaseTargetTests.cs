using Orrery.Jobs.Integration;
using Orrery.Jobs.Plans;
using Orrery.Jobs.Yaml;

namespace Orrery.Jobs.Tests.Integration;

[Collection(LiveCollection.Name)]
public sealed class DatabaseTargetTests(LiveServers servers) : IDisposable
{
    const string Mapped = """
        integration: old to new
        codes:
          state: {"0": Z, "1": C}
        lookups:
          units: {from: source, table: u, key: id, value: code}
          materials: {from: target, table: materials, key: code, value: id}
        entities:
          orders:
            source: {query: "SELECT o.id, o.no, o.day, o.state, o.amount FROM o"}
            target: {table: orders, batch: 7}
            key: [no]
            fields:
              no: UPPER(no)
              day: CAST(day AS DATE)
              state: {of: state, code: state, default: A}
              amount: amount * 1.1
            lines:
              source: {table: l}
              by: {id: o_id}
              target: {table: order_lines, parent: {order_id: id}}
              key: [line]
              fields:
                line: n
                material: {of: m, lookup: materials}
                qty: q
          materials:
            source: {table: m}
            changed: version
            target: {table: materials}
            key: [code]
            where: code <> 'X'
            fields:
              code: code
              name: TRIM(name)
              unit: {of: unit, lookup: units, required: true}
        """;

    readonly string folder = Directory.CreateTempSubdirectory("orrery-integrate-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("mysql", "postgresql")]
    [InlineData("postgresql", "mysql")]
    [InlineData("sqlite", "sqlite")]
    public void Heads_with_lines_go_from_one_database_to_another_are_changed_where_they_differ_and_reconciled(string from, string to)
    {
        (DatabaseAddress source, DatabaseAddress target) = Filled(from, to);
        IntegrationReport first = Run(source, target);
        first.Entities.Select(entity => (entity.Entity, entity.Created, entity.Rejected, entity.LeftOut)).ShouldBe([("materials", 3, 0, 1), ("orders", 20, 0, 0)]);
        target.Ask("SELECT COUNT(*) FROM order_lines l JOIN orders o ON o.id = l.order_id JOIN materials m ON m.id = l.material WHERE m.unit = 'PCS'").ShouldBe("20");
        decimal.Parse(target.Ask("SELECT amount FROM orders WHERE no = 'SO3'")!, System.Globalization.CultureInfo.InvariantCulture).ShouldBe(11m);
        target.Ask("SELECT state FROM orders WHERE no = 'SO3'").ShouldBe("C");
        Reconciled(source, target).IsEqual.ShouldBeTrue();
        // Edits on either side.
        source.Run("UPDATE l SET q = 9 WHERE o_id = 3 AND n = 1", "DELETE FROM l WHERE o_id = 4 AND n = 2", "INSERT INTO l VALUES (5, 3, 'A', 1)", "UPDATE o SET state = 0 WHERE id = 6");
        target.Run("DELETE FROM order_lines WHERE order_id = (SELECT id FROM orders WHERE no = 'SO7')", "DELETE FROM orders WHERE no = 'SO7'", "INSERT INTO materials (code, name, unit) VALUES ('own', 'o', 'KG')");
        IntegrationReport looked = Reconciled(source, target);
        looked.IsEqual.ShouldBeFalse();
        looked.Entities[0].OnlyInTarget.ShouldBe(1);
        (looked.Entities[1].Created, looked.Entities[1].Changed).ShouldBe((1, 4));
        looked.Entities[1].Lines.ShouldContain(line => line.StartsWith("orders SO4: line 2 goes", StringComparison.Ordinal));
        EntityReport second = Run(source, target, ["orders"]).Entities.Single();
        (second.Created, second.Changed, second.Unchanged).ShouldBe((1, 4, 15));
        Run(source, target, ["orders"]).Entities.Single().Unchanged.ShouldBe(20);
        target.Ask("SELECT COUNT(*) FROM order_lines").ShouldBe("40");
    }

    [Fact]
    public void Changed_rows_alone_are_read_by_a_watermark_that_waits_for_what_was_rejected()
    {
        (DatabaseAddress source, DatabaseAddress target) = Filled("sqlite", "sqlite");
        Run(source, target, ["materials"]).Entities.Single().Read.ShouldBe(3);
        Run(source, target, ["materials"]).Entities.Single().Read.ShouldBe(1, "the last one again, for others may have its version");
        source.Run("UPDATE m SET name = 'neu', version = 10 WHERE code = 'A'", "UPDATE m SET unit = 99, version = 11 WHERE code = 'B'");
        EntityReport report = Run(source, target, ["materials"]).Entities.Single();
        (report.Changed, report.Rejected).ShouldBe((1, 1));
        File.ReadAllText(Path.Combine(folder, "rejects.jsonl")).ShouldContain("lookup 'units' does not have '99'");
        source.Run("UPDATE m SET unit = 1 WHERE code = 'B'");
        (report = Run(source, target, ["materials"]).Entities.Single()).Rejected.ShouldBe(0);
        report.Read.ShouldBe(3);
        Run(source, target, ["materials"]).Entities.Single().Read.ShouldBe(1);
    }

    [Fact]
    public void A_document_that_the_database_refuses_is_put_aside_and_the_rest_of_its_batch_is_written()
    {
        (DatabaseAddress source, DatabaseAddress target) = Filled("sqlite", "sqlite");
        target.Run("CREATE UNIQUE INDEX one_day ON orders (day)");
        source.Run("UPDATE o SET day = '2024-02-01 00:00:00'", "UPDATE o SET day = '2024-02-02 00:00:00' WHERE id > 19");
        IntegrationReport report = Run(source, target);
        (report.Entities[1].Created, report.Entities[1].Rejected).ShouldBe((2, 18));
        target.Ask("SELECT COUNT(*) FROM order_lines").ShouldBe("4");
    }

    [Fact]
    public void An_expression_that_means_nothing_and_a_column_that_is_not_there_are_told_with_their_place()
    {
        (DatabaseAddress source, DatabaseAddress target) = Filled("sqlite", "sqlite");
        Should.Throw<FileFaultException>(() => Run(source, target, ["materials"], Mapped.Replace("TRIM(name)", "TRIM(nam)", StringComparison.Ordinal))).Message.ShouldStartWith("map.yaml:34:13: field 'name' of entity 'materials':");
        Should.Throw<ArgumentException>(() => Run(source, target, ["materials"], Mapped.Replace("      name: TRIM", "      title: TRIM", StringComparison.Ordinal))).Message.ShouldContain("has no column title");
        Should.Throw<ArgumentException>(() => Run(source, target, ["nothing"])).Message.ShouldContain("it has: materials, orders");
    }

    (DatabaseAddress, DatabaseAddress) Filled(string from, string to)
    {
        (DatabaseAddress source, DatabaseAddress target) = (servers.New(from), servers.New(to));
        string day = from == "sqlite" ? "DATETIME(0)" : from == "mysql" ? "DATETIME" : "TIMESTAMP", money = from == "sqlite" ? "DECIMAL_TEXT(18,2)" : "DECIMAL(18,2)", number = to switch { "postgresql" => "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY", "mysql" => "BIGINT AUTO_INCREMENT PRIMARY KEY", _ => "INTEGER PRIMARY KEY" };
        source.Run(
            "CREATE TABLE u (id INT, code VARCHAR(10))", "INSERT INTO u VALUES (1, 'PCS'), (2, 'KG')",
            "CREATE TABLE m (code VARCHAR(20), name VARCHAR(50), unit INT, version BIGINT)", "INSERT INTO m VALUES ('A', ' eins ', 1, 1), ('B', '二', 2, 2), ('C', 'c', 1, 3), ('X', 'x', 1, 3)",
            $"CREATE TABLE o (id INT, no VARCHAR(20), day {day}, state INT, amount {money})", $"CREATE TABLE l (o_id INT, n INT, m VARCHAR(20), q {money})");
        source.Run([.. Enumerable.Range(1, 20).SelectMany(id => new[] { $"INSERT INTO o VALUES ({id}, 'so{id}', '2024-01-{id:D2} 00:00:00', 1, '10.00')", $"INSERT INTO l VALUES ({id}, 1, 'A', '1.50')", $"INSERT INTO l VALUES ({id}, 2, 'B', '2.00')" })]);
        target.Run(
            $"CREATE TABLE materials (id {number}, code VARCHAR(20) NOT NULL, name VARCHAR(50), unit VARCHAR(10))",
            $"CREATE TABLE orders (id {number}, no VARCHAR(20) NOT NULL, day DATE, state VARCHAR(1), amount DECIMAL(18,3))",
            "CREATE TABLE order_lines (order_id BIGINT, line INT, material BIGINT, qty DECIMAL(18,4), PRIMARY KEY (order_id, line))");
        return (source, target);
    }

    IntegrationReport Reconciled(DatabaseAddress source, DatabaseAddress target) => Run(source, target, reconcile: true);

    IntegrationReport Run(DatabaseAddress source, DatabaseAddress target, string[]? only = null, string mapping = Mapped, bool reconcile = false)
    {
        var options = new IntegrationOptions { Only = only ?? [], IsReconciliation = reconcile, StateFile = Path.Combine(folder, "state.json"), RejectFile = Path.Combine(folder, "rejects.jsonl") };
        string to = target.Dialect.Engines[0] == "postgresql" ? $"postgresql:{target.ConnectionString}" : $"{target.Dialect.Engines[0]}:{target.ConnectionString}";
        return new IntegrationRun(MappingFile.Parse("map.yaml", mapping), source, to, options, TimeProvider.System, null).Run(TestContext.Current.CancellationToken);
    }
}
