using System.IO.Compression;
using System.Security.Cryptography;

namespace Orrery.Connectors.Landing;

/// <summary>One file while it is built in memory. The same records in the same order give the same bytes.</summary>
sealed class LandingFileWriter : IDisposable
{
    readonly MemoryStream content = new();
    readonly GZipStream zip;
    readonly long firstOffset;
    long lastOffset;
    long plainLength;
    LandingSum sum = LandingSum.Empty;

    public LandingFileWriter(CompressionLevel level, long firstOffset, ReadOnlySpan<byte> head)
    {
        zip = new GZipStream(content, level, leaveOpen: true);
        this.firstOffset = firstOffset;
        zip.Write(head);
        plainLength = head.Length;
    }

    public void Add(long offset, in LandingSum record, ReadOnlySpan<byte> line)
    {
        zip.Write(line);
        plainLength += line.Length;
        lastOffset = offset;
        sum += record;
    }

    /// <summary>Closes the file.</summary>
    public (LandingFile File, MemoryStream Content) Finish(string name)
    {
        zip.Dispose();
        content.Position = 0;
        string digest = Convert.ToHexStringLower(SHA256.HashData(content));
        content.Position = 0;
        return (new LandingFile(name, content.Length, plainLength, digest, firstOffset, lastOffset, sum), content);
    }

    public void Dispose()
    {
        zip.Dispose();
        content.Dispose();
    }
}
