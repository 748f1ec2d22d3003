using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Orrery.Tests.Servers;

namespace Orrery.Agent.Tests;

/// <summary>The whole agent on the machine that runs the test.</summary>
public sealed class AgentRunnerTests
{
    [Fact]
    public async Task The_agent_reports_this_machine_and_sees_a_busy_process()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The collectors of this test read /proc.");
        await using DoorHost door = await DoorHost.Start();
        using var busy = Process.Start(new ProcessStartInfo("sh") { ArgumentList = { "-c", "while :; do :; done" } })!;
        using var stop = new CancellationTokenSource();
        Task agent = Run(door, stop.Token, new AgentOptions
        {
            Interval = TimeSpan.FromSeconds(0.5), ProcessInterval = TimeSpan.FromSeconds(0.5), DeviceInterval = TimeSpan.FromSeconds(0.5),
            ProcessTableInterval = TimeSpan.FromSeconds(0.5), Watch = ["sh", "no-such-program"], CollectorCostMax = 1,
        });
        try
        {
            await door.Until(() => Newest(door, "cpu_usage_percent") > 10 && Newest(door, "process_up", "process=sh") == 1 && Newest(door, "network_receive_bytes_per_second") is not null
                && Newest(door, "disk_busy_percent") is not null && Table(door).ValueKind == JsonValueKind.Object && Row(door, busy.Id).ValueKind == JsonValueKind.Object
                && Row(door, busy.Id).GetProperty("cpuPercent").GetDouble() > 20, "the busy loop in CPU usage, in the watched processes and in the table");
        }
        finally
        {
            busy.Kill();
            await stop.CancelAsync();
            await agent;
        }
        JsonElement registration = door.Document("register")!.Value;
        registration.GetProperty("cpuCores").GetInt32().ShouldBe(Environment.ProcessorCount);
        registration.GetProperty("memoryBytes").GetInt64().ShouldBe(MemoryTotal());
        registration.GetProperty("disks").GetArrayLength().ShouldBeGreaterThan(0);
        Newest(door, "memory_total_bytes").ShouldBe(MemoryTotal());
        Newest(door, "process_up", "process=no-such-program").ShouldBe(0);
        Row(door, busy.Id).GetProperty("watched").GetBoolean().ShouldBeTrue();
        Row(door, busy.Id).GetProperty("command").GetString().ShouldBe("sh -c while :; do :; done");
        foreach (string metric in Always)
            Newest(door, metric).ShouldNotBeNull(metric);
    }

    [Fact]
    public async Task An_agent_outlives_a_cloud_that_is_away_and_brings_what_it_measured()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The collectors of this test read /proc.");
        await using DoorHost door = await DoorHost.Start();
        using var folder = new TestDirectory();
        int away = 3;
        door.Before = context =>
        {
            bool refuse = Interlocked.Decrement(ref away) >= 0;
            if (refuse)
                context.Abort();
            return Task.FromResult(refuse);
        };
        using var stop = new CancellationTokenSource();
        Task agent = Run(door, stop.Token, new AgentOptions { Interval = TimeSpan.FromSeconds(0.5), BufferDirectory = folder.Path });
        await door.Until(() => Newest(door, "cpu_usage_percent") is not null, "CPU usage after three dropped connections");
        await stop.CancelAsync();
        await agent;
        door.DuplicateSamples.ShouldBe(0);
    }

    static readonly string[] Always =
    [
        "cpu_usage_percent", "cpu_core_usage_percent", "cpu_megahertz", "load1", "load5", "load15", "memory_used_bytes", "memory_available_bytes", "memory_used_percent",
        "swap_total_bytes", "swap_used_bytes", "disk_total_bytes", "disk_used_bytes", "disk_used_percent", "disk_read_bytes_per_second", "disk_write_bytes_per_second",
        "disk_reads_per_second", "disk_writes_per_second", "disk_busy_percent", "network_receive_bytes_per_second", "network_transmit_bytes_per_second",
        "network_errors_per_second", "tcp_connections", "process_count", "thread_count", "process_cpu_percent", "process_resident_bytes", "process_up", "uptime_seconds",
        "agent_cpu_percent", "agent_resident_bytes", "agent_buffered_bytes", "agent_dropped_samples_total",
    ];

    static Task Run(DoorHost door, CancellationToken stop, AgentOptions options) =>
        new AgentRunner(options with { Server = door.Url, Key = "ok_test_secret", Name = "This Machine" }, TimeProvider.System, NullLogger<AgentRunner>.Instance).RunAsync(stop);

    static double? Newest(DoorHost door, string metric, string labels = "")
    {
        string prefix = $"this-machine|{metric}{{{labels}";
        return door.Samples.Where(s => s.Key.StartsWith(prefix, StringComparison.Ordinal))
            .OrderByDescending(s => long.Parse(s.Key[(s.Key.LastIndexOf('|') + 1)..], CultureInfo.InvariantCulture))
            .Select(s => (double?)s.Value).FirstOrDefault();
    }

    static JsonElement Table(DoorHost door) => door.Document("processes") ?? default;

    static JsonElement Row(DoorHost door, int id) =>
        Table(door).GetProperty("processes").EnumerateArray().FirstOrDefault(p => p.GetProperty("id").GetInt32() == id);

    static long MemoryTotal() =>
        long.Parse(File.ReadLines("/proc/meminfo").First(l => l.StartsWith("MemTotal")).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
}
