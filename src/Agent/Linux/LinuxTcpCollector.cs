using Orrery.Agent.Collection;
using Orrery.Agent.Devices;
using Orrery.Client;

namespace Orrery.Agent.Linux;

/// <summary>TCP connections by state, from /proc/net/tcp and tcp6, read in pieces: a busy server has a hundred thousand lines.</summary>
internal sealed class LinuxTcpCollector(OrreryClient client, TimeSpan interval, string proc = "/proc") : ICollector
{
    readonly ProcFile[] files = FilesOf(proc);
    readonly SeriesSet connections = new(client, "tcp_connections", "state");
    readonly TcpStateCounts counts = new();
    readonly byte[] piece = new byte[32768];

    public string Name => "connections";

    public TimeSpan Interval => interval;

    public void Collect(long now)
    {
        counts.Clear();
        foreach (ProcFile file in files)
            Count(file);
        for (int state = 1; state < 12; state++)
            connections.Set(TcpStateCounts.Names[state], counts[state], now);
    }

    public void Dispose()
    {
        foreach (ProcFile file in files)
            file.Dispose();
    }

    void Count(ProcFile file)
    {
        long offset = 0;
        int kept = 0;
        while (true)
        {
            int read = file.ReadAt(offset, piece.AsSpan(kept));
            offset += read;
            int length = kept + read;
            int end = read == 0 ? length : piece.AsSpan(0, length).LastIndexOf((byte)'\n') + 1;
            CountLines(piece.AsSpan(0, end), counts);
            kept = length - end;
            piece.AsSpan(end, kept).CopyTo(piece);
            if (read == 0)
                return;
        }
    }

    /// <summary>The fourth field of each line is the state in hexadecimal; the heading's is no number.</summary>
    internal static void CountLines(ReadOnlySpan<byte> text, TcpStateCounts counts)
    {
        var lines = new Fields(text);
        while (lines.Line(out ReadOnlySpan<byte> line))
        {
            var fields = new Fields(line);
            fields.Skip(3);
            if (System.Buffers.Text.Utf8Parser.TryParse(fields.Next(), out int state, out int used, 'X') && used == 2)
                counts.Add(state);
        }
    }

    static ProcFile[] FilesOf(string proc) =>
        File.Exists(proc + "/net/tcp6") ? [new(proc + "/net/tcp", 64), new(proc + "/net/tcp6", 64)] : [new(proc + "/net/tcp", 64)];
}
