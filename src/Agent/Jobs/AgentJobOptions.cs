namespace Orrery.Agent.Jobs;

/// <summary>Whether the cloud may have this agent run jobs, such as migrations from this site's databases. The agent asks for them; nobody connects to it.</summary>
public sealed record AgentJobOptions
{
    /// <summary>Default: no.</summary>
    public bool Allow { get; init; }

    /// <summary>Jobs at the same time, 1 to 16. Default 1.</summary>
    public int Parallel { get; init; } = 1;

    /// <summary>Where rejected rows, and the key that signs certificates, are kept; empty: <c>jobs</c> in the buffer's folder.</summary>
    public string Folder { get; init; } = "";

    /// <summary>A word by which roll-outs choose agents, such as <c>pilot</c>, at most 64 characters; empty: none.</summary>
    public string Tag { get; init; } = "";

    /// <summary>The public key, as base64, whose holder signs packages of the agent's versions that roll-outs install here; empty: none is installed, and a version that is wanted stands in the file <c>wanted-version</c>.</summary>
    public string VersionKey { get; init; } = "";

    internal string WorkFolder(AgentOptions options) => Folder.Length > 0 ? Folder : Path.Combine(options.BufferDirectory ?? Path.GetTempPath(), "jobs");

    internal void Validate(List<string> errors)
    {
        if (Parallel is < 1 or > 16)
            errors.Add($"jobs.parallel is {Parallel}, must be 1 to 16");
        if (Tag.Length > 64)
            errors.Add($"jobs.tag has {Tag.Length} characters, at most 64 can be");
    }
}
