using System.Diagnostics.Metrics;
using Orrery.Connectors.Sqlite;

namespace Orrery.Connectors.Tests.Sqlite;

public sealed class SqliteWriterTests : IDisposable
{
    readonly SqliteFile file = new();

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => file.Dispose();

    [Fact]
    public async Task A_read_sees_what_was_acknowledged_before()
    {
        using var database = file.Open();
        for (var id = 1; id <= 50; id++)
        {
            await database.AddAsync(id, "text");
            (await database.ReadIdsAsync()).Count.ShouldBe(id);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\0b")]
    [InlineData("服务器 ä 🛰")]
    [InlineData("'; DROP TABLE item; --")]
    public async Task Text_comes_back_as_it_was_stored(string text)
    {
        using var database = file.Open();
        var longer = string.Concat(Enumerable.Repeat(text, 300));
        await database.AddAsync(1, text);
        await database.AddAsync(2, longer);
        foreach (var (id, expected) in (IEnumerable<(int, string)>)[(1, text), (2, longer)])
        {
            var stored = await database.ReadAsync(id, static (session, id) =>
            {
                var statement = session.Prepare("SELECT text FROM item WHERE id = ?1").Bind(1, id);
                statement.Step();
                return statement.GetText(0);
            }, Cancellation);
            stored.ShouldBe(expected);
        }
    }

    [Fact]
    public async Task Operations_that_wait_share_one_commit()
    {
        using var database = file.Open();
        long commits = 0;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (instrument.Name == "orrery.sqlite.commit.duration") listening.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => Interlocked.Increment(ref commits));
        listener.Start();

        var writes = await WriteTogetherAsync(database, Enumerable.Range(1, 500).Select(id => (Func<SqliteSession, int>)(session => Items.Add(session, id, "text"))));
        await Task.WhenAll(writes);

        (await database.ReadIdsAsync()).Count.ShouldBe(500);
        commits.ShouldBeLessThan(20); // Other tests' databases may be counted too; 500 would be one each.
    }

    [Fact]
    public async Task An_operation_that_is_refused_is_undone_and_its_neighbours_are_stored()
    {
        using var database = file.Open();
        var writes = await WriteTogetherAsync(database,
        [
            session => Items.Add(session, 1, "kept"),
            session => Items.Add(session, 2, "undone") + Items.Add(session, 1, "a key that is there"),
            session => Items.Add(session, 3, "undone") + int.Parse("no number", System.Globalization.CultureInfo.InvariantCulture),
            session => Items.Add(session, 4, "kept"),
        ]);

        await writes[0];
        (await Should.ThrowAsync<SqliteStoreException>(writes[1])).Fault.ShouldBe(SqliteFault.Statement);
        await Should.ThrowAsync<FormatException>(writes[2]);
        await writes[3];
        (await database.ReadIdsAsync()).ShouldBe([1, 4]);
    }

    [Fact]
    public async Task A_file_at_its_limit_refuses_the_large_operation_stores_the_small_ones_and_goes_on()
    {
        file.Options = file.Options with { FileBytesLimit = 1 << 20 };
        using var database = file.Open();
        var large = new string('x', 2 << 20);
        var writes = await WriteTogetherAsync(database,
        [
            session => Items.Add(session, 1, "small"),
            session => Items.Add(session, 2, large),
            session => Items.Add(session, 3, "small"),
        ]);

        await writes[0];
        var error = await Should.ThrowAsync<SqliteStoreException>(writes[1]);
        error.Fault.ShouldBe(SqliteFault.DiskFull);
        error.Message.ShouldContain(file.FilePath);
        await writes[2];
        await database.AddAsync(4, "later");
        (await database.ReadIdsAsync()).ShouldBe([1, 3, 4]);
    }

    [Fact]
    public async Task Another_programs_lock_fails_a_write_clearly_and_writing_goes_on_when_it_is_released()
    {
        using var database = file.Open();
        await database.AddAsync(1, "before");
        using (var other = file.OpenOutside())
        {
            SqliteFile.Run(other, "BEGIN IMMEDIATE");
            var error = await Should.ThrowAsync<SqliteStoreException>(database.AddAsync(2, "while locked").AsTask());
            error.Fault.ShouldBe(SqliteFault.Locked);
            error.Message.ShouldContain(file.FilePath);
            SqliteFile.Run(other, "ROLLBACK");
        }

        await database.AddAsync(3, "after");
        (await database.ReadIdsAsync()).ShouldBe([1, 3]);
    }

    [Fact]
    public async Task A_full_queue_makes_callers_wait_and_loses_none()
    {
        file.Options = file.Options with { QueueOperationsLimit = 4, GroupOperationsLimit = 3 };
        using var database = file.Open();
        var writes = await WriteTogetherAsync(database, Enumerable.Range(1, 100).Select(id => (Func<SqliteSession, int>)(session => Items.Add(session, id, "text"))));
        await Task.WhenAll(writes);
        (await database.ReadIdsAsync()).Count.ShouldBe(100);
    }

    [Fact]
    public async Task Closing_finishes_what_waits_and_refuses_what_comes_later()
    {
        var database = file.Open();
        var writes = await WriteTogetherAsync(database, Enumerable.Range(1, 20).Select(id => (Func<SqliteSession, int>)(session => Items.Add(session, id, "text"))));
        database.Dispose();
        await Task.WhenAll(writes);
        (await Should.ThrowAsync<SqliteStoreException>(database.AddAsync(21, "late").AsTask())).Fault.ShouldBe(SqliteFault.Closed);
        (await Should.ThrowAsync<SqliteStoreException>(database.ReadIdsAsync().AsTask())).Fault.ShouldBe(SqliteFault.Closed);

        using var again = file.Open();
        (await again.ReadIdsAsync()).Count.ShouldBe(20);
    }

    [Fact]
    public async Task The_log_is_copied_into_the_file_and_stays_bounded_and_deleted_room_is_given_back()
    {
        file.Options = file.Options with { CheckpointBytes = 1 << 20, LogBytesLimit = 4 << 20 };
        using var database = file.Open();
        var text = new string('x', 100_000);
        for (var id = 1; id <= 200; id++) await database.AddAsync(id, text);
        var full = await database.ReadSizesAsync(Cancellation);
        full.FileBytes.ShouldBeGreaterThan(15_000_000);
        full.LogBytes.ShouldBeLessThan(4 << 20);

        await database.WriteAsync(0, 0, static (session, _) => session.Prepare("DELETE FROM item").Run(), Cancellation);
        for (var id = 1; id <= 60; id++)
        {
            await database.AddAsync(id, text);
            await database.WriteAsync(id, 0, static (session, id) => session.Prepare("DELETE FROM item WHERE id = ?1").Bind(1, id).Run(), Cancellation);
        }

        (await database.ReadSizesAsync(Cancellation)).FileBytes.ShouldBeLessThan(full.FileBytes / 2);
    }

    /// <summary>Keeps the writer busy until all operations wait, so that they form groups.</summary>
    static async Task<Task<int>[]> WriteTogetherAsync(SqliteDatabase database, IEnumerable<Func<SqliteSession, int>> functions)
    {
        using var entered = new SemaphoreSlim(0);
        using var leave = new ManualResetEventSlim();
        var busy = database.WriteAsync((entered, leave), 0, static (_, gate) =>
        {
            gate.entered.Release();
            gate.leave.Wait();
            return 0;
        }, Cancellation).AsTask();
        await entered.WaitAsync(Cancellation);
        var writes = functions.Select(function => database.WriteAsync(function, 0, static (session, function) => function(session), Cancellation).AsTask()).ToArray();
        leave.Set();
        await busy;
        return writes;
    }
}
