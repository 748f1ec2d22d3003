using System.Globalization;
using Orrery.Client;

namespace Orrery.Agent.Simulation;

/// <summary>The metrics of one simulated ERP server. Every value is a function of time; nothing is kept but the series.</summary>
internal sealed class SimulatedServer
{
    const long Gigabyte = 1L << 30;
    readonly SiteCharacter site;
    readonly SimulatedDatabase database;
    readonly MetricSeries cpu, megahertz, load1, load5, load15, memoryTotal, memoryUsed, memoryAvailable, memoryPercent, swapTotal, swapUsed;
    readonly MetricSeries received, transmitted, errors, established, timeWait, listen, processes, threads, uptime;
    readonly MetricSeries[] cores;
    readonly Disk systemDisk, dataDisk;
    readonly Program[] programs;

    public SimulatedServer(OrreryClient client, SiteCharacter site)
    {
        this.site = site;
        cpu = client.Series("cpu_usage_percent");
        megahertz = client.Series("cpu_megahertz");
        load1 = client.Series("load1");
        load5 = client.Series("load5");
        load15 = client.Series("load15");
        memoryTotal = client.Series("memory_total_bytes");
        memoryUsed = client.Series("memory_used_bytes");
        memoryAvailable = client.Series("memory_available_bytes");
        memoryPercent = client.Series("memory_used_percent");
        swapTotal = client.Series("swap_total_bytes");
        swapUsed = client.Series("swap_used_bytes");
        string nic = site.Windows ? "Ethernet0" : "eth0";
        received = client.Series("network_receive_bytes_per_second", "interface", nic);
        transmitted = client.Series("network_transmit_bytes_per_second", "interface", nic);
        errors = client.Series("network_errors_per_second", "interface", nic);
        established = client.Series("tcp_connections", "state", "established");
        timeWait = client.Series("tcp_connections", "state", "time_wait");
        listen = client.Series("tcp_connections", "state", "listen");
        processes = client.Series("process_count");
        threads = client.Series("thread_count");
        uptime = client.Series("uptime_seconds");
        cores = new MetricSeries[Math.Min(site.Cores, 8)];
        for (int i = 0; i < cores.Length; i++)
            cores[i] = client.Series("cpu_core_usage_percent", "core", i.ToString(CultureInfo.InvariantCulture));
        systemDisk = new Disk(client, site.Windows ? "C:\\" : "/", site.Windows ? "PhysicalDrive0" : "sda");
        dataDisk = new Disk(client, site.Windows ? "D:\\" : "/data", site.Windows ? "PhysicalDrive1" : "sdb");
        programs = Programs(client, site);
        database = new SimulatedDatabase(client, site);
    }

    public SimulatedDatabase Database => database;

    public void Set(long now)
    {
        double activity = site.Activity(now) * site.Size;
        double runaway = site.Trouble == Trouble.Runaway ? site.Progress(now, 44, 11) : 0;
        double usage = Usage(now, activity, runaway);
        cpu.Set(usage, now);
        megahertz.Set(2_100 + 8 * Math.Min(100, usage) + 40 * Noise.Smooth(site.Seed + 20, now, 30_000), now);
        for (int i = 0; i < cores.Length; i++)
            cores[i].Set(Math.Clamp(usage * (1 + 0.35 * Noise.Smooth(site.Seed + 30 + (ulong)i, now, 20_000)), 0, 100), now);
        load1.Set(Load(now, 0), now);
        load5.Set(Load(now - 150_000, 1), now);
        load15.Set(Load(now - 450_000, 2), now);
        double leak = site.Trouble == Trouble.Leak ? site.Progress(now, 420, 420) : 0;
        SetMemory(now, activity, leak);
        SetNetwork(now, activity);
        processes.Set(Math.Round(180 + 40 * activity + 6 * Noise.Smooth(site.Seed + 50, now, 60_000)), now);
        threads.Set(Math.Round(1_900 + 900 * activity + 30 * Noise.Smooth(site.Seed + 51, now, 30_000)), now);
        uptime.Set(site.Uptime(now) / 1000.0, now);
        double fill = site.Trouble == Trouble.DiskFills ? site.Progress(now, 540, 540) : 0;
        systemDisk.Set(now, 120_000_000_000, 0.41 + 0.01 * Noise.Smooth(site.Seed + 60, now, 3_600_000), activity * 0.2, site.Seed + 61);
        dataDisk.Set(now, site.DataDiskBytes, fill > 0 ? 0.71 + 0.265 * fill : 0.48 + 0.02 * Noise.Smooth(site.Seed + 65, now, 7_200_000), activity, site.Seed + 66);
        foreach (Program program in programs)
            program.Set(now, site, usage, runaway, leak);
        database.Set(now, activity);
    }

