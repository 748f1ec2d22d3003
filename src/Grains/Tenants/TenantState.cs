using Orrery.Interfaces.Sites;

namespace Orrery.Grains.Tenants;

sealed class TenantState
{
    public string Name { get; set; } = "";

    public string? Note { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public long Version { get; set; }

    /// <summary>Set before the deletion is announced, so that a crash in between goes on with it.</summary>
    public bool Deleting { get; set; }

    public Dictionary<string, SiteInfo> Sites { get; set; } = [];
}

sealed class TenantDirectoryState
{
    public Dictionary<string, Interfaces.Tenants.TenantInfo> Tenants { get; set; } = [];
}
