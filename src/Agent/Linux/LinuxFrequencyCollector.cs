using System.Buffers.Text;
using Orrery.Agent.Collection;
using Orrery.Client;

namespace Orrery.Agent.Linux;

/// <summary>The mean frequency of the cores: from cpufreq where the kernel has it, else from /proc/cpuinfo (dear, hence seldom).</summary>
internal sealed class LinuxFrequencyCollector(OrreryClient client, string proc = "/proc", string sys = "/sys") : ICollector
{
    readonly MetricSeries megahertz = client.Series("cpu_megahertz");
    readonly ProcFile cpuInfo = new(proc + "/cpuinfo", 16384);
    readonly List<ProcFile> frequencies = Find(sys + "/devices/system/cpu");

    public string Name => "cpu frequency";

    public TimeSpan Interval => TimeSpan.FromSeconds(30);

    public void Collect(long now)
    {
        double value = frequencies.Count > 0 ? FromFrequencies() : CpuInfo.Parse(cpuInfo.Read()).Megahertz;
        if (value > 0)
            megahertz.Set(value, now);
    }

    public void Dispose()
    {
        cpuInfo.Dispose();
        foreach (ProcFile file in frequencies)
            file.Dispose();
    }

    double FromFrequencies()
    {
        double kilohertz = 0;
        foreach (ProcFile file in frequencies)
            kilohertz += Utf8Parser.TryParse(file.Read(), out long value, out _) ? value : 0;
        return kilohertz / 1000 / frequencies.Count;
    }

    static List<ProcFile> Find(string folder)
    {
        var found = new List<ProcFile>();
        if (!Directory.Exists(folder))
            return found;
        foreach (string cpu in Directory.EnumerateDirectories(folder, "cpu*"))
            if (File.Exists(cpu + "/cpufreq/scaling_cur_freq") && found.Count < 64)
                found.Add(new ProcFile(cpu + "/cpufreq/scaling_cur_freq", 64));
        return found;
    }
}
