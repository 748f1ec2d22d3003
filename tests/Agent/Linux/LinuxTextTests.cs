using System.Text;
using Orrery.Agent.Devices;
using Orrery.Agent.Linux;

namespace Orrery.Agent.Tests.Linux;

/// <summary>The parsers over text as kernels write it, the odd forms included.</summary>
public sealed class LinuxTextTests
{
    [Fact]
    public void Cpu_usage_counts_waiting_for_disks_as_idle_and_stolen_time_as_busy()
    {
        CpuTimes[] before = new CpuTimes[1], after = new CpuTimes[1];
        CpuTimes.Parse("cpu  100 0 100 700 100 0 0 0 0 0\ncpu0 100 0 100 700 100 0 0 0 0 0\nintr 5 6\n"u8, ref before).ShouldBe(2);
        CpuTimes.Parse("cpu  130 0 110 740 115 0 0 5 30 0\ncpu0 130 0 110 740 115 0 0 5 30 0\n"u8, ref after);
        CpuTimes.Percent(before[0], after[0]).ShouldBe(45);
        CpuTimes.Percent(after[1], before[1]).ShouldBe(double.NaN);
    }

    [Fact]
    public void A_core_that_is_offline_leaves_its_place_empty()
    {
        CpuTimes[] times = new CpuTimes[1];
        CpuTimes.Parse("cpu 4 0 0 4\ncpu0 1 0 0 1\ncpu3 3 0 0 3\n"u8, ref times).ShouldBe(5);
        times[2].Total.ShouldBe(0);
        times[4].Total.ShouldBe(6);
    }

    [Theory]
    [InlineData("MemTotal: 1000 kB\nMemFree: 100 kB\nMemAvailable: 400 kB\nSwapTotal: 50 kB\nSwapFree: 20 kB\n", 600)]
    [InlineData("MemTotal: 1000 kB\nMemFree: 100 kB\nBuffers: 50 kB\nCached: 250 kB\n", 600)]
    public void Memory_used_is_what_is_not_available(string text, long usedKilobytes) =>
        MemoryInfo.Parse(Encoding.UTF8.GetBytes(text)).Used.ShouldBe(usedKilobytes * 1024);

    [Fact]
    public void A_process_name_may_hold_brackets_and_blanks()
    {
        ProcessStat.TryParse("42 (a) b (c)) R 1 42 42 0 -1 4194304 10 0 0 0 150 50 0 0 20 0 7 0 12345 1000000 256 184 1\n"u8, out var name, out ProcessStat stat).ShouldBeTrue();
        Encoding.UTF8.GetString(name).ShouldBe("a) b (c)");
        stat.ShouldBe(new ProcessStat('R', 4194304, 200, 7, 12345, 256));
        stat.Kernel.ShouldBeFalse();
    }

    [Theory]
    [InlineData("")]
    [InlineData("42 (cut")]
    [InlineData("42 (cut)")]
    public void A_process_line_that_is_cut_is_no_process(string text) =>
        ProcessStat.TryParse(Encoding.UTF8.GetBytes(text), out _, out _).ShouldBeFalse();

    [Fact]
    public void Disk_sectors_are_512_bytes_whatever_the_disk_says()
    {
        DiskCounters counters = DiskCounters.Parse(" 259       0 nvme0n1 11 2 30 4 50 6 70 8 0 99 110 0 0 0 0 1 2"u8, out var device);
        Encoding.UTF8.GetString(device).ShouldBe("nvme0n1");
        counters.ShouldBe(new DiskCounters(11, 30 * 512, 50, 70 * 512, 99));
        DiskCounters.Counts("loop3"u8).ShouldBeFalse();
        DiskCounters.Counts("sda"u8).ShouldBeTrue();
    }

    [Fact]
    public void Mounts_that_hold_data_are_listed_once_with_blanks_unescaped()
    {
        List<Mount> mounts = MountTable.Parse("""
            proc /proc proc rw 0 0
            /dev/sda1 /var/lib/docker ext4 rw 0 0
            /dev/sda1 / ext4 rw 0 0
            /dev/sdb1 /mnt/my\040disk xfs rw 0 0
            overlay /var/lib/docker/overlay2/x overlay rw 0 0
            server:/export /mnt/nfs nfs4 rw 0 0
            """u8);
        mounts.ShouldBe([new Mount("/dev/sda1", "/", "ext4"), new Mount("/dev/sdb1", "/mnt/my disk", "xfs")]);
    }

    [Fact]
    public void Network_lines_are_read_with_or_without_a_blank_after_the_colon()
    {
        NetworkCounters.TryParse("  eth0:843 21419    2    0    0     0          0         0  1132   11781    3    0    0     0       0          0"u8, out var name, out NetworkCounters counters).ShouldBeTrue();
        Encoding.UTF8.GetString(name).ShouldBe("eth0");
        counters.ShouldBe(new NetworkCounters(843, 1132, 5));
        NetworkCounters.TryParse(" face |bytes    packets"u8, out _, out _).ShouldBeFalse();
    }

    [Fact]
    public void Connections_are_counted_by_state()
    {
        var counts = new TcpStateCounts();
        LinuxTcpCollector.CountLines("""
              sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
               0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0
               1: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 2 1 0
               2: 0100007F:1F90 0100007F:C351 06 00000000:00000000 00:00000000 00000000     0        0 0 3 0
               3: 0100007F:1F90 0100007F:C352 0C 00000000:00000000 00:00000000 00000000     0        0 0 3 0
            """u8, counts);
        (counts[10], counts[1], counts[6], counts[3]).ShouldBe((1, 1, 1, 1));
    }

    [Fact]
    public void Cpu_model_and_frequency_are_the_first_name_and_the_mean_clock()
    {
        CpuInfo.Parse("processor\t: 0\nmodel name\t: Intel(R) Xeon(R)\ncpu MHz\t\t: 2000.5\n\nprocessor\t: 1\nmodel name\t: Intel(R) Xeon(R)\ncpu MHz\t\t: 3000.5\n"u8)
            .ShouldBe(new CpuInfo("Intel(R) Xeon(R)", 2, 2500.5));
        CpuInfo.Parse("processor\t: 0\nBogoMIPS\t: 50.00\n"u8).ShouldBe(new CpuInfo("", 1, 0));
    }
}
