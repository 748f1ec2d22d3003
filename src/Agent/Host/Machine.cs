using Orrery.Agent.Collection;
using Orrery.Agent.Devices;
using Orrery.Agent.Linux;
using Orrery.Agent.Processes;
using Orrery.Agent.Windows;
using Orrery.Client;

namespace Orrery.Agent.Host;

/// <summary>Chooses the collectors for the system that the agent runs on.</summary>
internal static class Machine
{
    /// <exception cref="PlatformNotSupportedException">Neither Linux nor Windows.</exception>
    public static List<ICollector> Collectors(OrreryClient client, AgentOptions options)
    {
        var collectors = new List<ICollector> { new SelfCollector(client, options.DeviceInterval) };
        var watch = new WatchList(options.Watch);
        if (OperatingSystem.IsLinux())
        {
            collectors.Add(new LinuxCpuCollector(client, options.Interval));
            collectors.Add(new LinuxFrequencyCollector(client));
            collectors.Add(new ProcessCollector(client, new LinuxProcessSource(watch), watch, options));
            collectors.Add(new SpaceCollector(client, options.DeviceInterval, static () => LinuxFacts.Disks()));
            collectors.Add(new LinuxDiskCollector(client, options.DeviceInterval));
            collectors.Add(new LinuxNetworkCollector(client, options.DeviceInterval));
            collectors.Add(new LinuxTcpCollector(client, options.DeviceInterval));
            return collectors;
        }
        if (OperatingSystem.IsWindows())
        {
            collectors.Add(new WindowsCpuCollector(client, options.Interval));
            collectors.Add(new ProcessCollector(client, new WindowsProcessSource(watch), watch, options));
            collectors.Add(new SpaceCollector(client, options.DeviceInterval, WindowsFacts.Disks));
            collectors.Add(new WindowsDiskCollector(client, options.DeviceInterval));
            collectors.Add(new WindowsNetworkCollector(client, options.DeviceInterval));
            collectors.Add(new WindowsTcpCollector(client, options.DeviceInterval));
            return collectors;
        }
        throw new PlatformNotSupportedException("The agent collects on Linux and Windows only.");
    }

    public static ServerRegistration Facts() =>
        OperatingSystem.IsLinux() ? LinuxFacts.Read() : OperatingSystem.IsWindows() ? WindowsFacts.Read() : HostFacts.Common();
}
