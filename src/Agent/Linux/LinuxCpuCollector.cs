using System.Globalization;
using Orrery.Agent.Collection;
using Orrery.Client;

namespace Orrery.Agent.Linux;

/// <summary>CPU usage in all and per core, load, memory, swap, uptime: the cheap ones, read most often.</summary>
internal sealed class LinuxCpuCollector(OrreryClient client, TimeSpan interval, string proc = "/proc") : ICollector
{
    readonly ProcFile stat = new(proc + "/stat", 16384);
    readonly ProcFile load = new(proc + "/loadavg", 256);
    readonly ProcFile memory = new(proc + "/meminfo");
    readonly ProcFile uptime = new(proc + "/uptime", 256);
    readonly MetricSeries usage = client.Series("cpu_usage_percent");
    readonly MetricSeries load1 = client.Series("load1"), load5 = client.Series("load5"), load15 = client.Series("load15");
    readonly MetricSeries total = client.Series("memory_total_bytes"), used = client.Series("memory_used_bytes");
    readonly MetricSeries available = client.Series("memory_available_bytes"), usedPercent = client.Series("memory_used_percent");
    readonly MetricSeries swapTotal = client.Series("swap_total_bytes"), swapUsed = client.Series("swap_used_bytes");
    readonly MetricSeries uptimeSeries = client.Series("uptime_seconds");
    readonly List<MetricSeries> cores = [];
    CpuTimes[] before = new CpuTimes[8];
    CpuTimes[] after = new CpuTimes[8];

    public string Name => "cpu and memory";

    public TimeSpan Interval => interval;

    public void Collect(long now)
    {
        CollectCpu(now);
        var fields = new Fields(load.Read());
        load1.Set(fields.Double(), now);
        load5.Set(fields.Double(), now);
        load15.Set(fields.Double(), now);
        CollectMemory(now);
        uptimeSeries.Set(new Fields(uptime.Read()).Double(), now);
    }

    public void Dispose()
    {
        stat.Dispose();
        load.Dispose();
        memory.Dispose();
        uptime.Dispose();
    }

    void CollectCpu(long now)
    {
        // A core that went offline has no line: it keeps what it had, and no tick passes for it.
        Array.Copy(before, after, Math.Min(before.Length, after.Length));
        int count = CpuTimes.Parse(stat.Read(), ref after);
        for (int i = 0; i < count && i < before.Length; i++)
        {
            double percent = before[i].Total == 0 ? double.NaN : CpuTimes.Percent(before[i], after[i]);
            if (i > 0 && cores.Count < i)
                cores.Add(client.Series("cpu_core_usage_percent", "core", (i - 1).ToString(CultureInfo.InvariantCulture)));
            if (!double.IsNaN(percent))
                (i == 0 ? usage : cores[i - 1]).Set(percent, now);
        }
        (before, after) = (after, before);
    }

    void CollectMemory(long now)
    {
        MemoryInfo info = MemoryInfo.Parse(memory.Read());
        total.Set(info.Total, now);
        used.Set(info.Used, now);
        available.Set(info.Available, now);
        if (info.Total > 0)
            usedPercent.Set(100.0 * info.Used / info.Total, now);
        swapTotal.Set(info.SwapTotal, now);
        swapUsed.Set(info.SwapTotal - info.SwapFree, now);
    }
}
