using System.IO.Compression;
using Orrery.Connectors.LogObjects;

namespace Orrery.Agent.Logs;

/// <summary>Records that are shipped together, with their receipt: fixed once and for all when it was written into the outbox.</summary>
/// <param name="Manifest">What the batch is, and its receipt.</param>
/// <param name="Content">Its lines, gzip; empty for none.</param>
internal sealed record OutboxBatch(LogObjectManifest Manifest, ReadOnlyMemory<byte> Content)
{
    /// <summary>The records.</summary>
    public IEnumerable<ShippedLine> Lines()
    {
        if (Content.IsEmpty)
            yield break;
        byte[] plain = new byte[Manifest.PlainLength];
        using (var zip = new GZipStream(new MemoryStream(Content.ToArray()), CompressionMode.Decompress))
            zip.ReadExactly(plain);
        for (int start = 0; start < plain.Length;)
        {
            int length = plain.AsSpan(start).IndexOf((byte)'\n');
            yield return ShippedLine.Parse(plain.AsSpan(start, length));
            start += length + 1;
        }
    }
}
