using System.IO.Compression;
using Orrery.WebApi.Errors;

namespace Orrery.WebApi.Limits;

/// <summary>Unpacks a body while it is read, and ends it with 413 once it grows beyond its bound or more often than data does.</summary>
internal sealed class UnpackingStream : Stream
{
    const int RatioFree = 1 << 20;

    readonly CountingStream packed;
    readonly Stream unpacked;
    readonly OrreryApiOptions bounds;
    long given;

    UnpackingStream(CountingStream packed, Stream unpacked, OrreryApiOptions bounds) => (this.packed, this.unpacked, this.bounds) = (packed, unpacked, bounds);

    /// <summary>A stream for <c>gzip</c> or <c>br</c>, or null for any other encoding.</summary>
    public static UnpackingStream? Create(string encoding, Stream body, OrreryApiOptions bounds)
    {
        var counting = new CountingStream(body);
        return encoding switch
        {
            "gzip" or "x-gzip" => new(counting, new GZipStream(counting, CompressionMode.Decompress), bounds),
            "br" => new(counting, new BrotliStream(counting, CompressionMode.Decompress), bounds),
            _ => null,
        };
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read;
        try
        {
            read = await unpacked.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception broken) when (broken is InvalidDataException or InvalidOperationException)
        {
            throw new RefusedException(StatusCodes.Status400BadRequest, $"The packed body is broken after {given} bytes: it is not what its Content-Encoding says.");
        }
        given += read;
        if (given > bounds.UnpackedBytesMax)
            throw new RefusedException(StatusCodes.Status413PayloadTooLarge, $"The body is larger than {bounds.UnpackedBytesMax} bytes when unpacked. Send less at a time.");
        if (given > RatioFree && given / Math.Max(1, packed.Taken) > bounds.UnpackRatioMax)
            throw new RefusedException(StatusCodes.Status413PayloadTooLarge, $"The body unpacks to more than {bounds.UnpackRatioMax} times its size.");
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            unpacked.Dispose();
        base.Dispose(disposing);
    }

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
    public override void Flush() => throw new NotSupportedException();
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("A body is read asynchronously.");
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>Counts what is taken from the connection.</summary>
    sealed class CountingStream(Stream inner) : Stream
    {
        public long Taken { get; private set; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int read = await inner.ReadAsync(buffer, cancellationToken);
            Taken += read;
            return read;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
        public override void Flush() => throw new NotSupportedException();
        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
