namespace Orrery.Agent.Configuration;

/// <summary>Documents that the agent keeps at its site, for programs that do not ask the cloud themselves.</summary>
public sealed record AgentConfigurationOptions
{
    const int DocumentsMax = 32;

    /// <summary>Documents as <c>namespace/name</c>, at most 32. Default: none.</summary>
    public IReadOnlyList<string> Documents { get; init; } = [];

    /// <summary>Folder for their files, <c>namespace/name.json</c>, <c>.yaml</c> or <c>.properties</c>. They may hold secrets. Default: <c>configuration</c> in the buffer's folder.</summary>
    public string? Directory { get; init; }

    /// <summary>The product's version here, by which layers of versions are chosen; empty: none.</summary>
    public string ProductVersion { get; init; } = "";

    /// <summary>A word by which roll-outs choose servers; empty: none.</summary>
    public string Tag { get; init; } = "";

    internal void Validate(List<string> errors, string? bufferDirectory)
    {
        if (Documents.Count > DocumentsMax)
            errors.Add($"{Documents.Count} documents of configuration, at most {DocumentsMax} can be kept");
        if (Documents.Count > 0 && Directory is null && bufferDirectory is null)
            errors.Add("documents of configuration need configuration.directory, since there is no buffer's folder");
    }
}
