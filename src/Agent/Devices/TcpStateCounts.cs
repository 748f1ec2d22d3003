namespace Orrery.Agent.Devices;

/// <summary>Connections by state, numbered as Linux numbers them (1 to 12).</summary>
internal sealed class TcpStateCounts
{
    public const int StatesMax = 13;

    public static readonly string[] Names =
    [
        "", "established", "syn_sent", "syn_received", "fin_wait1", "fin_wait2", "time_wait", "closed", "close_wait", "last_ack", "listen", "closing", "syn_received",
    ];

    readonly int[] counts = new int[StatesMax];

    public int this[int state] => counts[state];

    public void Clear() => Array.Clear(counts);

    public void Add(int state)
    {
        // 12 is a request socket, which other systems show as SYN received.
        if (state is > 0 and < StatesMax)
            counts[state == 12 ? 3 : state]++;
    }
}
