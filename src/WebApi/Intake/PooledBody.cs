using System.Buffers;
using Orrery.WebApi.Errors;

namespace Orrery.WebApi.Intake;

/// <summary>A request's body in one rented array, counted against the memory of the doors while it is held.</summary>
internal sealed class PooledBody : IDisposable
{
    const int FirstBytes = 64 << 10;
    const int QuickBytes = 64 << 10;
    const int KeptBytesMax = 4 << 20;
    const int KeptOfEachSizeMax = 8;

    /// <summary>Keeps at most 64 MiB of arrays between requests, whatever came before; the shared pool would keep as much as was ever used at a time.</summary>
    static readonly ArrayPool<byte> Arrays = ArrayPool<byte>.Create(KeptBytesMax, KeptOfEachSizeMax);

    readonly KeyIntake key;
    byte[] buffer = [];
    int length;

    PooledBody(KeyIntake key) => this.key = key;

    public ReadOnlySpan<byte> Span => buffer.AsSpan(0, length);

    public Span<byte> Writable => buffer.AsSpan(0, length);

    /// <summary>An empty body of exactly <paramref name="bytes"/> bytes to write into.</summary>
    public static PooledBody Rent(KeyIntake key, int bytes)
    {
        var body = new PooledBody(key);
        body.Grow(bytes);
        body.length = bytes;
        return body;
    }

    /// <summary>Reads a whole body.</summary>
    /// <exception cref="RefusedException">408: too slow. 413: more than <paramref name="bytesMax"/>. 503: no memory left for it.</exception>
    public static async ValueTask<PooledBody> ReadAsync(HttpRequest request, KeyIntake key, int bytesMax, TimeSpan timeout)
    {
        var body = new PooledBody(key);
        // Bodies that Kestrel has buffered already need no clock.
        using CancellationTokenSource? clock = request.ContentLength is <= QuickBytes ? null : CancellationTokenSource.CreateLinkedTokenSource(request.HttpContext.RequestAborted);
        clock?.CancelAfter(timeout);
        try
        {
            await body.FillAsync(request, bytesMax, clock?.Token ?? request.HttpContext.RequestAborted);
            return body;
        }
        catch (OperationCanceledException) when (clock is { IsCancellationRequested: true } && !request.HttpContext.RequestAborted.IsCancellationRequested)
        {
            body.Dispose();
            throw new RefusedException(StatusCodes.Status408RequestTimeout, $"The body was not there within {timeout.TotalSeconds:0} s; {body.length} bytes had come.");
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (buffer.Length == 0)
            return;
        key.Release(buffer.Length);
        Arrays.Return(buffer);
        buffer = [];
    }

    async ValueTask FillAsync(HttpRequest request, int bytesMax, CancellationToken cancelled)
    {
        if (request.ContentLength > bytesMax)
            throw TooLarge(bytesMax);
        int announced = (int)(request.ContentLength ?? -1);
        if (announced == 0)
            return;
        Grow(announced > 0 ? announced : FirstBytes);
        while (length != announced)
        {
            if (length == buffer.Length)
                Grow((int)Math.Min(buffer.Length * 2L, bytesMax + 1L));
            int read = await request.Body.ReadAsync(buffer.AsMemory(length, announced > 0 ? announced - length : buffer.Length - length), cancelled);
            if (read == 0)
                return;
            length += read;
            if (length > bytesMax)
                throw TooLarge(bytesMax);
        }
    }

    void Grow(int bytes)
    {
        byte[] larger = Arrays.Rent(bytes);
        if (!key.TryHold(larger.Length))
        {
            Arrays.Return(larger);
            throw new RefusedException(StatusCodes.Status503ServiceUnavailable, "Too many bodies are under work. Send this one again.");
        }
        buffer.AsSpan(0, length).CopyTo(larger);
        byte[] smaller = buffer;
        buffer = larger;
        if (smaller.Length == 0)
            return;
        key.Release(smaller.Length);
        Arrays.Return(smaller);
    }

    static RefusedException TooLarge(int bytesMax) => new(StatusCodes.Status413PayloadTooLarge, $"The body is larger than {bytesMax} bytes. Send less at a time.");
}
