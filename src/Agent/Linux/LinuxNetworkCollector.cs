using System.Text;
using Orrery.Agent.Collection;
using Orrery.Client;

namespace Orrery.Agent.Linux;

/// <summary>Throughput and errors of network interfaces, from /proc/net/dev.</summary>
internal sealed class LinuxNetworkCollector(OrreryClient client, TimeSpan interval, string proc = "/proc") : ICollector
{
    const int InterfacesMax = 32;
    readonly ProcFile devices = new(proc + "/net/dev", 8192);
    readonly SeriesSet receive = new(client, "network_receive_bytes_per_second", "interface");
    readonly SeriesSet transmit = new(client, "network_transmit_bytes_per_second", "interface");
    readonly SeriesSet errors = new(client, "network_errors_per_second", "interface");
    readonly List<Interface> interfaces = [];

    public string Name => "network";

    public TimeSpan Interval => interval;

    public void Collect(long now)
    {
        var lines = new Fields(devices.Read());
        while (lines.Line(out ReadOnlySpan<byte> line))
        {
            if (!NetworkCounters.TryParse(line, out ReadOnlySpan<byte> name, out NetworkCounters counters) || Find(name) is not { } known)
                continue;
            receive.Set(known.Name, known.Receive.Next(counters.ReceivedBytes, now), now);
            transmit.Set(known.Name, known.Transmit.Next(counters.TransmittedBytes, now), now);
            errors.Set(known.Name, known.Errors.Next(counters.Errors, now), now);
        }
    }

    public void Dispose() => devices.Dispose();

    Interface? Find(ReadOnlySpan<byte> name)
    {
        foreach (Interface known in interfaces)
            if (name.SequenceEqual(known.Key))
                return known;
        if (!NetworkCounters.Counts(name) || interfaces.Count >= InterfacesMax)
            return null;
        var found = new Interface { Key = name.ToArray(), Name = Encoding.UTF8.GetString(name) };
        interfaces.Add(found);
        return found;
    }

    sealed class Interface
    {
        public required byte[] Key;
        public required string Name;
        public Rate Receive, Transmit, Errors;
    }
}
