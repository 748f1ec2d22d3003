using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.Tests.Dialects;

[Collection(LiveCollection.Name)]
public sealed class RangeAndMergeTests(LiveDatabases databases)
{
    [Theory]
    [MemberData(nameof(LiveDatabases.Engines), MemberType = typeof(LiveDatabases))]
    public void Ranges_of_a_key_of_three_columns_hold_every_row_once(string engine)
    {
        using IDatabase database = databases.Open(engine);
        TableDefinition table = Samples.Create(database, new TableDefinition(new TableName(null, "ranged"),
        [
            new ColumnDefinition("org", new(ColumnKind.Int16), "", false), new ColumnDefinition("bill", new(ColumnKind.Text, Length: 20), "", false),
            new ColumnDefinition("line", new(ColumnKind.UInt64), "", false), new ColumnDefinition("v", new(ColumnKind.Float64), "", true),
        ])
        { Key = ["org", "bill", "line"] });
        var random = new Random(42);
        var rows = new RowBatch(new TableSchema("s", "ranged", [new Column("org", new(ColumnKind.Int16), "", false), new Column("bill", new(ColumnKind.Text), "", false), new Column("line", new(ColumnKind.UInt64), "", false), new Column("v", new(ColumnKind.Float64), "", true)], [0, 1, 2]));
        string[] bills = ["A", "B'", "Z\\", "订单", "b", ""];
        ulong[] lines = [0, 1, 9_223_372_036_854_775_807, 9_223_372_036_854_775_808, ulong.MaxValue];
        for (short org = -2; org < 4; org++)
            foreach (string bill in bills)
                foreach (ulong line in lines)
                    rows.Add([org, bill, line, random.NextDouble() * Math.Pow(10, random.Next(-20, 20))]);
        database.Insert(table, [rows]);
        (string, ColumnType)[] columns = [("org", new(ColumnKind.Int16)), ("bill", new(ColumnKind.Text)), ("line", new(ColumnKind.UInt64)), ("v", new(ColumnKind.Float64))];
        RowDigest whole = database.Digest(table, columns, KeyRange.All);
        whole.ShouldBe(Samples.Digest(rows));

        List<KeyRange> ranges = [.. database.Plan(table, 17)];
        ranges.Count.ShouldBe(rows.Count / 17 + 1);
        RowDigest sum = default;
        foreach (KeyRange range in ranges)
        {
            RowDigest part = database.Digest(table, columns, range);
            part.Count.ShouldBeLessThanOrEqualTo(17);
            part.Count.ShouldBe(Samples.ReadAll(database, table, range).Count);
            sum += part;
        }

        sum.ShouldBe(whole);
        database.Plan(table, 17, ranges[3].UpTo).Count().ShouldBe(ranges.Count - 4);
    }

    [Theory]
    [MemberData(nameof(LiveDatabases.Engines), MemberType = typeof(LiveDatabases))]
    public void A_table_without_a_key_is_cut_so_that_every_row_is_there_once(string engine)
    {
        using IDatabase database = databases.Open(engine);
        TableDefinition table = Samples.Create(database, new TableDefinition(new TableName(null, "keyless"), [new ColumnDefinition("n", new(ColumnKind.Int32), "", true), new ColumnDefinition("t", new(ColumnKind.Text, Length: 200), "", true)]));
        var rows = new RowBatch(new TableSchema("s", "keyless", [new Column("n", new(ColumnKind.Int32), "", true), new Column("t", new(ColumnKind.Text), "", true)], []));
        for (int row = 0; row < 5000; row++) rows.Add([row % 100, new string('x', row % 150)]);
        database.Insert(table, [rows]);
        RowDigest sum = default;
        foreach (KeyRange range in database.Plan(table, 500)) sum += database.Digest(table, [("n", new(ColumnKind.Int32)), ("t", new(ColumnKind.Text))], range);
        sum.ShouldBe(Samples.Digest(rows));
        Should.Throw<ArgumentException>(() => database.Upsert(table, [rows])).Message.ShouldContain("no primary key");
    }

