using Orrery.Connectors.Dialects;
using Orrery.Connectors.Redis;
using Orrery.Connectors.Rows;
using Orrery.Connectors.Tests.Dialects;
using Orrery.Tests.Servers;
using StackExchange.Redis;

namespace Orrery.Connectors.Tests.Redis;

public sealed class RedisDimensionTests : IAsyncLifetime
{
    static readonly TableSchema Schema = Samples.Table("dim").ToSchema("samples");

    RedisServer? server;

    public async ValueTask InitializeAsync() => server = RedisServer.Missing is null ? await RedisServer.Start() : null;

    public async ValueTask DisposeAsync()
    {
        if (server is not null) await server.DisposeAsync();
    }

    [Fact]
    public async Task Rows_of_every_kind_become_hashes_and_come_back_as_they_were()
    {
        using RedisDimension dimension = await Open("dim_sample");
        RowBatch rows = Samples.Rows(Schema);
        await dimension.ApplyAsync([.. Changes(rows)], new RedisMarker(1, "binlog.000001:4"));
        IReadOnlyList<byte[]?> read = await dimension.ReadAsync([.. Enumerable.Range(0, rows.Count).Select(rows.KeyOf), Key(12345)]);
        for (int row = 0; row < rows.Count; row++) RowValues.ReadAll(Schema, read[row]).ShouldBe(RowValues.ReadAll(Schema, rows[row]), $"row {row}");
        read[^1].ShouldBeNull();

        // As another program sees them.
        using ConnectionMultiplexer other = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{server!.Port}");
        ((string)(await other.GetDatabase().HashGetAsync("dim_sample:0", "amount"))!).ShouldBe("99999999.99");
        ((string)(await other.GetDatabase().HashGetAsync("dim_sample:2", "name"))!).ShouldBe("中文名称");
        (await other.GetDatabase().HashExistsAsync($"dim_sample:{rows.Count - 1}", "name")).ShouldBeFalse();
        ((string)(await other.GetDatabase().HashGetAsync("dim_sample#source", "checkpoint"))!).ShouldBe("binlog.000001:4");
    }

    [Fact]
    public async Task A_row_is_replaced_as_a_whole_and_the_last_change_of_a_call_counts()
    {
        using RedisDimension dimension = await Open("dim_replace");
        RowBatch rows = Samples.Rows(Schema);
        RowBatch nulls = new(Schema);
        nulls.Add([0L, .. Samples.Columns.Select(_ => (object?)null)]);
        await dimension.ApplyAsync([new(rows[0].ToArray()), new(Key(1), IsDeleted: true), new(rows[1].ToArray()), new(rows[2].ToArray()), new(Key(2), IsDeleted: true), new(nulls[0].ToArray())], new RedisMarker(1, ""));
        IReadOnlyList<byte[]?> read = await dimension.ReadAsync([Key(0), Key(1), Key(2)]);
        RowValues.ReadAll(Schema, read[0]).Skip(1).ShouldAllBe(value => value == null);
        read[1].ShouldNotBeNull();
        read[2].ShouldBeNull();
    }

    [Fact]
    public async Task A_writer_that_was_replaced_changes_nothing_any_more()
    {
        using RedisDimension old = await Open("dim_fenced"), young = await Open("dim_fenced");
        RowBatch rows = Samples.Rows(Schema);
        await old.ApplyAsync([new(rows[0].ToArray())], new RedisMarker(1, "a"));
        (await Should.ThrowAsync<RedisDimensionException>(() => young.ApplyAsync([new(rows[1].ToArray())], new RedisMarker(2, "b")))).IsMoved.ShouldBeTrue();
        using RedisDimension next = await Open("dim_fenced");
        next.Marker.ShouldBe(new RedisMarker(1, "a"));
        await next.ApplyAsync([new(Key(0), IsDeleted: true)], new RedisMarker(2, "b"));
        (await Should.ThrowAsync<RedisDimensionException>(() => old.ApplyAsync([new(rows[0].ToArray())], new RedisMarker(3, "c")))).IsMoved.ShouldBeTrue();
        (await next.ReadAsync([Key(0)]))[0].ShouldBeNull();
        await Should.ThrowAsync<ArgumentException>(() => next.ApplyAsync([], new RedisMarker(2, "b")));
    }

