namespace Orrery.Log;

/// <summary>A named set of partitions.</summary>
public interface ILogTopic
{
    string Name { get; }

    /// <summary>The partitions by number, from 0.</summary>
    IReadOnlyList<ILogPartition> Partitions { get; }
}
