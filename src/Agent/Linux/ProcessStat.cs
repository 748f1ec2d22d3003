namespace Orrery.Agent.Linux;

/// <summary>What the agent needs of /proc/PID/stat.</summary>
internal readonly record struct ProcessStat(char State, long Flags, long CpuTicks, int Threads, long StartTicks, long ResidentPages)
{
    const long KernelThread = 0x00200000;

    public bool Kernel => (Flags & KernelThread) != 0;

    /// <summary>False when the text is cut or of another form. The name may itself hold blanks and brackets.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> name, out ProcessStat stat)
    {
        stat = default;
        int open = text.IndexOf((byte)'('), close = text.LastIndexOf((byte)')');
        if (open < 0 || close < open || close + 3 >= text.Length)
        {
            name = default;
            return false;
        }
        name = text[(open + 1)..close];
        char state = (char)text[close + 2];
        var fields = new Fields(text[(close + 3)..]);
        fields.Skip(5);
        long flags = fields.Long();
        fields.Skip(4);
        long ticks = fields.Long() + fields.Long();
        fields.Skip(4);
        int threads = (int)fields.Long();
        fields.Skip(1);
        long start = fields.Long();
        fields.Skip(1);
        stat = new ProcessStat(state, flags, ticks, threads, start, fields.Long());
        return true;
    }
}
