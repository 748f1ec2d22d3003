using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32;
using Orrery.Agent.Host;
using Orrery.Client;

namespace Orrery.Agent.Windows;

/// <summary>What a Windows machine is.</summary>
[SupportedOSPlatform("windows")]
internal static unsafe class WindowsFacts
{
    public static ServerRegistration Read()
    {
        ServerRegistration facts = HostFacts.Common();
        using RegistryKey? cpu = Registry.LocalMachine.OpenSubKey(@"HARDWARE\DESCRIPTION\System\CentralProcessor\0");
        facts.CpuModel = (cpu?.GetValue("ProcessorNameString") as string)?.Trim() ?? "";
        facts.CpuMegahertz = cpu?.GetValue("~MHz") is int megahertz ? megahertz : 0;
        using RegistryKey? version = Registry.LocalMachine.OpenSubKey(@"SOFTWARE\Microsoft\Windows NT\CurrentVersion");
        facts.OperatingSystem = version?.GetValue("ProductName") as string ?? facts.OperatingSystem;
        var status = new NativeWindows.MemoryStatus { Length = (uint)sizeof(NativeWindows.MemoryStatus) };
        if (NativeWindows.GlobalMemoryStatusEx(ref status))
        {
            facts.MemoryBytes = (long)status.TotalPhysical;
            facts.SwapBytes = (long)(status.TotalPageFile - Math.Min(status.TotalPageFile, status.TotalPhysical));
        }
        facts.BootedAt = DateTimeOffset.UnixEpoch.AddMilliseconds(Math.Floor((TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalMilliseconds) - NativeWindows.GetTickCount64());
        facts.Disks = Disks();
        facts.Facts = new Dictionary<string, string> { ["runtime"] = RuntimeInformation.FrameworkDescription, ["time zone"] = TimeZoneInfo.Local.Id, ["user"] = Environment.UserName };
        return facts;
    }

    public static List<DiskFact> Disks()
    {
        var disks = new List<DiskFact>();
        foreach (DriveInfo drive in DriveInfo.GetDrives())
            if (drive.DriveType == DriveType.Fixed && drive.IsReady)
                disks.Add(new DiskFact(drive.Name, drive.VolumeLabel, drive.DriveFormat, drive.TotalSize));
        return disks;
    }
}
