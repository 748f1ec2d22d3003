using Orrery.Interfaces.Errors;

namespace Orrery.Interfaces.Channels;

/// <summary>Takes the batches of log lines that agents send straight to the API. Key: <c>tenant/channel</c>, of a channel with the source kind <c>agents</c>.</summary>
public interface IBatchDoorGrain : IGrainWithStringKey
{
    /// <summary>
    /// Takes a batch: its lines are in the topic, or among the dead letters, and accounted for when this completes. The same batch again is harmless. An agent sends its batches in order, the
    /// next one when this one was taken.
    /// </summary>
    /// <param name="site">The site of the key that it came with: part of the origin, so that no site speaks for another.</param>
    /// <param name="manifest">What the batch is, as it would stand in an object store.</param>
    /// <param name="content">Its lines, gzip; empty for none.</param>
    /// <exception cref="NotFoundException">There is no such channel.</exception>
    /// <exception cref="InvalidInputException">The batch is not what its manifest says, or too large.</exception>
    /// <exception cref="ConflictException">The channel takes no batches from agents or is paused, or the agent's folder is a copy of another's.</exception>
    /// <exception cref="LimitReachedException">The channel collects from as many servers as it may.</exception>
    /// <exception cref="OverloadedException">Too many batches wait, or the topic is not to be reached. Send it again later.</exception>
    Task<BatchTaken> Take(string site, byte[] manifest, byte[] content);
}

/// <summary>Bounds of a batch that is sent straight to the API.</summary>
public static class BatchDoor
{
    /// <summary>Most bytes of its content, packed; and unpacked.</summary>
    public const int ContentBytesMax = 12 << 20, PlainBytesMax = 32 << 20;
}

/// <param name="Origin">What the batch's server is called in the topic and the ledger: <c>site/server</c>.</param>
/// <param name="Sequence">The newest batch of the agent's folder that is here.</param>
/// <param name="IsRepeated">It was here before.</param>
public readonly record struct BatchTaken(string Origin, long Sequence, bool IsRepeated);
