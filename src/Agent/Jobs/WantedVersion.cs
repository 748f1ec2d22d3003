namespace Orrery.Agent.Jobs;

/// <summary>The version that this agent is to have, in a file from which whoever installs programs at the site takes it.</summary>
internal static class WantedVersion
{
    public static void Write(AgentOptions options, string version)
    {
        string folder = options.Jobs.WorkFolder(options);
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "wanted-version"), version);
    }
}
