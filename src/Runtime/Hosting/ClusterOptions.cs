namespace Orrery.Runtime.Hosting;

/// <summary>How a process takes part in a cluster.</summary>
public sealed class ClusterOptions
{
    /// <summary>Where this silo listens for other processes: <c>host:port</c>; port 0 takes a free one. Default: 127.0.0.1:0.</summary>
    public string Address { get; set; } = "127.0.0.1:0";

    /// <summary>What others connect to, where it is not what is listened on (behind address translation). Default: null, the address listened on.</summary>
    public string? AdvertisedAddress { get; set; }

    /// <summary>A silo whose counter stands still for so long is declared dead by those who watch it. Default: 6 s. 1 s to 10 min.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(6);

    /// <summary>How much earlier than that a silo stops serving: covers clocks that run at different rates. Default: 1 s. A tenth to a half of <see cref="Lease"/>.</summary>
    public TimeSpan LeaseMargin { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How often a silo renews its lease. Default: 1 s. At most a quarter of <see cref="Lease"/>.</summary>
    public TimeSpan RenewPeriod { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How often the cluster store is read where nobody tells of changes. Default: 1 s. At most a quarter of <see cref="Lease"/>.</summary>
    public TimeSpan WatchPeriod { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long one operation of the cluster store may take before it is tried again. Default: 2 s. Less than <see cref="Lease"/> less <see cref="LeaseMargin"/>.</summary>
    public TimeSpan StoreTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a draining silo waits for its grains to end their calls before it ends without them. Default: 60 s.</summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How many calls may wait for shards that nobody owns at the moment; further ones are refused with <see cref="OverloadedException"/>. Default: 100,000. At least 1.</summary>
    public int ParkedCallsLimit { get; set; } = 100_000;

    /// <summary>Known to all processes of the cluster, and to nobody else: at least 16 characters. Required unless every address is loopback or TLS with client certificates is on.</summary>
    public string? Secret { get; set; }
}
