namespace Orrery.Agent.Logs;

/// <summary>Brings batches to the cloud. The same batch may be given again, also after it has arrived; it arrives once.</summary>
internal interface ILogShipper
{
    /// <summary>Returns once the batch is safe at the other end.</summary>
    /// <exception cref="IOException">It is not; it may be tried again.</exception>
    ValueTask ShipAsync(OutboxBatch batch, CancellationToken cancellationToken);
}
