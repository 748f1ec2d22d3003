using Orrery.Connectors.Dialects;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Sql;

namespace Orrery.Grains.Tests.Sql;

/// <summary>Views and inserts as pipelines: figures, origins, standing still.</summary>
public sealed class PipelineTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Pipelines_are_told_by_the_file_they_came_from_with_what_they_read_and_write()
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync();
        await fleet.RunAsync($"CREATE TABLE orders (id BIGINT NOT NULL, amount BIGINT, PRIMARY KEY (id) NOT ENFORCED); CREATE TABLE copies (id BIGINT, amount BIGINT) WITH ('connector' = 'file', 'path' = '{fleet.Folder}')");
        await fleet.Sql.Run(new SqlRequest("CREATE MATERIALIZED VIEW totals AS SELECT COUNT(*) AS n FROM orders; CREATE MATERIALIZED VIEW doubled AS SELECT n * 2 AS n FROM totals", "ann", true, Origin: "02-totals.sql"));
        await fleet.Sql.Run(new SqlRequest("INSERT INTO copies SELECT id, amount FROM orders", "ann", true, Origin: "01-copies.sql"));
        await fleet.RunAsync("CREATE MATERIALIZED VIEW bare AS SELECT id FROM orders; INSERT INTO orders VALUES (1, 1), (2, 2)");
        IReadOnlyList<PipelineInfo> pipelines = await fleet.Sql.Pipelines();
        pipelines.Select(static pipeline => $"{pipeline.Origin}: {pipeline.Name} reads {string.Join(",", pipeline.Reads)} writes {pipeline.Writes}").ShouldBe(
            ["01-copies.sql: copies#1 reads orders writes copies", "02-totals.sql: doubled reads totals writes ", "02-totals.sql: totals reads orders writes ", ": bare reads orders writes "]);
        pipelines.ShouldAllBe(static pipeline => pipeline.Status == "running" && pipeline.Problem == null && pipeline.LagRecords == 0 && pipeline.Rejected == 0);
        PipelineInfo copies = pipelines[0];
        (copies.Kind, copies.Connector, copies.Rows).ShouldBe(("insert", "file", 2));
        // A view that is replaced by hand keeps its place.
        await fleet.RunAsync("CREATE OR REPLACE MATERIALIZED VIEW totals AS SELECT COUNT(*) + 1 AS n FROM orders");
        PipelineView totals = await fleet.Sql.Pipeline("totals");
        (totals.Info.Origin, totals.ReadBy.Single()).ShouldBe(("02-totals.sql", "doubled"));
        totals.Plan.ShouldNotBeEmpty();
        totals.Sources.Single().Relation.ShouldBe("orders");
        await Should.ThrowAsync<NotFoundException>(() => fleet.Sql.Pipeline("orders"));
        (await Should.ThrowAsync<InvalidInputException>(() => fleet.Sql.Run(new SqlRequest("CREATE VIEW v AS SELECT 1 AS one", "ann", true, Origin: new string('x', 201))))).Message.ShouldContain("origin has 201");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task What_happens_while_the_writing_into_a_sink_stands_still_is_written_when_it_goes_on_and_nothing_else(int partitions)
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync(options => options.Partitions = partitions);
        string file = Path.Combine(fleet.Folder, "sink.db");
        DialectList.TryFind("sqlite", out IDialect? dialect).ShouldBeTrue();
        using IDatabase database = dialect.Open($"Data Source={file}", Patience);
        database.Execute("CREATE TABLE sums (k INTEGER NOT NULL PRIMARY KEY, n INTEGER NOT NULL)");
        await fleet.RunAsync($"""
            CREATE TABLE orders (id BIGINT NOT NULL, k BIGINT NOT NULL, PRIMARY KEY (id) NOT ENFORCED);
            CREATE TABLE sums (k BIGINT NOT NULL, n BIGINT NOT NULL, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'sqlite', 'connection' = 'Data Source={file}', 'table' = 'sums');
            INSERT INTO sums SELECT k, COUNT(*) FROM orders GROUP BY k;
            INSERT INTO orders VALUES (1, 1), (2, 2), (3, 2), (4, 3);
            """);
        await SumsTable.UntilAsync(database, "1=1 2=2 3=1");
        (await fleet.Sql.Pause("sums", "ann")).Status.ShouldBe("paused");
        (await fleet.Sql.Pipeline("sums#1")).Info.Status.ShouldBe("paused");
        // 3 goes, 1 grows, 2 stays, 4 comes.
        await fleet.RunAsync("INSERT INTO orders VALUES (4, 1), (5, 4)");
        database.Execute("UPDATE sums SET n = 20 WHERE k = 2");
        await fleet.CrashAsync();
        await fleet.RunAsync("INSERT INTO orders VALUES (6, 4)");
        (await fleet.Sql.Pipeline("sums#1")).Info.Status.ShouldBe("paused");
        SumsTable.Rows(database).ShouldBe("1=1 2=20 3=1");
        (await fleet.Sql.Resume("sums#1", "ann")).Status.ShouldBe("running");
        // What did not change meanwhile is not written again.
        await SumsTable.UntilAsync(database, "1=2 2=20 4=2");
        await fleet.RunAsync("INSERT INTO orders VALUES (7, 2)");
        await SumsTable.UntilAsync(database, "1=2 2=3 4=2");
        (await fleet.Sql.Pipeline("sums#1")).Info.Sink!.WaitingRows.ShouldBe(0);
        (await Should.ThrowAsync<ConflictException>(() => fleet.Sql.Pause("orders", "ann"))).Message.ShouldContain("only materialized views");
    }
}
