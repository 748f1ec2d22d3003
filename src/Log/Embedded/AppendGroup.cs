using System.Buffers;

namespace Orrery.Log.Embedded;

/// <summary>Batches that wait for one write and one sync. Small batches are copied together into arenas; large ones keep their own buffer.</summary>
sealed class AppendGroup
{
    const int ArenaBytes = 1 << 20;

    readonly List<(byte[] Buffer, int Length)> pieces = [];
    byte[]? arena;

    public List<BatchMark> Marks { get; } = [];

    public long Bytes { get; private set; }

    public TaskCompletionSource Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Copies a batch that the caller goes on to reuse.</summary>
    public void AddCopy(ReadOnlySpan<byte> batch)
    {
        if (arena is null || arena.Length - pieces[^1].Length < batch.Length)
        {
            // The first arena is small: most groups hold a few small batches.
            arena = ArrayPool<byte>.Shared.Rent(Math.Max(batch.Length, Bytes == 0 ? 64 << 10 : ArenaBytes));
            pieces.Add((arena, 0));
        }

        int used = pieces[^1].Length;
        batch.CopyTo(arena.AsSpan(used));
        pieces[^1] = (arena, used + batch.Length);
        Bytes += batch.Length;
    }

    /// <summary>Takes a pooled buffer over.</summary>
    public void AddOwned(byte[] buffer, int length)
    {
        pieces.Add((buffer, length));
        arena = null;
        Bytes += length;
    }

    public IReadOnlyList<ReadOnlyMemory<byte>> Buffers() => [.. pieces.Select(piece => new ReadOnlyMemory<byte>(piece.Buffer, 0, piece.Length))];

    /// <summary>Gives the buffers back, once nothing writes them any more.</summary>
    public void Release()
    {
        foreach (var (buffer, _) in pieces) ArrayPool<byte>.Shared.Return(buffer);
        pieces.Clear();
        arena = null;
    }
}