    /// <summary>The table of the portal, by the same values.</summary>
    public ProcessTable Table(long now)
    {
        double activity = site.Activity(now) * site.Size;
        double runaway = site.Trouble == Trouble.Runaway ? site.Progress(now, 44, 11) : 0;
        double leak = site.Trouble == Trouble.Leak ? site.Progress(now, 420, 420) : 0;
        double usage = Usage(now, activity, runaway);
        var rows = new List<ProcessRow>(programs.Length);
        DateTimeOffset at = DateTimeOffset.FromUnixTimeMilliseconds(now);
        for (int i = 0; i < programs.Length; i++)
            if (programs[i].Runs(runaway))
                rows.Add(programs[i].Row(now, i, site, usage, runaway, leak, at));
        rows.Sort(static (a, b) => b.CpuPercent.CompareTo(a.CpuPercent));
        return new ProcessTable(at, (int)(180 + 40 * activity), (int)(1_900 + 900 * activity), rows);
    }

    double Usage(long now, double activity, double runaway)
    {
        double calm = 4 + 46 * activity + 5 * Noise.Rough(site.Seed + 10, now);
        double usage = runaway > 0 ? Math.Max(calm, 97 + 2 * Noise.Smooth(site.Seed + 11, now, 10_000)) : calm;
        return Math.Clamp(usage, 0.3, 100);
    }

    double Load(long at, int channel)
    {
        double runaway = site.Trouble == Trouble.Runaway ? site.Progress(at, 44, 11) : 0;
        double usage = Usage(at, site.Activity(at) * site.Size, runaway);
        return Math.Max(0.01, site.Cores * usage / 100 * (runaway > 0 ? 1.6 : 1.05) + 0.2 * Noise.Smooth(site.Seed + 40 + (ulong)channel, at, 45_000));
    }

    void SetMemory(long now, double activity, double leak)
    {
        double share = 0.46 + 0.12 * Math.Min(1.2, activity) + 0.01 * Noise.Rough(site.Seed + 12, now);
        if (leak > 0)
            share = 0.5 + 0.455 * leak + 0.005 * Noise.Smooth(site.Seed + 13, now, 20_000);
        double used = site.MemoryBytes * Math.Min(0.985, share);
        memoryTotal.Set(site.MemoryBytes, now);
        memoryUsed.Set(Math.Round(used), now);
        memoryAvailable.Set(Math.Round(site.MemoryBytes - used), now);
        memoryPercent.Set(100 * used / site.MemoryBytes, now);
        swapTotal.Set(8 * Gigabyte, now);
        swapUsed.Set(Math.Round(8.0 * Gigabyte * (leak > 0.8 ? (leak - 0.8) * 3 : 0.01)), now);
    }

    void SetNetwork(long now, double activity)
    {
        received.Set(Math.Round(40_000 + 2_400_000 * activity * (1 + 0.4 * Noise.Rough(site.Seed + 14, now))), now);
        transmitted.Set(Math.Round(60_000 + 5_200_000 * activity * (1 + 0.4 * Noise.Rough(site.Seed + 17, now))), now);
        errors.Set(site.Trouble == Trouble.Intermittent && !site.Online(now) ? 4 : 0, now);
        established.Set(Math.Round(30 + 260 * activity * (1 + 0.1 * Noise.Smooth(site.Seed + 15, now, 20_000))), now);
        timeWait.Set(Math.Round(8 + 90 * activity * (1 + 0.3 * Noise.Smooth(site.Seed + 16, now, 15_000))), now);
        listen.Set(23, now);
    }

