namespace Orrery.Log;

/// <summary>
/// Partitioned, durable, ordered records. A topic has numbered partitions; a partition numbers its records from 0 without gaps.
/// The embedded log serves one process of one machine and keeps its files for itself.
/// </summary>
public interface ILog : IAsyncDisposable
{
    /// <summary>Opens a topic, creating it and missing partitions. Opening it again answers the same topic and keeps the first options.</summary>
    /// <param name="name">1 to 100 characters of a-z, 0-9, '.', '-', '_', beginning with a letter or digit.</param>
    /// <param name="options">How it is written, flushed and kept.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ArgumentException">The name or the options are wrong; the message lists every error.</exception>
    /// <exception cref="LogCorruptException">A sealed segment cannot be read.</exception>
    ValueTask<ILogTopic> OpenTopicAsync(string name, TopicOptions options, CancellationToken cancellationToken);
}
