using Orrery.Agent.Collection;
using Orrery.Client;

namespace Orrery.Agent.Processes;

/// <summary>Counts, the top processes by CPU and by memory, and the watched ones, summed by name; and the table of the portal.</summary>
internal sealed class ProcessCollector : ICollector
{
    const int NamesMax = 200;
    const long NameForgottenMilliseconds = 3_600_000;
    const double CpuPercentMin = 0.5;

    readonly OrreryClient client;
    readonly IProcessSource source;
    readonly WatchList watch;
    readonly AgentOptions options;
    readonly MetricSeries count, threads;
    readonly SeriesSet up;
    readonly Dictionary<int, ProcessEntry> entries = [];
    readonly Dictionary<string, NameSum> byName = new(StringComparer.Ordinal);
    readonly List<NameSum> sums = [];
    readonly List<ProcessEntry> ranking = [];
    readonly HashSet<ProcessEntry> chosen = [];
    long tableAt;
    int rounds;

    public ProcessCollector(OrreryClient client, IProcessSource source, WatchList watch, AgentOptions options)
    {
        this.client = client;
        this.source = source;
        this.watch = watch;
        this.options = options;
        count = client.Series("process_count");
        threads = client.Series("thread_count");
        up = new SeriesSet(client, "process_up", "process");
    }

    public string Name => "processes";

    public TimeSpan Interval => options.ProcessInterval;

    public void Collect(long now)
    {
        source.Scan(entries, now);
        rounds++;
        int threadCount = Sum();
        count.Set(entries.Count, now);
        threads.Set(threadCount, now);
        // The first scan has no CPU: it needs two readings.
        if (rounds > 1)
            SetTop(now);
        foreach (string name in watch.Names)
            up.Set(name, IsUp(name) ? 1 : 0, now);
        if (rounds > 1 && now >= tableAt)
        {
            tableAt = now + (long)options.ProcessTableInterval.TotalMilliseconds - 500;
            _ = client.ReportProcessesAsync(Table(now, threadCount));
        }
    }

    public void Dispose() => source.Dispose();

    int Sum()
    {
        int threadCount = 0;
        foreach (NameSum sum in sums)
            sum.Clear();
        sums.Clear();
        foreach (ProcessEntry entry in entries.Values)
        {
            threadCount += entry.Threads;
            string name = NameOf(entry);
            if (!byName.TryGetValue(name, out NameSum? sum))
            {
                if (byName.Count >= 4 * NamesMax)
                    continue;
                byName[name] = sum = new NameSum(name);
            }
            if (sum.Count++ == 0)
                sums.Add(sum);
            sum.CpuPercent += entry.CpuPercent;
            sum.ResidentBytes += entry.ResidentBytes;
            sum.Watched |= entry.Watched;
        }
        return threadCount;
    }

    /// <summary>A watched process goes under the name it is watched by; kernel workers under their kind.</summary>
    string NameOf(ProcessEntry entry)
    {
        if (entry.Watched)
            return watch.Match(entry.Name, entry.Command) ?? entry.Name;
        if (!entry.Kernel)
            return entry.Name;
        int slash = entry.Name.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? entry.Name : entry.KernelName ??= entry.Name[..slash];
    }

    bool IsUp(string name)
    {
        foreach (NameSum sum in sums)
            if (sum.Name == name && sum.Count > 0)
                return true;
        return false;
    }

    void SetTop(long now)
    {
        sums.Sort(static (a, b) => b.CpuPercent.CompareTo(a.CpuPercent));
        for (int i = 0; i < sums.Count && i < options.TopProcesses && sums[i].CpuPercent >= CpuPercentMin; i++)
            sums[i].Chosen = true;
        sums.Sort(static (a, b) => b.ResidentBytes.CompareTo(a.ResidentBytes));
        for (int i = 0; i < sums.Count && i < options.TopProcesses && sums[i].ResidentBytes > 0; i++)
            sums[i].Chosen = true;
        foreach (NameSum sum in sums)
            if (sum.Chosen || sum.Watched)
                Send(sum, now);
        if (rounds % 100 == 0)
            Forget(now);
    }

    void Send(NameSum sum, long now)
    {
        sum.SentAt = now;
        if (sum.Cpu is null)
        {
            if (Sent() >= NamesMax)
                return;
            sum.Cpu = client.Series("process_cpu_percent", "process", sum.Name);
            sum.Resident = client.Series("process_resident_bytes", "process", sum.Name);
        }
        sum.Cpu.Set(sum.CpuPercent, now);
        sum.Resident!.Set(sum.ResidentBytes, now);
    }

    int Sent()
    {
        int sent = 0;
        foreach (NameSum sum in byName.Values)
            sent += sum.Cpu is null ? 0 : 1;
        return sent;
    }

    /// <summary>Names that nobody has gone under, or that were not worth sending, for an hour.</summary>
    void Forget(long now)
    {
        foreach (NameSum sum in byName.Values)
            if (sum.Count == 0 && now - sum.SentAt > NameForgottenMilliseconds)
                byName.Remove(sum.Name);
    }

    ProcessTable Table(long now, int threadCount)
    {
        ranking.Clear();
        foreach (ProcessEntry entry in entries.Values)
            ranking.Add(entry);
        chosen.Clear();
        ranking.Sort(static (a, b) => b.CpuPercent.CompareTo(a.CpuPercent));
        for (int i = 0; i < ranking.Count && i < options.TopProcesses && ranking[i].CpuPercent > 0; i++)
            chosen.Add(ranking[i]);
        ranking.Sort(static (a, b) => b.ResidentBytes.CompareTo(a.ResidentBytes));
        for (int i = 0; i < ranking.Count; i++)
            if ((i < options.TopProcesses && ranking[i].ResidentBytes > 0) || (ranking[i].Watched && chosen.Count < 150))
                chosen.Add(ranking[i]);
        var rows = new List<ProcessRow>(chosen.Count);
        foreach (ProcessEntry entry in ranking)
            if (chosen.Contains(entry))
                rows.Add(Row(entry));
        rows.Sort(static (a, b) => b.CpuPercent.CompareTo(a.CpuPercent));
        return new ProcessTable(DateTimeOffset.FromUnixTimeMilliseconds(now), entries.Count, threadCount, rows);
    }

    ProcessRow Row(ProcessEntry entry)
    {
        if (entry.Command is null || entry.User is null)
            source.Describe(entry);
        return new ProcessRow(entry.Id, entry.Name, entry.User, Math.Round(entry.CpuPercent, 2), entry.ResidentBytes, entry.Threads,
            entry.State.ToString(), entry.StartedAt, entry.Command ?? "", entry.Watched);
    }

    sealed class NameSum(string name)
    {
        public string Name { get; } = name;
        public int Count;
        public double CpuPercent;
        public long ResidentBytes;
        public bool Watched, Chosen;
        public long SentAt;
        public MetricSeries? Cpu, Resident;

        public void Clear()
        {
            Count = 0;
            CpuPercent = 0;
            ResidentBytes = 0;
            Watched = false;
            Chosen = false;
        }
    }
}
