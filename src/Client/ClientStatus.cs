namespace Orrery.Client;

/// <summary>Where the client stands. A snapshot.</summary>
/// <param name="Connected">The last request succeeded.</param>
/// <param name="LastSentAt">When the cloud last took something, Unix milliseconds, 0 if never.</param>
/// <param name="LastError">The newest failure since the last success, or null.</param>
/// <param name="QueuedSamples">Waiting to be batched.</param>
/// <param name="BufferedBatches">Batches that the cloud has not taken yet.</param>
/// <param name="BufferedBytes">Their bytes.</param>
/// <param name="BufferError">Why the buffer folder is not in use, or null.</param>
/// <param name="EnqueuedSamples">Taken from callers since the start.</param>
/// <param name="AcceptedSamples">New to the cloud since the start.</param>
/// <param name="DuplicateSamples">Known to the cloud already.</param>
/// <param name="RefusedSamples">Dropped by the cloud with a reason.</param>
/// <param name="DroppedSamples">Lost on this side: queue full, buffer full, not finite, bad names, batches that were set aside.</param>
/// <param name="DroppedLines">Log lines lost on this side.</param>
/// <param name="RejectedBatches">Batches and documents that the cloud refused for good.</param>
/// <param name="FailedRequests">Requests that will be, or were, repeated.</param>
/// <param name="FailedNotices">Times that <see cref="OrreryClientOptions.OnNotice"/> threw.</param>
public sealed record ClientStatus(
    bool Connected, long LastSentAt, string? LastError, int QueuedSamples, int BufferedBatches, long BufferedBytes, string? BufferError,
    long EnqueuedSamples, long AcceptedSamples, long DuplicateSamples, long RefusedSamples, long DroppedSamples, long DroppedLines,
    long RejectedBatches, long FailedRequests, long FailedNotices);
