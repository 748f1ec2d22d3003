namespace Orrery.Agent.Simulation;

/// <summary>Which sites to simulate, and towards which cloud.</summary>
public sealed record FleetSimulatorOptions
{
    /// <summary>The cloud's address. Required.</summary>
    public required Uri Url { get; init; }

    /// <summary>The sites, which exist in the cloud already. At most 1,000.</summary>
    public required IReadOnlyList<SimulatedSite> Sites { get; init; }

    /// <summary>The same seed at the same time gives the same values.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>How often each server sends. Default 5 s.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How far back the first samples reach; zero: none. Default 6 h. Samples that the cloud has already are recognised by it: values are a function of time.</summary>
    public TimeSpan Backfill { get; init; } = TimeSpan.FromHours(6);

    /// <summary>Distance of the samples of the past. Default 60 s.</summary>
    public TimeSpan BackfillStep { get; init; } = TimeSpan.FromSeconds(60);
}

/// <summary>A site that exists in the cloud.</summary>
/// <param name="Tenant">Tenant's id.</param>
/// <param name="Site">Site's id.</param>
/// <param name="Name">Site's name.</param>
/// <param name="Server">Id of its ERP server.</param>
/// <param name="Key">The site's key.</param>
/// <param name="TimeZone">IANA name: business hours follow it.</param>
public sealed record SimulatedSite(string Tenant, string Site, string Name, string Server, string Key, string TimeZone)
{
    /// <summary>Without the key.</summary>
    public override string ToString() => $"{Tenant}/{Site}/{Server}";
}

/// <summary>A site to be created before it is simulated.</summary>
/// <param name="Tenant">Tenant's id.</param>
/// <param name="TenantName">Tenant's name.</param>
/// <param name="Site">Site's id.</param>
/// <param name="SiteName">Site's name.</param>
/// <param name="Location">City and country.</param>
/// <param name="TimeZone">IANA name.</param>
/// <param name="Server">Id of its ERP server.</param>
public sealed record SimulatedSitePlan(string Tenant, string TenantName, string Site, string SiteName, string Location, string TimeZone, string Server);
