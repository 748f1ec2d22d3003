using Orrery.Connectors.Dialects;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Sql;

namespace Orrery.Grains.Tests.Sql;

/// <summary>Another definition of a view runs beside it, is compared, and takes its place.</summary>
public sealed class CandidateTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_candidate_runs_beside_its_view_is_compared_at_one_cut_and_takes_its_place_with_the_difference_to_sinks(int partitions)
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync(options => options.Partitions = partitions);
        string file = Path.Combine(fleet.Folder, "sink.db");
        DialectList.TryFind("sqlite", out IDialect? dialect).ShouldBeTrue();
        using IDatabase database = dialect.Open($"Data Source={file}", Patience);
        database.Execute("CREATE TABLE sums (k INTEGER NOT NULL PRIMARY KEY, n INTEGER NOT NULL)");
        await fleet.RunAsync($"""
            CREATE TABLE orders (id BIGINT NOT NULL, k BIGINT NOT NULL, n BIGINT NOT NULL, PRIMARY KEY (id) NOT ENFORCED);
            CREATE MATERIALIZED VIEW totals AS SELECT k, SUM(n) AS n FROM orders GROUP BY k;
            CREATE TABLE sums (k BIGINT NOT NULL, n BIGINT NOT NULL, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'sqlite', 'connection' = 'Data Source={file}', 'table' = 'sums');
            INSERT INTO sums SELECT k, n FROM totals WHERE n IS NOT NULL;
            INSERT INTO orders VALUES (1, 1, 10), (2, 2, 20), (3, 2, -5), (4, 3, -1);
            """);
        SqlCandidate put = await fleet.Sql.PutCandidate("totals", "SELECT k, SUM(n) AS n FROM orders WHERE n > 0 GROUP BY k", "ann");
        (put.Hindrance, put.Candidate.Status).ShouldBe((null, "running"));
        (await fleet.Sql.Relations()).Select(static relation => relation.Name).ShouldBe(["orders", "sums", "totals"]);
        (await fleet.Sql.Pipelines()).Single(static pipeline => pipeline.Name == "totals").HasCandidate.ShouldBeTrue();
        SqlComparison compared = (await fleet.Sql.Candidate("totals", 10)).Comparison!;
        (compared.RunningRows, compared.CandidateRows, compared.OnlyRunning, compared.OnlyCandidate).ShouldBe((3, 2, 2, 1));
        compared.Differences.Columns.Select(static column => column.Name).ShouldBe(["#side", "k", "n"]);
        compared.Differences.Rows.ToString().ShouldBe("""[["running",2,15],["candidate",2,20],["running",3,-1]]""");
        // Both are kept true.
        await fleet.RunAsync("INSERT INTO orders VALUES (3, 2, 5)");
        (await fleet.Sql.Candidate("totals", 10)).Comparison!.Differences.Rows.ToString().ShouldBe("""[["running",3,-1]]""");
        await fleet.CrashAsync();
        await fleet.UntilAsync("SELECT k, n FROM `totals#candidate` ORDER BY k", "[[1,10],[2,25]]");
        await SumsTable.UntilAsync(database, "1=10 2=25 3=-1");
        database.Execute("UPDATE sums SET n = 100 WHERE k = 1");
        (await fleet.Sql.SwitchCandidate("totals", "ann")).Status.ShouldBe("running");
        (await fleet.AskAsync("SELECT k, n FROM totals ORDER BY k")).ShouldBe("[[1,10],[2,25]]");
        // What is the same is not written again.
        await SumsTable.UntilAsync(database, "1=100 2=25");
        await Should.ThrowAsync<NotFoundException>(() => fleet.Sql.Candidate("totals", 10));
        (await fleet.Sql.Relation("totals")).Definition.ShouldBe("CREATE MATERIALIZED VIEW totals AS SELECT k, SUM(n) AS n FROM orders WHERE n > 0 GROUP BY k");
    }

    [Fact]
    public async Task Columns_that_come_and_go_are_named_and_a_candidate_that_breaks_readers_cannot_take_the_place()
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync();
        await fleet.RunAsync("""
            CREATE TABLE orders (id BIGINT NOT NULL, k BIGINT NOT NULL, PRIMARY KEY (id) NOT ENFORCED);
            CREATE MATERIALIZED VIEW counts AS SELECT k, COUNT(*) AS n FROM orders GROUP BY k;
            CREATE MATERIALIZED VIEW doubled AS SELECT k, n * 2 AS n FROM counts;
            INSERT INTO orders VALUES (1, 1), (2, 1);
            """);
        SqlCandidate put = await fleet.Sql.PutCandidate("counts", "CREATE OR REPLACE MATERIALIZED VIEW counts AS SELECT CAST(k AS INT) AS k, COUNT(*) AS many FROM orders GROUP BY CAST(k AS INT)", "ann");
        put.Hindrance!.ShouldContain("doubled reads counts");
        SqlComparison compared = put.Comparison!;
        (string.Join(',', compared.Columns), string.Join(',', compared.AddedColumns), string.Join(',', compared.MissingColumns)).ShouldBe(("k", "many", "n"));
        (compared.OnlyRunning, compared.OnlyCandidate).ShouldBe((0, 0));
        (await Should.ThrowAsync<ConflictException>(() => fleet.Sql.SwitchCandidate("counts", "ann"))).Message.ShouldContain("doubled");
        await fleet.Sql.DropCandidate("counts", "ann");
        await Should.ThrowAsync<NotFoundException>(() => fleet.Sql.DropCandidate("counts", "ann"));
        (await Should.ThrowAsync<SqlRefusedException>(() => fleet.Sql.PutCandidate("counts", "SELECT k, n FROM counts", "ann"))).Message.ShouldContain("counts");
        (await Should.ThrowAsync<SqlRefusedException>(() => fleet.Sql.PutCandidate("counts", "SELECT nothing FROM orders", "ann"))).Message.ShouldContain("nothing");
        await Should.ThrowAsync<InvalidInputException>(() => fleet.Sql.PutCandidate("counts", "DROP TABLE orders", "ann"));
        await Should.ThrowAsync<ConflictException>(() => fleet.Sql.PutCandidate("orders", "SELECT 1 AS one", "ann"));
        // It goes with its view.
        await fleet.Sql.PutCandidate("doubled", "SELECT k, n * 3 AS n FROM counts", "ann");
        await fleet.RunAsync("DROP MATERIALIZED VIEW doubled; DROP MATERIALIZED VIEW counts");
    }
}
