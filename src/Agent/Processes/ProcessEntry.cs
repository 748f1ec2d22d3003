namespace Orrery.Agent.Processes;

/// <summary>One process between two scans.</summary>
internal sealed class ProcessEntry
{
    public int Id;
    /// <summary>Tells a process from a later one with the same id.</summary>
    public long StartKey;
    public string Name = "";
    public double CpuSeconds;
    /// <summary>Of one core, since the previous reading.</summary>
    public double CpuPercent;
    public long ResidentBytes;
    public int Threads;
    public char State;
    public bool Kernel;
    public bool Watched;
    /// <summary>Name of a kernel worker's kind, made when first needed.</summary>
    public string? KernelName;
    public DateTimeOffset? StartedAt;
    /// <summary>Null until described.</summary>
    public string? Command;
    public string? User;
    public long ReadAt;
    public int IdleReadings;
    public int Round;
    /// <summary>The short name as bytes, to see cheaply that it did not change.</summary>
    public byte[] NameBytes = [];
}
