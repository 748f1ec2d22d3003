using System.Globalization;
using System.Net;
using Microsoft.Extensions.Configuration;

namespace Orrery.Silo;

/// <summary>What Orleans needs to know beyond <see cref="ClusterSettings"/>: the configuration's section <c>Orrery:Orleans</c>.</summary>
sealed record OrleansSettings
{
    /// <summary>Silos of one cluster agree on it. Default: <c>orrery</c>.</summary>
    public string ClusterId { get; init; } = "orrery";

    /// <summary>Names the data: it never changes. Default: <c>orrery</c>.</summary>
    public string ServiceId { get; init; } = "orrery";

    /// <summary>Where a silo takes calls of processes without a silo. Default: 0, the silo's own port + 1.</summary>
    public int GatewayPort { get; init; }

    /// <summary>The silo's port where it is alone. Default: 11111.</summary>
    public int AlonePort { get; init; } = 11_111;

    /// <summary>Whether silos collect what Orleans' dashboard shows. Default: true.</summary>
    public bool Dashboard { get; init; } = true;

    public static OrleansSettings Read(IConfigurationSection orrery) => orrery.GetSection("Orleans").Get<OrleansSettings>() ?? new OrleansSettings();

    public int GatewayOf(int siloPort) => GatewayPort != 0 ? GatewayPort : siloPort + 1;

    /// <summary>Orleans wants its ports given and its address as an IP address.</summary>
    /// <exception cref="FormatException">The address is no <c>address:port</c> with a port above 0.</exception>
    public static IPEndPoint EndPointOf(string address)
    {
        int colon = address.LastIndexOf(':');
        string host = colon > 0 ? address[..colon] : address;
        if (colon < 0 || !int.TryParse(address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port) || port is < 1 or > 65_534)
            throw new FormatException($"Orleans was to listen at '{address}': write an address and a port from 1 to 65534, such as 10.0.0.5:11111; Orleans chooses no free port.");
        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase)) return new IPEndPoint(IPAddress.Loopback, port);
        if (IPAddress.TryParse(host.Trim('[', ']'), out var parsed)) return new IPEndPoint(parsed, port);
        var found = Dns.GetHostAddresses(host);
        return found.Length > 0 ? new IPEndPoint(found[0], port) : throw new FormatException($"Orleans was to listen at '{address}': the name '{host}' has no address.");
    }
}
