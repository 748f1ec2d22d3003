using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.Tests.Dialects;

[Collection(LiveCollection.Name)]
public sealed class TypeMatrixTests(LiveDatabases databases)
{
    [Theory]
    [MemberData(nameof(LiveDatabases.Engines), MemberType = typeof(LiveDatabases))]
    public void Boundary_values_of_every_kind_come_back_as_they_were_written(string engine)
    {
        using IDatabase database = databases.Open(engine);
        TableDefinition table = Samples.Table("matrix");
        RowBatch rows = Samples.Rows(table.ToSchema("samples"));
        TableDefinition here = Samples.Create(database, table);
        database.Insert(here, [rows]).ShouldBe(rows.Count);

        var cast = new RowCast(rows.Schema, here, database.Dialect);
        var expected = new RowBatch(cast.Schema);
        cast.Cast(rows, expected);
        RowBatch read = Samples.ReadAll(database, here);
        read.Count.ShouldBe(rows.Count);
        for (int row = 0; row < rows.Count; row++)
        {
            object?[] was = RowValues.ReadAll(cast.Schema, expected[row]), came = RowValues.ReadAll(read.Schema, read[row]);
            for (int column = 0; column < was.Length; column++) came[column].ShouldBe(was[column], $"{engine}, row {row}, column {read.Schema.Columns[column].Name}");
            read[row].SequenceEqual(expected[row]).ShouldBeTrue($"{engine}, row {row}: same values, other bytes");
        }
    }

    [Theory]
    [MemberData(nameof(LiveDatabases.Engines), MemberType = typeof(LiveDatabases))]
    public void A_digest_inside_of_the_database_is_that_of_the_rows(string engine)
    {
        using IDatabase database = databases.Open(engine);
        TableDefinition table = Samples.Table("digested");
        RowBatch rows = Samples.Rows(table.ToSchema("samples"));
        TableDefinition here = Samples.Create(database, table);
        database.Insert(here, [rows]);
        FloatText floats = database.Dialect.GivesShortestFloats ? FloatText.Decimal : FloatText.Binary;
        foreach (ColumnDefinition column in table.Columns)
        {
            // One by one first, so that a difference names its column.
            var one = new TableSchema("samples", "one", [column.ToColumn()], []);
            var batch = new RowBatch(one);
            for (int row = 0; row < rows.Count; row++) batch.Add([RowValues.ReadAll(rows.Schema, rows[row])[table.IndexOf(column.Name)]]);
            database.Digest(here, [(column.Name, column.Type)], KeyRange.All, floats).ShouldBe(Samples.Digest(floats, batch), $"{engine}, column {column.Name}");
        }

        database.Digest(here, Samples.Digested(table), KeyRange.All, floats).ShouldBe(Samples.Digest(floats, rows));
    }

    [Fact]
    public void A_MySQL_without_LOAD_DATA_takes_the_same_rows_by_statements()
    {
        using IDatabase admin = databases.Open("mysql");
        admin.Execute("SET GLOBAL local_infile = 0");
        try
        {
            using IDatabase database = databases.Open("mysql");
            TableDefinition table = Samples.Table("by_statements");
            RowBatch rows = Samples.Rows(table.ToSchema("samples"));
            TableDefinition here = Samples.Create(database, table);
            database.Insert(here, [rows]).ShouldBe(rows.Count);
            database.Upsert(here, [rows]).ShouldBe(rows.Count);
            database.Digest(here, Samples.Digested(table), KeyRange.All).ShouldBe(Samples.Digest(rows));
            Should.Throw<ValueRangeException>(() => database.Insert(here, [rows])).Message.ShouldContain("Duplicate");
        }
        finally
        {
            admin.Execute("SET GLOBAL local_infile = 1");
        }
    }

    [Theory]
    [MemberData(nameof(LiveDatabases.Pairs), MemberType = typeof(LiveDatabases))]
    public void A_table_copied_from_one_engine_to_another_has_the_same_digest(string from, string to)
    {
        using IDatabase source = databases.Open(from), target = databases.Open(to);
        TableDefinition there = Samples.Create(source, Samples.Table($"copy_{from}_{to}"));
        source.Insert(there, [Samples.Rows(Samples.Table("x").ToSchema("samples"))]);

        TableDefinition here = Samples.Create(target, there with { Name = new TableName(null, $"copied_{from}_{to}") });
        long copied = target.Insert(here, source.Read(there, KeyRange.All, ReadOptions.Default));

        RowDigest expected = source.Digest(there, Samples.Digested(there), KeyRange.All);
        expected.Count.ShouldBe(copied);
        target.Digest(here, Samples.Digested(there), KeyRange.All).ShouldBe(expected);
        Samples.Digest(Samples.ReadAll(target, here)).ShouldBe(expected);
    }
}
