using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.Tests.Dialects;

public sealed class DialectTextTests
{
    [Theory]
    [InlineData("sqlite", "a\"b", "\"a\"\"b\"")]
    [InlineData("postgresql", "x\"; DROP TABLE t; --", "\"x\"\"; DROP TABLE t; --\"")]
    [InlineData("mysql", "x`; DROP TABLE t; -- \\", "`x``; DROP TABLE t; -- \\`")]
    [InlineData("sqlserver", "x]; DROP TABLE t; --", "[x]]; DROP TABLE t; --]")]
    [InlineData("oracle", "表 名", "\"表 名\"")]
    public void Nothing_in_an_identifier_ends_its_quotes(string engine, string name, string quoted) => Dialect(engine).Quote(name).ShouldBe(quoted);

    [Theory]
    [InlineData("sqlite", "a\0b", "character 0")]
    [InlineData("postgresql", "", "empty")]
    [InlineData("postgresql", "一二三四五六七八九十一二三四五六七八九十一二", "takes 63")]
    [InlineData("mysql", "emoji😀", "beyond U+FFFF")]
    [InlineData("mysql", "blank ", "blank")]
    [InlineData("oracle", "a\"b", "double quote")]
    public void An_identifier_that_an_engine_cannot_hold_is_refused_and_never_cut(string engine, string name, string why) =>
        Should.Throw<ArgumentException>(() => Dialect(engine).Quote(name)).Message.ShouldContain(why);

    [Theory]
    [InlineData("mysql", "BIGINT(20) UNSIGNED ZEROFILL", "UInt64")]
    [InlineData("mysql", "bit(64)", "UInt64")]
    [InlineData("mysql", "BIT", "UInt64")]
    [InlineData("mysql", "tinyint(1)", "Int8")]
    [InlineData("mysql", "decimal(65,1)", "Decimal(65,1)")]
    [InlineData("mysql", "FIXED(8, 3) ZEROFILL", "Decimal(8,3)")]
    [InlineData("mysql", "double precision(24, 12) unsigned", "Float64")]
    [InlineData("mysql", "float(53)", "Float64")]
    [InlineData("mysql", "enum('a,b','it''s)','(')", "Text")]
    [InlineData("mysql", "varchar(20) CHARACTER SET gbk COLLATE gbk_chinese_ci", "Text(20)")]
    [InlineData("mysql", "LONG VARCHAR", "Text")]
    [InlineData("mysql", "geometrycollection", "Binary")]
    [InlineData("mysql", "timestamp(3)", "TimestampWithZone(3)")]
    [InlineData("postgresql", "timestamp(3) without time zone", "Timestamp(3)")]
    [InlineData("postgresql", "TIME(0) WITHOUT TIME ZONE", "Time(0)")]
    [InlineData("postgresql", "timestamp with time zone", "TimestampWithZone(6)")]
    [InlineData("postgresql", "numeric(3,-2)", "Decimal(5,0)")]
    [InlineData("postgresql", "numeric", "Decimal(38,18)")]
    [InlineData("postgresql", "integer[]", "Text")]
    [InlineData("postgresql", "inventory.status", "Text")]
    [InlineData("postgresql", "\"char\"", "Text")]
    [InlineData("postgresql", "character varying(20)", "Text(20)")]
    [InlineData("sqlserver", "nvarchar(max)", "Text")]
    [InlineData("sqlserver", "smallmoney", "Decimal(10,4)")]
    [InlineData("sqlserver", "datetimeoffset", "TimestampWithZone(7)")]
    [InlineData("sqlserver", "float(24)", "Float32")]
    [InlineData("sqlserver", "rowversion", "Binary(8)")]
    [InlineData("oracle", "NUMBER(36, -2)", "Decimal(38,0)")]
    [InlineData("oracle", "NUMBER", "Decimal(38,18)")]
    [InlineData("oracle", "TIMESTAMP(6) WITH LOCAL TIME ZONE", "TimestampWithZone(6)")]
    [InlineData("oracle", "INTERVAL DAY(3) TO SECOND(2)", "Text")]
    [InlineData("oracle", "VARCHAR2(10 CHAR)", "Text(10)")]
    [InlineData("oracle", "SYS.XMLTYPE", "Text")]
    [InlineData("oracle", "LONG RAW", "Binary")]
    [InlineData("sqlite", "INT", "Int64")]
    [InlineData("sqlite", "NVARCHAR(40)", "Text(40)")]
    [InlineData("sqlite", "DECIMAL_TEXT(38,10)", "Decimal(38,10)")]
    public void Native_types_have_one_strict_type(string engine, string native, string strict) => Dialect(engine).TypeOf(native).ToString().ShouldBe(strict);

