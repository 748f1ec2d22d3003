using System.Buffers;
using System.Text.Json;

namespace Orrery.WebApi.Metrics;

/// <summary>UTF-8 text in rented pieces; grows without copying. Used by one thread at a time.</summary>
internal sealed class PooledText : IDisposable
{
    const int PieceBytes = 256 << 10;

    readonly List<(byte[] Piece, int Used)> full = [];
    byte[] piece = ArrayPool<byte>.Shared.Rent(PieceBytes);
    int used;

    public long Length { get; private set; }

    /// <summary>Room for at least <paramref name="bytes"/> bytes; say with <see cref="Advance"/> how many were used.</summary>
    public Span<byte> GetSpan(int bytes)
    {
        if (piece.Length - used < bytes)
        {
            full.Add((piece, used));
            piece = ArrayPool<byte>.Shared.Rent(Math.Max(PieceBytes, bytes));
            used = 0;
        }
        return piece.AsSpan(used);
    }

    public void Advance(int bytes)
    {
        used += bytes;
        Length += bytes;
    }

    public void Write(ReadOnlySpan<byte> text)
    {
        text.CopyTo(GetSpan(text.Length));
        Advance(text.Length);
    }

    /// <summary>Takes the last bytes back; they were written in one piece.</summary>
    public void TakeBack(int bytes) => Advance(-bytes);

    /// <summary>Writes a JSON string with its quotes.</summary>
    public void WriteJson(string text) => WriteQuoted(JsonEncodedText.Encode(text).EncodedUtf8Bytes);

    public async Task CopyToAsync(Stream target, CancellationToken cancellationToken)
    {
        foreach ((byte[] filled, int length) in full)
            await target.WriteAsync(filled.AsMemory(0, length), cancellationToken);
        await target.WriteAsync(piece.AsMemory(0, used), cancellationToken);
    }

    public void Dispose()
    {
        foreach ((byte[] filled, _) in full)
            ArrayPool<byte>.Shared.Return(filled);
        full.Clear();
        ArrayPool<byte>.Shared.Return(piece);
        piece = [];
        used = 0;
    }

    void WriteQuoted(ReadOnlySpan<byte> encoded)
    {
        Write("\""u8);
        Write(encoded);
        Write("\""u8);
    }
}
