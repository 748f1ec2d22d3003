namespace Orrery.Client;

/// <summary>What a server is, for the portal. Sent at start and when something changed.</summary>
public sealed class ServerRegistration
{
    /// <summary>Name and version of the agent or program.</summary>
    public string Agent { get; set; } = "";
    /// <summary>The machine's name.</summary>
    public string HostName { get; set; } = "";
    /// <summary>For people, such as <c>Debian GNU/Linux 12</c>.</summary>
    public string OperatingSystem { get; set; } = "";
    /// <summary>Kernel or build version.</summary>
    public string Kernel { get; set; } = "";
    /// <summary><c>x64</c>, <c>arm64</c>.</summary>
    public string Architecture { get; set; } = "";
    /// <summary>As the machine names it.</summary>
    public string CpuModel { get; set; } = "";
    /// <summary>Logical cores.</summary>
    public int CpuCores { get; set; }
    /// <summary>Nominal frequency, 0 if unknown.</summary>
    public double CpuMegahertz { get; set; }
    /// <summary>Physical memory in bytes.</summary>
    public long MemoryBytes { get; set; }
    /// <summary>Swap in bytes.</summary>
    public long SwapBytes { get; set; }
    /// <summary>When the machine started, if known.</summary>
    public DateTimeOffset? BootedAt { get; set; }
    /// <summary>File systems.</summary>
    public IReadOnlyList<DiskFact> Disks { get; set; } = [];
    /// <summary>Network addresses, at most 64.</summary>
    public IReadOnlyList<string> Addresses { get; set; } = [];
    /// <summary>Anything else worth showing, at most 64 short pairs.</summary>
    public IReadOnlyDictionary<string, string> Facts { get; set; } = new Dictionary<string, string>();
}

/// <summary>One file system.</summary>
/// <param name="Mount">Where it is mounted, or the drive.</param>
/// <param name="Device">Device.</param>
/// <param name="FileSystem">Its type.</param>
/// <param name="SizeBytes">Its size.</param>
public sealed record DiskFact(string Mount, string Device, string FileSystem, long SizeBytes);
