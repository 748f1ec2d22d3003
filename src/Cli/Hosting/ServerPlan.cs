using Orrery.Silo;

namespace Orrery.Cli.Hosting;

/// <summary>What a process of the product is to do.</summary>
sealed record ServerPlan
{
    /// <summary>Where the API and the portal listen; null: this process serves neither.</summary>
    public string? Urls { get; init; }

    /// <summary>The folder with the log, the installation key and, where no cluster is named, everything else; null in a process without a silo.</summary>
    public DirectoryInfo? Data { get; init; }

    /// <summary>The cluster that the process belongs to; null: it is alone.</summary>
    public ClusterSettings? Cluster { get; init; }

    /// <summary>Where the log is, where it is not in the data folder. It may hold a password: never printed.</summary>
    public string? Log { get; init; }

    public bool HostsSilo { get; init; } = true;

    /// <summary>A parent supervises this process: it ends when its standard input does, and takes no notice of Ctrl-C, which the parent passes on in its own order.</summary>
    public bool EndsWithInput { get; init; }

    /// <summary>What it is and where, for messages.</summary>
    public override string ToString() => string.Join(" ", new[]
    {
        HostsSilo && Cluster is not null ? $"silo {Cluster.SiloName} at {Cluster.Address}" : null,
        Urls is not null ? $"at {Urls}" : null,
        Data is not null ? $"on {Data.FullName}" : null,
    }.OfType<string>());
}
