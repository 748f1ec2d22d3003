using System.Text.RegularExpressions;
using MySql.Data.MySqlClient;
using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.Tests.Dialects;

/// <summary>The column type scripts of a change-capture project: each by its own dialect, those of MySQL and PostgreSQL also live.</summary>
[Collection(LiveCollection.Name)]
public sealed partial class ColumnTypeScriptTests(LiveDatabases databases)
{
    [Theory]
    [InlineData("mysql", 5, "common_types", 56)]
    [InlineData("postgres", 7, "full_types", 40)]
    [InlineData("sqlserver", 3, "full_types", 29)]
    [InlineData("oracle", 1, "DEBEZIUM.FULL_TYPES", 41)]
    public void Every_column_of_a_script_has_a_strict_type_and_the_table_a_text_in_every_dialect(string engine, int tables, string first, int columns)
    {
        DialectList.TryFind(engine, out IDialect? dialect).ShouldBeTrue();
        string[] creates = [.. DdlText.Statements(DdlText.Read($"cdc/flink-cdc/column_type_test_{engine}.sql")).Where(statement => DdlText.TableName(statement) is not null)];
        creates.Length.ShouldBe(tables);
        DdlText.TableName(creates[0]).ShouldBe(first);
        DdlText.Columns(creates[0]).Count().ShouldBe(columns, string.Join(", ", DdlText.Columns(creates[0])));
        foreach (string create in creates)
        {
            TableDefinition table = DdlText.Table(dialect!, create);
            foreach (IDialect other in DialectList.All) other.CreateTable(other.Retarget(table, table.Name)).ShouldNotBeEmpty();
            foreach (string live in new[] { "sqlite", "postgresql", "mysql" })
            {
                using IDatabase database = databases.Open(live);
                Samples.Create(database, table with { Name = new TableName(null, $"made_{table.Name.Name}") }).Columns.Count.ShouldBe(table.Columns.Count);
            }
        }
    }

    [Fact]
    public void MySQLs_rows_come_out_exactly_go_in_again_and_reach_the_other_engines()
    {
        using IDatabase database = databases.Open("mysql");
        List<TableDefinition> tables = [];
        foreach (string statement in DdlText.Statements(DdlText.Read("cdc/flink-cdc/column_type_test_mysql.sql")))
        {
            if (DdlText.TableName(statement) is { } name) database.Execute($"DROP TABLE IF EXISTS {name}");
            try
            {
                database.Execute(statement);
            }
            catch (MySqlException error)
            {
                throw new InvalidOperationException($"{error.Message}: {statement}", error);
            }

            if (DdlText.TableName(statement) is { } made) tables.Add(database.ReadTable(new TableName(null, made)));
        }

        Dictionary<string, object?> row = Row(database, tables[0]);
        row["big_un_z_c"].ShouldBe(ulong.MaxValue);
        row["tiny_un_z_c"].ShouldBe((byte)255);
        row["medium_c"].ShouldBe(8388607);
        row["big_decimal_c"].ShouldBe(Samples.D("34567892.1"));
        row["decimal_un_z_c"].ShouldBe(Samples.D("123.4569"));
        row["float_c"].ShouldBe(123.102f);
        row["bit1_c"].ShouldBe(0UL);
        row["bit3_c"].ShouldBe(3UL);
        row["bit_c"].ShouldBe(0b0000010000000100000001000000010000000100000001000000010000000100UL);
        row["file_uuid"].ShouldBe(Convert.FromHexString("651aed08390f4893b2f136923e7b7400"));
        row["year_c"].ShouldBe((short)2021);
        row["json_c"].ShouldBe("{\"key1\":\"value1\"}");
        ((byte[])row["point_c"]!)[..4].ShouldBe(new byte[4]);
        row["varchar_len0_c"].ShouldBe("");
        row = Row(database, tables[1]);
        row["time_6_c"].ShouldBe(new TimeSpan(0, 18, 0, 22, 123, 456));
        row["datetime6_c"].ShouldBe(new DateTime(2020, 7, 17, 18, 0, 22, 123, 456));
        row["timestamp_c"].ShouldBe(new DateTimeOffset(2020, 7, 17, 18, 0, 22, TimeSpan.Zero));
        Row(database, tables[4])["int_z_c"].ShouldBe(4U);
        foreach (TableDefinition table in tables) Travels(database, table);
    }

