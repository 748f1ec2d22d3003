using Orrery.Runtime.Storage;

namespace Orrery.Storage.Tests.Sqlite;

public sealed class SqliteGrainStorageTests : IDisposable
{
    readonly StoreDirectory store = new();

    public void Dispose() => store.Dispose();

    [Fact]
    public async Task A_claim_makes_an_empty_row_and_repeating_it_is_harmless()
    {
        for (var time = 0; time < 2; time++)
        {
            var claim = await store.States.ClaimAsync("a", 3);
            claim.Outcome.ShouldBe(GrainStateOutcome.Succeeded);
            claim.StoredVersion.ShouldBe(0);
            claim.StoredValue.ShouldBeNull();
        }
    }

    [Fact]
    public async Task Values_come_back_after_a_restart_empty_ones_too_and_cleared_ones_keep_their_version()
    {
        foreach (var key in (string[])["full", "empty", "cleared", "服务器\0/1"]) await store.States.ClaimAsync(key, 1);
        await store.States.WriteAsync("full", 1, 0, [1, 2, 3]);
        await store.States.WriteAsync("empty", 1, 0, []);
        await store.States.WriteAsync("cleared", 1, 0, [1]);
        await store.States.WriteAsync("服务器\0/1", 1, 0, [4]);
        await store.States.ExecuteAsync([new(GrainStateOperationKind.Clear, new("test", "cleared", "state"), 0, 1, 1, default)], CancellationToken.None);
        store.Close();

        (await store.States.ClaimAsync("full", 1)).StoredValue!.Value.ToArray().ShouldBe([1, 2, 3]);
        (await store.States.ClaimAsync("empty", 1)).StoredValue!.Value.Length.ShouldBe(0);
        var cleared = await store.States.ClaimAsync("cleared", 1);
        cleared.StoredValue.ShouldBeNull();
        cleared.StoredVersion.ShouldBe(2);
        (await store.States.ClaimAsync("服务器\0/1", 1)).StoredValue!.Value.ToArray().ShouldBe([4]);
        (await store.States.ClaimAsync("服务器", 1)).StoredVersion.ShouldBe(0);
    }

    [Fact]
    public async Task An_owner_of_an_older_term_can_neither_claim_nor_write_once_its_successor_claimed()
    {
        await store.States.ClaimAsync("a", 1);
        await store.States.WriteAsync("a", 1, 0, [1]);
        (await store.States.ClaimAsync("a", 2)).StoredValue!.Value.ToArray().ShouldBe([1]);

        foreach (var refused in (GrainStateOperation[])[await store.States.WriteAsync("a", 1, 1, [9]), await store.States.ClaimAsync("a", 1)])
        {
            refused.Outcome.ShouldBe(GrainStateOutcome.StaleTerm);
            refused.StoredTerm.ShouldBe(2);
            refused.StoredVersion.ShouldBe(1);
        }

        (await store.States.ClaimAsync("a", 2)).StoredValue!.Value.ToArray().ShouldBe([1]);
    }

    [Fact]
    public async Task A_refused_operation_changes_nothing_and_does_not_hinder_the_others_of_its_batch()
    {
        await store.States.ClaimAsync("a", 1);
        await store.States.ClaimAsync("b", 1);
        GrainStateOperation[] batch = [StateCalls.Write("a", 1, 7, [1]), StateCalls.Write("b", 1, 0, [2]), StateCalls.Write("missing", 1, 0, [3]), StateCalls.Claim("new", 1)];
        await store.States.ExecuteAsync(batch, CancellationToken.None);
        batch.Select(operation => operation.Outcome).ShouldBe([GrainStateOutcome.StaleVersion, GrainStateOutcome.Succeeded, GrainStateOutcome.StaleVersion, GrainStateOutcome.Succeeded]);
        batch[0].StoredVersion.ShouldBe(0);
        batch[2].StoredVersion.ShouldBe(-1);
        (await store.States.ClaimAsync("a", 1)).StoredValue.ShouldBeNull();
        (await store.States.ClaimAsync("b", 1)).StoredValue!.Value.ToArray().ShouldBe([2]);
    }

    [Fact]
    public async Task Sizes_say_how_large_the_file_is()
    {
        await store.States.ClaimAsync("a", 1);
        var sizes = await store.Store.ReadSizesAsync(CancellationToken.None);
        sizes.FilePath.ShouldBe(store.FilePath);
        (sizes.FileBytes + sizes.LogBytes).ShouldBeGreaterThan(4096);
        sizes.VolumeFreeBytes.ShouldNotBeNull().ShouldBeGreaterThan(0);
    }
}
