using Orrery.Storage.Chunks;

namespace Orrery.Storage.Tests.Chunks;

/// <summary>What every chunk store must do. A store's own tests derive from it and give a fresh, empty store.</summary>
public abstract class ChunkStoreCompliance
{
    protected abstract IChunkStore Store { get; }

    static CancellationToken Token => TestContext.Current.CancellationToken;

    static Chunk Make(string owner, long sequence, long first, long last, ChunkKind kind = ChunkKind.Raw, byte fill = 1) =>
        new(owner, new ChunkKey(kind, sequence), first, last, Enumerable.Repeat(fill, 10 + (int)sequence).ToArray());

    [Fact]
    public async Task Chunks_come_back_by_owner_kind_and_overlapping_time_in_order()
    {
        await Store.WriteAsync([Make("a", 2, 200, 299), Make("a", 1, 100, 199), Make("b", 1, 100, 199), Make("a", 1, 100, 199, ChunkKind.Hour)], Token);

        var found = await Store.ListAsync("a", ChunkKind.Raw, 199, 200, Token);
        found.ShouldBe([new ChunkInfo(new(ChunkKind.Raw, 1), 100, 199, 11), new ChunkInfo(new(ChunkKind.Raw, 2), 200, 299, 12)]);
        (await Store.ListAsync("a", ChunkKind.Raw, 0, 99, Token)).ShouldBeEmpty();
        (await Store.ListAsync("a", ChunkKind.Raw, 300, long.MaxValue, Token)).ShouldBeEmpty();
        (await Store.ListAsync("nobody", ChunkKind.Raw, long.MinValue, long.MaxValue, Token)).ShouldBeEmpty();
        var read = await Store.ReadAsync("a", ChunkKind.Raw, 250, 250, Token);
        read.Count.ShouldBe(1);
        read[0].Owner.ShouldBe("a");
        read[0].Data.ToArray().ShouldBe(Enumerable.Repeat((byte)1, 12).ToArray());
    }

    [Fact]
    public async Task Writing_a_stored_key_again_replaces_the_chunk()
    {
        await Store.WriteAsync([Make("a", 1, 100, 199)], Token);
        await Store.WriteAsync([Make("a", 1, 100, 500, fill: 7)], Token);

        var read = await Store.ReadAsync("a", ChunkKind.Raw, 400, 400, Token);
        read.Count.ShouldBe(1);
        read[0].Data.Span[0].ShouldBe((byte)7);
    }

    [Fact]
    public async Task Replacing_removes_and_adds_together_and_may_be_repeated()
    {
        await Store.WriteAsync([Make("a", 1, 100, 199), Make("a", 2, 200, 299), Make("b", 1, 100, 199)], Token);
        for (int round = 0; round < 2; round++)
        {
            await Store.ReplaceAsync("a", [new(ChunkKind.Raw, 1), new(ChunkKind.Raw, 2)], [Make("a", 9, 100, 299, ChunkKind.Compacted)], Token);
        }

        (await Store.ListAsync("a", ChunkKind.Raw, 0, 1000, Token)).ShouldBeEmpty();
        (await Store.ListAsync("a", ChunkKind.Compacted, 0, 1000, Token)).Count.ShouldBe(1);
        (await Store.ListAsync("b", ChunkKind.Raw, 0, 1000, Token)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Deleting_before_a_time_keeps_a_chunk_whose_last_sample_is_at_that_time()
    {
        await Store.WriteAsync([Make("a", 1, 100, 199), Make("a", 2, 150, 200), Make("a", 3, 100, 199, ChunkKind.Hour)], Token);

        (await Store.DeleteBeforeAsync("a", ChunkKind.Raw, 200, Token)).ShouldBe(1);
        (await Store.ListAsync("a", ChunkKind.Raw, 0, 1000, Token)).Single().Key.Sequence.ShouldBe(2);
        (await Store.ListAsync("a", ChunkKind.Hour, 0, 1000, Token)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_wrong_write_is_refused_whole()
    {
        await Should.ThrowAsync<ArgumentException>(async () => await Store.WriteAsync([Make("a", 1, 100, 199), Make("a", 2, 300, 200)], Token));
        await Should.ThrowAsync<ArgumentException>(async () => await Store.WriteAsync([Make("a", 1, 100, 199), Make("a", 1, 100, 199)], Token));
        await Should.ThrowAsync<ArgumentException>(async () => await Store.WriteAsync([Make(new string('x', 513), 1, 100, 199)], Token));
        await Should.ThrowAsync<ArgumentException>(async () => await Store.ReplaceAsync("a", [], [Make("b", 1, 100, 199)], Token));
        (await Store.ListAsync("a", ChunkKind.Raw, 0, 1000, Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Empty_chunks_and_large_ones_are_kept_as_they_are()
    {
        byte[] large = new byte[1 << 20];
        new Random(5).NextBytes(large);
        await Store.WriteAsync([new Chunk("a", new(ChunkKind.Raw, 0), 0, 0, default), new Chunk("a", new(ChunkKind.Raw, 1), 1, 1, large)], Token);

        var read = await Store.ReadAsync("a", ChunkKind.Raw, 0, 1, Token);
        read[0].Data.Length.ShouldBe(0);
        read[1].Data.Span.SequenceEqual(large).ShouldBeTrue();
    }
}