    static Program[] Programs(OrreryClient client, SiteCharacter site)
    {
        string database = site.Engine switch { "mysql" => "mysqld", "postgresql" => "postgres", _ => "sqlservr" };
        (string Name, string User, double Share, double Memory, string Command)[] all =
        [
            ("erp-app", "erp", 0.42, 0.16, site.Windows ? "C:\\ERP\\Server\\erp-app.exe --site main" : "/opt/erp/bin/erp-app --site main"),
            (database, site.Windows ? "SYSTEM" : "database", 0.38, 0.24, database),
            ("erp-web", "erp", 0.1, 0.05, "erp-web --listen 0.0.0.0:8443"),
            ("erp-scheduler", "erp", 0.04, 0.02, "erp-scheduler --workers 4"),
            ("report-engine", "erp", 0.03, 0.03, "report-engine --queue month-end"),
        ];
        return Array.ConvertAll(all, p => new Program(client, p.Name, p.User, p.Share, p.Memory, p.Command));
    }

    sealed class Disk(OrreryClient client, string mount, string device)
    {
        readonly MetricSeries total = client.Series("disk_total_bytes", "mount", mount), used = client.Series("disk_used_bytes", "mount", mount);
        readonly MetricSeries percent = client.Series("disk_used_percent", "mount", mount);
        readonly MetricSeries readBytes = client.Series("disk_read_bytes_per_second", "device", device), writeBytes = client.Series("disk_write_bytes_per_second", "device", device);
        readonly MetricSeries reads = client.Series("disk_reads_per_second", "device", device), writes = client.Series("disk_writes_per_second", "device", device);
        readonly MetricSeries busy = client.Series("disk_busy_percent", "device", device);

        public void Set(long now, long size, double share, double activity, ulong seed)
        {
            total.Set(size, now);
            used.Set(Math.Round(size * share), now);
            percent.Set(100 * share, now);
            double noise = 1 + 0.5 * Noise.Rough(seed, now);
            double read = 5 + 420 * activity * noise, write = 8 + 260 * activity * noise;
            reads.Set(read, now);
            writes.Set(write, now);
            readBytes.Set(Math.Round(read * 24_000), now);
            writeBytes.Set(Math.Round(write * 17_000), now);
            busy.Set(Math.Clamp(1 + 34 * activity * noise, 0, 100), now);
        }
    }

    sealed class Program(OrreryClient client, string name, string user, double share, double memory, string command)
    {
        readonly MetricSeries cpu = client.Series("process_cpu_percent", "process", name), resident = client.Series("process_resident_bytes", "process", name);
        readonly MetricSeries up = client.Series("process_up", "process", name);
        readonly bool takesAll = name == "report-engine", leaks = name == "erp-app";

        /// <summary>The report engine runs only while it runs away; the others always.</summary>
        public bool Runs(double runaway) => !takesAll || runaway > 0;

        public void Set(long now, SiteCharacter site, double usage, double runaway, double leak)
        {
            cpu.Set(CpuPercent(now, site, usage, runaway), now);
            resident.Set(Resident(site, leak), now);
            if (!takesAll)
                up.Set(1, now);
        }

        public ProcessRow Row(long now, int index, SiteCharacter site, double usage, double runaway, double leak, DateTimeOffset at) =>
            new(1200 + 37 * index, name, user, Math.Round(CpuPercent(now, site, usage, runaway), 1), Resident(site, leak), 24 + 8 * index, runaway > 0 && takesAll ? "R" : "S",
                takesAll ? at.AddMinutes(-11 * runaway) : at.AddMilliseconds(-site.Uptime(now)), command, !takesAll);

        double CpuPercent(long now, SiteCharacter site, double usage, double runaway)
        {
            double all = usage * site.Cores;
            if (takesAll)
                return runaway > 0 ? 0.8 * all : 0;
            return Math.Max(0, (runaway > 0 ? 0.2 : 1) * share * all * (1 + 0.2 * Noise.Smooth(site.Seed + (ulong)name.Length, now, 20_000)));
        }

        long Resident(SiteCharacter site, double leak) => (long)(site.MemoryBytes * (memory + (leaks ? 0.42 * leak : 0)));
    }
}
