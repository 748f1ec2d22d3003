namespace Orrery.Agent.Linux;

/// <summary>One line of /proc/net/dev.</summary>
internal readonly record struct NetworkCounters(long ReceivedBytes, long TransmittedBytes, long Errors)
{
    /// <summary>False for the two lines of headings.</summary>
    public static bool TryParse(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> name, out NetworkCounters counters)
    {
        int colon = line.IndexOf((byte)':');
        name = colon < 0 ? default : line[..colon].Trim((byte)' ');
        counters = default;
        if (colon < 0)
            return false;
        var fields = new Fields(line[(colon + 1)..]);
        long received = fields.Long();
        fields.Skip(1);
        long receiveErrors = fields.Long();
        fields.Skip(5);
        long transmitted = fields.Long();
        fields.Skip(1);
        counters = new NetworkCounters(received, transmitted, receiveErrors + fields.Long());
        return true;
    }

    /// <summary>The loopback, and the many ends of containers' cables, say nothing about the machine's network.</summary>
    public static bool Counts(ReadOnlySpan<byte> name) =>
        !name.SequenceEqual("lo"u8) && !name.StartsWith("veth"u8) && !name.StartsWith("cali"u8) && !name.StartsWith("ifb"u8) && !name.StartsWith("dummy"u8);
}
