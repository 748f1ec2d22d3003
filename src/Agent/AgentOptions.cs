using Orrery.Agent.Configuration;
using Orrery.Agent.Jobs;
using Orrery.Agent.Logs;
using Orrery.Agent.Operations;
using Orrery.Agent.Versions;
using Orrery.Connectors;

namespace Orrery.Agent;

/// <summary>What the agent watches and where it reports. Defaults are those of the command line.</summary>
public sealed record AgentOptions
{
    /// <summary>The cloud's address. Required.</summary>
    public Uri? Server { get; init; }

    /// <summary>The site's key. Required; never logged.</summary>
    public string Key { get; init; } = "";

    /// <summary>The server's id within the site; empty: made from the machine's name.</summary>
    public string Name { get; init; } = "";

    /// <summary>How often CPU, memory and load are read, 0.5 s to 10 min. Default 2 s.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often processes are read. Default 2 s; on machines with many processes longer by itself, see <see cref="CollectorCostMax"/>.</summary>
    public TimeSpan ProcessInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often the process table is sent. Default 5 s.</summary>
    public TimeSpan ProcessTableInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often disks, network and connections are read. Default 10 s.</summary>
    public TimeSpan DeviceInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often databases are asked for their counters. Default 15 s.</summary>
    public TimeSpan DatabaseInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How often databases are asked for variables, sizes and slow statements. Default 5 min.</summary>
    public TimeSpan DatabaseReportInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Longest time for one statement to a database. Default 5 s.</summary>
    public TimeSpan DatabaseTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Share of one core that a single collector may take, 0.0001 to 1; one that needs more is run less often. Default 0.004.</summary>
    public double CollectorCostMax { get; init; } = 0.004;

    /// <summary>Folder that keeps samples while the cloud is away; null: in memory only.</summary>
    public string? BufferDirectory { get; init; }

    /// <summary>Bytes kept on disk while the cloud is away. Default 64 MiB.</summary>
    public long BufferBytesMax { get; init; } = 64L << 20;

    /// <summary>Names of processes to watch: whether they run, and their CPU and memory. At most 64.</summary>
    public IReadOnlyList<string> Watch { get; init; } = [];

    /// <summary>Databases to watch. At most 32, as the cloud keeps.</summary>
    public IReadOnlyList<DatabaseTarget> Databases { get; init; } = [];

    /// <summary>Log files to follow, and where they go. Default: none.</summary>
    public LogChannelOptions Logs { get; init; } = new();

    /// <summary>Whether the cloud may have this agent run jobs. Default: no.</summary>
    public AgentJobOptions Jobs { get; init; } = new();

    /// <summary>The folder by which this agent and its launcher agree on versions; null: nothing launched it.</summary>
    public VersionFolder? Versions { get; init; }

    /// <summary>Documents of configuration that are kept here. Default: none.</summary>
    public AgentConfigurationOptions Configuration { get; init; } = new();

    /// <summary>Services and log folders with which people in the cloud may have something done. Default: none.</summary>
    public AgentOperationOptions Operations { get; init; } = new();

    /// <summary>How many processes by CPU, and as many by memory, get series and table rows. Default 10.</summary>
    public int TopProcesses { get; init; } = 10;

    /// <summary>The id under which the server reports.</summary>
    public string ServerId => ServerName.ToId(Name.Length > 0 ? Name : Environment.MachineName);

    /// <summary>Everything that is wrong with the options, in one message.</summary>
    /// <exception cref="ArgumentException">Something is.</exception>
    public void Validate()
    {
        var errors = new List<string>();
        if (Server is null || !Server.IsAbsoluteUri || Server.Scheme is not ("http" or "https"))
            errors.Add("--server must be an absolute http or https address");
        if (Key.Length == 0)
            errors.Add("--key must be a site's key (ok_ID_SECRET)");
        Bound("--interval", Interval, 0.5);
        Bound("processInterval", ProcessInterval, 0.5);
        Bound("processTableInterval", ProcessTableInterval, 0.5);
        Bound("deviceInterval", DeviceInterval, 0.5);
        Bound("databaseInterval", DatabaseInterval, 1);
        Bound("databaseReportInterval", DatabaseReportInterval, 1);
        Bound("databaseTimeout", DatabaseTimeout, 1);
        if (CollectorCostMax is not (>= 0.0001 and <= 1))
            errors.Add($"collectorCostMax is {CollectorCostMax}, must be 0.0001 to 1");
        if (TopProcesses is < 0 or > 50)
            errors.Add($"topProcesses is {TopProcesses}, must be 0 to 50");
        if (Watch.Count > 64)
            errors.Add($"{Watch.Count} processes are watched, at most 64 can be");
        if (Databases.Count > 32)
            errors.Add($"{Databases.Count} databases are watched, at most 32 can be");
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (DatabaseTarget target in Databases)
            if (target.Name.Length is 0 or > 64 || !names.Add(target.Name))
                errors.Add($"database name '{target.Name}' must be unique and have 1 to 64 characters");
            else if (!DatabaseProviders.TryFind(target.Engine, out _))
                errors.Add($"database '{target.Name}' has the unknown engine '{target.Engine}'; known are mysql, mariadb, postgresql, sqlserver, sqlite");
        Logs.Validate(errors);
        Jobs.Validate(errors);
        Configuration.Validate(errors, BufferDirectory);
        Operations.Validate(errors, BufferDirectory);
        if (errors.Count > 0)
            throw new ArgumentException("The agent's options cannot be used: " + string.Join("; ", errors) + ".");

        void Bound(string name, TimeSpan value, double secondsMin)
        {
            if (value.TotalSeconds < secondsMin || value > TimeSpan.FromHours(1))
                errors.Add($"{name} is {value.TotalSeconds} s, must be {secondsMin} s to 1 h");
        }
    }
}
