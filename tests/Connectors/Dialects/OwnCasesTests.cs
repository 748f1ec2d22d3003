using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.Tests.Dialects;

/// <summary>Values that other tools bend.</summary>
[Collection(LiveCollection.Name)]
public sealed class OwnCasesTests(LiveDatabases databases)
{
    [Fact]
    public void Zero_dates_and_negative_times_of_MySQL_are_carried_and_reach_another_table_and_SQLite()
    {
        using IDatabase database = databases.Open("mysql"), file = databases.Open("sqlite");
        database.Execute("DROP TABLE IF EXISTS zero");
        database.Execute("CREATE TABLE zero (id int PRIMARY KEY, d date, t datetime(6), span time(6), span0 time)");
        database.Execute("INSERT INTO zero VALUES (1, '0000-00-00', '0000-00-00 00:00:00', '-838:59:59', '838:59:59'), (2, '2020-00-10', '2020-02-00 18:00:22.123456', '-00:00:00.5', '-00:00:01'), (3, '2020-02-29', '9999-12-31 23:59:59.999999', '100:00:00.000001', '00:00:00')");
        TableDefinition table = database.ReadTable(new TableName(null, "zero"));
        object?[][] values = Samples.Values(Samples.ReadAll(database, table));
        values[0][1].ShouldBeOfType<CarriedDate>().ToString().ShouldBe("0000-00-00");
        values[1][1].ShouldBeOfType<CarriedDate>().ToString().ShouldBe("2020-00-10");
        values[1][2].ShouldBeOfType<CarriedDate>().ToString().ShouldStartWith("2020-02-00 18:00:22.123456");
        values[0][3].ShouldBe(-new TimeSpan(838, 59, 59));
        values[1][3].ShouldBe(TimeSpan.FromMilliseconds(-500));
        values[2][3].ShouldBe(new TimeSpan(100, 0, 0) + TimeSpan.FromTicks(10));

        foreach (IDatabase target in new[] { database, file })
        {
            TableDefinition copy = Samples.Create(target, table with { Name = new TableName(null, "zero_copy") });
            target.Insert(copy, database.Read(table, KeyRange.All, ReadOptions.Default).ToList());
            target.Digest(copy, Samples.Digested(table), KeyRange.All).ShouldBe(database.Digest(table, Samples.Digested(table), KeyRange.All));
        }

        using IDatabase postgres = databases.Open("postgresql");
        TableDefinition there = Samples.Create(postgres, table with { Name = new TableName(null, "zero_copy") });
        Should.Throw<ValueRangeException>(() => postgres.Insert(there, database.Read(table, KeyRange.All, ReadOptions.Default))).Message.ShouldContain("zero parts");
    }

    [Fact]
    public void A_GBK_column_and_one_of_old_utf8_are_read_and_written_as_what_they_mean()
    {
        using IDatabase database = databases.Open("mysql");
        database.Execute("DROP TABLE IF EXISTS gbk");
        database.Execute("CREATE TABLE gbk (id int PRIMARY KEY, g varchar(20) CHARACTER SET gbk, l varchar(20) CHARACTER SET latin1, u varchar(20) CHARACTER SET utf8mb3 COLLATE utf8mb3_general_ci, t text CHARACTER SET gbk)");
        TableDefinition table = database.ReadTable(new TableName(null, "gbk"));
        var rows = new RowBatch(table.ToSchema("samples"));
        rows.Add([1, "库存商品", "café", "订单", "镕頫"]);
        database.Insert(table, [rows]).ShouldBe(1);
        Samples.Values(Samples.ReadAll(database, table)).ShouldBe(Samples.Values(rows));
        database.Digest(table, Samples.Digested(table), KeyRange.All).ShouldBe(Samples.Digest(rows));
        // What is stored is GBK.
        var stored = new List<string>();
        using (var command = database.Connection.CreateCommand())
        {
            command.CommandText = "SELECT HEX(g) FROM gbk";
            stored.Add((string)command.ExecuteScalar()!);
        }

        stored.ShouldBe(["BFE2B4E6C9CCC6B7"]);
    }

