namespace Orrery.Interfaces.Topics;

/// <summary>A partition has just changed its owner, or its log failed and is being reopened. What became of the call is not known; make it again in a moment.</summary>
public sealed class TopicUnavailableException(string message) : Exception(message);

/// <summary>An offset lies outside of what a partition holds.</summary>
public sealed class TopicOffsetException(string message, long startOffset, long endOffset) : Exception(message)
{
    /// <summary>Offset of the first record kept.</summary>
    public long StartOffset { get; } = startOffset;

    /// <summary>Offset after the last durable record.</summary>
    public long EndOffset { get; } = endOffset;
}