    [Theory]
    [InlineData("mysql", "hypercube(3)")]
    [InlineData("sqlserver", "sql_variant")]
    [InlineData("sqlite", "POLYGON")]
    [InlineData("mysql", "decimal(65,39)")]
    [InlineData("mysql", "enum('never closed")]
    [InlineData("postgresql", "(3)")]
    public void A_type_that_no_strict_type_stands_for_is_refused_by_name(string engine, string native) =>
        Should.Throw<NativeTypeException>(() => Dialect(engine).TypeOf(native)).Message.ShouldContain(native.Split('(')[0]);

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgresql")]
    [InlineData("mysql")]
    [InlineData("sqlserver")]
    [InlineData("oracle")]
    public void Every_kind_has_a_native_type_that_holds_it(string engine)
    {
        IDialect dialect = Dialect(engine);
        foreach ((string name, ColumnType type, _) in Samples.Columns)
        {
            ColumnType back = dialect.TypeOf(dialect.NativeTypeOf(type));
            // Oracle's spans of time are texts to this program, which nothing is read out of.
            if (engine != "oracle" || type.Kind != ColumnKind.Time) (CellCast.IsPossible(type.Kind, back.Kind) && CellCast.IsPossible(back.Kind, type.Kind)).ShouldBeTrue($"{engine}: {name} {type} as {back}");
            dialect.NativeTypeOf(type, isKey: true).ShouldNotBeEmpty();
        }
    }

    [Theory]
    [InlineData("mysql", "CREATE TABLE `订单` (`id` bigint AUTO_INCREMENT NOT NULL COMMENT 'it''s the key', `select` varchar(20) DEFAULT 'a''b' NULL, PRIMARY KEY (`id`)) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin|CREATE UNIQUE INDEX `u` ON `订单` (`select`)")]
    [InlineData("postgresql", "CREATE TABLE \"订单\" (\"id\" bigint GENERATED BY DEFAULT AS IDENTITY NOT NULL, \"select\" character varying(20) DEFAULT 'a''b' NULL, PRIMARY KEY (\"id\"))|CREATE UNIQUE INDEX \"订单_u\" ON \"订单\" (\"select\")|COMMENT ON COLUMN \"订单\".\"id\" IS E'it''s the key'")]
    [InlineData("sqlserver", "CREATE TABLE [订单] ([id] bigint IDENTITY(1,1) NOT NULL, [select] nvarchar(20) COLLATE Latin1_General_100_BIN2 DEFAULT N'a''b' NULL, PRIMARY KEY ([id]))|CREATE UNIQUE INDEX [u] ON [订单] ([select])|EXEC sys.sp_addextendedproperty N'MS_Description', N'it''s the key', N'SCHEMA', N'dbo', N'TABLE', N'订单', N'COLUMN', N'id'")]
    [InlineData("sqlite", "CREATE TABLE \"订单\" (\"id\" INTEGER  NOT NULL PRIMARY KEY, \"select\" VARCHAR(20) DEFAULT 'a''b' NULL)|CREATE UNIQUE INDEX \"订单_u\" ON \"订单\" (\"select\")")]
    [InlineData("oracle", "CREATE TABLE \"订单\" (\"id\" NUMBER(19) GENERATED BY DEFAULT AS IDENTITY NOT NULL, \"select\" VARCHAR2(20 CHAR) DEFAULT 'a''b' NULL, PRIMARY KEY (\"id\"))|CREATE UNIQUE INDEX \"订单_u\" ON \"订单\" (\"select\")|COMMENT ON COLUMN \"订单\".\"id\" IS 'it''s the key'")]
    public void A_table_is_made_with_key_numbering_default_index_and_comment(string engine, string statements)
    {
        var table = new TableDefinition(new TableName(null, "订单"),
        [
            new ColumnDefinition("id", new(ColumnKind.Int64), "", Nullable: false) { IsIdentity = true, Comment = "it's the key" },
            new ColumnDefinition("select", new(ColumnKind.Text, Length: 20), "", Nullable: true) { Default = "'a''b'" },
        ])
        { Key = ["id"], Indexes = [new IndexDefinition("u", ["select"], IsUnique: true)] };
        IDialect dialect = Dialect(engine);
        string.Join('|', dialect.CreateTable(dialect.Retarget(table, table.Name))).ShouldBe(statements);
    }