    [Fact]
    public async Task Many_rows_go_in_bounded_steps_with_the_marker_in_the_last_one()
    {
        using RedisDimension dimension = await Open("dim_many", options => options with { TransactionRowsLimit = 64 });
        var schema = Schema;
        var rows = new RowBatch(schema);
        for (long row = 0; row < 1000; row++) rows.Add([row, .. Samples.Columns.Select(column => column.Values[row % column.Values.Length]).Select(value => value is string { Length: > 100 } ? "short" : value)]);
        await dimension.ApplyAsync([.. Changes(rows)], new RedisMarker(7, "seven"));
        (await dimension.ReadAsync([.. Enumerable.Range(0, 1000).Select(row => Key(row))])).Count(row => row is not null).ShouldBe(1000);
        using RedisDimension again = await Open("dim_many");
        again.Marker.ShouldBe(new RedisMarker(7, "seven"));
    }

    [Fact]
    public async Task A_server_that_restarts_is_waited_for_and_every_acknowledged_change_is_there_once()
    {
        using RedisDimension dimension = await Open("dim_restart", options => options with { AttemptsMax = 60, PauseMax = TimeSpan.FromMilliseconds(500), AnswerTimeout = TimeSpan.FromSeconds(5) });
        RowBatch rows = Samples.Rows(Schema);
        await dimension.ApplyAsync([new(rows[0].ToArray())], new RedisMarker(1, "1"));
        await server!.Kill();
        Task later = dimension.ApplyAsync([new(rows[1].ToArray())], new RedisMarker(2, "2"));
        await server.StartAgain();
        await later;
        for (int sequence = 3; sequence < 30; sequence++)
        {
            // Restarts fall between and into steps.
            Task? restart = sequence % 10 == 0 ? server.Restart() : null;
            await dimension.ApplyAsync([new(rows[sequence % rows.Count].ToArray())], new RedisMarker(sequence, ""));
            if (restart is not null) await restart;
        }

        using RedisDimension again = await Open("dim_restart");
        again.Marker!.Sequence.ShouldBe(29);
        (await again.ReadAsync([.. Enumerable.Range(0, rows.Count).Select(rows.KeyOf)])).ShouldAllBe(row => row != null);
    }

    [Fact]
    public async Task A_server_that_lost_its_data_is_not_written_on_into()
    {
        using RedisDimension dimension = await Open("dim_lost", options => options with { AttemptsMax = 60, PauseMax = TimeSpan.FromMilliseconds(500), AnswerTimeout = TimeSpan.FromSeconds(5) });
        RowBatch rows = Samples.Rows(Schema);
        await dimension.ApplyAsync([new(rows[0].ToArray())], new RedisMarker(1, "1"));
        await server!.Kill();
        server.LoseData();
        await server.StartAgain();
        var error = await Should.ThrowAsync<RedisDimensionException>(() => dimension.ApplyAsync([new(rows[1].ToArray())], new RedisMarker(2, "2")));
        error.IsMoved.ShouldBeTrue();
        error.Message.ShouldContain("gone");
        using RedisDimension again = await Open("dim_lost");
        again.Marker.ShouldBeNull();
        (await again.ReadAsync([Key(1)]))[0].ShouldBeNull();
    }

    [Fact]
    public async Task Keys_of_several_columns_cannot_be_taken_for_one_another()
    {
        var schema = new TableSchema("s", "two", [new Column("a", new(ColumnKind.Text), "", false), new Column("b", new(ColumnKind.Text), "", false)], [0, 1]);
        using RedisDimension dimension = await Open("dim_two", schema: schema);
        var rows = new RowBatch(schema);
        rows.Add(["x:y", "z"]);
        rows.Add(["x", "y:z"]);
        rows.Add(["x%3Ay", "z"]);
        await dimension.ApplyAsync([.. Changes(rows)], new RedisMarker(1, ""));
        IReadOnlyList<byte[]?> read = await dimension.ReadAsync([rows.KeyOf(0), rows.KeyOf(1), rows.KeyOf(2)]);
        for (int row = 0; row < 3; row++) read[row].ShouldBe(rows[row].ToArray());
    }

    async Task<RedisDimension> Open(string prefix, Func<RedisDimensionOptions, RedisDimensionOptions>? with = null, TableSchema? schema = null)
    {
        if (server is null) Assert.Skip(RedisServer.Missing!);
        var options = new RedisDimensionOptions { Prefix = prefix };
        return await RedisDimension.OpenAsync($"127.0.0.1:{server!.Port}", schema ?? Schema, with?.Invoke(options) ?? options, TimeProvider.System);
    }

    static IEnumerable<RedisChange> Changes(RowBatch rows) => Enumerable.Range(0, rows.Count).Select(row => new RedisChange(rows[row].ToArray()));

    static byte[] Key(long id)
    {
        var keys = new RowBatch(RowKeys.SchemaOf(Schema));
        keys.Add([id]);
        return keys[0].ToArray();
    }
}
