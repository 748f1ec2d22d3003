using Orrery.Storage.Chunks;

namespace Orrery.Storage.Tests.Chunks;

/// <summary>What every chunk store keeps to; run against each.</summary>
public abstract class ChunkStoreCompliance
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected abstract IChunkStore Store { get; }

    [Fact]
    public async Task Chunks_are_read_back_equal_by_first_time_then_sequence()
    {
        await Store.WriteAsync([ChunkOf(7, 20, 30), ChunkOf(3, 10, 40, 0), ChunkOf(2, 20, 20, 70_000)], Cancellation);
        var chunks = await Store.ReadAsync("a", ChunkKind.Raw, 0, 100, Cancellation);
        chunks.Select(chunk => chunk.Key.Sequence).ShouldBe([3, 2, 7]);
        chunks[0].Data.Length.ShouldBe(0);
        chunks[1].Data.ToArray().ShouldBe(DataOf(2, 70_000));
        chunks[2].ShouldSatisfyAllConditions(
            chunk => chunk.Owner.ShouldBe("a"),
            chunk => chunk.FirstMilliseconds.ShouldBe(20),
            chunk => chunk.LastMilliseconds.ShouldBe(30),
            chunk => chunk.Data.ToArray().ShouldBe(DataOf(7, 100)));
        (await Store.ListAsync("a", ChunkKind.Raw, 0, 100, Cancellation)).ShouldBe(chunks.Select(chunk => chunk.Info));
    }

    [Theory]
    [InlineData(0, 9, "")]
    [InlineData(0, 10, "1")]
    [InlineData(20, 20, "1")]
    [InlineData(15, 35, "1 2")]
    [InlineData(41, 100, "")]
    [InlineData(long.MinValue, long.MaxValue, "1 2")]
    public async Task A_range_of_time_holds_its_ends(long from, long to, string expected)
    {
        await Store.WriteAsync([ChunkOf(1, 10, 20), ChunkOf(2, 30, 40)], Cancellation);
        var found = await Store.ListAsync("a", ChunkKind.Raw, from, to, Cancellation);
        string.Join(' ', found.Select(chunk => chunk.Key.Sequence)).ShouldBe(expected);
    }

    [Fact]
    public async Task Owners_and_kinds_are_apart_and_owners_compare_by_character()
    {
        await Store.WriteAsync([ChunkOf(1, 1, 2), ChunkOf(1, 1, 2) with { Owner = "A" }, ChunkOf(1, 1, 2) with { Key = new(ChunkKind.Hour, 1) }, ChunkOf(1, 1, 2) with { Owner = "服务器/ä\0x" }], Cancellation);
        (await Store.ListAsync("a", ChunkKind.Raw, 0, 9, Cancellation)).Count.ShouldBe(1);
        (await Store.ListAsync("A", ChunkKind.Raw, 0, 9, Cancellation)).Count.ShouldBe(1);
        (await Store.ListAsync("服务器/ä\0x", ChunkKind.Raw, 0, 9, Cancellation)).Count.ShouldBe(1);
        (await Store.ListAsync("服务器/ä", ChunkKind.Raw, 0, 9, Cancellation)).ShouldBeEmpty();
        (await Store.ListAsync("a", ChunkKind.Minute, 0, 9, Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Writing_a_stored_key_again_replaces_the_chunk()
    {
        await Store.WriteAsync([ChunkOf(1, 10, 20)], Cancellation);
        await Store.WriteAsync([ChunkOf(1, 50, 60, 7)], Cancellation);
        (await Store.ListAsync("a", ChunkKind.Raw, 0, 99, Cancellation)).ShouldBe([new(new(ChunkKind.Raw, 1), 50, 60, 7)]);
    }

    [Fact]
    public async Task Replacing_removes_and_adds_together_and_can_be_repeated()
    {
        await Store.WriteAsync([ChunkOf(1, 10, 20), ChunkOf(2, 21, 30), ChunkOf(3, 31, 40)], Cancellation);
        var compacted = new Chunk("a", new(ChunkKind.Compacted, 1), 10, 30, DataOf(9, 50));
        for (var time = 0; time < 2; time++)
        {
            await Store.ReplaceAsync("a", [new(ChunkKind.Raw, 1), new(ChunkKind.Raw, 2)], [compacted], Cancellation);
            (await Store.ListAsync("a", ChunkKind.Raw, 0, 99, Cancellation)).Select(chunk => chunk.Key.Sequence).ShouldBe([3]);
            (await Store.ListAsync("a", ChunkKind.Compacted, 0, 99, Cancellation)).ShouldBe([compacted.Info]);
        }
    }

    [Fact]
    public async Task Deleting_before_a_time_keeps_what_ends_at_it_and_counts()
    {
        await Store.WriteAsync([ChunkOf(1, 10, 20), ChunkOf(2, 5, 30), ChunkOf(3, 31, 40), ChunkOf(1, 1, 2) with { Key = new(ChunkKind.Hour, 1) }], Cancellation);
        (await Store.DeleteBeforeAsync("a", ChunkKind.Raw, 30, Cancellation)).ShouldBe(1);
        (await Store.DeleteBeforeAsync("a", ChunkKind.Raw, 30, Cancellation)).ShouldBe(0);
        (await Store.DeleteBeforeAsync("nobody", ChunkKind.Raw, 30, Cancellation)).ShouldBe(0);
        (await Store.ListAsync("a", ChunkKind.Raw, 0, 99, Cancellation)).Select(chunk => chunk.Key.Sequence).ShouldBe([2, 3]);
        (await Store.ListAsync("a", ChunkKind.Hour, 0, 99, Cancellation)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_write_that_is_refused_stores_nothing_of_itself()
    {
        await Should.ThrowAsync<ArgumentException>(async () => await Store.WriteAsync([ChunkOf(1, 1, 2), ChunkOf(2, 9, 3)], Cancellation));
        await Should.ThrowAsync<ArgumentException>(async () => await Store.WriteAsync([ChunkOf(1, 1, 2), ChunkOf(1, 5, 6)], Cancellation));
        await Should.ThrowAsync<ArgumentException>(async () => await Store.WriteAsync([ChunkOf(1, 1, 2), ChunkOf(1, 1, 2) with { Owner = "" }], Cancellation));
        await Should.ThrowAsync<ArgumentException>(async () => await Store.WriteAsync([ChunkOf(1, 1, 2) with { Owner = new('x', ChunkArguments.OwnerCharactersLimit + 1) }], Cancellation));
        await Should.ThrowAsync<ArgumentException>(async () => await Store.ReplaceAsync("a", [], [ChunkOf(1, 1, 2) with { Owner = "b" }], Cancellation));
        (await Store.ListAsync("a", ChunkKind.Raw, 0, 99, Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Many_owners_write_at_once_and_none_is_lost()
    {
        await Task.WhenAll(Enumerable.Range(0, 50).Select(owner => Task.Run(async () =>
        {
            for (var sequence = 0; sequence < 20; sequence++)
            {
                await Store.WriteAsync([ChunkOf(sequence, sequence, sequence) with { Owner = $"owner{owner}" }], Cancellation);
                (await Store.ListAsync($"owner{owner}", ChunkKind.Raw, 0, 99, Cancellation)).Count.ShouldBe(sequence + 1);
            }
        })));
    }

    [Fact]
    public async Task Nothing_to_write_is_no_error() => await Store.WriteAsync([], Cancellation);

    static Chunk ChunkOf(long sequence, long first, long last, int bytes = 100) => new("a", new(ChunkKind.Raw, sequence), first, last, DataOf(sequence, bytes));

    static byte[] DataOf(long seed, int bytes)
    {
        var data = new byte[bytes];
        new Random((int)seed).NextBytes(data);
        return data;
    }
}
