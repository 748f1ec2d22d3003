using Orrery.Agent.Devices;
using Orrery.Agent.Windows;

namespace Orrery.Agent.Tests.Windows;

/// <summary>The parts of the Windows collectors that are only arithmetic over documented layouts.</summary>
#pragma warning disable CA1416 // The counting itself asks nothing of the system.
public sealed class WindowsTableTests
{
    [Theory]
    [InlineData(24, 0)]
    [InlineData(56, 48)]
    public void Rows_of_the_connection_tables_are_counted_by_state(int rowBytes, int stateAt)
    {
        int[] states = [5, 5, 2, 11];
        var table = new byte[4 + (rowBytes * states.Length)];
        BitConverter.TryWriteBytes(table, states.Length);
        for (int i = 0; i < states.Length; i++)
            BitConverter.TryWriteBytes(table.AsSpan(4 + (i * rowBytes) + stateAt), states[i]);
        var counts = new TcpStateCounts();
        WindowsTcpCollector.CountRows(table, rowBytes, stateAt, counts);
        (counts[1], counts[10], counts[6]).ShouldBe((2, 1, 1));
        WindowsTcpCollector.CountRows(table.AsSpan(0, 4 + rowBytes), rowBytes, stateAt, counts);
        counts[1].ShouldBe(3);
    }

    [Fact]
    public void Busy_is_what_is_not_idle()
    {
        var share = new CpuShare();
        share.Next(100, 1000).ShouldBe(double.NaN);
        share.Next(150, 1200).ShouldBe(75);
        share.Next(150, 1200).ShouldBe(double.NaN);
    }
}
