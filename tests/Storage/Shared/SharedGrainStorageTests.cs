using System.Collections.Concurrent;
using Orrery.Runtime.Storage;
using Orrery.Runtime.Tests.Persistence;
using Orrery.Storage.Hosting;
using Orrery.Storage.Tests.Sqlite;

namespace Orrery.Storage.Tests.Shared;

/// <summary>Grain state in a real server, and what several silos do to it at once.</summary>
public abstract class SharedGrainStorageTests : GrainStorageCompliance, IAsyncLifetime
{
    readonly List<SharedStore> silos = [];
    StorageConnection connection = null!;

    public async ValueTask InitializeAsync() => connection = await NewAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var silo in silos) await silo.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Odd_keys_are_rows_of_their_own_and_long_ones_are_kept()
    {
        var states = NewSilo().States;
        string[] keys = ["a", "a ", "A", "a\\", "a\\0", "a\0", "a\0b", "服务器", "\ud83d\ude00", "\ud83d", "x'; DROP TABLE orrery_grain_state; --", "{0}", new('k', 1_000_000), new string('k', 999_999) + "l"];
        for (var index = 0; index < keys.Length; index++)
        {
            (await states.ClaimAsync(keys[index], 1)).StoredVersion.ShouldBe(0, $"key {index}");
            await states.WriteAsync(keys[index], 1, 0, [(byte)index]);
        }

        for (var index = 0; index < keys.Length; index++) (await states.ClaimAsync(keys[index], 2)).StoredValue!.Value.ToArray().ShouldBe([(byte)index], $"key {index}");
    }

    [Fact]
    public async Task Silos_that_claim_the_same_new_rows_at_once_all_get_them_and_the_newest_term_stays()
    {
        var batches = await Task.WhenAll(Enumerable.Range(1, 4).Select(term => Task.Run(async () =>
        {
            var operations = Enumerable.Range(0, 300).Select(row => new GrainStateOperation(GrainStateOperationKind.Claim, new("race", $"row{row}", "state"), 0, term, 0, default)).ToArray();
            new Random(term).Shuffle(operations);
            await NewSilo().States.ExecuteAsync(operations, TestContext.Current.CancellationToken);
            return operations;
        })));
        batches[3].ShouldAllBe(operation => operation.Outcome == GrainStateOutcome.Succeeded);
        foreach (var operation in batches.SelectMany(batch => batch).Where(operation => operation.Outcome != GrainStateOutcome.Succeeded))
        {
            operation.Outcome.ShouldBe(GrainStateOutcome.StaleTerm);
            operation.StoredTerm.ShouldBeGreaterThan(operation.Term);
        }

        GrainStateOperation stale = new(GrainStateOperationKind.Claim, new("race", "row0", "state"), 0, 3, 0, default);
        await NewSilo().States.ExecuteAsync([stale], TestContext.Current.CancellationToken);
        stale.StoredTerm.ShouldBe(4);
    }

    [Fact]
    public async Task No_write_of_an_older_term_lands_once_a_newer_one_has_claimed()
    {
        const int rows = 20, rounds = 15;
        IFencedGrainStorage[] silos = [NewSilo().States, NewSilo().States, NewSilo().States];
        var accepted = new ConcurrentDictionary<(int Row, long Version), long>();
        await Task.WhenAll(silos.Select((states, number) => Task.Run(async () =>
        {
            for (var round = 0; round < rounds; round++)
            {
                var term = 1 + round * silos.Length + number;
                var versions = new long[rows];
                var claims = Enumerable.Range(0, rows).Select(row => new GrainStateOperation(GrainStateOperationKind.Claim, new("fence", $"row{row}", "state"), 0, term, 0, default)).ToArray();
                await states.ExecuteAsync(claims, CancellationToken.None);
                for (var step = 0; step < 3; step++)
                {
                    var writes = claims.Select((claim, row) => new GrainStateOperation(GrainStateOperationKind.Write, claim.Key, 0, term, step == 0 ? claim.StoredVersion : versions[row], BitConverter.GetBytes(term))).ToArray();
                    await states.ExecuteAsync(writes, CancellationToken.None);
                    for (var row = 0; row < rows; row++)
                    {
                        if (writes[row].Outcome != GrainStateOutcome.Succeeded) continue;
                        versions[row] = writes[row].StoredVersion;
                        accepted.TryAdd((row, versions[row]), term).ShouldBeTrue($"version {versions[row]} of row {row} was written twice");
                    }
                }
            }
        })));
        for (var row = 0; row < rows; row++)
        {
            var terms = accepted.Where(pair => pair.Key.Row == row).OrderBy(pair => pair.Key.Version).Select(pair => pair.Value).ToList();
            terms.SequenceEqual(terms.Order()).ShouldBeTrue($"row {row}: a later version was written in an older term");
        }
    }

    protected abstract Task<StorageConnection> NewAsync();

    protected override Task<IFencedGrainStorage> CreateAsync() => Task.FromResult(NewSilo().States);

    SharedStore NewSilo()
    {
        var silo = new SharedStore(connection);
        lock (silos) silos.Add(silo);
        return silo;
    }
}

public sealed class PostgreSqlGrainStorageTests(Servers servers) : SharedGrainStorageTests
{
    protected override Task<StorageConnection> NewAsync() => servers.NewPostgreSqlAsync();
}

public sealed class RedisGrainStorageTests(Servers servers) : SharedGrainStorageTests
{
    protected override Task<StorageConnection> NewAsync() => servers.NewRedisAsync();
}

public sealed class MariaDbGrainStorageTests(Servers servers) : SharedGrainStorageTests
{
    protected override Task<StorageConnection> NewAsync() => servers.NewMariaDbAsync();
}

public sealed class SqlServerGrainStorageTests(Servers servers) : SharedGrainStorageTests
{
    protected override Task<StorageConnection> NewAsync() => servers.NewSqlServerAsync();
}
