using System.Buffers;

namespace Orrery.Log;

/// <summary>Batches that were read together, in order. Its memory goes back to a pool on disposal: copy what must live longer.</summary>
public sealed class LogRead : IDisposable
{
    byte[]? buffer;

    internal LogRead(byte[]? buffer, IReadOnlyList<LogBatch> batches, long nextOffset)
    {
        this.buffer = buffer;
        Batches = batches;
        NextOffset = nextOffset;
    }

    /// <summary>Whole batches. The first may begin before the offset that was asked for.</summary>
    public IReadOnlyList<LogBatch> Batches { get; private set; }

    /// <summary>The offset to read from next.</summary>
    public long NextOffset { get; }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref buffer, null) is not { } rented) return;
        Batches = [];
        ArrayPool<byte>.Shared.Return(rented);
    }
}
