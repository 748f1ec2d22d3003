using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Reflection;
using System.Runtime.InteropServices;
using Orrery.Client;

namespace Orrery.Agent.Host;

/// <summary>What every system says the same way; the rest comes from the system at hand.</summary>
internal static class HostFacts
{
    const int AddressesMax = 64;

    public static string AgentVersion { get; } =
        "orrery-agent " + (typeof(HostFacts).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0");

    public static ServerRegistration Common() => new()
    {
        Agent = AgentVersion,
        HostName = Environment.MachineName,
        OperatingSystem = RuntimeInformation.OSDescription,
        Kernel = Environment.OSVersion.VersionString,
        Architecture = RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant(),
        CpuCores = Environment.ProcessorCount,
        Addresses = Addresses(),
    };

    static List<string> Addresses()
    {
        var found = new List<string>();
        foreach (NetworkInterface nic in NetworkInterface.GetAllNetworkInterfaces())
        {
            if (nic.NetworkInterfaceType == NetworkInterfaceType.Loopback || nic.OperationalStatus == OperationalStatus.Down)
                continue;
            foreach (UnicastIPAddressInformation address in nic.GetIPProperties().UnicastAddresses)
                if (found.Count < AddressesMax && !IPAddress.IsLoopback(address.Address) && !IsLinkLocal(address.Address))
                    found.Add(address.Address.ToString());
        }
        return found;
    }

    static bool IsLinkLocal(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 && address.IsIPv6LinkLocal;
}