    [Theory]
    [MemberData(nameof(LiveDatabases.Engines), MemberType = typeof(LiveDatabases))]
    public void Upserts_and_deletions_by_key_leave_what_a_dictionary_would_hold(string engine)
    {
        using IDatabase database = databases.Open(engine);
        TableDefinition table = Samples.Create(database, new TableDefinition(new TableName(null, "merged"),
            [new ColumnDefinition("a", new(ColumnKind.Int32), "", false), new ColumnDefinition("b", new(ColumnKind.Text, Length: 10), "", false), new ColumnDefinition("v", new(ColumnKind.Decimal, 12, 2), "", true), new ColumnDefinition("kept", new(ColumnKind.Text, Length: 10), "", true) { Default = "'new'" }])
        { Key = ["a", "b"] });
        var schema = new TableSchema("s", "merged", [new Column("v", new(ColumnKind.Decimal, 12, 2), "", true), new Column("b", new(ColumnKind.Text), "", false), new Column("a", new(ColumnKind.Int32), "", false)], [2, 1]);
        var random = new Random(4711);
        var expected = new Dictionary<(int, string), ExactDecimal?>();
        for (int round = 0; round < 6; round++)
        {
            var rows = new RowBatch(schema);
            for (int row = 0; row < 200; row++)
            {
                (int, string) key = (random.Next(40), "k" + random.Next(5));
                ExactDecimal? value = random.Next(10) == 0 ? null : new ExactDecimal(random.Next(-100_000, 100_000), 2);
                rows.Add([value, key.Item2, key.Item1]);
                expected[key] = value;
            }

            database.Upsert(table, [rows]);
            var gone = new RowBatch(new TableSchema("s", "merged", [new Column("b", new(ColumnKind.Text), "", false), new Column("a", new(ColumnKind.Int32), "", false)], [1, 0]));
            int there = 0;
            foreach ((int, string) key in Enumerable.Range(0, 30).Select(_ => (random.Next(40), "k" + random.Next(5))).Distinct())
            {
                gone.Add([key.Item2, key.Item1]);
                if (expected.Remove(key)) there++;
            }

            database.Delete(table, [gone]).ShouldBe(there);
        }

        object?[][] values = Samples.Values(Samples.ReadAll(database, table));
        values.Length.ShouldBe(expected.Count);
        foreach (object?[] row in values)
        {
            row[2].ShouldBe(expected[(Convert.ToInt32(row[0]), (string)row[1]!)]);
            row[3].ShouldBe("new");
        }
    }

