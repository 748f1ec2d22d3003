using System.Buffers;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Orrery.Connectors.Landing;
using Orrery.Connectors.LogObjects;
using Orrery.Connectors.ObjectStores;
using Orrery.Log;

namespace Orrery.Grains.Tests.Channels;

/// <summary>Batches of log lines as an agent ships them into a folder.</summary>
sealed class ShippedBatches(string folder, string origin, string incarnation = "1")
{
    long sequence, line;

    /// <summary>Ships a batch.</summary>
    /// <param name="milliseconds">When the agent read it.</param>
    /// <param name="isLast">Whether nothing of this time follows.</param>
    /// <param name="texts">The lines.</param>
    public async Task ShipAsync(long milliseconds, bool isLast, params string[] texts)
    {
        (LogObjectManifest manifest, byte[] content) = Make(milliseconds, isLast, texts);
        using var store = new FolderObjectStore(folder, TimeProvider.System);
        await store.PutAsync(manifest.ObjectNameUnder(""), content);
        (await store.PutIfAbsentAsync(manifest.Name(""), manifest.ToBytes())).ShouldBeTrue();
    }

    /// <summary>Makes a batch, as <see cref="ShipAsync"/> ships it.</summary>
    public (LogObjectManifest Manifest, byte[] Content) Make(long milliseconds, bool isLast, params string[] texts)
    {
        var plain = new ArrayBufferWriter<byte>();
        var sum = LandingSum.Empty;
        foreach (string text in texts)
        {
            var shipped = new ShippedLine($"{origin}-file:{line++ * 100}", milliseconds, "app", "/var/log/app.log", text, ShippedMarks.None);
            var bytes = new ArrayBufferWriter<byte>();
            shipped.Write(bytes, ShippedLine.MakeWriter());
            sum += LandingSum.Of(new LandingRecord(0, Encoding.UTF8.GetBytes(shipped.File), bytes.WrittenMemory, milliseconds, "", default), RecordHash.Compute);
            plain.Write(bytes.WrittenSpan);
            plain.Write("\n"u8);
        }

        using var packed = new MemoryStream();
        using (var zip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            zip.Write(plain.WrittenSpan);
        byte[] content = packed.ToArray();
        var manifest = new LogObjectManifest
        {
            Origin = origin,
            Incarnation = incarnation,
            Sequence = ++sequence,
            Length = content.Length,
            PlainLength = plain.WrittenCount,
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(content)),
            Sum = sum,
            CompleteMilliseconds = isLast ? milliseconds + 60_000 : milliseconds,
        };
        return (manifest, content);
    }
}
