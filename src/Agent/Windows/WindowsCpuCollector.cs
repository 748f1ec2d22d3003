using System.ComponentModel;
using System.Globalization;
using System.Runtime.Versioning;
using Orrery.Agent.Collection;
using Orrery.Client;

namespace Orrery.Agent.Windows;

/// <summary>CPU in all (GetSystemTimes) and per core (NtQuerySystemInformation), memory and page files (GlobalMemoryStatusEx), uptime. Windows has no load average.</summary>
[SupportedOSPlatform("windows")]
internal sealed unsafe class WindowsCpuCollector(OrreryClient client, TimeSpan interval) : ICollector
{
    // SYSTEM_PROCESSOR_PERFORMANCE_INFORMATION: idle, kernel (idle included), user, two reserved, and a count.
    const int CoreBytes = 48, CoresMax = 64;

    readonly MetricSeries usage = client.Series("cpu_usage_percent");
    readonly MetricSeries total = client.Series("memory_total_bytes"), used = client.Series("memory_used_bytes");
    readonly MetricSeries available = client.Series("memory_available_bytes"), usedPercent = client.Series("memory_used_percent");
    readonly MetricSeries swapTotal = client.Series("swap_total_bytes"), swapUsed = client.Series("swap_used_bytes");
    readonly MetricSeries uptime = client.Series("uptime_seconds");
    readonly List<MetricSeries> coreSeries = [];
    readonly CpuShare[] cores = new CpuShare[CoresMax];
    readonly byte[] buffer = new byte[CoreBytes * CoresMax];
    CpuShare all;

    public string Name => "cpu and memory";

    public TimeSpan Interval => interval;

    public void Collect(long now)
    {
        if (!NativeWindows.GetSystemTimes(out long idle, out long kernel, out long user))
            throw new Win32Exception();
        Set(usage, all.Next(idle, kernel + user), now);
        CollectCores(now);
        CollectMemory(now);
        uptime.Set(NativeWindows.GetTickCount64() / 1000.0, now);
    }

    public void Dispose()
    {
    }

    void CollectCores(long now)
    {
        int length;
        fixed (byte* into = buffer)
        {
            int status = NativeWindows.NtQuerySystemInformation(NativeWindows.SystemProcessorPerformanceInformation, into, buffer.Length, out length);
            if (status < 0)
                throw new Win32Exception($"NtQuerySystemInformation for processors answered 0x{status:X8}.");
        }
        for (int core = 0; core < length / CoreBytes; core++)
        {
            int at = core * CoreBytes;
            long idle = BitConverter.ToInt64(buffer, at), kernel = BitConverter.ToInt64(buffer, at + 8), user = BitConverter.ToInt64(buffer, at + 16);
            if (coreSeries.Count == core)
                coreSeries.Add(client.Series("cpu_core_usage_percent", "core", core.ToString(CultureInfo.InvariantCulture)));
            Set(coreSeries[core], cores[core].Next(idle, kernel + user), now);
        }
    }

    void CollectMemory(long now)
    {
        var status = new NativeWindows.MemoryStatus { Length = (uint)sizeof(NativeWindows.MemoryStatus) };
        if (!NativeWindows.GlobalMemoryStatusEx(ref status))
            throw new Win32Exception();
        long taken = (long)(status.TotalPhysical - status.AvailablePhysical);
        total.Set(status.TotalPhysical, now);
        used.Set(taken, now);
        available.Set(status.AvailablePhysical, now);
        usedPercent.Set(100.0 * taken / Math.Max(1, status.TotalPhysical), now);
        // "Page file" here is the commit limit: physical memory and page files together.
        double pages = Math.Max(0, (double)status.TotalPageFile - status.TotalPhysical);
        double committed = (double)status.TotalPageFile - status.AvailablePageFile;
        swapTotal.Set(pages, now);
        swapUsed.Set(Math.Clamp(committed - taken, 0, pages), now);
    }

    static void Set(MetricSeries series, double value, long now)
    {
        if (!double.IsNaN(value))
            series.Set(value, now);
    }
}
