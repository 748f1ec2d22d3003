namespace Orrery.Grains.Sites;

sealed class SiteState
{
    public string Name { get; set; } = "";

    public string? Location { get; set; }

    public string? TimeZone { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public long Version { get; set; }

    /// <summary>Set before servers and keys are deleted, so that a crash in between goes on with it.</summary>
    public bool Deleting { get; set; }

    /// <summary>By id. What a server is in full is asked of the server.</summary>
    public Dictionary<string, SiteServer> Servers { get; set; } = [];
}

/// <param name="HostName">For searching; null until the agent registered.</param>
/// <param name="CreatedAt">UTC.</param>
sealed record SiteServer(string? HostName, DateTimeOffset CreatedAt);