    /// <summary>Left out: PostGIS' two columns and their values, for it is no part of PostgreSQL; and the columns of extensions that are not installed.</summary>
    [Fact]
    public void PostgreSQLs_rows_come_out_exactly_go_in_again_and_reach_the_other_engines()
    {
        string script = Geometry().Replace(DdlText.Read("cdc/flink-cdc/column_type_test_postgres.sql"), "");
        using IDatabase database = databases.Open("postgresql");
        List<TableDefinition> tables = [];
        foreach (string statement in DdlText.Statements(script))
        {
            try
            {
                database.Execute(statement);
            }
            catch (Npgsql.PostgresException error) when (statement.StartsWith("CREATE EXTENSION", StringComparison.Ordinal))
            {
                Assert.Skip($"PostgreSQL's contributed extensions are not installed: {error.MessageText}");
            }

            if (DdlText.TableName(statement) is { } made) tables.Add(database.ReadTable(new TableName("inventory", made)));
        }

        Dictionary<string, object?> row = Row(database, tables[0]);
        row["bytea_c"].ShouldBe("2"u8.ToArray());
        row["numeric_c"].ShouldBe(Samples.D("123.12345"));
        row["decimal_c"].ShouldBe(Samples.D("404.4"));
        row["default_numeric_c"].ShouldBe(Samples.D("500.000000000000000000"));
        row["timestamp6_c"].ShouldBe(new DateTime(2020, 7, 17, 18, 0, 22, 123, 456));
        row["bit_fixed_c"].ShouldBe("00001010");
        row["duration_c"].ShouldBe("14 days");
        row["jsonb_c"].ShouldBe("{\"product\": \"Pen\", \"order_id\": 10249, \"quantity\": 10}");
        row["location"].ShouldBe("(3.456,7.89)");
        row["attributes"].ShouldBe("\"size\"=>\"L\", \"color\"=>\"blue\"");
        row["status"].ShouldBe("pending");
        row["tsrange_c"].ShouldBe("[\"2023-08-01 08:00:00\",\"2023-08-01 12:00:00\")");
        Row(database, tables[1])["timestamp_tz_c"].ShouldBe(new DateTimeOffset(2020, 7, 17, 10, 0, 22, TimeSpan.Zero));
        Row(database, tables[5])["text_a1"].ShouldBe("{hello,NULL,world}");
        foreach (TableDefinition table in tables) Travels(database, table);
    }

    /// <summary>The rows go back into their own table, and into one of each engine, with the same digest.</summary>
    void Travels(IDatabase database, TableDefinition table)
    {
        RowBatch rows = Samples.ReadAll(database, table);
        rows.Count.ShouldBe(1);
        (string, ColumnType)[] columns = Samples.Digested(table);
        RowDigest digest = Samples.Digest(rows);
        database.Digest(table, columns, KeyRange.All).ShouldBe(digest, table.Name.Name);
        database.Execute($"DELETE FROM {database.Dialect.Quote(table.Name)}");
        database.Insert(table, [rows]).ShouldBe(1);
        database.Digest(table, columns, KeyRange.All).ShouldBe(digest, table.Name.Name);
        database.Upsert(table, [rows]).ShouldBe(1);
        foreach (string engine in new[] { "sqlite", "postgresql", "mysql" })
        {
            using IDatabase other = databases.Open(engine);
            TableDefinition copy = Samples.Create(other, table with { Name = new TableName(null, $"travelled_{table.Name.Name}") });
            other.Insert(copy, [rows]);
            other.Digest(copy, columns, KeyRange.All).ShouldBe(digest, $"{table.Name.Name} in {engine}");
        }
    }

    static Dictionary<string, object?> Row(IDatabase database, TableDefinition table) =>
        Samples.Values(Samples.ReadAll(database, table)).Single().Select((value, index) => (table.Columns[index].Name, value)).ToDictionary(pair => pair.Name, pair => pair.value);

    [GeneratedRegex(@"^\s*geo\w+_c\s+GEO.*\n|'SRID=3187;POINT\([^']*'::geometry,\s*|'MULTILINESTRING[^']*'::geography,", RegexOptions.Multiline)]
    private static partial Regex Geometry();
}
