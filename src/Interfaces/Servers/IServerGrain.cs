namespace Orrery.Interfaces.Servers;

/// <summary>One ERP server: what it is, what runs on it, what it said last. Its samples and score are <see cref="Health.IServerHealthGrain"/>. Key: <c>tenant/site/server</c>.</summary>
public interface IServerGrain : IGrainWithStringKey
{
    /// <summary>The agent says what it runs on; repeated at each start and when something changed. Creates the server when it is new.</summary>
    Task<ServerInfo> Register(ServerRegistration registration);

    /// <exception cref="Errors.NotFoundException">There is no such server.</exception>
    [ReadOnly] Task<ServerInfo> Get();

    /// <summary>Forgets the server, its samples, logs and alarms.</summary>
    Task Delete();

    /// <summary>As <see cref="Delete"/>, called by the site that is itself deleted and forgets the server on its own.</summary>
    Task DeleteWithSite();

    /// <summary>The newest process table; kept in memory only.</summary>
    Task ReportProcesses(ProcessTable table);

    /// <summary>The process table reported last, or null if none was since the silo started.</summary>
    [ReadOnly] Task<ProcessTable?> GetProcesses();

    /// <summary>The newest report of a database collector; one per database name, at most 32.</summary>
    Task ReportDatabase(DatabaseReport report);

    [ReadOnly] Task<IReadOnlyList<DatabaseReport>> GetDatabases();

    /// <summary>Appends log lines and events; the newest 2,000 are kept. Lines whose <see cref="LogLine.Id"/> was seen are duplicates and ignored.</summary>
    /// <returns>How many were new.</returns>
    Task<int> AppendLogs(IReadOnlyList<LogLine> lines);

    /// <summary>Newest first.</summary>
    /// <param name="query">Which lines.</param>
    [ReadOnly] Task<IReadOnlyList<LogLine>> GetLogs(LogQuery query);
}

/// <param name="Agent">Version of the agent or SDK.</param>
/// <param name="HostName">The machine's name.</param>
/// <param name="OperatingSystem">For people, such as <c>Debian GNU/Linux 12</c>.</param>
/// <param name="Kernel">Kernel or build version.</param>
/// <param name="Architecture"><c>x64</c>, <c>arm64</c>.</param>
/// <param name="CpuModel">As the machine names it.</param>
/// <param name="CpuCores">Logical cores.</param>
/// <param name="CpuMegahertz">Nominal frequency, 0 if unknown.</param>
/// <param name="MemoryBytes">Physical memory.</param>
/// <param name="SwapBytes">Swap.</param>
/// <param name="BootedAt">When the machine started, UTC, if known.</param>
/// <param name="Disks">File systems.</param>
/// <param name="Addresses">Network addresses, at most 64.</param>
/// <param name="Facts">Anything else worth showing, at most 64 short pairs.</param>
public sealed record ServerRegistration(
    string Agent, string HostName, string OperatingSystem, string Kernel, string Architecture, string CpuModel, int CpuCores, double CpuMegahertz,
    long MemoryBytes, long SwapBytes, DateTimeOffset? BootedAt, IReadOnlyList<DiskFact> Disks, IReadOnlyList<string> Addresses, IReadOnlyDictionary<string, string> Facts);

public sealed record DiskFact(string Mount, string Device, string FileSystem, long SizeBytes);

/// <param name="Id">Id within the site.</param>
/// <param name="Tenant">Tenant's id.</param>
/// <param name="Site">Site's id.</param>
/// <param name="Registration">What the agent said last; null when the server is known only from samples (for example Prometheus remote-write).</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="RegisteredAt">When the agent registered last, UTC.</param>
/// <param name="Version">The ETag.</param>
public sealed record ServerInfo(string Id, string Tenant, string Site, ServerRegistration? Registration, DateTimeOffset CreatedAt, DateTimeOffset? RegisteredAt, long Version);

/// <param name="At">When it was taken, UTC.</param>
/// <param name="Total">All processes of the machine.</param>
/// <param name="Threads">All threads.</param>
/// <param name="Processes">The top ones by CPU and by memory and those that are watched; at most 200.</param>
public sealed record ProcessTable(DateTimeOffset At, int Total, int Threads, IReadOnlyList<ProcessRow> Processes);

/// <param name="Id">Process id.</param>
/// <param name="Name">Short name.</param>
/// <param name="User">Owner, or null if unknown.</param>
/// <param name="CpuPercent">Of one core, since the previous table: 100 is one core busy.</param>
/// <param name="ResidentBytes">Resident memory.</param>
/// <param name="Threads">Threads.</param>
/// <param name="State">R, S, D, Z, T as the system names it.</param>
/// <param name="StartedAt">UTC, if known.</param>
/// <param name="Command">Command line, cut to 256 characters; arguments that look like secrets are masked by the agent.</param>
/// <param name="Watched">Chosen in the agent's configuration.</param>
public sealed record ProcessRow(int Id, string Name, string? User, double CpuPercent, long ResidentBytes, int Threads, string State, DateTimeOffset? StartedAt, string Command, bool Watched);

/// <param name="Name">The name given in the agent's configuration.</param>
/// <param name="Engine"><c>mysql</c>, <c>mariadb</c>, <c>postgresql</c>, <c>sqlserver</c>, <c>sqlite</c>.</param>
/// <param name="Version">The server's own version text.</param>
/// <param name="At">UTC.</param>
/// <param name="Variables">Configuration variables, at most 1,000.</param>
/// <param name="Sizes">Sizes of databases or the largest tables in bytes, at most 100.</param>
/// <param name="SlowStatements">The slowest statements known to the server, at most 20, literals removed.</param>
/// <param name="Error">Why the collector could not read it, or null.</param>
public sealed record DatabaseReport(
    string Name, string Engine, string Version, DateTimeOffset At, IReadOnlyDictionary<string, string> Variables,
    IReadOnlyDictionary<string, long> Sizes, IReadOnlyList<SlowStatement> SlowStatements, string? Error);

public sealed record SlowStatement(string Text, long Calls, double TotalMilliseconds, double MeanMilliseconds, double MaxMilliseconds);

/// <param name="Id">Given by the sender, unique per server: a resent line is a duplicate.</param>
/// <param name="At">UTC.</param>
/// <param name="Level"><c>trace debug information warning error critical</c>.</param>
/// <param name="Source">Program, file or unit.</param>
/// <param name="Text">At most 8 KiB; longer ones are cut and marked.</param>
/// <param name="Attributes">Further short pairs, or null. An event is a line with an <c>event</c> attribute.</param>
public sealed record LogLine(string Id, DateTimeOffset At, string Level, string Source, string Text, IReadOnlyDictionary<string, string>? Attributes);

/// <param name="Limit">1 to 500.</param>
/// <param name="Before">Only lines older than this, or null.</param>
/// <param name="Level">This level and worse, or null.</param>
/// <param name="Search">Only lines whose text or source contains this, ignoring case.</param>
public sealed record LogQuery(int Limit = 200, DateTimeOffset? Before = null, string? Level = null, string? Search = null);
