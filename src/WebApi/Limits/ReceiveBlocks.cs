using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;

namespace Orrery.WebApi.Limits;

/// <summary>
/// The memory into which the web server receives. Its own blocks have 4 KiB, and each costs a system call and two changes of thread, which is most of the
/// price of a body of a megabyte. These have 32 KiB; a connection that waits for its next request holds none.
/// </summary>
internal sealed class ReceiveBlocks : MemoryPool<byte>, IMemoryPoolFactory<byte>
{
    const int BlockBytes = 32 << 10;
    const int BlocksKeptMax = 512;

    readonly ConcurrentQueue<byte[]> kept = new();
    int keptCount;

    public override int MaxBufferSize => BlockBytes;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockBytes);
        if (!kept.TryDequeue(out byte[]? block))
            return new Block(this, GC.AllocateUninitializedArray<byte>(BlockBytes, pinned: true));
        Interlocked.Decrement(ref keptCount);
        return new Block(this, block);
    }

    /// <summary>All transports share the one pool.</summary>
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => this;

    protected override void Dispose(bool disposing)
    {
        // The pool lives as long as the process; transports dispose what they were given.
    }

    void Return(byte[] block)
    {
        if (Interlocked.Increment(ref keptCount) <= BlocksKeptMax)
            kept.Enqueue(block);
        else
            Interlocked.Decrement(ref keptCount);
    }

    sealed class Block(ReceiveBlocks pool, byte[] block) : IMemoryOwner<byte>
    {
        byte[]? block = block;

        public Memory<byte> Memory => block ?? throw new ObjectDisposedException(nameof(Block));

        public void Dispose()
        {
            if (Interlocked.Exchange(ref block, null) is { } returned)
                pool.Return(returned);
        }
    }
}
