using System.Buffers;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Orrery.Connectors.Landing;
using Orrery.Connectors.LogObjects;
using Orrery.Log;

namespace Orrery.Agent.Logs;

/// <summary>Gathers records into a batch. Their timestamps never fall, also from batch to batch, so that windows can be sealed.</summary>
/// <param name="recordsMax">Records at most.</param>
/// <param name="bytesMax">Bytes of lines at which the batch is full.</param>
/// <param name="lastMilliseconds">No record is older than this.</param>
internal sealed class OutboxBatchBuilder(int recordsMax, int bytesMax, long lastMilliseconds)
{
    readonly Utf8JsonWriter writer = ShippedLine.MakeWriter();
    readonly ArrayBufferWriter<byte> line = new(4 << 10);
    MemoryStream content = new();
    GZipStream? zip;
    LogReceipt receipt = LogReceipt.Empty;
    long plainLength;

    public int Records => (int)receipt.Records;

    public bool IsFull => Records >= recordsMax || plainLength >= bytesMax;

    /// <summary>When the first record came; null: none.</summary>
    public DateTimeOffset? Since { get; private set; }

    public long LastMilliseconds { get; private set; } = lastMilliseconds;

    /// <summary>Takes a record; false if the batch is full.</summary>
    public bool TryAdd(string id, DateTimeOffset now, LogSource source, string path, string text, ShippedMarks marks)
    {
        if (IsFull)
            return false;
        Since ??= now;
        LastMilliseconds = Math.Max(LastMilliseconds, now.ToUnixTimeMilliseconds());
        var shipped = new ShippedLine(id, LastMilliseconds, source.Name, path, text, marks);
        line.ResetWrittenCount();
        shipped.Write(line, writer);
        receipt += LogReceipt.Of([new LogRecord(Encoding.UTF8.GetBytes(shipped.File), line.WrittenMemory, LastMilliseconds)]);
        line.Write("\n"u8);
        zip ??= new GZipStream(content, CompressionLevel.Fastest, leaveOpen: true);
        zip.Write(line.WrittenSpan);
        plainLength += line.WrittenCount;
        return true;
    }

    /// <summary>Closes the batch and begins the next.</summary>
    public OutboxBatch Finish(string origin, string incarnation, long sequence, DateTimeOffset now)
    {
        zip?.Dispose();
        byte[] bytes = content.ToArray();
        LastMilliseconds = Math.Max(LastMilliseconds, now.ToUnixTimeMilliseconds());
        var batch = new OutboxBatch(
            new LogObjectManifest
            {
                Origin = origin,
                Incarnation = incarnation,
                Sequence = sequence,
                Length = bytes.Length,
                PlainLength = plainLength,
                Sha256 = bytes.Length == 0 ? "" : Convert.ToHexStringLower(SHA256.HashData(bytes)),
                Sum = new LandingSum(receipt.Records, receipt.Bytes, receipt.Hash, receipt.FirstMilliseconds, receipt.LastMilliseconds),
                CompleteMilliseconds = LastMilliseconds,
            },
            bytes);
        (content, zip, receipt, plainLength, Since) = (new MemoryStream(), null, LogReceipt.Empty, 0, null);
        return batch;
    }
}
