using System.Globalization;
using Orrery.Connectors.Dialects;

namespace Orrery.Jobs.Tests.Archives;

/// <summary>An account set of orders and deliveries: heads, lines, satellites of lines, links from a delivery's line back to its order; and what is in stock by them.</summary>
static class Shop
{
    public const string Rules = """
        {
          "documents": [
            { "name": "order", "table": "t_order", "date": "made_on", "closed": "status = 'C'",
              "parts": [{ "table": "t_order_line", "column": "order_id" }, { "table": "t_order_line_f", "column": "line_id", "of": "t_order_line" }] },
            { "name": "delivery", "table": "t_delivery", "date": "made_on", "closed": "status = 'C'",
              "parts": [{ "table": "t_delivery_line", "column": "delivery_id" }, { "table": "t_delivery_line_lk", "column": "line_id", "of": "t_delivery_line" }],
              "links": [{ "table": "t_delivery_line_lk", "column": "order_id", "document": "order", "when": "source_table = 'T_ORDER'" }] }
          ],
          "balances": [
            { "name": "stock", "by": ["material"], "amounts": ["quantity"],
              "movements": { "delivery": "SELECT material, -quantity AS quantity FROM t_delivery_line WHERE {documents:delivery_id}" } }
          ],
          "checks": [{ "name": "every line has a head", "query": "SELECT l.id FROM t_order_line l LEFT JOIN t_order o ON o.id = l.order_id WHERE o.id IS NULL" }]
        }
        """;

    public static readonly string[] Tables = ["t_order", "t_order_line", "t_order_line_f", "t_delivery", "t_delivery_line", "t_delivery_line_lk"];

    /// <summary>Makes it: order n is of day n of 2020; every seventh is open; each has two lines and, but for every fifth, a delivery; delivery 4 is open.</summary>
    public static void Make(IDatabase database, int orders)
    {
        string[] definitions =
        [
            "CREATE TABLE t_order (id BIGINT PRIMARY KEY, number VARCHAR(30) NOT NULL, made_on DATE NOT NULL, status CHAR(1) NOT NULL, note VARCHAR(200) NULL)",
            "CREATE TABLE t_order_line (id BIGINT PRIMARY KEY, order_id BIGINT NOT NULL, material BIGINT NOT NULL, quantity DECIMAL(23,10) NOT NULL)",
            "CREATE INDEX ix_order_line ON t_order_line (order_id)",
            "CREATE TABLE t_order_line_f (line_id BIGINT PRIMARY KEY, price DECIMAL(23,10) NOT NULL)",
            "CREATE TABLE t_delivery (id BIGINT PRIMARY KEY, made_on DATE NOT NULL, status CHAR(1) NOT NULL)",
            "CREATE TABLE t_delivery_line (id BIGINT PRIMARY KEY, delivery_id BIGINT NOT NULL, material BIGINT NOT NULL, quantity DECIMAL(23,10) NOT NULL)",
            "CREATE INDEX ix_delivery_line ON t_delivery_line (delivery_id)",
            "CREATE TABLE t_delivery_line_lk (id BIGINT PRIMARY KEY, line_id BIGINT NOT NULL, source_table VARCHAR(30) NOT NULL, order_id BIGINT NOT NULL)",
            "CREATE INDEX ix_delivery_line_lk ON t_delivery_line_lk (line_id)",
        ];
        foreach (string statement in definitions) database.Execute(statement);
        using DatabaseTransaction transaction = database.Begin();
        for (int order = 1; order <= orders; order++)
        {
            string day = new DateOnly(2020, 1, 1).AddDays(order - 1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            database.Execute($"INSERT INTO t_order VALUES ({order}, 'ORD{order:000000}', '{day}', '{(order % 7 == 0 ? 'A' : 'C')}', {(order % 3 == 0 ? "'订单 🙂'" : "NULL")})");
            for (int line = 2 * order - 1; line <= 2 * order; line++)
            {
                database.Execute($"INSERT INTO t_order_line VALUES ({line}, {order}, {line % 11}, {line % 5 + 1}.5)");
                database.Execute($"INSERT INTO t_order_line_f VALUES ({line}, {line % 13}.25)");
            }

            if (order % 5 == 0) continue;
            database.Execute($"INSERT INTO t_delivery VALUES ({order}, '{day}', '{(order == 4 ? 'A' : 'C')}')");
            database.Execute($"INSERT INTO t_delivery_line VALUES ({order}, {order}, {order % 11}, 1.5)");
            database.Execute($"INSERT INTO t_delivery_line_lk VALUES ({order}, {order}, 'T_ORDER', {order})");
        }

        transaction.Commit();
    }

    /// <summary>Content of each table, by digests.</summary>
    public static Dictionary<string, RowDigest> Digests(IDatabase database) => Tables
        .Where(name => database.ListTables().Any(table => table.Name == name))
        .ToDictionary(static name => name, name =>
        {
            TableDefinition table = database.ReadTable(database.ListTables().First(table => table.Name == name));
            return database.Digest(table, [.. table.Columns.Select(column => (column.Name, column.Type))], KeyRange.All);
        });
}
