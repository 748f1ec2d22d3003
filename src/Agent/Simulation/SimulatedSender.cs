using Orrery.Client;

namespace Orrery.Agent.Simulation;

/// <summary>One simulated site with its client: brings the past, then the present, over HTTP as a real agent does.</summary>
internal sealed class SimulatedSender : IDisposable
{
    const long TableMilliseconds = 15_000, ReportMilliseconds = 600_000, CatchUpMax = 600_000;
    const int BackfillSteps = 30;

    readonly FleetSimulatorOptions options;
    readonly SimulatedSite place;
    readonly SiteCharacter site;
    readonly OrreryClient client;
    readonly SimulatedServer server;
    readonly SimulatedLog log;
    readonly long step;
    long sentUntil, tableAt, reportAt;

    public SimulatedSender(FleetSimulatorOptions options, int index, TimeProvider time, HttpClient http)
    {
        this.options = options;
        place = options.Sites[index];
        site = new SiteCharacter(options.Seed, index, place.TimeZone);
        step = (long)options.Interval.TotalMilliseconds;
        client = new OrreryClient(new OrreryClientOptions
        {
            Url = options.Url,
            Key = place.Key,
            Server = place.Server,
            HttpClient = http,
            Clock = new TimeProviderClock(time),
            QueueSamplesMax = 20_000,
            MemoryBytesMax = 512 << 10,
            JitterSeed = index + 1,
        });
        server = new SimulatedServer(client, site);
        log = new SimulatedLog(client, site);
        // Sites send one after the other within the interval, as real ones do.
        Offset = step * index / Math.Max(1, options.Sites.Count);
    }

    public long Offset { get; }

    public ClientStatus Status => client.Status;

    public async Task Backfill(long now, CancellationToken cancellationToken)
    {
        _ = client.RegisterAsync(Registration(now));
        long apart = (long)options.BackfillStep.TotalMilliseconds;
        sentUntil = now / step * step;
        long at = (now - (long)options.Backfill.TotalMilliseconds) / apart * apart;
        for (int steps = 1; at < sentUntil - apart; at += apart, steps++)
        {
            if (site.Sends(at))
            {
                server.Set(at);
                log.Write(at, apart);
            }
            // In pieces that the queue holds, each awaited: the past must arrive before the present.
            if (steps % BackfillSteps == 0)
                await Drain(cancellationToken).ConfigureAwait(false);
        }
        await Drain(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends what is due up to now. After a broken line that is more than one step.</summary>
    public void Send(long now)
    {
        long due = now / step * step;
        if (due <= sentUntil || !site.Online(now))
            return;
        sentUntil = Math.Max(sentUntil, due - CatchUpMax);
        for (sentUntil += step; sentUntil < due; sentUntil += step)
            SendStep(sentUntil);
        SendStep(due);
        sentUntil = due;
        if (!site.Sends(due))
            return;
        if (due >= tableAt)
        {
            tableAt = due + TableMilliseconds;
            _ = client.ReportProcessesAsync(server.Table(due));
        }
        if (due >= reportAt)
        {
            reportAt = due + ReportMilliseconds;
            _ = client.ReportDatabaseAsync(server.Database.Report(due));
        }
        client.Push();
    }

    public Task<bool> Drain(CancellationToken cancellationToken)
    {
        client.Push();
        return client.DrainAsync(TimeSpan.FromSeconds(30), cancellationToken);
    }

    public void Dispose() => client.Dispose();

    void SendStep(long at)
    {
        if (!site.Sends(at))
            return;
        server.Set(at);
        log.Write(at, step);
    }

    ServerRegistration Registration(long now) => new()
    {
        Agent = Host.HostFacts.AgentVersion + " (simulated)",
        HostName = $"{place.Server}.{place.Site}.{place.Tenant}.example",
        OperatingSystem = site.Windows ? "Windows Server 2019 Datacenter" : "Red Hat Enterprise Linux 8.9",
        Kernel = site.Windows ? "10.0.17763" : "4.18.0-513.el8.x86_64",
        Architecture = "x64",
        CpuModel = site.Cores > 8 ? "Intel(R) Xeon(R) Gold 6248R" : "Intel(R) Xeon(R) Silver 4210",
        CpuCores = site.Cores,
        CpuMegahertz = 2_400,
        MemoryBytes = site.MemoryBytes,
        SwapBytes = 8L << 30,
        BootedAt = DateTimeOffset.FromUnixTimeMilliseconds(now - site.Uptime(now)),
        Disks = site.Windows
            ? [new DiskFact("C:\\", "PhysicalDrive0", "NTFS", 120_000_000_000), new DiskFact("D:\\", "PhysicalDrive1", "NTFS", site.DataDiskBytes)]
            : [new DiskFact("/", "/dev/sda1", "xfs", 120_000_000_000), new DiskFact("/data", "/dev/sdb1", "xfs", site.DataDiskBytes)],
        Addresses = [$"10.{site.Seed % 200 + 20}.{site.Seed / 7 % 250}.11"],
        Facts = new Dictionary<string, string> { ["simulated"] = "yes", ["time zone"] = place.TimeZone, ["trouble"] = site.Trouble.ToString() },
    };
}
