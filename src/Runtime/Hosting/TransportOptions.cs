using System.Security.Cryptography.X509Certificates;

namespace Orrery.Runtime.Hosting;

/// <summary>How processes of a cluster talk to each other. Limits should be the same in every process.</summary>
public sealed class TransportOptions
{
    /// <summary>The largest frame, in bytes: a call's arguments or its answer. Default: 16 MiB. 4 KiB to 1 GiB.</summary>
    public int FrameBytesLimit { get; set; } = 16 * 1024 * 1024;

    /// <summary>How many bytes may wait to be sent on one connection before further calls are refused with <see cref="OverloadedException"/>. Default: 64 MiB. At least <see cref="FrameBytesLimit"/>.</summary>
    public int SendBytesLimit { get; set; } = 64 * 1024 * 1024;

    /// <summary>How many calls may wait for answers on one connection, or for the connection, before further ones are refused. Default: 200,000. 1 to 10,000,000.</summary>
    public int CallsLimit { get; set; } = 200_000;

    /// <summary>How often each side says that it is there, where it has nothing else to say. Three periods of silence end a connection. Default: 1 s. 100 ms to 1 min.</summary>
    public TimeSpan HeartbeatPeriod { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long connecting and the handshake may take. Default: 5 s. 100 ms to 1 min.</summary>
    public TimeSpan HandshakeTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How many connections may be in their handshake at once; further ones are closed. Default: 64. At least 1.</summary>
    public int HandshakesLimit { get; set; } = 64;

    /// <summary>This process's certificate with its private key. Where it is set, every connection is TLS, and both sides show certificates. Default: null, no TLS.</summary>
    public X509Certificate2? Certificate { get; set; }

    /// <summary>The authority that certificates of other processes have to come from. Null: those that the machine trusts. Ignored without <see cref="Certificate"/>.</summary>
    public X509Certificate2? CertificateAuthority { get; set; }

    /// <summary>The name that certificates of silos have to carry. Null: the host in the silo's address.</summary>
    public string? CertificateName { get; set; }
}
