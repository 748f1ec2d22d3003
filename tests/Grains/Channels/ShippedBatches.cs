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
sealed class ShippedBatches(string folder, string origin)
{
    long sequence, line;

    /// <summary>Ships a batch.</summary>
    /// <param name="milliseconds">When the agent read it.</param>
    /// <param name="isLast">Whether nothing of this time follows.</param>
    /// <param name="texts">The lines.</param>
    public async Task ShipAsync(long milliseconds, bool isLast, params string[] texts)
    {
        using var store = new FolderObjectStore(folder, TimeProvider.System);
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
        var manifest = new LogObjectManifest
        {
            Origin = origin,
            Incarnation = "1",
            Sequence = ++sequence,
            Length = packed.Length,
            PlainLength = plain.WrittenCount,
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(packed.ToArray())),
            Sum = sum,
            CompleteMilliseconds = isLast ? milliseconds + 60_000 : milliseconds,
        };
        await store.PutAsync(manifest.ObjectNameUnder(""), packed.ToArray());
        (await store.PutIfAbsentAsync(manifest.Name(""), manifest.ToBytes())).ShouldBeTrue();
    }
}