    [Theory]
    [MemberData(nameof(LiveDatabases.Engines), MemberType = typeof(LiveDatabases))]
    public void An_upsert_never_overwrites_the_row_of_another_key_that_has_the_same_unique_value(string engine)
    {
        using IDatabase database = databases.Open(engine);
        TableDefinition table = Samples.Create(database, new TableDefinition(new TableName(null, "unique_two"), [new ColumnDefinition("id", new(ColumnKind.Int32), "", false), new ColumnDefinition("code", new(ColumnKind.Text, Length: 10), "", false)])
        { Key = ["id"], Indexes = [new IndexDefinition("by_code", ["code"], IsUnique: true)] });
        var rows = new RowBatch(new TableSchema("s", "unique_two", [new Column("id", new(ColumnKind.Int32), "", false), new Column("code", new(ColumnKind.Text), "", false)], [0]));
        rows.Add([1, "A"]);
        database.Upsert(table, [rows]);
        rows.Clear();
        rows.Add([2, "A"]);
        Should.Throw<System.Data.Common.DbException>(() => database.Upsert(table, [rows]));
        Samples.Values(Samples.ReadAll(database, table)).Single()[1].ShouldBe("A");
        Convert.ToInt32(Samples.Values(Samples.ReadAll(database, table)).Single()[0]).ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(LiveDatabases.Engines), MemberType = typeof(LiveDatabases))]
    public void What_is_written_within_a_transaction_goes_with_it(string engine)
    {
        using IDatabase database = databases.Open(engine);
        TableDefinition table = Samples.Create(database, new TableDefinition(new TableName(null, "atomic"), [new ColumnDefinition("id", new(ColumnKind.Int32), "", false)]) { Key = ["id"] });
        var rows = new RowBatch(new TableSchema("s", "atomic", [new Column("id", new(ColumnKind.Int32), "", false)], [0]));
        rows.Add([1]);
        using (database.Begin())
        {
            database.Insert(table, [rows]).ShouldBe(1);
            database.Upsert(table, [rows]).ShouldBe(1);
        }

        database.Digest(table, [("id", new(ColumnKind.Int32))], KeyRange.All).Count.ShouldBe(0);
        using (DatabaseTransaction transaction = database.Begin())
        {
            database.Upsert(table, [rows]).ShouldBe(1);
            transaction.Commit();
        }

        database.Digest(table, [("id", new(ColumnKind.Int32))], KeyRange.All).Count.ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(LiveDatabases.Engines), MemberType = typeof(LiveDatabases))]
    public void A_reader_that_is_left_early_leaves_the_connection_usable(string engine)
    {
        using IDatabase database = databases.Open(engine);
        TableDefinition table = Samples.Create(database, new TableDefinition(new TableName(null, "left_early"), [new ColumnDefinition("id", new(ColumnKind.Int32), "", false)]) { Key = ["id"] });
        var rows = new RowBatch(new TableSchema("s", "left_early", [new Column("id", new(ColumnKind.Int32), "", false)], [0]));
        for (int row = 0; row < 20_000; row++) rows.Add([row]);
        database.Insert(table, [rows]);
        database.Read(table, KeyRange.All, new ReadOptions { BatchRowsLimit = 10 }).First().Count.ShouldBe(10);
        database.Digest(table, [("id", new(ColumnKind.Int32))], KeyRange.All).Count.ShouldBe(20_000);
    }

    [Theory]
    [MemberData(nameof(LiveDatabases.Engines), MemberType = typeof(LiveDatabases))]
    public void A_catalogue_says_key_indexes_defaults_numbering_comments_and_what_is_computed(string engine)
    {
        using IDatabase database = databases.Open(engine);
        if (database.ListTables().Any(name => name.Name == "described")) database.Execute("DROP TABLE described");
        database.Execute(engine switch
        {
            "mysql" => "CREATE TABLE described (id bigint AUTO_INCREMENT PRIMARY KEY, n int NOT NULL DEFAULT 5, t varchar(20) DEFAULT 'it''s' COMMENT 'a text', u int, twice int AS (n * 2) STORED, j json, UNIQUE KEY u1 (u), KEY i2 (n, t)) COMMENT 'a table'",
            "postgresql" => "CREATE TABLE described (id bigserial PRIMARY KEY, n int NOT NULL DEFAULT 5, t varchar(20) DEFAULT 'it''s', u int, twice int GENERATED ALWAYS AS (n * 2) STORED, j json); CREATE UNIQUE INDEX u1 ON described (u); CREATE INDEX i2 ON described (n, t); CREATE INDEX partial ON described (n) WHERE n > 3; COMMENT ON TABLE described IS 'a table'; COMMENT ON COLUMN described.t IS 'a text'",
            "sqlserver" => "CREATE TABLE described (id bigint IDENTITY PRIMARY KEY, n int NOT NULL DEFAULT 5, t varchar(20) DEFAULT 'it''s', u int, twice AS (n * 2), j nvarchar(max)); CREATE UNIQUE INDEX u1 ON described (u); CREATE INDEX i2 ON described (n, t)",
            _ => "CREATE TABLE described (id INTEGER PRIMARY KEY, n int NOT NULL DEFAULT 5, t varchar(20) DEFAULT 'it''s', u int, twice int GENERATED ALWAYS AS (n * 2) STORED, j json); CREATE UNIQUE INDEX u1 ON described (u); CREATE INDEX i2 ON described (n, t); CREATE INDEX partial ON described (n) WHERE n > 3",
        });
        TableDefinition table = database.ReadTable(new TableName(null, "described"));
        table.Key.ShouldBe(["id"]);
        table.Column("id").IsIdentity.ShouldBeTrue();
        table.Column("id").Default.ShouldBeNull();
        table.Column("n").ShouldSatisfyAllConditions(column => column.Default.ShouldBe("5"), column => column.Nullable.ShouldBeFalse());
        table.Column("t").Default.ShouldBe("'it''s'");
        table.Column("twice").IsGenerated.ShouldBeTrue();
        if (engine != "sqlserver") table.Column("j").Type.Kind.ShouldBe(ColumnKind.Json);
        table.Indexes.Select(index => (index.Name, index.IsUnique, string.Join(',', index.Columns))).ShouldBe([("i2", false, "n,t"), ("u1", true, "u")], ignoreOrder: true);
        if (engine is "mysql" or "postgresql") (table.Comment, table.Column("t").Comment).ShouldBe(("a table", "a text"));

        // The rows of a table with a computed column go to another one, and what is computed there is computed again.
        var rows = new RowBatch(new TableSchema("s", "described", [new Column("id", new(ColumnKind.Int64), "", false), new Column("n", new(ColumnKind.Int32), "", false)], [0]));
        rows.Add([0L, 21]);
        database.Insert(table, [rows]);
        Samples.Values(Samples.ReadAll(database, table)).Single().Take(5).Select(value => value as string ?? Convert.ToInt64(value).ToString()).ShouldBe(["0", "21", "it's", "0", "42"]);
        Should.Throw<ArgumentException>(() => database.Insert(table, database.Read(table, KeyRange.All, ReadOptions.Default).ToList())).Message.ShouldContain("computed");
    }
}
