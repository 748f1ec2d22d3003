using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Orrery.Agent.Processes;

namespace Orrery.Agent.Windows;

/// <summary>All processes with one call of NtQuerySystemInformation. Command lines and users are not read: they need rights over other users' processes.</summary>
/// <remarks>Offsets are those of SYSTEM_PROCESS_INFORMATION in 64-bit processes; a 32-bit agent is refused.</remarks>
[SupportedOSPlatform("windows")]
internal sealed unsafe class WindowsProcessSource(WatchList watch) : IProcessSource
{
    const int BytesMax = 64 << 20;
    readonly List<int> ended = [];
    byte[] buffer = new byte[512 << 10];
    int round;

    public void Scan(Dictionary<int, ProcessEntry> entries, long now)
    {
        if (IntPtr.Size != 8)
            throw new PlatformNotSupportedException("The agent reads processes in 64-bit processes only.");
        round++;
        fixed (byte* start = Query())
        {
            for (byte* row = start; ; row += *(uint*)row)
            {
                Visit(entries, new ProcessRecord(row), now);
                if (*(uint*)row == 0)
                    break;
            }
        }
        ended.Clear();
        foreach (ProcessEntry entry in entries.Values)
            if (entry.Round != round)
                ended.Add(entry.Id);
        foreach (int id in ended)
            entries.Remove(id);
    }

    public void Describe(ProcessEntry entry)
    {
        entry.Command ??= entry.Name;
        entry.User ??= "";
    }

    public void Dispose()
    {
    }

    byte[] Query()
    {
        while (true)
        {
            int status, needed;
            fixed (byte* into = buffer)
                status = NativeWindows.NtQuerySystemInformation(NativeWindows.SystemProcessInformation, into, buffer.Length, out needed);
            if (status >= 0)
                return buffer;
            if (status != NativeWindows.StatusInfoLengthMismatch || needed > BytesMax)
                throw new Win32Exception($"NtQuerySystemInformation for processes answered 0x{status:X8}.");
            buffer = new byte[Math.Max(needed, buffer.Length) + (64 << 10)];
        }
    }

    void Visit(Dictionary<int, ProcessEntry> entries, ProcessRecord record, long now)
    {
        // The idle process has id 0, and its time is what no other used.
        if (record.Id == 0)
            return;
        if (!entries.TryGetValue(record.Id, out ProcessEntry? entry) || entry.StartKey != record.Created)
            entries[record.Id] = entry = New(record);
        double seconds = record.CpuTime / 1e7;
        entry.CpuPercent = entry.ReadAt != 0 && now > entry.ReadAt ? Math.Max(0, (seconds - entry.CpuSeconds) * 100_000 / (now - entry.ReadAt)) : 0;
        entry.CpuSeconds = seconds;
        entry.ResidentBytes = record.WorkingSet;
        entry.Threads = record.Threads;
        entry.ReadAt = now;
        entry.Round = round;
    }

    ProcessEntry New(ProcessRecord record)
    {
        string name = record.Name;
        return new ProcessEntry
        {
            Id = record.Id,
            StartKey = record.Created,
            Name = name,
            State = 'S',
            Watched = watch.Match(name, "") is not null,
            StartedAt = record.Created > 0 ? DateTimeOffset.FromFileTime(record.Created).ToUniversalTime() : null,
        };
    }

    readonly struct ProcessRecord(byte* row)
    {
        public int Threads => *(int*)(row + 0x04);

        public long Created => *(long*)(row + 0x20);

        public long CpuTime => *(long*)(row + 0x28) + *(long*)(row + 0x30);

        public string Name => *(ushort*)(row + 0x38) == 0 ? "System" : Marshal.PtrToStringUni(*(nint*)(row + 0x40), *(ushort*)(row + 0x38) / 2);

        public int Id => (int)*(long*)(row + 0x50);

        public long WorkingSet => *(long*)(row + 0x90);
    }
}
