using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text;
using Orrery.Agent.Processes;

namespace Orrery.Agent.Linux;

/// <summary>
/// Processes from /proc. Most processes of a server sleep, and opening a file for each is the agent's greatest cost; so one that has
/// used no CPU for some readings is read only every fourth scan until it moves again.
/// </summary>
internal sealed unsafe class LinuxProcessSource(WatchList watch, string proc = "/proc") : IProcessSource
{
    const int IdleAfterReadings = 3;
    const int IdleEvery = 4;

    readonly double secondsPerTick = 1.0 / Math.Max(1, Native.SystemConfiguration(Native.ClockTicks));
    readonly long pageBytes = Math.Max(1, Native.SystemConfiguration(Native.PageSize));
    readonly byte[] names = new byte[32768];
    readonly byte[] text = new byte[8192];
    readonly List<int> ended = [];
    readonly UserNames users = new();
    readonly long bootedAt = BootTime(proc);
    int directory = -1;
    int round;

    public void Scan(Dictionary<int, ProcessEntry> entries, long now)
    {
        round++;
        Rewind();
        fixed (byte* into = names)
        {
            while (true)
            {
                nint length = Native.ReadDirectory(directory, into, (nuint)names.Length);
                if (length < 0)
                    throw new IOException($"Could not list '{proc}' (errno {Marshal.GetLastPInvokeError()}).");
                if (length == 0)
                    break;
                for (int at = 0; at < length; at += BitConverter.ToUInt16(names, at + 16))
                {
                    // Inode and offset are 8 bytes each, record length 2, type 1; the name ends with a zero.
                    ReadOnlySpan<byte> name = names.AsSpan(at + 19);
                    name = name[..name.IndexOf((byte)0)];
                    if (name[0] is >= (byte)'1' and <= (byte)'9' && Utf8Parser.TryParse(name, out int id, out int used) && used == name.Length)
                        Visit(entries, id, now);
                }
            }
        }
        RemoveEnded(entries);
    }

    public void Describe(ProcessEntry entry)
    {
        entry.Command ??= SecretMask.Command(CommandOf(entry.Id, entry.Name));
        int length = ReadFile(entry.Id, "/status"u8);
        var lines = new Fields(text.AsSpan(0, length));
        while (lines.Line(out ReadOnlySpan<byte> line))
        {
            if (!line.StartsWith("Uid:"u8))
                continue;
            entry.User = users.Of((uint)new Fields(line[4..]).Long());
            return;
        }
        entry.User = "";
    }

    public void Dispose()
    {
        if (directory >= 0)
            Native.Close(directory);
        directory = -1;
    }

    void Rewind()
    {
        if (directory >= 0)
        {
            Native.Seek(directory, 0, 0);
            return;
        }
        fixed (byte* path = Encoding.UTF8.GetBytes(proc + "\0"))
            directory = Native.Open(path, Native.OpenReadOnly | Native.OpenDirectory | Native.OpenCloseOnExec);
        if (directory < 0)
            throw new IOException($"Could not open '{proc}' (errno {Marshal.GetLastPInvokeError()}).");
    }

    void Visit(Dictionary<int, ProcessEntry> entries, int id, long now)
    {
        if (!entries.TryGetValue(id, out ProcessEntry? entry))
            entry = null;
        else if (entry.IdleReadings >= IdleAfterReadings && (id + round) % IdleEvery != 0)
        {
            entry.Round = round;
            return;
        }
        int length = ReadFile(id, "/stat"u8);
        // It ended between the listing and the reading.
        if (length <= 0 || !ProcessStat.TryParse(text.AsSpan(0, length), out ReadOnlySpan<byte> name, out ProcessStat stat))
            return;
        if (entry is null || entry.StartKey != stat.StartTicks)
            entries[id] = entry = New(id, stat);
        entry.Round = round;
        Update(entry, stat, now);
        if (!name.SequenceEqual(entry.NameBytes))
            Rename(entry, name);
    }

    ProcessEntry New(int id, ProcessStat stat) => new()
    {
        Id = id,
        StartKey = stat.StartTicks,
        Kernel = stat.Kernel,
        StartedAt = bootedAt == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(bootedAt + (long)(stat.StartTicks * secondsPerTick * 1000)),
        ReadAt = 0,
    };

    void Update(ProcessEntry entry, ProcessStat stat, long now)
    {
        double seconds = stat.CpuTicks * secondsPerTick;
        entry.CpuPercent = entry.ReadAt != 0 && now > entry.ReadAt ? Math.Max(0, (seconds - entry.CpuSeconds) * 100_000 / (now - entry.ReadAt)) : 0;
        entry.IdleReadings = entry.ReadAt != 0 && seconds == entry.CpuSeconds ? entry.IdleReadings + 1 : 0;
        entry.CpuSeconds = seconds;
        entry.ResidentBytes = stat.ResidentPages * pageBytes;
        entry.Threads = stat.Threads;
        entry.State = stat.State;
        entry.ReadAt = now;
    }

    /// <summary>New, or another program now: what was known of its command line is out of date.</summary>
    void Rename(ProcessEntry entry, ReadOnlySpan<byte> name)
    {
        entry.NameBytes = name.ToArray();
        entry.Name = Encoding.UTF8.GetString(name);
        entry.Command = null;
        entry.User = null;
        entry.Watched = false;
        if (watch.Empty || entry.Kernel)
            return;
        string command = CommandOf(entry.Id, entry.Name);
        entry.Watched = watch.Match(entry.Name, command) is not null;
        if (entry.Watched)
            entry.Command = SecretMask.Command(command);
    }

    string CommandOf(int id, string name)
    {
        int length = ReadFile(id, "/cmdline"u8);
        while (length > 0 && text[length - 1] == 0)
            length--;
        if (length <= 0)
            return "[" + name + "]";
        text.AsSpan(0, length).Replace((byte)0, (byte)' ');
        return Encoding.UTF8.GetString(text, 0, length);
    }

    /// <returns>Bytes now in <see cref="text"/>; 0 when the process is gone or hidden.</returns>
    int ReadFile(int id, ReadOnlySpan<byte> file)
    {
        byte* path = stackalloc byte[32];
        var span = new Span<byte>(path, 32);
        Utf8Formatter.TryFormat(id, span, out int length);
        file.CopyTo(span[length..]);
        span[length + file.Length] = 0;
        int handle = Native.OpenAt(directory, path, Native.OpenReadOnly | Native.OpenCloseOnExec);
        if (handle < 0)
            return 0;
        nint read;
        fixed (byte* into = text)
            read = Native.Read(handle, into, (nuint)text.Length);
        Native.Close(handle);
        return (int)Math.Max(0, read);
    }

    void RemoveEnded(Dictionary<int, ProcessEntry> entries)
    {
        ended.Clear();
        foreach (ProcessEntry entry in entries.Values)
            if (entry.Round != round)
                ended.Add(entry.Id);
        foreach (int id in ended)
            entries.Remove(id);
    }

    /// <summary>Unix milliseconds, 0 when the kernel does not say.</summary>
    internal static long BootTime(string proc)
    {
        using var stat = new ProcFile(proc + "/stat", 16384);
        var lines = new Fields(stat.Read());
        while (lines.Line(out ReadOnlySpan<byte> line))
            if (line.StartsWith("btime "u8))
                return new Fields(line[6..]).Long() * 1000;
        return 0;
    }
}
