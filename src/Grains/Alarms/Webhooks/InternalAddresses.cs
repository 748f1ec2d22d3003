using System.Net;
using System.Net.Sockets;

namespace Orrery.Grains.Alarms.Webhooks;

/// <summary>Addresses that a webhook must not reach: this machine, its networks, clouds' metadata services, and all that is not one host of the public internet.</summary>
static class InternalAddresses
{
    static readonly IPNetwork[] Networks =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        }.Select(IPNetwork.Parse),
    ];

    static readonly IPNetwork PublicUnicast = IPNetwork.Parse("2000::/3");
    static readonly IPNetwork Translated = IPNetwork.Parse("64:ff9b::/96");
    static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");
    static readonly IPNetwork[] Reserved = [IPNetwork.Parse("2001::/23"), IPNetwork.Parse("2001:db8::/32"), IPNetwork.Parse("3fff::/20")];

    public static bool Contains(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (address.AddressFamily == AddressFamily.InterNetwork)
            return Array.Exists(Networks, network => network.Contains(address));
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return true;
        byte[] bytes = address.GetAddressBytes();
        if (Translated.Contains(address))
            return Contains(new IPAddress(bytes.AsSpan(12, 4)));
        if (SixToFour.Contains(address))
            return Contains(new IPAddress(bytes.AsSpan(2, 4)));
        return !PublicUnicast.Contains(address) || Array.Exists(Reserved, network => network.Contains(address));
    }
}
