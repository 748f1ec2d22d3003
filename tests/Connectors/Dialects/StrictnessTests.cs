using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.Tests.Dialects;

/// <summary>What does not fit is an error that says where, and nothing of the call is written.</summary>
[Collection(LiveCollection.Name)]
public sealed class StrictnessTests(LiveDatabases databases)
{
    public static TheoryData<string, string, ColumnType, object, string> Cases => new()
    {
        { "mysql", "tinyint", new(ColumnKind.Int32), 128, "it takes -128 to 127" },
        { "mysql", "mediumint", new(ColumnKind.Int32), 8_388_608, "it takes -8388608 to 8388607" },
        { "mysql", "int unsigned", new(ColumnKind.Int64), -1L, "it takes 0 to 4294967295" },
        { "mysql", "bit(3)", new(ColumnKind.UInt64), 8UL, "it takes 0 to 7" },
        { "mysql", "year", new(ColumnKind.Int32), 1900, "it takes 1901 to 2155" },
        { "mysql", "decimal(5,2)", new(ColumnKind.Decimal, 10, 3), Samples.D("1.005"), "it keeps 2 digits behind the point" },
        { "mysql", "decimal(5,2)", new(ColumnKind.Decimal, 10, 2), Samples.D("1000.00"), "it keeps 3 digits before the point" },
        { "mysql", "decimal(5,2) unsigned", new(ColumnKind.Decimal, 10, 2), Samples.D("-0.01"), "nothing below zero" },
        { "mysql", "float", new(ColumnKind.Float64), 0.1, "24 bits" },
        { "mysql", "double", new(ColumnKind.Float64), double.NaN, "NaN" },
        { "mysql", "double", new(ColumnKind.Float64), double.PositiveInfinity, "infinity" },
        { "mysql", "double(6,0)", new(ColumnKind.Float64), 1.5, "it keeps 0 digits" },
        { "mysql", "varchar(3)", new(ColumnKind.Text), "四个汉字", "it takes 3 characters and the text has 4" },
        { "mysql", "char(3)", new(ColumnKind.Text), "a ", "blanks at the text's end" },
        { "mysql", "tinytext", new(ColumnKind.Text), new string('x', 256), "it takes 255 bytes" },
        { "mysql", "varchar(9) character set utf8mb3", new(ColumnKind.Text), "😀", "no characters beyond U+FFFF" },
        { "mysql", "varchar(9) character set gbk", new(ColumnKind.Text), "😀", "the server did not take them" },
        { "mysql", "enum('red','white')", new(ColumnKind.Text), "blue", "the server did not take them" },
        { "mysql", "binary(4)", new(ColumnKind.Binary), new byte[] { 1 }, "exactly 4 bytes" },
        { "mysql", "timestamp(6)", new(ColumnKind.TimestampWithZone, 6), new DateTimeOffset(2038, 1, 19, 3, 14, 8, TimeSpan.Zero), "2038-01-19" },
        { "mysql", "datetime(3)", new(ColumnKind.Timestamp, 6), new DateTime(2020, 1, 1).AddTicks(10), "it keeps 3 digits of a second's fraction" },
        { "mysql", "time(6)", new(ColumnKind.Time, 6), new TimeSpan(839, 0, 0), "it takes -838:59:59 to 838:59:59" },
        { "mysql", "longtext check (json_valid(c))", new(ColumnKind.Text), "{", "it takes JSON" },
        { "postgresql", "smallint", new(ColumnKind.UInt16), (ushort)32768, "it takes -32768 to 32767" },
        { "postgresql", "numeric(5,2)", new(ColumnKind.Decimal, 38, 3), Samples.D("0.001"), "it keeps 2 digits behind the point" },
        { "postgresql", "text", new(ColumnKind.Text), "a\0b", "character 0" },
        { "postgresql", "character(3)", new(ColumnKind.Text), "ab ", "blanks at the text's end" },
        { "postgresql", "character varying(2)", new(ColumnKind.Text), "ab  ", "it takes 2 characters" },
        { "postgresql", "time(6) without time zone", new(ColumnKind.Time, 6), new TimeSpan(-1), "it takes 00:00:00 to 24:00:00" },
        { "postgresql", "timestamp(6) without time zone", new(ColumnKind.Timestamp, 7), new DateTime(2020, 1, 1).AddTicks(1), "it keeps 6 digits" },
        { "postgresql", "boolean", new(ColumnKind.Int8), (sbyte)2, "it takes 0 to 1" },
        { "postgresql", "uuid", new(ColumnKind.Text), "no uuid", "8-4-4-4-12" },
        { "postgresql", "json", new(ColumnKind.Text), "[1,]", "it takes JSON" },
        { "sqlite", "DOUBLE", new(ColumnKind.Float64), double.NaN, "NaN" },
        { "sqlite", "INTEGER8", new(ColumnKind.Int64), 128L, "it takes -128 to 127" },
        { "sqlite", "VARCHAR(2)", new(ColumnKind.Text), "abc", "it takes 2 characters" },
        { "sqlite", "DECIMAL(20,2)", new(ColumnKind.Decimal, 20, 2), Samples.D("12345678901234.01"), "it keeps 13 digits before the point" },
    };

