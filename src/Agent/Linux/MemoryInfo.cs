namespace Orrery.Agent.Linux;

/// <summary>What /proc/meminfo says, in bytes.</summary>
internal readonly record struct MemoryInfo(long Total, long Available, long SwapTotal, long SwapFree)
{
    public long Used => Total - Available;

    public static MemoryInfo Parse(ReadOnlySpan<byte> meminfo)
    {
        long total = 0, available = -1, free = 0, buffers = 0, cached = 0, swapTotal = 0, swapFree = 0;
        var lines = new Fields(meminfo);
        while (lines.Line(out ReadOnlySpan<byte> line))
        {
            var fields = new Fields(line);
            ReadOnlySpan<byte> name = fields.Next();
            long bytes = fields.Long() * 1024;
            if (name.SequenceEqual("MemTotal:"u8)) total = bytes;
            else if (name.SequenceEqual("MemAvailable:"u8)) available = bytes;
            else if (name.SequenceEqual("MemFree:"u8)) free = bytes;
            else if (name.SequenceEqual("Buffers:"u8)) buffers = bytes;
            else if (name.SequenceEqual("Cached:"u8)) cached = bytes;
            else if (name.SequenceEqual("SwapTotal:"u8)) swapTotal = bytes;
            else if (name.SequenceEqual("SwapFree:"u8)) swapFree = bytes;
        }
        // Kernels before 3.14 do not say what is available.
        return new MemoryInfo(total, available >= 0 ? available : free + buffers + cached, swapTotal, swapFree);
    }
}
