using System.IO.Compression;
using System.Security.Cryptography;
using Orrery.Connectors.ObjectStores;

namespace Orrery.Connectors.Landing;

/// <summary>Reads one file record by record and, at its end, proves it: length, SHA-256, number, offsets and hash sum as the manifest says.</summary>
sealed class LandingFileReader : IAsyncDisposable
{
    readonly LandingFile file;
    readonly string where;
    readonly ILandingFormat format;
    readonly RecordHasher hasher;
    readonly SHA256 digest = SHA256.Create();
    readonly CountedStream counted;
    readonly GZipStream zip;
    byte[] buffer = new byte[64 << 10];
    int start, end;
    long plain;
    bool ended;
    LandingSum sum = LandingSum.Empty;
    long lastOffset = -1;

    public LandingFileReader(LandingFile file, Stream stream, string address, LandingEncoding encoding, RecordHasher hasher)
    {
        this.file = file;
        this.hasher = hasher;
        where = $"File '{file.Name}' in {address}";
        format = encoding == LandingEncoding.Csv ? new CsvFormat(null) : new JsonLinesFormat(null);
        counted = new CountedStream(new CryptoStream(stream, digest, CryptoStreamMode.Read), file.Length);
        zip = new GZipStream(counted, CompressionMode.Decompress);
    }

    /// <summary>The record that <see cref="MoveNextAsync"/> found.</summary>
    public LandingRecord Current { get; private set; }

    /// <exception cref="LandingDamageException">The file is not what the manifest says.</exception>
    public async ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (plain == 0 && !ended)
                await SkipHeadAsync(cancellationToken);
            int length;
            while ((length = format.Find(buffer.AsSpan(start, end - start))) == 0)
                if (!await FillAsync(cancellationToken))
                    return await ProveAsync(cancellationToken);
            Current = format.Read(buffer.AsSpan(start, length));
            start += length;
        }
        catch (Exception error) when (error is FormatException or InvalidDataException or EndOfStreamException)
        {
            throw new LandingDamageException($"{where} is damaged after {sum.Records} of {file.Sum.Records} records: {error.Message}", error);
        }

        if (Current.Offset <= lastOffset || Current.Offset < file.FirstOffset || Current.Offset > file.LastOffset)
            throw new LandingDamageException($"{where} holds offset {Current.Offset} after {lastOffset}; it should hold {file.FirstOffset} to {file.LastOffset}, rising.");
        lastOffset = Current.Offset;
        sum += LandingSum.Of(Current, hasher);
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        await zip.DisposeAsync();
        await counted.DisposeAsync();
        digest.Dispose();
    }

    async ValueTask SkipHeadAsync(CancellationToken cancellationToken)
    {
        if (format.Head.Length == 0)
            return;
        int length;
        while ((length = format.Find(buffer.AsSpan(start, end - start))) == 0)
            if (!await FillAsync(cancellationToken))
                throw new FormatException("There is no head line.");
        start += length;
    }

    async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
        }

        if (end == buffer.Length)
            Array.Resize(ref buffer, (int)Math.Min(Array.MaxLength, 2L * buffer.Length));
        int count = await zip.ReadAsync(buffer.AsMemory(end), cancellationToken);
        end += count;
        plain += count;
        ended = count == 0;
        if (plain > file.PlainLength)
            throw new InvalidDataException($"it unpacks to more than {file.PlainLength} bytes");
        return count > 0;
    }

    async ValueTask<bool> ProveAsync(CancellationToken cancellationToken)
    {
        if (end > start)
            throw new FormatException($"its last {end - start} bytes are not a whole record");
        byte[] rest = new byte[4 << 10];
        while (await counted.ReadAsync(rest, cancellationToken) > 0)
        {
        }

        if (counted.Count != file.Length)
            throw new LandingDamageException($"{where} has {counted.Count} bytes; the manifest says {file.Length}.");
        if (Convert.ToHexStringLower(digest.Hash!) is var found && found != file.Sha256)
            throw new LandingDamageException($"{where} has the SHA-256 {found}; the manifest says {file.Sha256}.");
        if (sum != file.Sum)
            throw new LandingDamageException($"{where} holds {sum.Records} records with the hash sum {sum.Hash:x32}; the manifest says {file.Sum.Records} with {file.Sum.Hash:x32}.");
        return false;
    }

    /// <summary>Counts, and ends a stream that is longer than it should be.</summary>
    sealed class CountedStream(Stream inner, long lengthMax) : Stream
    {
        public long Count { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] target, int offset, int count) => Counted(inner.Read(target, offset, count));

        public override async ValueTask<int> ReadAsync(Memory<byte> target, CancellationToken cancellationToken = default) => Counted(await inner.ReadAsync(target, cancellationToken));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] source, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                inner.Dispose();
            base.Dispose(disposing);
        }

        int Counted(int count)
        {
            Count += count;
            return Count <= lengthMax ? count : throw new InvalidDataException($"it has more than {lengthMax} bytes");
        }
    }
}
