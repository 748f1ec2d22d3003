using System.Text.Json;

namespace Orrery.Agent.Versions;

/// <summary>
/// The folder by which a launcher and the agent that it started agree: <c>versions/V</c> with programs, <c>current</c> (the version that is kept; absent: the one that was installed), <c>staged.json</c> (the one to be tried next),
/// <c>healthy</c> (the version whose word the cloud has answered), <c>refused.json</c> (one that was tried in vain, until the cloud knows). Each file is replaced as a whole.
/// </summary>
/// <param name="root">The folder.</param>
public sealed class VersionFolder(string root)
{
    /// <summary>Names the folder to an agent that a launcher started.</summary>
    public const string Variable = "ORRERY_AGENT_VERSIONS";

    /// <summary>How an agent ends that has staged another version.</summary>
    public const int StagedExitCode = 75;

    const string VersionFile = "agent-version";

    readonly string current = Path.Combine(root, "current"), staged = Path.Combine(root, "staged.json"), healthy = Path.Combine(root, "healthy"), refused = Path.Combine(root, "refused.json");

    /// <summary>Empty: the one that was installed.</summary>
    public string Current => File.Exists(current) ? File.ReadAllText(current) : "";

    /// <summary>The version that is to be tried; null: none.</summary>
    public StagedVersion? Staged => Read(staged);

    /// <summary>The version that was tried in vain last, and the cloud does not know yet; null: none.</summary>
    public StagedVersion? Refused => Read(refused);

    /// <summary>The version of the running program: as its package says, else as it was built.</summary>
    public static string Own { get; } = File.Exists(Path.Combine(AppContext.BaseDirectory, VersionFile))
        ? File.ReadAllText(Path.Combine(AppContext.BaseDirectory, VersionFile)).Trim()
        : System.Reflection.CustomAttributeExtensions.GetCustomAttribute<System.Reflection.AssemblyInformationalVersionAttribute>(typeof(VersionFolder).Assembly)?.InformationalVersion.Split('+')[0] ?? "";

    /// <summary>Where a version's program lies, or is to.</summary>
    public string PathOf(string version) => Path.Combine(root, "versions", version);

    /// <summary>Unpacks a checked package beside the others, and has it tried next.</summary>
    /// <exception cref="InvalidDataException">It is no package, or too large.</exception>
    public void Stage(StagedVersion version, string package)
    {
        string target = PathOf(version.Version), part = target + ".part";
        if (Directory.Exists(part))
            Directory.Delete(part, recursive: true);
        Directory.CreateDirectory(part);
        AgentPackage.Unpack(package, part);
        File.WriteAllText(Path.Combine(part, VersionFile), version.Version);
        if (Directory.Exists(target))
            Directory.Delete(target, recursive: true);
        Directory.Move(part, target);
        Write(staged, JsonSerializer.Serialize(version));
    }

    /// <summary>Said by an agent whose word the cloud has answered.</summary>
    public void SetHealthy(string version) => Write(healthy, version);

    internal bool IsHealthy(string version) => File.Exists(healthy) && File.ReadAllText(healthy) == version;

    internal void BeginTrial()
    {
        Directory.CreateDirectory(root);
        File.Delete(healthy);
    }

    /// <summary>The trial came out well: the version is kept, and programs of others but the one before deleted.</summary>
    internal void Keep(StagedVersion version)
    {
        string before = Current;
        Write(current, version.Version);
        File.Delete(staged);
        foreach (string folder in Directory.EnumerateDirectories(Path.Combine(root, "versions")).Where(folder => Path.GetFileName(folder) != version.Version && Path.GetFileName(folder) != before).ToList())
            Directory.Delete(folder, recursive: true);
    }

    /// <summary>The trial came to nothing.</summary>
    internal void Refuse(StagedVersion version, string reason)
    {
        Write(refused, JsonSerializer.Serialize(version with { Reason = reason }));
        File.Delete(staged);
    }

    /// <summary>The cloud knows.</summary>
    internal void ForgetRefused() => File.Delete(refused);

    static StagedVersion? Read(string path) => File.Exists(path) ? JsonSerializer.Deserialize<StagedVersion>(File.ReadAllText(path)) : null;

    void Write(string path, string text)
    {
        Directory.CreateDirectory(root);
        File.WriteAllText(path + ".part", text);
        File.Move(path + ".part", path, overwrite: true);
    }
}

/// <summary>A version that a roll-out brings.</summary>
/// <param name="Version">Which.</param>
/// <param name="Rollout">The roll-out.</param>
/// <param name="Token">Of the agent's part in it.</param>
public sealed record StagedVersion(string Version, string Rollout, uint Token)
{
    /// <summary>Why it was refused; null: it was not.</summary>
    public string? Reason { get; init; }
}
