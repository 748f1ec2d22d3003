using Orrery.Runtime.Hosting;
using Orrery.Runtime.Storage;

namespace Orrery.WebApi.Cluster;

/// <summary>Turns readings of silos into rows for people.</summary>
internal static class SiloFiguresReader
{
    public static SiloRow Row(ClusterReading reading, SiloReading silo)
    {
        MemberRow row = silo.Member.Row;
        return new SiloRow
        {
            Id = row.Id.ToString(),
            Name = row.Id.Name,
            Generation = row.Id.Generation,
            Address = row.Address,
            State = StateOf(silo.Member),
            Self = row.Id == reading.View.Self,
            Build = row.Build,
            StartedAt = row.StartedAt,
            ChangedAt = row.ChangedAt,
            Reason = row.Reason,
            LeaseAgeSeconds = row.IsLive && reading.View.Lease is not null ? Math.Round(silo.Member.LeaseAge.TotalSeconds, 1) : null,
            Shards = reading.View.Shards.Count(shard => shard.Owner == row.Id),
            Problem = silo.Problem,
            Figures = Figures(silo),
        };
    }

    public static SiloState StateOf(ClusterMember member) => member.Row.Status switch
    {
        MemberStatus.Active => member.IsSuspect ? SiloState.Suspect : SiloState.Active,
        MemberStatus.Draining => SiloState.Draining,
        MemberStatus.Left => SiloState.Left,
        _ => SiloState.Dead,
    };

    public static MethodFigures CallsOf(params IEnumerable<SiloReading> silos)
    {
        var sum = new MethodFigures();
        foreach ((_, MethodSnapshot now, MethodSnapshot? before, TimeSpan interval) in MethodsOf(silos))
            sum.Add(now, before, interval);
        return sum;
    }

    /// <summary>Every method of every silo that answered, with itself when the interval began.</summary>
    public static IEnumerable<(SiloReading Silo, MethodSnapshot Now, MethodSnapshot? Before, TimeSpan Interval)> MethodsOf(IEnumerable<SiloReading> silos)
    {
        foreach (SiloReading silo in silos)
        {
            if (silo.Now is null)
                continue;
            var before = silo.Before?.Methods.ToDictionary(method => (method.Interface, method.Method)) ?? [];
            foreach (MethodSnapshot method in silo.Now.Methods)
                yield return (silo, method, before.GetValueOrDefault((method.Interface, method.Method)), silo.Interval);
        }
    }

    static SiloFigures? Figures(SiloReading silo)
    {
        if (silo.Now is not { } now)
            return null;
        ProcessSnapshot process = now.Process;
        ProcessSnapshot? before = silo.Before?.Process;
        // A silo's life begins some time after its process's: until there are two readings, processor time is shared out over that little too much.
        double seconds = silo.Interval.TotalSeconds;
        MethodFigures calls = CallsOf(silo);
        return new SiloFigures
        {
            IntervalSeconds = Math.Round(seconds, 1),
            UptimeSeconds = Math.Round(now.Uptime.TotalSeconds, 1),
            CpuPercent = Share((process.ProcessorTime - (before?.ProcessorTime ?? TimeSpan.Zero)).TotalSeconds, seconds * process.Processors),
            Processors = process.Processors,
            WorkingSetBytes = process.WorkingSetBytes,
            MemoryLimitBytes = process.MemoryLimitBytes,
            HeapBytes = process.HeapBytes,
            AllocatedBytesPerSecond = Math.Round(Math.Max(0, process.AllocatedBytes - (before?.AllocatedBytes ?? 0)) / seconds),
            PausePercent = Share((process.PauseTime - (before?.PauseTime ?? TimeSpan.Zero)).TotalSeconds, seconds),
            Collections = process.Collections,
            PoolThreads = process.PoolThreads,
            PoolQueueLength = process.PoolQueueLength,
            Activations = now.Activations,
            PendingCalls = now.PendingCalls,
            CallsPerSecond = calls.CallsPerSecond,
            FailedPerSecond = calls.FailedPerSecond,
            TimedOutPerSecond = calls.TimedOutPerSecond,
            LatencyMicroseconds = calls.Latency,
            MailboxDepth = now.GrainTypes.Sum(type => type.MailboxDepth),
            MailboxDepthMax = now.GrainTypes.Select(type => type.MailboxDepthMax).DefaultIfEmpty().Max(),
            Machine = process.MachineName,
            ProcessId = process.ProcessId,
            Framework = process.Framework,
            Supervisor = process.Supervisor,
        };
    }

    static double Share(double part, double whole) => Math.Round(Math.Clamp(part / whole, 0, 1) * 100, 2);
}
