namespace Orrery.Agent.Collection;

/// <summary>Reads one aspect of the machine. Called by one thread at a time; what it throws is reported and does not touch the others.</summary>
internal interface ICollector : IDisposable
{
    /// <summary>For messages.</summary>
    string Name { get; }

    /// <summary>How often it wants to run.</summary>
    TimeSpan Interval { get; }

    /// <summary>Reads, and sets the values of its series.</summary>
    /// <param name="now">Unix milliseconds, for all samples of this round.</param>
    void Collect(long now);
}
