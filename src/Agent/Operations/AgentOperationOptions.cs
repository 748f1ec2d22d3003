namespace Orrery.Agent.Operations;

/// <summary>What people in the cloud may have this agent do, each step approved there. What is not named here cannot be done: the cloud sends names, and everything else stands in these settings. Default: nothing.</summary>
public sealed record AgentOperationOptions
{
    const int NamesMax = 64;

    /// <summary>Services that may be restarted, by name, at most 64.</summary>
    public IReadOnlyDictionary<string, ServiceCommand> Services { get; init; } = new Dictionary<string, ServiceCommand>();

    /// <summary>Log folders that may be read, by name, at most 64.</summary>
    public IReadOnlyDictionary<string, LogFolder> LogFolders { get; init; } = new Dictionary<string, LogFolder>();

    /// <summary>Whether a version of the agent may be wished for: it is written to the file <c>wanted-version</c>. Default: no.</summary>
    public bool Upgrade { get; init; }

    /// <summary>Most bytes of an archive of logs, 64 KiB to 8 MiB. Default 8 MiB.</summary>
    public long ArchiveBytesMax { get; init; } = 8L << 20;

    /// <summary>Where it is remembered what has begun; empty: <c>operations</c> in the buffer's folder. Without either nothing is done.</summary>
    public string Folder { get; init; } = "";

    internal bool IsAny => Services.Count > 0 || LogFolders.Count > 0 || Upgrade;

    internal string WorkFolder(AgentOptions options) => Folder.Length > 0 ? Folder : Path.Combine(options.BufferDirectory!, "operations");

    internal void Validate(List<string> errors, string? bufferDirectory)
    {
        if (IsAny && Folder.Length == 0 && bufferDirectory is null)
            errors.Add("operations need operations.folder, since there is no buffer's folder");
        if (Services.Count > NamesMax || LogFolders.Count > NamesMax)
            errors.Add($"operations name {Services.Count} services and {LogFolders.Count} log folders, at most {NamesMax} of each can be");
        if (ArchiveBytesMax is < 64 << 10 or > 8 << 20)
            errors.Add($"operations.archiveBytesMax is {ArchiveBytesMax}, must be 65536 to 8388608");
        foreach ((string name, ServiceCommand service) in Services)
        {
            if (ServerName.ToId(name) != name)
                errors.Add($"operations.services: '{name}' must be 1 to 64 characters of a-z, 0-9, '.', '_' and '-'");
            if (service?.Command is not { Count: > 0 } command || command.Any(string.IsNullOrEmpty))
                errors.Add($"operations.services.{name} needs a command: a program and its arguments");
            if (service?.TimeoutSeconds is < 1 or > 1_500)
                errors.Add($"operations.services.{name}.timeoutSeconds is {service.TimeoutSeconds}, must be 1 to 1500");
        }

        foreach ((string name, LogFolder folder) in LogFolders)
        {
            if (ServerName.ToId(name) != name)
                errors.Add($"operations.logFolders: '{name}' must be 1 to 64 characters of a-z, 0-9, '.', '_' and '-'");
            if (folder is null || !Path.IsPathFullyQualified(folder.Path ?? ""))
                errors.Add($"operations.logFolders.{name}.path must be a whole path");
            if (folder?.FileBytesMax is < 1_024 or > 1L << 30)
                errors.Add($"operations.logFolders.{name}.fileBytesMax is {folder.FileBytesMax}, must be 1024 to {1L << 30}");
        }
    }
}

/// <summary>How a service is restarted.</summary>
public sealed record ServiceCommand
{
    /// <summary>A program and its arguments, as they are: no shell reads them, and nothing from the cloud becomes part of them.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>When the command is ended by force, 1 to 1,500. Default 120.</summary>
    public double TimeoutSeconds { get; init; } = 120;
}

/// <summary>A folder of logs.</summary>
public sealed record LogFolder
{
    /// <summary>The whole path. Links in it are not followed.</summary>
    public string Path { get; init; } = "";

    /// <summary>Which files, such as <c>*.log</c>. Default: all.</summary>
    public string Pattern { get; init; } = "*";

    /// <summary>Of a longer file its last bytes are taken. Default 4 MiB.</summary>
    public long FileBytesMax { get; init; } = 4L << 20;
}