    [Theory]
    [MemberData(nameof(Cases), DisableDiscoveryEnumeration = true)]
    public void A_value_that_does_not_fit_is_an_error_with_table_row_column_value_and_bound(string engine, string native, ColumnType type, object value, string bound)
    {
        using IDatabase database = databases.Open(engine);
        Reset(database, "strict", $"id int NOT NULL PRIMARY KEY, c {native}");
        TableDefinition table = database.ReadTable(new TableName(null, "strict"));
        var rows = new RowBatch(new TableSchema("samples", "strict", [new Column("id", new(ColumnKind.Int32), "", false), new Column("c", type, "", true)], [0]));
        rows.Add([6, null]);
        rows.Add([7, value]);
        var error = Should.Throw<ValueRangeException>(() => database.Insert(table, [rows]));
        error.Message.ShouldContain("strict");
        error.Message.ShouldContain(bound);
        if (!error.Message.Contains("server did not take", StringComparison.Ordinal))
        {
            error.Message.ShouldContain("id=7");
            error.Message.ShouldContain("column 'c'");
        }

        database.Digest(table, [("id", new(ColumnKind.Int32))], KeyRange.All).Count.ShouldBe(0);
    }

    [Fact]
    public void A_kind_that_has_no_exact_cast_is_refused_before_any_row()
    {
        using IDatabase database = databases.Open("sqlite");
        Reset(database, "castless", "c INTEGER");
        var rows = new RowBatch(new TableSchema("samples", "castless", [new Column("c", new(ColumnKind.Text), "", true)], []));
        rows.Add(["5"]);
        Should.Throw<NativeTypeException>(() => database.Insert(database.ReadTable(new TableName(null, "castless")), [rows])).Message.ShouldContain("no exact cast");
    }

    [Theory]
    [InlineData("date", "'infinity'", "infinity")]
    [InlineData("timestamp", "'-infinity'", "-infinity")]
    [InlineData("timestamptz", "'12000-01-01'", "years 1 to 9999")]
    [InlineData("date", "'0044-03-15 BC'", "years 1 to 9999")]
    [InlineData("numeric", "'NaN'", "NaN")]
    [InlineData("numeric", "1e30", "38 digits")]
    [InlineData("numeric", "0.0000000000000000001", "18 digits behind the point")]
    public void What_PostgreSQL_holds_and_no_strict_type_carries_is_an_error_when_read(string native, string value, string said)
    {
        using IDatabase database = databases.Open("postgresql");
        Reset(database, "unreadable", $"id int PRIMARY KEY, c {native}");
        database.Execute($"INSERT INTO unreadable VALUES (1, NULL), (2, {value})");
        var error = Should.Throw<ValueRangeException>(() => Samples.ReadAll(database, database.ReadTable(new TableName(null, "unreadable"))));
        error.Message.ShouldContain("row 2 of those read, column 'c'");
        error.Message.ShouldContain(said);
        // The connection goes on.
        database.ListTables().ShouldNotBeEmpty();
    }

    [Fact]
    public void What_SQLite_stored_in_another_type_is_an_error_when_read()
    {
        using IDatabase database = databases.Open("sqlite");
        Reset(database, "loose", "id INTEGER PRIMARY KEY, n INTEGER, d DATE");
        database.Execute("INSERT INTO loose VALUES (1, 'abc', NULL)");
        TableDefinition table = database.ReadTable(new TableName(null, "loose"));
        Should.Throw<ValueRangeException>(() => Samples.ReadAll(database, table)).Message.ShouldContain("the value abc cannot be carried as Int64: SQLite stored it as a text");
        database.Execute("UPDATE loose SET n = 1, d = '2020-13-01'");
        Should.Throw<ValueRangeException>(() => Samples.ReadAll(database, table)).Message.ShouldContain("2020-13-01");
    }

    [Theory]
    [MemberData(nameof(LiveDatabases.Engines), MemberType = typeof(LiveDatabases))]
    public void A_key_that_is_there_fails_the_whole_insertion(string engine)
    {
        using IDatabase database = databases.Open(engine);
        TableDefinition table = Samples.Create(database, new TableDefinition(new TableName(null, "taken"), [new ColumnDefinition("id", new(ColumnKind.Int32), "", false)]) { Key = ["id"] });
        var rows = new RowBatch(new TableSchema("s", "taken", [new Column("id", new(ColumnKind.Int32), "", false)], [0]));
        rows.Add([1]);
        database.Insert(table, [rows]);
        rows.Clear();
        foreach (int id in new[] { 5, 1, 6 }) rows.Add([id]);
        Should.Throw<Exception>(() => database.Insert(table, [rows]));
        database.Digest(table, [("id", new(ColumnKind.Int32))], KeyRange.All).Count.ShouldBe(1);
    }

    static void Reset(IDatabase database, string name, string columns)
    {
        if (database.ListTables().Any(table => table.Name == name)) database.Execute($"DROP TABLE {name}");
        database.Execute($"CREATE TABLE {name} ({columns})");
    }
}
