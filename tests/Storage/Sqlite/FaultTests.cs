using Orrery.Connectors.Sqlite;
using Orrery.Runtime.Storage;
using Orrery.Storage.Chunks;

namespace Orrery.Storage.Tests.Sqlite;

/// <summary>What happens to callers when the disk is full, the file is locked or cannot be written: a clear error, nothing lost, and it goes on.</summary>
public sealed class FaultTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_full_disk_refuses_writes_clearly_loses_none_that_was_acknowledged_and_goes_on_when_there_is_room()
    {
        using var volume = SmallVolume.MountOrSkip(megabytes: 12);
        using var store = new StoreDirectory(volume.Path);
        await store.States.ClaimAsync("first", 1);
        volume.Fill(bytesLeft: 2 << 20);

        var stored = new List<string>();
        var error = await WriteUntilRefusedAsync(store, stored);
        error.Fault.ShouldBe(SqliteFault.DiskFull);
        error.Message.ShouldContain(store.FilePath);
        error.Message.ShouldContain("bytes free");
        stored.Count.ShouldBeGreaterThan(5);
        await CheckAllAsync(store, stored);

        volume.Empty();
        (await store.States.WriteAsync("first", 1, 0, [1])).Outcome.ShouldBe(GrainStateOutcome.Succeeded);
        for (var more = 0; more < 20; more++) await WriteNextAsync(store, stored);

        store.Close();
        await CheckAllAsync(store, stored);
    }

    [Fact]
    public async Task A_disk_that_is_full_at_start_is_named_and_the_next_start_finds_everything()
    {
        using var volume = SmallVolume.MountOrSkip(megabytes: 8);
        using var store = new StoreDirectory(volume.Path);
        var stored = new List<string>();
        for (var index = 0; index < 20; index++) await WriteNextAsync(store, stored);
        store.Close();

        volume.Fill(bytesLeft: 0);
        Should.Throw<SqliteStoreException>(() => store.Store).Fault.ShouldBe(SqliteFault.DiskFull);

        store.Close();
        volume.Empty();
        await CheckAllAsync(store, stored);
    }

    [Fact]
    public async Task A_directory_that_cannot_be_written_is_named()
    {
        using var volume = SmallVolume.MountOrSkip(megabytes: 8);
        using var store = new StoreDirectory(volume.Path);
        await store.States.ClaimAsync("first", 1);
        store.Close();

        volume.MakeReadOnly();
        var error = Should.Throw<SqliteStoreException>(() => store.Store);
        error.Fault.ShouldBe(SqliteFault.ReadOnly);
        error.Message.ShouldContain(volume.Path);

        store.Close();
        volume.MakeWritable();
        (await store.States.ClaimAsync("first", 1)).Outcome.ShouldBe(GrainStateOutcome.Succeeded);
    }

    [Fact]
    public async Task A_directory_in_use_by_another_process_is_refused_naming_it_and_free_again_once_it_is_killed()
    {
        using var store = new StoreDirectory();
        using var other = OtherProcess.Start(OtherProcess.HoldOpen, store.Path);
        (await other.StandardOutput.ReadLineAsync(Cancellation)).ShouldBe("open");

        var error = Should.Throw<SqliteStoreException>(() => store.Store);
        error.Fault.ShouldBe(SqliteFault.InUse);
        error.Message.ShouldContain($"process {other.Id} on ");

        other.Kill();
        await other.WaitForExitAsync(Cancellation);
        store.Close();
        (await store.States.ClaimAsync("held", 1)).Outcome.ShouldBe(GrainStateOutcome.Succeeded);
    }

    [Fact]
    public async Task A_file_locked_by_another_program_can_be_read_refuses_writes_and_goes_on_afterwards()
    {
        using var store = new StoreDirectory();
        await store.Chunks.WriteAsync([ChunkOf(1)], Cancellation);
        using var other = OtherProcess.Start(OtherProcess.HoldLock, store.Path);
        (await other.StandardOutput.ReadLineAsync(Cancellation)).ShouldBe("locked");

        var error = await Should.ThrowAsync<SqliteStoreException>(store.Chunks.WriteAsync([ChunkOf(2)], Cancellation).AsTask());
        error.Fault.ShouldBe(SqliteFault.Locked);
        error.Message.ShouldContain(store.FilePath);
        (await store.Chunks.ListAsync("owner", ChunkKind.Raw, 0, 9, Cancellation)).Count.ShouldBe(1);

        other.StandardInput.Close();
        await other.WaitForExitAsync(Cancellation);
        await store.Chunks.WriteAsync([ChunkOf(3)], Cancellation);
        (await store.Chunks.ListAsync("owner", ChunkKind.Raw, 0, 9, Cancellation)).Count.ShouldBe(2);
    }

    static Chunk ChunkOf(long sequence) => new("owner", new(ChunkKind.Raw, sequence), sequence, sequence, new byte[] { 1, 2, 3 });

    static async Task<SqliteStoreException> WriteUntilRefusedAsync(StoreDirectory store, List<string> stored)
    {
        while (true)
        {
            try
            {
                await WriteNextAsync(store, stored);
            }
            catch (SqliteStoreException error)
            {
                return error;
            }
        }
    }

    static async Task WriteNextAsync(StoreDirectory store, List<string> stored)
    {
        var name = $"grain{stored.Count}";
        await store.States.ClaimAsync(name, 1);
        (await store.States.WriteAsync(name, 1, 0, OtherProcess.ValueOf(name, 1))).Outcome.ShouldBe(GrainStateOutcome.Succeeded);
        stored.Add(name);
    }

    static async Task CheckAllAsync(StoreDirectory store, IReadOnlyList<string> stored)
    {
        foreach (var name in stored)
        {
            var row = await store.States.ClaimAsync(name, 1);
            row.StoredVersion.ShouldBe(1, name);
            row.StoredValue!.Value.ToArray().ShouldBe(OtherProcess.ValueOf(name, 1), name);
        }
    }
}
