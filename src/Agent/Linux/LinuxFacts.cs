using System.Globalization;
using System.Text;
using Orrery.Agent.Host;
using Orrery.Client;

namespace Orrery.Agent.Linux;

/// <summary>What a Linux machine is.</summary>
internal static class LinuxFacts
{
    public static ServerRegistration Read(string proc = "/proc", string etc = "/etc", string sys = "/sys")
    {
        ServerRegistration facts = HostFacts.Common();
        CpuInfo cpu = Whole(proc + "/cpuinfo", static text => CpuInfo.Parse(text));
        MemoryInfo memory = Whole(proc + "/meminfo", static text => MemoryInfo.Parse(text));
        facts.OperatingSystem = Distribution(etc) ?? facts.OperatingSystem;
        facts.Kernel = Line(proc + "/sys/kernel/osrelease") ?? facts.Kernel;
        facts.CpuModel = cpu.Model;
        facts.CpuCores = cpu.Cores > 0 ? cpu.Cores : facts.CpuCores;
        facts.CpuMegahertz = Math.Round(Nominal(sys) ?? cpu.Megahertz);
        facts.MemoryBytes = memory.Total;
        facts.SwapBytes = memory.SwapTotal;
        long booted = LinuxProcessSource.BootTime(proc);
        facts.BootedAt = booted == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(booted);
        facts.Disks = Disks(proc);
        facts.Facts = Extra(proc, sys);
        return facts;
    }

    public static List<DiskFact> Disks(string proc = "/proc")
    {
        var disks = new List<DiskFact>();
        foreach (Mount mount in Whole(proc + "/self/mounts", static text => MountTable.Parse(text)))
        {
            try
            {
                long size = new DriveInfo(mount.Path).TotalSize;
                if (size > 0)
                    disks.Add(new DiskFact(mount.Path, mount.Device, mount.FileSystem, size));
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // Mounted where this user may not look, or unmounted meanwhile: it is not among the disks that can be watched.
                continue;
            }
        }
        return disks;
    }

    static Dictionary<string, string> Extra(string proc, string sys)
    {
        var facts = new Dictionary<string, string>
        {
            ["runtime"] = System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription,
            ["time zone"] = TimeZoneInfo.Local.Id,
            ["user"] = Environment.UserName,
        };
        Add("vendor", Line(sys + "/class/dmi/id/sys_vendor"));
        Add("product", Line(sys + "/class/dmi/id/product_name"));
        Add("open files max", Line(proc + "/sys/fs/file-max"));
        Add("swappiness", Line(proc + "/sys/vm/swappiness"));
        return facts;

        void Add(string name, string? value)
        {
            if (!string.IsNullOrWhiteSpace(value))
                facts[name] = value;
        }
    }

    /// <summary>PRETTY_NAME of os-release.</summary>
    static string? Distribution(string etc)
    {
        if (!File.Exists(etc + "/os-release"))
            return null;
        foreach (string line in File.ReadLines(etc + "/os-release"))
            if (line.StartsWith("PRETTY_NAME=", StringComparison.Ordinal))
                return line["PRETTY_NAME=".Length..].Trim('"', '\'');
        return null;
    }

    static double? Nominal(string sys) =>
        long.TryParse(Line(sys + "/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq"), NumberStyles.None, CultureInfo.InvariantCulture, out long kilohertz) ? kilohertz / 1000.0 : null;

    static string? Line(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllText(path, Encoding.UTF8).Trim() : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Some of these are for root only; a fact that cannot be read is a fact that is not shown.
            return null;
        }
    }

    delegate T Parser<out T>(ReadOnlySpan<byte> text);

    static T Whole<T>(string path, Parser<T> parse)
    {
        using var file = new ProcFile(path, 16384);
        return parse(file.Read());
    }
}
