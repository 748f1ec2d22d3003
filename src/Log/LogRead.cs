using System.Buffers;

namespace Orrery.Log;

/// <summary>Batches that were read together, in order. Its memory goes back to a pool on disposal: copy what must live longer.</summary>
public sealed class LogRead : IDisposable
{
    byte[]? pooled;

    /// <param name="encoded">The batches' bytes.</param>
    /// <param name="batches">The batches in them.</param>
    /// <param name="nextOffset">The offset to read from next.</param>
    /// <param name="pooled">An array of <see cref="ArrayPool{T}.Shared"/> to give back on disposal, or null.</param>
    public LogRead(ReadOnlyMemory<byte> encoded, IReadOnlyList<LogBatch> batches, long nextOffset, byte[]? pooled)
    {
        this.pooled = pooled;
        Encoded = encoded;
        Batches = batches;
        NextOffset = nextOffset;
    }

    /// <summary>Whole batches. The first may begin before the offset that was asked for.</summary>
    public IReadOnlyList<LogBatch> Batches { get; private set; }

    /// <summary>The bytes of <see cref="Batches"/>, one after another, for <see cref="LogBatches.Parse"/> at the other end of a wire.</summary>
    public ReadOnlyMemory<byte> Encoded { get; private set; }

    /// <summary>The offset to read from next.</summary>
    public long NextOffset { get; }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref pooled, null) is not { } rented) return;
        Batches = [];
        Encoded = default;
        ArrayPool<byte>.Shared.Return(rented);
    }
}
