using System.ComponentModel;
using System.Runtime.Versioning;
using Orrery.Agent.Collection;
using Orrery.Agent.Devices;
using Orrery.Client;

namespace Orrery.Agent.Windows;

/// <summary>TCP connections by state, from the IP Helper's tables.</summary>
[SupportedOSPlatform("windows")]
internal sealed unsafe class WindowsTcpCollector(OrreryClient client, TimeSpan interval) : ICollector
{
    const int BytesMax = 64 << 20;
    readonly SeriesSet connections = new(client, "tcp_connections", "state");
    readonly TcpStateCounts counts = new();
    byte[] buffer = new byte[32768];

    public string Name => "connections";

    public TimeSpan Interval => interval;

    public void Collect(long now)
    {
        counts.Clear();
        // Rows of MIB_TCPROW_OWNER_PID begin with the state; those of MIB_TCP6ROW_OWNER_PID have it after two addresses, scopes and ports.
        Count(NativeWindows.AddressFamilyV4, rowBytes: 24, stateAt: 0);
        Count(NativeWindows.AddressFamilyV6, rowBytes: 56, stateAt: 48);
        for (int state = 1; state < 12; state++)
            connections.Set(TcpStateCounts.Names[state], counts[state], now);
    }

    public void Dispose()
    {
    }

    void Count(int family, int rowBytes, int stateAt)
    {
        while (true)
        {
            int bytes = buffer.Length, error;
            fixed (byte* into = buffer)
                error = NativeWindows.GetExtendedTcpTable(into, ref bytes, false, family, NativeWindows.TcpTableOwnerPidAll, 0);
            if (error == 0)
                break;
            if (error != NativeWindows.InsufficientBuffer || bytes > BytesMax)
                throw new Win32Exception(error);
            buffer = new byte[bytes + (bytes / 4)];
        }
        CountRows(buffer, rowBytes, stateAt, counts);
    }

    /// <summary>A table is its number of rows, 4 bytes, and the rows.</summary>
    internal static void CountRows(ReadOnlySpan<byte> table, int rowBytes, int stateAt, TcpStateCounts counts)
    {
        int rows = BitConverter.ToInt32(table);
        for (int i = 0; i < rows && 4 + ((i + 1) * rowBytes) <= table.Length; i++)
            counts.Add(ToLinux(BitConverter.ToInt32(table[(4 + (i * rowBytes) + stateAt)..])));
    }

    /// <summary>MIB_TCP_STATE as Linux numbers the same states.</summary>
    static int ToLinux(int state) => state switch
    {
        1 => 7, // closed
        2 => 10, // listen
        3 => 2, // SYN sent
        4 => 3, // SYN received
        5 => 1, // established
        6 => 4, // FIN wait 1
        7 => 5, // FIN wait 2
        8 => 8, // close wait
        9 => 11, // closing
        10 => 9, // last ACK
        11 => 6, // time wait
        _ => 0,
    };
}
