using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;
using Orrery.Grains.Sql.Sinks;
using Orrery.Sql.Binding;
using Orrery.Sql.Catalogs;
using Orrery.Sql.Syntax;

namespace Orrery.Grains.Tests.Sql;

/// <summary>What a sink says to its database, as text: SQL Server is not run here.</summary>
public sealed class SinkTextTests
{
    static readonly TableName Markers = new("dbo", SinkTarget.MarkerTable);

    [Fact]
    public void The_markers_of_SQL_Server_are_made_begun_and_moved_by_compare_and_set()
    {
        IDialect dialect = SinkServers.Dialect("sqlserver");
        SinkTarget.MakeText(dialect, Markers).ShouldBe(["CREATE TABLE [dbo].[orrery_sinks] ([sink] bigint NOT NULL, [term] bigint NOT NULL, [epoch] bigint NOT NULL, [attempt] bigint NOT NULL, PRIMARY KEY ([sink]))"]);
        SinkTarget.BeginText(dialect, Markers, -7).ShouldBe("INSERT INTO [dbo].[orrery_sinks] ([sink], [term], [epoch], [attempt]) VALUES (-7, 0, 0, 0)");
        SinkTarget.AdvanceText(dialect, Markers, -7, 3, 38, 40, 2).ShouldBe("UPDATE [dbo].[orrery_sinks] SET [term] = 3, [epoch] = 40, [attempt] = 2 WHERE [sink] = -7 AND [epoch] < 38 AND [term] <= 3");
    }

    [Fact]
    public void The_rows_of_SQL_Server_are_merged_and_deleted_by_key_whatever_their_names()
    {
        IDialect dialect = SinkServers.Dialect("sqlserver");
        Relation relation = Sink("CREATE TABLE s (`order` BIGINT NOT NULL, `a]b` DECIMAL(38, 10), `表` STRING, `at` TIMESTAMP(6), PRIMARY KEY (`order`) NOT ENFORCED) WITH ('connector' = 'sqlserver')");
        TableSchema rows = SinkTypes.Schema(relation, "db", "t");
        TableDefinition table = dialect.Retarget(
            new TableDefinition(new TableName(null, "t"), [.. rows.Columns.Select(static column => new ColumnDefinition(column.Name, column.Type, "", column.Nullable))]) { Key = ["order"] }, new TableName("dbo", "group"));
        table.Columns.Select(static column => column.NativeType).ShouldBe(["bigint", "decimal(38,10)", "nvarchar(max)", "datetime2(6)"]);
        // Every column can be cast: what is refused is found before anything is written.
        _ = new RowCast(rows, table, dialect);
        string merge = string.Join("; ", dialect.MergeFrom(table, table.Columns, "#stage"));
        merge.ShouldContain("[dbo].[group]");
        merge.ShouldContain("[a]]b]");
        merge.ShouldContain("[表]");
        merge.ShouldNotContain("[a]b]");
    }

    [Theory]
    [InlineData("t", null, "t")]
    [InlineData("s.t", "s", "t")]
    [InlineData("\"a.b\".\"c\"\"d\"", "a.b", "c\"d")]
    [InlineData("\"a.b\"", null, "a.b")]
    public void A_tables_name_may_have_dots_within_double_quotes(string text, string? schema, string name) => SinkTarget.Named(text).ShouldBe(new TableName(schema, name));

    [Fact]
    public void A_name_of_three_parts_is_refused() => Should.Throw<SinkException>(static () => SinkTarget.Named("a.b.c")).Message.ShouldContain("double quotes");

    [Fact]
    public void Computed_columns_are_not_written_and_the_key_is_that_of_what_is_left()
    {
        Relation written = SinkTypes.Written(Sink("CREATE TABLE s (twice AS id * 2, id BIGINT NOT NULL, name STRING, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'file')"));
        written.Schema.Columns.Select(static column => column.Name).ShouldBe(["id", "name"]);
        written.PrimaryKey.ShouldBe([0]);
        KeyedChanges changes = KeyedChanges.Of(written, [([1L, "old"], -1), ([2L, "gone"], -1), ([1L, "new"], 1)]);
        changes.Upserts.ShouldHaveSingleItem()[1].ShouldBe("new");
        changes.Deletes.ShouldHaveSingleItem()[1].ShouldBe("gone");
    }

    [Fact]
    public void Keys_of_several_texts_are_told_apart_whatever_they_hold()
    {
        Relation relation = Sink("CREATE TABLE s (a STRING NOT NULL, b STRING NOT NULL, PRIMARY KEY (a, b) NOT ENFORCED) WITH ('connector' = 'file')");
        KeyedChanges.Of(relation, [(["x\u0001y", "z"], 1), (["x", "y\u0001z"], 1), (["1:x", ""], 1), (["1", ":x"], 1), (["", ""], -1)]).Upserts.Count.ShouldBe(4);
    }

    static Relation Sink(string text) => ((BoundCreateTable)SqlBinder.Bind(SqlParser.ParseStatement(text), new Grains.Sql.Schemas.SchemaCatalog([]))).Relation;
}
