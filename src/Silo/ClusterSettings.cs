namespace Orrery.Silo;

/// <summary>How a process of the product takes part in a cluster.</summary>
public sealed record ClusterSettings
{
    /// <summary>The store that the cluster's rows, grain state, reminders and chunks are in, as a connection address. It may hold a password: never printed.</summary>
    public required string Connection { get; init; }

    /// <summary>Known to all processes of the cluster and to nobody else; null where every address is loopback. Never printed.</summary>
    public string? Secret { get; init; }

    /// <summary>The silo's name; not used by a process without one.</summary>
    public string SiloName { get; init; } = Environment.MachineName;

    /// <summary>Where the silo listens: <c>host:port</c>.</summary>
    public string Address { get; init; } = "127.0.0.1:0";

    /// <summary>What others connect to, where it is not what is listened on.</summary>
    public string? AdvertisedAddress { get; init; }

    /// <summary>The installation key's file, which has to be there; null: the one in the data folder, made at the first start.</summary>
    public string? KeyFile { get; init; }

    /// <summary>A PEM file with this process's certificate, and with its private key unless <see cref="CertificateKeyFile"/> has that. Null: connections are not encrypted.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>A PEM file with the certificate's private key.</summary>
    public string? CertificateKeyFile { get; init; }

    /// <summary>A PEM file with the authority that the other processes' certificates come from; null: those that the machine trusts.</summary>
    public string? CertificateAuthorityFile { get; init; }

    /// <summary>The name that silos' certificates carry; null: the host in the silo's address.</summary>
    public string? CertificateName { get; init; }

    /// <summary>This silo's log directory takes the place of the cluster's, which was lost.</summary>
    public bool ReplacesLog { get; init; }
}
