using Orrery.Client;

namespace Orrery.Agent.Collection;

/// <summary>What the agent's own process costs (all of it, when the agent is hosted inside another program).</summary>
internal sealed class SelfCollector(OrreryClient client, TimeSpan interval) : ICollector
{
    readonly MetricSeries cpu = client.Series("agent_cpu_percent"), resident = client.Series("agent_resident_bytes");
    Rate seconds;

    public string Name => "agent";

    public TimeSpan Interval => interval;

    public void Collect(long now)
    {
        double percent = seconds.Next(Environment.CpuUsage.TotalTime.TotalSeconds, now) * 100;
        if (!double.IsNaN(percent))
            cpu.Set(percent, now);
        resident.Set(Environment.WorkingSet, now);
    }

    public void Dispose()
    {
    }
}
