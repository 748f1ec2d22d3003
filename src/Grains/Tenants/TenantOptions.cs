namespace Orrery.Grains.Tenants;

public sealed class TenantOptions
{
    /// <summary>Most sites of one tenant. Default 2,000.</summary>
    public int SitesMax { get; set; } = 2_000;

    /// <summary>Most tenants of the fleet. Default 20,000.</summary>
    public int TenantsMax { get; set; } = 20_000;
}