    [Theory]
    [InlineData("postgresql", """("a", "b") > ('5'::integer, E'it''s \\'::text) AND ("a", "b") <= ('9'::integer, 'z'::text)""")]
    [InlineData("mysql", "`a` >= 5 AND (`a` > 5 OR (`a` = 5 AND (`b` > _utf8mb4 0x69742773205C))) AND `a` <= 9 AND (`a` < 9 OR (`a` = 9 AND (`b` <= _utf8mb4 0x7A)))")]
    [InlineData("sqlserver", "[a] >= 5 AND ([a] > 5 OR ([a] = 5 AND ([b] > CONVERT(nvarchar(4000), 0x69007400270073002000_5C00)))) AND [a] <= 9 AND ([a] < 9 OR ([a] = 9 AND ([b] <= CONVERT(nvarchar(4000), 0x7A00))))")]
    [InlineData("oracle", "\"a\" >= 5 AND (\"a\" > 5 OR (\"a\" = 5 AND (\"b\" > 'it''s \\'))) AND \"a\" <= 9 AND (\"a\" < 9 OR (\"a\" = 9 AND (\"b\" <= 'z')))")]
    public void A_range_of_a_key_of_two_columns_compares_the_first_that_differs(string engine, string condition)
    {
        string number = engine switch { "oracle" => "NUMBER(10)", "postgresql" => "integer", _ => "int" }, text = engine switch { "sqlserver" => "nvarchar(10)", "oracle" => "VARCHAR2(10)", "mysql" => "varchar(10)", _ => "text" };
        var table = new TableDefinition(new TableName(null, "t"), [new ColumnDefinition("a", new(ColumnKind.Int32), number, false), new ColumnDefinition("b", new(ColumnKind.Text), text, false)]) { Key = ["a", "b"] };
        var keys = new RowBatch(RowKeys.SchemaOf(table.ToSchema("")));
        keys.Add([5, "it's \\"]);
        keys.Add([9, "z"]);
        Dialect(engine).Condition(table, new KeyRange(keys.KeyOf(0), keys.KeyOf(1))).ShouldBe(condition.Replace("_5C00", "5C00", StringComparison.Ordinal));
    }

    [Fact]
    public void Rows_are_merged_by_their_key_in_each_engines_way()
    {
        var table = new TableDefinition(new TableName("s", "t"), [new ColumnDefinition("k", new(ColumnKind.Int32), "int", false), new ColumnDefinition("v", new(ColumnKind.Int32), "int", true)]) { Key = ["k"] };
        Dialect("oracle").MergeFrom(table, table.Columns, "stage").ShouldBe(["MERGE INTO \"s\".\"t\" t USING stage s ON (t.\"k\" = s.\"k\") WHEN MATCHED THEN UPDATE SET t.\"v\" = s.\"v\" WHEN NOT MATCHED THEN INSERT (\"k\", \"v\") VALUES (s.\"k\", s.\"v\")"]);
        Dialect("sqlserver").MergeFrom(table, table.Columns, "#stage").ShouldBe(
        [
            "UPDATE t SET t.[v] = s.[v] FROM [s].[t] t JOIN #stage s ON s.[k] = t.[k]",
            "INSERT INTO [s].[t] ([k], [v]) SELECT s.[k], s.[v] FROM #stage s WHERE NOT EXISTS (SELECT 1 FROM [s].[t] t WITH (UPDLOCK, HOLDLOCK) WHERE s.[k] = t.[k])",
        ]);
    }

    [Fact]
    public void SQL_Servers_decimals_are_turned_exactly()
    {
        foreach (string text in new[] { "99999999999999999999999999999999999999", "-0.0000000000000000000000000000000000001", "0", "-12345678901234567890.123456" })
        {
            ExactDecimal value = ExactDecimal.Parse(text);
            SqlServer.SqlServerDatabase.Unscaled(SqlServer.SqlServerDatabase.Scaled(value.Unscaled, value.Scale), value.Scale).ShouldBe(value.Unscaled, text);
        }
    }

    static IDialect Dialect(string engine)
    {
        DialectList.TryFind(engine, out IDialect? dialect).ShouldBeTrue();
        return dialect!;
    }
}
