using Orrery.Connectors.Dialects;
using Orrery.Grains.Sql.Running;
using Orrery.Grains.Sql.Schemas;
using Orrery.Grains.Sql.Sinks;
using Orrery.Sql.Binding;
using Orrery.Sql.Catalogs;
using Orrery.Sql.Rows;
using Orrery.Sql.Syntax;

namespace Orrery.Grains.Tests.Sql;

/// <summary>Epochs that go into a database together, and again with others after a crash.</summary>
public sealed class JoinedEpochTests(SinkServers servers) : IClassFixture<SinkServers>
{
    const long Id = 77;

    public static TheoryData<string> Engines => SinkServers.Engines;

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Epochs_that_are_there_already_are_left_out_with_whichever_others_they_come(string engine)
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync();
        using IDatabase database = servers.Open(engine, fleet);
        database.Execute("CREATE TABLE joined_lines (id BIGINT NOT NULL)");
        Relation relation = Sink("CREATE TABLE joined_lines (id BIGINT NOT NULL) WITH ('connector' = 'file')");
        await using DatabaseSink first = Open("joined_lines", Id), second = Open("joined_lines", Id), other = Open("joined_lines", Id + 1);
        await first.WriteAsync([Epoch(1, 10), Epoch(2, 20), Epoch(3, 30)], term: 1, CancellationToken.None);
        // Whoever comes after a crash has them in other groups.
        await second.WriteAsync([Epoch(2, 20), Epoch(3, 30), Epoch(4, 40)], term: 2, CancellationToken.None);
        await second.WriteAsync([Epoch(5, 50)], term: 2, CancellationToken.None);
        // What the earlier one still sends is of no effect.
        await first.WriteAsync([Epoch(4, 40), Epoch(5, 50), Epoch(6, 60)], term: 1, CancellationToken.None);
        await second.WriteAsync([Epoch(3, 30), Epoch(4, 40)], term: 2, CancellationToken.None);
        await other.WriteAsync([Epoch(1, 1)], term: 1, CancellationToken.None);
        SinkServers.Rows(database, "joined_lines").ShouldBe(["1", "10", "20", "30", "40", "50"]);

        DatabaseSink Open(string table, long id) => new(relation, SinkServers.Dialect(engine), servers.Connection(engine, fleet), table, id);
        SinkChanges Epoch(long epoch, long row) => new("lines", epoch, [([row], 1)], new RowLayout(relation.Schema));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task What_a_key_comes_to_at_the_end_of_all_epochs_is_there(string engine)
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync();
        using IDatabase database = servers.Open(engine, fleet);
        database.Execute("CREATE TABLE joined_totals (id BIGINT NOT NULL PRIMARY KEY, n BIGINT)");
        Relation relation = Sink("CREATE TABLE joined_totals (id BIGINT NOT NULL, n BIGINT, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'file')");
        await using var sink = new DatabaseSink(relation, SinkServers.Dialect(engine), servers.Connection(engine, fleet), "joined_totals", Id + 2);
        await sink.WriteAsync(
            [Epoch(1, (1, 1, 1), (2, 1, 1), (3, 1, 1)), Epoch(2, (1, 1, -1), (2, 1, -1), (2, 2, 1)), Epoch(3, (2, 2, -1), (3, 1, -1), (2, 3, 1)), Epoch(4, (1, 4, 1))], term: 1, CancellationToken.None);
        SinkServers.Rows(database, "joined_totals").ShouldBe(["1 | 4", "2 | 3"]);
        await sink.WriteAsync([Epoch(5, (1, 4, -1)), Epoch(6, (3, 6, 1)), Epoch(7, (3, 6, -1))], term: 1, CancellationToken.None);
        SinkServers.Rows(database, "joined_totals").ShouldBe(["2 | 3"]);

        SinkChanges Epoch(long epoch, params (long Id, long N, int Weight)[] rows) => new("totals", epoch, [.. rows.Select(static row => (new object?[] { row.Id, row.N }, row.Weight))], new RowLayout(relation.Schema));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_row_without_its_key_is_refused_and_the_sink_goes_on_once_it_has_gone(string engine)
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync();
        using IDatabase database = servers.Open(engine, fleet);
        database.Execute("CREATE TABLE joined_keys (id BIGINT NOT NULL PRIMARY KEY, n BIGINT)");
        Relation relation = Sink("CREATE TABLE joined_keys (id BIGINT NOT NULL, n BIGINT, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'file')");
        await using var sink = new DatabaseSink(relation, SinkServers.Dialect(engine), servers.Connection(engine, fleet), "joined_keys", Id + 3);
        SinkChanges refused = Epoch(1, (1, 1, 1), (null, 2, 1));
        await Should.ThrowAsync<Exception>(() => sink.WriteAsync([refused], term: 1, CancellationToken.None));
        await sink.WriteAsync([refused, Epoch(2, (null, 2, -1), (2, 2, 1))], term: 1, CancellationToken.None);
        SinkServers.Rows(database, "joined_keys").ShouldBe(["1 | 1", "2 | 2"]);
        await sink.WriteAsync([Epoch(3, (1, 1, -1))], term: 1, CancellationToken.None);
        SinkServers.Rows(database, "joined_keys").ShouldBe(["2 | 2"]);

        SinkChanges Epoch(long epoch, params (long? Id, long N, int Weight)[] rows) => new("keys", epoch, [.. rows.Select(static row => (new object?[] { row.Id, row.N }, row.Weight))], new RowLayout(relation.Schema));
    }

    static Relation Sink(string text) => ((BoundCreateTable)SqlBinder.Bind(SqlParser.ParseStatement(text), new SchemaCatalog([]))).Relation;
}
