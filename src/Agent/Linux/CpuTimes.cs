using System.Buffers.Text;

namespace Orrery.Agent.Linux;

/// <summary>Clock ticks of one core, or of all, since boot.</summary>
internal readonly record struct CpuTimes(long Busy, long Total)
{
    /// <summary>Percent busy between two readings; NaN when no tick passed or the counters fell.</summary>
    public static double Percent(CpuTimes before, CpuTimes after)
    {
        long total = after.Total - before.Total, busy = after.Busy - before.Busy;
        return total <= 0 || busy < 0 ? double.NaN : Math.Min(100.0, 100.0 * busy / total);
    }

    /// <summary>
    /// Reads /proc/stat: index 0 of <paramref name="into"/> is the whole machine, index n+1 is core n. Waiting for input and output counts as idle;
    /// guests are part of user already.
    /// </summary>
    /// <returns>One more than the highest core's index; the array grows as needed.</returns>
    public static int Parse(ReadOnlySpan<byte> stat, ref CpuTimes[] into)
    {
        int count = 0;
        var lines = new Fields(stat);
        while (lines.Line(out ReadOnlySpan<byte> line) && line.StartsWith("cpu"u8))
        {
            var fields = new Fields(line);
            ReadOnlySpan<byte> name = fields.Next();
            int core = -1;
            if (name.Length > 3 && !Utf8Parser.TryParse(name[3..], out core, out _))
                continue;
            long user = fields.Long(), nice = fields.Long(), system = fields.Long(), idle = fields.Long();
            long wait = fields.Long(), interrupts = fields.Long(), softInterrupts = fields.Long(), stolen = fields.Long();
            long busy = user + nice + system + interrupts + softInterrupts + stolen;
            if (core + 1 >= into.Length)
                Array.Resize(ref into, Math.Max(into.Length * 2, core + 2));
            into[core + 1] = new CpuTimes(busy, busy + idle + wait);
            count = Math.Max(count, core + 2);
        }
        return count;
    }
}
