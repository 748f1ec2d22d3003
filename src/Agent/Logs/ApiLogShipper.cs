using Orrery.Client;
using Orrery.Connectors.LogObjects;

namespace Orrery.Agent.Logs;

/// <summary>
/// Gives batches to the SDK's own delivery, which brings them through the door for log lines: the newest lines of a server. A line keeps its id, so one
/// that is given twice is taken once. The SDK cuts a text at 8 KiB.
/// </summary>
internal sealed class ApiLogShipper(OrreryClient client) : ILogShipper
{
    static readonly TimeSpan DrainMax = TimeSpan.FromSeconds(60);

    public async ValueTask ShipAsync(OutboxBatch batch, CancellationToken cancellationToken)
    {
        foreach (ShippedLine line in batch.Lines())
            if (!Give(line))
            {
                // The SDK's queue is full: it empties as it is flushed.
                await client.FlushAsync(cancellationToken);
                if (!Give(line))
                    throw new IOException($"The SDK took no line of batch {batch.Manifest.Sequence} although it was flushed.");
            }

        if (!await client.FlushAsync(cancellationToken) && !await client.DrainAsync(DrainMax, cancellationToken))
            throw new IOException($"Batch {batch.Manifest.Sequence} is only in memory: the SDK has no buffer folder, and the cloud did not take it within {DrainMax.TotalSeconds} s.");
    }

    bool Give(ShippedLine line) => client.Log(
        LogLevel.Information, line.Source, line.Text, new Dictionary<string, string> { ["path"] = line.Path },
        DateTimeOffset.FromUnixTimeMilliseconds(line.TimestampMilliseconds), line.Id);
}
