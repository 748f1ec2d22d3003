namespace Orrery.Agent.Processes;

/// <summary>The system's processes.</summary>
internal interface IProcessSource : IDisposable
{
    /// <summary>Brings the entries up to date: adds new ones, removes those that ended.</summary>
    /// <param name="entries">By process id.</param>
    /// <param name="now">Unix milliseconds.</param>
    void Scan(Dictionary<int, ProcessEntry> entries, long now);

    /// <summary>Fills in what only rows of the table need: command line (masked) and user.</summary>
    void Describe(ProcessEntry entry);
}
