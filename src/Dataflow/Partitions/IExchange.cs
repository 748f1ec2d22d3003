namespace Orrery.Dataflow.Partitions;

/// <summary>One round of messages between partitions.</summary>
/// <param name="Number">The step, or the joining of a view, that it belongs to: ascending, alike at all partitions.</param>
/// <param name="Stage">The stage that has ended.</param>
public readonly record struct ExchangeRound(long Number, int Stage);

/// <summary>
/// Carries messages between the partitions of a dataflow. In each round each partition gives every other one a message, empty as it may be, in one or more parts, and takes what the others gave it. A partition that
/// repeats a step gives the same bytes again; whoever keeps messages for that may tell repeats by round, sender and part.
/// </summary>
public interface IExchange
{
    /// <summary>Gives another partition its message of a round.</summary>
    /// <param name="parts">In order; the last one says that it is. They may be kept.</param>
    ValueTask Give(ExchangeRound round, int receiver, IReadOnlyList<ReadOnlyMemory<byte>> parts, CancellationToken cancellation);

    /// <summary>The parts that each other partition gave in a round, by its number; one's own place is empty. Waits until all are there.</summary>
    ValueTask<IReadOnlyList<IReadOnlyList<ReadOnlyMemory<byte>>>> Take(ExchangeRound round, CancellationToken cancellation);
}

/// <summary>A message of another partition that cannot be read.</summary>
public sealed class ExchangeException(string message) : Exception(message);
