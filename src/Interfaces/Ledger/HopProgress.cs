namespace Orrery.Interfaces.Ledger;

/// <summary>
/// Finds what an instance may state as <see cref="HopReport.Passed"/>. After each answer of the ledger the instance asks how far its upstream reaches
/// (the end of the partition it reads) and calls <see cref="Learn"/>; before each report it calls <see cref="PassedAt"/> with how far it came.
/// </summary>
/// <remarks>One answer is followed at a time, so it needs no storing: after a restart the next answer begins anew.</remarks>
public sealed class HopProgress
{
    long sequence;
    long position;
    long passed;

    /// <param name="answered">The answer's sequence.</param>
    /// <param name="end">Where the upstream ended, asked after the answer came; exclusive.</param>
    public void Learn(long answered, long end)
    {
        if (sequence == 0 && answered > passed)
            (sequence, position) = (answered, end);
    }

    /// <param name="reached">Everything below was taken and given on or rejected, and is in this or an earlier report.</param>
    public long PassedAt(long reached)
    {
        if (sequence > 0 && reached >= position)
            (passed, sequence) = (sequence, 0);
        return passed;
    }
}
