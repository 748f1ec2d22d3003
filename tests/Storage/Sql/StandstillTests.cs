using Microsoft.Extensions.Logging.Abstractions;
using Orrery.Runtime.Storage;
using Orrery.Storage.Hosting;
using Orrery.Storage.Sql;
using Orrery.Storage.Tests.Sqlite;
using Orrery.Storage.Tests.Shared;

namespace Orrery.Storage.Tests.Sql;

/// <summary>A silo may be stopped between two statements of a transaction, and its successor needs the very rows that it holds.</summary>
public sealed class StandstillTests(Servers servers)
{
    [Fact]
    public async Task PostgreSql_ends_the_transaction_of_a_process_that_stands_still_in_its_middle() => await TakeOverAsync(await servers.NewPostgreSqlAsync());

    [Fact]
    public async Task MariaDb_ends_the_transaction_of_a_process_that_stands_still_in_its_middle() => await TakeOverAsync(await servers.NewMariaDbAsync());

    static async Task TakeOverAsync(StorageConnection connection)
    {
        await using var store = new SharedStore(connection);
        (await store.States.ClaimAsync("still", 1)).Outcome.ShouldBe(GrainStateOutcome.Succeeded);
        var options = new SqlDatabaseOptions(Workers: 1, ConnectTimeout: TimeSpan.FromSeconds(2), OperationTimeout: TimeSpan.FromSeconds(15));
        using var goOn = new ManualResetEventSlim();
        using var stopped = new SqlDatabase(StorageDialects.Of(connection.Kind), connection.Text, options, TimeProvider.System, NullLogger.Instance);
        var holdsRow = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var still = stopped.WriteAsync("stand still", session =>
        {
            var rows = session.Query($"SELECT version FROM orrery_grain_state {session.Dialect.LockHint} WHERE grain_key = {"still"} {session.Dialect.LockSuffix}", reader => reader.GetInt64(0));
            holdsRow.TrySetResult();
            goOn.Wait();
            return rows.Count;
        }, CancellationToken.None);
        await holdsRow.Task;

        (await store.States.ClaimAsync("still", 2)).Outcome.ShouldBe(GrainStateOutcome.Succeeded);

        goOn.Set();
        await Should.ThrowAsync<StoreException>(still); // it sent its commit into a connection that the server had ended
    }
}
