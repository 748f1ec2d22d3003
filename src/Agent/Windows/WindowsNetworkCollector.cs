using System.Net.NetworkInformation;
using Orrery.Agent.Collection;
using Orrery.Client;

namespace Orrery.Agent.Windows;

/// <summary>Throughput and errors of network interfaces by .NET's own reader, which asks GetIfTable2 on Windows. Works on every system, at more cost than reading /proc.</summary>
internal sealed class WindowsNetworkCollector(OrreryClient client, TimeSpan interval) : ICollector
{
    const int InterfacesMax = 32;
    readonly SeriesSet receive = new(client, "network_receive_bytes_per_second", "interface");
    readonly SeriesSet transmit = new(client, "network_transmit_bytes_per_second", "interface");
    readonly SeriesSet errors = new(client, "network_errors_per_second", "interface");
    readonly Dictionary<string, Interface> interfaces = new(StringComparer.Ordinal);

    public string Name => "network";

    public TimeSpan Interval => interval;

    public void Collect(long now)
    {
        foreach (NetworkInterface nic in NetworkInterface.GetAllNetworkInterfaces())
        {
            if (nic.NetworkInterfaceType is NetworkInterfaceType.Loopback or NetworkInterfaceType.Tunnel || nic.OperationalStatus != OperationalStatus.Up)
                continue;
            if (!interfaces.TryGetValue(nic.Name, out Interface? known))
            {
                if (interfaces.Count >= InterfacesMax)
                    continue;
                interfaces[nic.Name] = known = new Interface();
            }
            IPInterfaceStatistics statistics = nic.GetIPStatistics();
            receive.Set(nic.Name, known.Receive.Next(statistics.BytesReceived, now), now);
            transmit.Set(nic.Name, known.Transmit.Next(statistics.BytesSent, now), now);
            errors.Set(nic.Name, known.Errors.Next(statistics.IncomingPacketsWithErrors + statistics.OutgoingPacketsWithErrors, now), now);
        }
    }

    public void Dispose()
    {
    }

    sealed class Interface
    {
        public Rate Receive, Transmit, Errors;
    }
}