    [Theory]
    [MemberData(nameof(LiveDatabases.Engines), MemberType = typeof(LiveDatabases))]
    public void Names_that_are_reserved_quoted_Chinese_or_attacks_are_names(string engine)
    {
        using IDatabase database = databases.Open(engine);
        string[] names = ["select", "order by 1", "订单编号", "a\"b", "x`y", "c]d", "it's", "'; DROP TABLE victim; --", "back\\slash", "percent%", "{0}", "@v0", "?1", ":name"];
        database.Execute("CREATE TABLE IF NOT EXISTS victim (id int)");
        var table = new TableDefinition(new TableName(null, "t\"`]'; DROP TABLE victim; --"),
            [new ColumnDefinition("id", new(ColumnKind.Int32), "", false), .. names.Select(name => new ColumnDefinition(name, new(ColumnKind.Text, Length: 30), "", true) { Comment = name }), new ColumnDefinition("bytes'`\"", new(ColumnKind.Binary), "", true)])
        { Key = ["id"], Indexes = [new IndexDefinition("ix'`\"; --", ["订单编号"], IsUnique: false)], Comment = "it's \\ `a` \"comment\"" };
        TableDefinition here = Samples.Create(database, table);
        here.Columns.Select(column => column.Name).ShouldBe(table.Columns.Select(column => column.Name));
        here.Indexes.ShouldHaveSingleItem().Columns.ShouldBe(["订单编号"]);
        if (engine != "sqlite") here.Comment.ShouldBe(table.Comment);
        if (engine != "sqlite") here.Column("back\\slash").Comment.ShouldBe("back\\slash");
        var rows = new RowBatch(table.ToSchema("samples"));
        rows.Add([1, .. names, "'; DROP TABLE victim; --"u8.ToArray()]);
        database.Insert(here, [rows]);
        database.Upsert(here, [rows]).ShouldBe(1);
        Samples.Digest(Samples.ReadAll(database, here)).ShouldBe(Samples.Digest(rows));
        database.Digest(here, Samples.Digested(table), KeyRange.All).ShouldBe(Samples.Digest(rows));
        database.Delete(here, [rows]).ShouldBe(1);
        database.ListTables().ShouldContain(name => name.Name == "victim");
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("mysql")]
    public void Texts_with_the_character_0_stay_whole_where_the_engine_can(string engine)
    {
        using IDatabase database = databases.Open(engine);
        TableDefinition table = Samples.Create(database, new TableDefinition(new TableName(null, "nul"), [new ColumnDefinition("id", new(ColumnKind.Text, Length: 20), "", false), new ColumnDefinition("c", new(ColumnKind.Text), "", true)]) { Key = ["id"] });
        var rows = new RowBatch(table.ToSchema("samples"));
        rows.Add(["a\0b", "x\0y\0"]);
        rows.Add(["a\0c", "\0"]);
        database.Insert(table, [rows]);
        Samples.Digest(Samples.ReadAll(database, table)).ShouldBe(Samples.Digest(rows));
        database.Digest(table, Samples.Digested(table), KeyRange.All).ShouldBe(Samples.Digest(rows));
        // A key with one stands in a range's literal.
        database.Digest(table, Samples.Digested(table), new KeyRange(rows.KeyOf(0), null)).Count.ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(LiveDatabases.Engines), MemberType = typeof(LiveDatabases))]
    public void A_text_and_a_binary_of_megabytes_pass(string engine)
    {
        using IDatabase database = databases.Open(engine);
        TableDefinition table = Samples.Create(database, new TableDefinition(new TableName(null, "huge"), [new ColumnDefinition("id", new(ColumnKind.Int32), "", false), new ColumnDefinition("t", new(ColumnKind.Text), "", true), new ColumnDefinition("b", new(ColumnKind.Binary), "", true)]) { Key = ["id"] });
        var bytes = new byte[3 << 20];
        new Random(7).NextBytes(bytes);
        var rows = new RowBatch(new TableSchema("s", "huge", [new Column("id", new(ColumnKind.Int32), "", false), new Column("t", new(ColumnKind.Text), "", true), new Column("b", new(ColumnKind.Binary), "", true)], [0]));
        rows.Add([1, new string('字', 1 << 20), bytes]);
        rows.Add([2, "small", Array.Empty<byte>()]);
        database.Insert(table, [rows]);
        Samples.Digest(Samples.ReadAll(database, table)).ShouldBe(Samples.Digest(rows));
        database.Digest(table, [("id", new(ColumnKind.Int32)), ("t", new(ColumnKind.Text)), ("b", new(ColumnKind.Binary))], KeyRange.All).ShouldBe(Samples.Digest(rows));
    }

    [Fact]
    public void BIT_64_and_ZEROFILL_and_minus_zero_have_the_digest_of_their_values()
    {
        using IDatabase database = databases.Open("mysql");
        database.Execute("DROP TABLE IF EXISTS bits");
        database.Execute("CREATE TABLE bits (id int PRIMARY KEY, b64 bit(64), b1 bit, z int(10) zerofill, dz decimal(8,3) zerofill, f float, d double)");
        database.Execute("INSERT INTO bits VALUES (1, b'1111111111111111111111111111111111111111111111111111111111111111', b'1', 42, 1.5, -0e0, -0e0), (2, 0, 0, 0, 0, 5e-324, 5e-324), (3, 1, 0, 4294967295, 99999.999, 1.5, 5e-324)");
        TableDefinition table = database.ReadTable(new TableName(null, "bits"));
        RowBatch rows = Samples.ReadAll(database, table);
        Samples.Values(rows)[0][1].ShouldBe(ulong.MaxValue);
        Samples.Values(rows)[0][2].ShouldBe(1UL);
        foreach ((string, ColumnType) column in Samples.Digested(table)) database.Digest(table, [column], KeyRange.All).ShouldBe(One(rows, column.Item1), column.Item1);
        database.Execute("DELETE FROM bits");
        database.Insert(table, [rows]).ShouldBe(3);
        database.Digest(table, Samples.Digested(table), KeyRange.All).ShouldBe(Samples.Digest(rows));
    }

    [Fact]
    public void Types_of_PostgreSQL_without_a_strict_type_go_both_ways_as_text()
    {
        using IDatabase database = databases.Open("postgresql");
        database.Execute("DROP TABLE IF EXISTS texts; DROP TYPE IF EXISTS mood; CREATE TYPE mood AS ENUM ('sad', 'ok')");
        database.Execute("CREATE DOMAIN positive AS int CHECK (VALUE > 0); CREATE TABLE texts (id int PRIMARY KEY, m mood, a int[], ip inet, r int4range, iv interval, x xml, b bit varying(20), j jsonb, cash money, p positive, c character(5))");
        database.Execute("INSERT INTO texts VALUES (1, 'ok', '{1,NULL,3}', '10.0.0.1/8', '[1,10)', '-1 mon 2 days 03:04:05.6', '<a/>', B'0101', '{\"b\": 1, \"a\": [2]}', 12.34, 5, 'ab'), (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)");
        TableDefinition table = database.ReadTable(new TableName(null, "texts"));
        RowBatch rows = Samples.ReadAll(database, table);
        Samples.Values(rows)[0].ShouldBe([1, "ok", "{1,NULL,3}", "10.0.0.1/8", "[1,10)", "-1 mons +2 days 03:04:05.6", "<a/>", "0101", "{\"a\": [2], \"b\": 1}", Samples.D("12.34"), 5, "ab"]);
        RowDigest before = database.Digest(table, Samples.Digested(table), KeyRange.All);
        before.ShouldBe(Samples.Digest(rows));
        database.Execute("DELETE FROM texts");
        database.Insert(table, [rows]).ShouldBe(2);
        database.Upsert(table, [rows]).ShouldBe(2);
        database.Digest(table, Samples.Digested(table), KeyRange.All).ShouldBe(before);
    }

    static RowDigest One(RowBatch rows, string column)
    {
        int index = rows.Schema.IndexOf(column);
        var batch = new RowBatch(new TableSchema("", "one", [rows.Schema.Columns[index]], []));
        foreach (object?[] values in Samples.Values(rows)) batch.Add([values[index]]);
        return Samples.Digest(batch);
    }
}
